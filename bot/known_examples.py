"""What is already among the examples, so that a candidate that repeats it can be refused.

Kept in memory and read on from where it stopped; it costs about a millisecond per example once
per process. Removed examples stay known until the process ends, which errs on the strict side.
"""

import threading

from sqlalchemy.engine import Engine

from bot.analysis.facts import Findings
from bot.analysis.quality.duplicates import NearDuplicates, check_near_duplicate, fingerprint_text
from bot.analysis.quality.finding import QualityFinding
from bot.analysis.question import MetricQuestion
from storage.database import reading
from storage.examples import Example, ExampleStatus, list_examples

PAGE_EXAMPLES = 200


class KnownExamples:
    """Candidates and approved examples by wording and series; safe to share between threads."""

    def __init__(self) -> None:
        self._known = NearDuplicates()
        self._answers: dict[str, set[str]] = {}
        self._last_id = 0
        self._lock = threading.Lock()

    def check(
        self, engine: Engine, text: str, findings: Findings, answer_id: str
    ) -> QualityFinding:
        """Compare a text with every other answer's examples; those of its own answer may repeat."""
        with self._lock:
            self._read_on(engine)
            fingerprint = fingerprint_text(text, findings.question.values)
            own = tuple(self._answers.get(answer_id, ()))
            return check_near_duplicate(fingerprint, self._known, ignore=own)

    def _read_on(self, engine: Engine) -> None:
        while True:
            with reading(engine) as session:
                page = list_examples(session, after_id=self._last_id, limit=PAGE_EXAMPLES)
            for example in page:
                self._add(example)
                self._last_id = example.id
            if len(page) < PAGE_EXAMPLES:
                return

    def _add(self, example: Example) -> None:
        kept = (ExampleStatus.CANDIDATE, ExampleStatus.APPROVED)
        if example.is_negative or not example.completion or example.status not in kept:
            return
        values = MetricQuestion.model_validate(example.question).values if example.question else ()
        self._known.add(example.key, fingerprint_text(example.completion, values))
        if example.answer_id:
            self._answers.setdefault(example.answer_id, set()).add(example.key)
