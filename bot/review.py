"""Review: hand a reviewer the most valuable candidate, show what it stands on, take the decision.

Nothing reaches training that did not pass here. Leases, and that nobody approves their own, are
kept by `storage.reviews`; what may be approved as it stands is decided here.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

import storage.candidates
import storage.corrections
import storage.examples
import storage.ratings
import storage.reviews
from bot.analysis.answer import AnswerSections, Section, parse_answer
from bot.analysis.claims import Verification
from bot.analysis.drivers import restore_row_findings
from bot.analysis.facts import Fact, Findings
from bot.analysis.findings import compute_findings
from bot.analysis.prompt import render_completion
from bot.analysis.quality.finding import QualityCheck, QualityFinding
from bot.analysis.quality.jargon import Glossary
from bot.analysis.question import MetricQuestion
from bot.analysis.verification import verify_sections
from bot.dossier import check_text, find_field_problems
from bot.feedback import FLAGS_IN_WORDS, Flag
from bot.settings import FeedbackSettings
from storage.corrections import CorrectionState
from storage.errors import ConflictError
from storage.examples import Example, ExampleStatus
from storage.record import get_locked
from storage.reviews import Decision

PROGRESS_HOURS = 24


class RejectReason(StrEnum):
    """Why a reviewer does not want an example."""

    WRONG = "wrong"
    MISLEADING = "misleading"
    UNWISE_ACTION = "unwise_action"
    PLANTED = "planted"
    PRIVATE = "private"
    OTHER = "other"


REJECT_REASONS_IN_WORDS: dict[RejectReason, str] = {
    RejectReason.WRONG: "The analysis is wrong",
    RejectReason.MISLEADING: "The explanation misleads",
    RejectReason.UNWISE_ACTION: "The action is unwise",
    RejectReason.PLANTED: "Looks planted",
    RejectReason.PRIVATE: "Holds something private",
    RejectReason.OTHER: "Something else",
}


@dataclass(frozen=True)
class Progress:
    """How the queue stands for one reviewer; `decided` in the last day."""

    waiting: int
    skipped: int
    decided: int


@dataclass(frozen=True)
class ReviewItem:
    """One candidate as a reviewer sees it. `blocked` says why it may not be approved as it is."""

    example_id: int
    origin: str
    is_negative: bool
    asked: str
    facts: tuple[str, ...]
    sections: AnswerSections
    verification: Verification | None
    corrected: str
    flags: tuple[str, ...]
    checks: tuple[QualityFinding, ...]
    ratings: tuple[str, ...]
    comment: str
    blocked: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)


def take_next(session: Session, reviewer: str, settings: FeedbackSettings) -> Example | None:
    """Lease the most valuable candidate to this reviewer; None when nothing waits for them."""
    return storage.reviews.lease_next_example(
        session,
        reviewer,
        allow_own=settings.approve_own,
        lease_seconds=settings.lease_seconds,
    )


def read_progress(session: Session, reviewer: str) -> Progress:
    """Count what waits and what this reviewer did lately."""
    since = datetime.now(UTC) - timedelta(hours=PROGRESS_HOURS)
    return Progress(
        waiting=storage.candidates.count_waiting(session),
        skipped=storage.candidates.count_skipped(session, reviewer),
        decided=storage.candidates.count_decided(session, reviewer, since),
    )


def describe_item(session: Session, example: Example) -> ReviewItem:
    """Gather what a reviewer must see to decide: question, facts, proof, ratings, checks."""
    findings = read_findings(example)
    sections = read_example_sections(example)
    ratings = storage.ratings.list_ratings(session, example.answer_id) if example.answer_id else []
    correction = (
        storage.corrections.get_correction(session, example.correction_id)
        if example.correction_id
        else None
    )
    checks = tuple(QualityFinding.model_validate(check) for check in example.checks.values())
    return ReviewItem(
        example_id=example.id,
        origin=example.origin,
        is_negative=example.is_negative,
        asked=example.request_text,
        facts=_told_facts(findings),
        sections=sections,
        verification=verify_sections(sections, findings) if findings else None,
        corrected=example.rejected_completion or "",
        flags=tuple(_flag_words(flag) for flag in example.flags),
        checks=checks,
        ratings=tuple(_rating_words(rating) for rating in ratings[:10] if rating.action_ts),
        comment=correction.comment if correction else "",
        blocked=_why_blocked(example),
        provenance=example.provenance,
    )


def decide(
    session: Session,
    *,
    example_id: int,
    reviewer: str,
    decision: Decision,
    settings: FeedbackSettings,
    reasons: list[str] | None = None,
    comment: str = "",
    sections: AnswerSections | None = None,
) -> tuple[Example, bool]:
    """Record a decision; return the example and whether it was decided only now.

    Raises:
        ConflictError: somebody else holds or decided it, it is their own, or it needs an edit.
        NotFoundError: there is no such example.
    """
    # Locked first, so that the same click carried out twice at once tells the writer once.
    before = get_locked(session, Example, example_id, "example")
    was_open = before.status is ExampleStatus.CANDIDATE
    if decision is Decision.APPROVE and was_open:
        blocked = _why_blocked(before)
        if blocked:
            raise ConflictError(blocked)
    edited = decision is Decision.EDIT and sections is not None
    example = storage.reviews.decide_example(
        session,
        example_id,
        reviewer,
        decision,
        reasons=reasons,
        comment=comment,
        completion=render_edit(sections) if edited and sections else None,
        sections=sections.model_dump() if edited and sections else None,
        allow_own=settings.approve_own,
    )
    is_decided = was_open and example.status is not ExampleStatus.CANDIDATE
    if is_decided and example.correction_id:
        state = (
            CorrectionState.REJECTED if decision is Decision.REJECT else CorrectionState.APPROVED
        )
        storage.corrections.set_correction_state(session, example.correction_id, state)
    return example, is_decided


def render_edit(sections: AnswerSections) -> str:
    """Write an edited answer as it will be trained on."""
    return render_completion(sections)


def find_edit_problems(
    example: Example, sections: AnswerSections, glossary: Glossary
) -> dict[Section, str]:
    """Say by part what an edit must still mend: an edited example has to pass every check."""
    findings = read_findings(example)
    if findings is None:
        return {Section.ANALYSIS: "The question of this example cannot be read; reject it."}
    problems = find_field_problems(sections, findings, example.request_text, glossary)
    for check in check_text(sections, findings, example.request_text, glossary):
        part = (
            Section.RECOMMENDED_ACTION
            if check.check is QualityCheck.NO_CONCRETE_ACTION
            else Section.ANALYSIS
        )
        if not check.passed and part not in problems and not _is_told(check, problems):
            problems[part] = check.reason
    return problems


def read_findings(example: Example) -> Findings | None:
    """Compute the facts of an example's question as serving would today.

    Rows are not kept with an example, so facts about them are taken as they were stored.
    """
    if not example.question:
        return None
    question = MetricQuestion.model_validate(example.question)
    if question.values or not example.facts:
        return compute_findings(question)
    facts = tuple(Fact.model_validate(fact) for fact in example.facts)
    return restore_row_findings(question, facts)


def read_example_sections(example: Example) -> AnswerSections:
    """Take the stored parts, or cut the completion where none are stored."""
    if any(str(part).strip() for part in example.sections.values()):
        return AnswerSections.model_validate(example.sections)
    return parse_answer(example.completion)


def _is_told(check: QualityFinding, problems: dict[Section, str]) -> bool:
    """Unproved numbers and format are told at their own part already."""
    told = {QualityCheck.UNPROVED_NUMBER, QualityCheck.FORMAT}
    return check.check in told and bool(problems)


def _told_facts(findings: Findings | None) -> tuple[str, ...]:
    if findings is None:
        return ()
    return tuple(findings.fact(fact_id).text for fact_id in findings.prompt_facts)


def _why_blocked(example: Example) -> str:
    if example.is_negative or Flag.NEEDS_EDIT.value not in example.flags:
        return ""
    failed = [
        QualityFinding.model_validate(check).reason
        for check in example.checks.values()
        if not check["passed"]
    ]
    return "It cannot be approved as it stands: " + " ".join(failed)


def _flag_words(flag: str) -> str:
    return FLAGS_IN_WORDS[Flag(flag)] if flag in set(Flag) else flag.replace("_", " ")


def _rating_words(rating: storage.ratings.Rating) -> str:
    parts = [] if rating.score is None else [f"{rating.score} of 5"]
    parts += [f"thumbs {rating.thumb.value}"] if rating.thumb else []
    wrong = ", ".join(rating.reasons)
    return " and ".join(parts) + (f" ({wrong})" if wrong else "")
