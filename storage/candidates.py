"""Counts over candidates: what one person proposed, what waits, what was decided.

Answered from indexes, as they stand on every review and App Home. The examples themselves are in
`storage.examples`, decisions in `storage.reviews`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, exists, select

from storage.columns import utc_now
from storage.examples import Example, ExampleStatus
from storage.record import save
from storage.reviews import Decision, ReviewDecision


def count_proposed(
    session: Session, author_id: str, origins: Sequence[str], since: datetime | None
) -> int:
    """Count what a person proposed since a moment; what was withdrawn does not count."""
    query = (
        select(func.count())
        .select_from(Example)
        .where(Example.author_id == author_id, col(Example.origin).in_(origins))
        .where(col(Example.status) != ExampleStatus.REMOVED)
    )
    if since is not None:
        query = query.where(Example.created_at >= since)
    return session.exec(query).one()


def count_approved(session: Session, author_id: str) -> int:
    """Count a person's examples that a reviewer approved."""
    query = (
        select(func.count())
        .select_from(Example)
        .where(Example.author_id == author_id, col(Example.status) == ExampleStatus.APPROVED)
    )
    return session.exec(query).one()


def count_waiting(session: Session) -> int:
    """Count the candidates nobody decided on."""
    query = (
        select(func.count())
        .select_from(Example)
        .where(col(Example.status) == ExampleStatus.CANDIDATE)
    )
    return session.exec(query).one()


def count_skipped(session: Session, reviewer: str) -> int:
    """Count the waiting candidates that this reviewer left to somebody else."""
    is_waiting = exists().where(
        col(Example.id) == col(ReviewDecision.example_id),
        col(Example.status) == ExampleStatus.CANDIDATE,
    )
    query = select(func.count(func.distinct(col(ReviewDecision.example_id)))).where(
        ReviewDecision.reviewer == reviewer,
        col(ReviewDecision.decision) == Decision.SKIP,
        is_waiting,
    )
    return session.exec(query).one()


def count_decided(session: Session, reviewer: str, since: datetime) -> int:
    """Count what a reviewer approved, edited or rejected since a moment."""
    query = (
        select(func.count())
        .select_from(ReviewDecision)
        .where(ReviewDecision.reviewer == reviewer, ReviewDecision.decided_at >= since)
        .where(col(ReviewDecision.decision) != Decision.SKIP)
    )
    return session.exec(query).one()


def lock_example(session: Session, key: str) -> Example | None:
    """Return the example with this key, kept from changing until the transaction ends, if any."""
    return session.exec(select(Example).where(Example.key == key).with_for_update()).first()


def withdraw_candidate(session: Session, example: Example, reason: str) -> None:
    """Take a candidate out of the queue; decided examples stay as they are."""
    if example.status is ExampleStatus.CANDIDATE:
        example.status, example.reasons = ExampleStatus.REMOVED, [reason]
        example.leased_by, example.leased_until = None, None
        save(session, example)


def bring_back_candidate(session: Session, example: Example, reason: str) -> None:
    """Undo `withdraw_candidate` where it was withdrawn for this reason."""
    if example.status is ExampleStatus.REMOVED and example.reasons == [reason]:
        example.status, example.reasons = ExampleStatus.CANDIDATE, []
        example.created_at = utc_now()
        save(session, example)
