"""Ratings of one adapter's answers in the order people first gave them, for comparing two arms."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.answers import Answer
from storage.ratings import Rating, Thumb


@dataclass(frozen=True)
class ArmRating:
    """One person's verdict on one answer. `order` grows with the moment it was first given."""

    order: int
    user_id: str
    score: int | None
    thumb: Thumb | None


def list_arm_ratings(
    session: Session, adapter: str | None, *, since: datetime, until: datetime | None = None
) -> list[ArmRating]:
    """Return the ratings of answers that an adapter (None: the base) began in a span of time."""
    query = (
        select(Rating.id, Rating.user_id, Rating.score, Rating.thumb)
        .join(Answer, col(Answer.id) == col(Rating.answer_id))
        .where(Answer.adapter == adapter, Answer.started_at >= since)
        .order_by(col(Rating.id))
    )
    if until is not None:
        query = query.where(Answer.started_at < until)
    return [ArmRating(*row) for row in session.exec(query).all()]
