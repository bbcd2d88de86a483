"""Compare a golden truth with computed facts and with a written answer."""

import re

from bot.analysis.facts import FactKind, Findings
from pipeline.golden.case import GoldenTruth, MustMention

VALUE_TOLERANCE = 0.005  # relative: the digits facts and truths are rounded to
SMALLEST_TOLERANCE = 0.005  # absolute, for values near zero
# A break's size depends on where it is placed; one period off moves it by this much at most in
# series long enough to have one.
BREAK_TOLERANCE = 0.15


def match_facts(truth: GoldenTruth, findings: Findings) -> list[str]:
    """List the ids of the facts that state what must be mentioned, best ranked one each.

    What no fact states is left out: an answer that may only tell proved facts cannot tell it.
    """
    ids = []
    for wanted in truth.must_mention:
        found = [
            fact for fact in findings.facts if _states(wanted, fact.kind, fact.value, fact.unit)
        ]
        if found:
            ids.append(min(found, key=lambda fact: fact.rank).id)
    return ids


def _states(wanted: MustMention, kind: FactKind, value: float, unit: str) -> bool:
    share = BREAK_TOLERANCE if kind is FactKind.BREAK else VALUE_TOLERANCE
    near = abs(value - wanted.value) <= max(share * abs(wanted.value), SMALLEST_TOLERANCE)
    return kind is wanted.kind and unit == wanted.unit and near


def find_unacceptable(truth: GoldenTruth, answer: str) -> list[str]:
    """List the unacceptable claims that an answer makes in blunt words."""
    return [
        item.claim for item in truth.unacceptable if re.search(item.pattern, answer, re.IGNORECASE)
    ]
