"""Examining replies: nothing a teacher wrote is believed.

The question is read and its facts computed again by the product's code, every number is verified,
every quality check runs, and what repeats an example, a golden case or the validation side is
refused.
"""

import json
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.analysis.answer import AnswerSections
from bot.analysis.facts import Findings
from bot.analysis.quality.duplicates import NearDuplicates
from bot.analysis.quality.example import CheckedText, check_example, fingerprint_example
from bot.analysis.quality.finding import QualityFinding
from bot.analysis.quality.jargon import Glossary
from bot.analysis.question import MetricQuestion, UnreadableQuestionError
from pipeline.augmentation.replies import AnswerReply, CaseReply, UnusableReplyError, read_reply
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.leakage import LeakCheck
from pipeline.simulator.scenario import Scenario


@dataclass(frozen=True)
class Refused:
    """A reply that goes no further: the reason it is counted under, and what was seen."""

    reason: str
    detail: str


@dataclass(frozen=True)
class NewCase:
    """A readable new request with its computed facts."""

    request: str
    findings: Findings


@dataclass(frozen=True)
class NewExample:
    """A proved answer to a case, with the outcome of every check."""

    case: NewCase
    sections: AnswerSections
    checks: tuple[QualityFinding, ...]


class Examiner:
    """Judges replies against everything there is; thread-safe, one at a time."""

    def __init__(
        self,
        analysis: Analysis,
        glossary: Glossary,
        known: NearDuplicates,
        leaks: LeakCheck,
        today: Callable[[], date],
    ) -> None:
        self._analysis = analysis
        self._glossary = glossary
        self._known = known
        self._leaks = leaks
        self._today = today
        self._lock = threading.Lock()

    def read_case(self, stored_reply: str) -> NewCase | Refused:
        """Judge a new request."""
        reply = _open_reply(stored_reply)
        if isinstance(reply, Refused):
            return reply
        try:
            request = read_reply(reply, CaseReply).request
            question = self._analysis.read(request, self._today())
        except UnusableReplyError as error:
            return Refused(error.reason, error.detail)
        except UnreadableQuestionError as error:
            return Refused("unreadable_question", str(error))
        return self.admit_case(request, question)

    def admit_case(self, request: str, question: MetricQuestion) -> NewCase | Refused:
        """Compute the facts of a case unless it repeats a golden or validation case."""
        with self._lock:
            leak = self._leaks.find("the new case", request, question.values, "")
        if leak is not None:
            return Refused("leak", f"Repeats {leak.repeats}: {leak.why}.")
        return NewCase(request, self._analysis.find(question))

    def admit_scenario(self, scenario: Scenario) -> NewCase | Refused:
        """Judge a simulated request as serving would see it: read from its text.

        A request that the reader takes for other values than were drawn is refused, because its
        facts would not be those of the scenario.
        """
        try:
            question = self._analysis.read(scenario.request_text, self._today())
        except UnreadableQuestionError as error:
            return Refused("unreadable_question", str(error))
        if not _are_close(question.values, scenario.question.values):
            return Refused("misread_question", "Read with other values than were simulated.")
        return self.admit_case(scenario.request_text, question)

    def restore_case(self, request: str, written_on: date) -> NewCase:
        """Read a case again that was admitted before."""
        return NewCase(request, self._analysis.find(self._analysis.read(request, written_on)))

    def read_answer(self, stored_reply: str, case: NewCase, key: str) -> NewExample | Refused:
        """Judge an answer to a case; a good one is remembered, so that it is not let in twice."""
        reply = _open_reply(stored_reply)
        if isinstance(reply, Refused):
            return reply
        try:
            answer = read_reply(reply, AnswerReply)
        except UnusableReplyError as error:
            return Refused(error.reason, error.detail)
        sections = answer.sections()
        text = CheckedText(sections=sections, findings=case.findings, request=case.request)
        with self._lock:
            return self._judge(text, case, key)

    def _judge(self, text: CheckedText, case: NewCase, key: str) -> NewExample | Refused:
        checks = check_example(
            text, glossary=self._glossary, verify=self._analysis.verify, known=self._known
        )
        refused = [check for check in checks if not check.passed]
        if refused:
            return Refused(refused[0].check.value, " ".join(check.reason for check in refused))
        values = case.findings.question.values
        answer = " ".join(text.sections.model_dump().values())
        leak = self._leaks.find(key, case.request, values, answer)
        if leak is not None:
            return Refused("leak", f"Repeats {leak.repeats}: {leak.why}.")
        self._known.add(key, fingerprint_example(text))
        return NewExample(case, text.sections, tuple(checks))


def _are_close(left: Sequence[float | None], right: Sequence[float | None]) -> bool:
    if len(left) != len(right):
        return False
    return all(
        (a is None) == (b is None) and (a is None or b is None or math.isclose(a, b, rel_tol=1e-6))
        for a, b in zip(left, right, strict=True)
    )


def _open_reply(stored: str) -> str | Refused:
    reply = json.loads(stored)
    if reply["refusal"]:
        return Refused("refusal", "The teacher refused.")
    if reply["cut_off"]:
        return Refused("cut_off", "The reply ended at the token limit.")
    return str(reply["text"])
