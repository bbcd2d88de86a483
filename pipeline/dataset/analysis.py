"""The three analysis functions a dataset stands on, handed in so that tests can use small ones.

`pipeline.dataset.product` holds the product's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.analysis.claims import Verification
from bot.analysis.facts import Findings
from bot.analysis.question import MetricQuestion


@dataclass(frozen=True)
class Analysis:
    """How text becomes a question, a question facts, and how an answer is checked on them.

    `read` raises UnreadableQuestionError for text that is no question.
    """

    read: Callable[[str, date], MetricQuestion]
    find: Callable[[MetricQuestion], Findings]
    verify: Callable[[str, Findings], Verification]
