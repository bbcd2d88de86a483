"""Reviews: handing candidates to reviewers one at a time, and what they decided.

A lease keeps two reviewers off one item and runs out by itself when a reviewer walks away.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_
from sqlmodel import Field, Session, col, exists, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.audit import append_audit
from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.errors import ConflictError
from storage.examples import Example, ExampleStatus
from storage.record import Record, get_locked, save

# Long enough to read a question, its facts and an answer and to edit it; an abandoned item is back
# in the queue within the quarter hour.
LEASE_SECONDS = 900.0


class Decision(StrEnum):
    """What a reviewer can do with an item."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    SKIP = "skip"


class ReviewDecision(Record, table=True):
    """One decision by one reviewer; kept even when a later one replaces it."""

    __tablename__ = "review_decision"

    id: int = Field(default=None, primary_key=True)
    example_id: int = Field(foreign_key="example.id", index=True)
    reviewer: str = Field(index=True)
    decision: Decision = Field(sa_type=state_type(Decision))
    reasons: list[str] = Field(default_factory=list, sa_type=Json)
    comment: str = Field(default="", sa_type=PlainText)
    completion_before: str | None = Field(default=None, sa_type=PlainText, description="on edit")
    decided_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def lease_next_example(
    session: Session,
    reviewer: str,
    *,
    allow_own: bool = False,
    lease_seconds: float = LEASE_SECONDS,
    now: datetime | None = None,
) -> Example | None:
    """Hand this reviewer the most valuable candidate that nobody else holds; None when done.

    The item they hold already comes first. Items they skipped do not come back to them, and their
    own do not come at all unless `allow_own`.
    """
    moment = now or utc_now()
    skipped = exists().where(
        col(ReviewDecision.example_id) == col(Example.id),
        col(ReviewDecision.reviewer) == reviewer,
        col(ReviewDecision.decision) == Decision.SKIP,
    )
    is_free = or_(col(Example.leased_until).is_(None), col(Example.leased_until) <= moment)
    query = (
        select(Example)
        .where(col(Example.status) == ExampleStatus.CANDIDATE, ~skipped)
        .where(or_(is_free, col(Example.leased_by) == reviewer))
    )
    if not allow_own:
        query = query.where(
            or_(col(Example.author_id).is_(None), col(Example.author_id) != reviewer)
        )
    held = query.where(col(Example.leased_by) == reviewer, col(Example.leased_until) > moment)
    best = query.order_by(col(Example.priority).desc(), col(Example.id))
    example = _lock_first(session, held) or _lock_first(session, best)
    if example is None:
        return None
    example.leased_by = reviewer
    example.leased_until = moment + timedelta(seconds=lease_seconds)
    return save(session, example)


def decide_example(
    session: Session,
    example_id: int,
    reviewer: str,
    decision: Decision | str,
    *,
    reasons: list[str] | None = None,
    comment: str = "",
    completion: str | None = None,
    sections: dict[str, Any] | None = None,
    allow_own: bool = False,
    now: datetime | None = None,
) -> Example:
    """Record a decision and what follows from it; the same decision again changes nothing.

    `edit` approves the example with the completion (and sections) given.

    Raises:
        NotFoundError: there is no such example.
        ConflictError: another reviewer holds it, it was decided already, or it is their own.
        ValueError: an edit without a completion.
    """
    wanted = Decision(decision)
    if (completion is not None) != (wanted is Decision.EDIT):
        raise ValueError("A completion is given with 'edit', and only then.")
    example = get_locked(session, Example, example_id, "example")
    outcome = _OUTCOMES.get(wanted)
    if outcome is not None and example.status == outcome and example.reviewer == reviewer:
        return example
    _check_may_decide(example, reviewer, wanted, allow_own, now or utc_now())
    before = example.completion if wanted is Decision.EDIT else None
    record = ReviewDecision(
        example_id=example_id,
        reviewer=reviewer,
        decision=wanted,
        reasons=reasons or [],
        comment=comment,
        completion_before=before,
    )
    save(session, record)
    _apply(example, record, outcome, completion, sections)
    save(session, example)
    details = {"decision": wanted, "reasons": record.reasons, "family_id": example.family_id}
    append_audit(session, reviewer, "example.decide", str(example_id), details)
    return example


def withdraw_example(session: Session, example_id: int, actor: str, reason: str) -> Example:
    """Take an approval back, so that no later dataset version holds the example.

    Versions and adapters made with it stay as they are. A rejected example stays rejected.

    Raises:
        NotFoundError: there is no such example.
        ConflictError: it is still a candidate, or its content was removed.
    """
    example = get_locked(session, Example, example_id, "example")
    if example.status is ExampleStatus.REJECTED:
        return example
    if example.status is not ExampleStatus.APPROVED:
        raise ConflictError(
            f"Example {example_id} is {example.status}; only an approved one can be withdrawn."
        )
    record = ReviewDecision(
        example_id=example_id, reviewer=actor, decision=Decision.REJECT, reasons=[reason]
    )
    save(session, record)
    _apply(example, record, ExampleStatus.REJECTED, None, None)
    save(session, example)
    details = {"reason": reason, "family_id": example.family_id}
    append_audit(session, actor, "example.withdraw", str(example_id), details)
    return example


def list_review_decisions(session: Session, example_id: int) -> list[ReviewDecision]:
    """Return every decision on an example, oldest first."""
    query = select(ReviewDecision).where(ReviewDecision.example_id == example_id)
    return list(session.exec(query.order_by(col(ReviewDecision.id))))


_OUTCOMES = {
    Decision.APPROVE: ExampleStatus.APPROVED,
    Decision.EDIT: ExampleStatus.APPROVED,
    Decision.REJECT: ExampleStatus.REJECTED,
}


def _lock_first(session: Session, query: SelectOfScalar[Example]) -> Example | None:
    # Skipping what another transaction holds is what gives two reviewers different items.
    locked = query.limit(1).with_for_update(skip_locked=True)
    return session.exec(locked.execution_options(populate_existing=True)).first()


def _check_may_decide(
    example: Example, reviewer: str, decision: Decision, allow_own: bool, now: datetime
) -> None:
    if example.status is not ExampleStatus.CANDIDATE:
        raise ConflictError(f"Example {example.id} is {example.status} already.")
    is_held = example.leased_until is not None and example.leased_until > now
    if is_held and example.leased_by != reviewer:
        raise ConflictError(f"Example {example.id} is being reviewed by {example.leased_by}.")
    approves = _OUTCOMES.get(decision) is ExampleStatus.APPROVED
    if approves and example.author_id == reviewer and not allow_own:
        raise ConflictError(f"Example {example.id} is {reviewer}'s own; someone else must approve.")


def _apply(
    example: Example,
    record: ReviewDecision,
    outcome: ExampleStatus | None,
    completion: str | None,
    sections: dict[str, Any] | None,
) -> None:
    example.leased_by, example.leased_until = None, None
    if outcome is None:
        return
    example.status, example.reviewer, example.reasons = outcome, record.reviewer, record.reasons
    example.reviewed_at = record.decided_at
    if completion is not None:
        example.completion = completion
        example.sections = sections if sections is not None else example.sections
