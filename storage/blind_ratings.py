"""Blind ratings: five scores by one person for an answer whose writer they were not told.

Kept apart from `storage.ratings`: these feed evaluation and never become training examples.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, col, exists, select

from storage.answers import Answer, AnswerState
from storage.columns import PlainText, UtcDateTime, utc_now
from storage.ratings import HIGHEST_SCORE, Rating
from storage.record import Record, insert_if_new
from storage.requests import Request

DIMENSIONS = ("usefulness", "accuracy", "relevance", "quality", "style")
# Older answers come from other prompt versions and long retired adapters.
RATED_DAYS = 60
OFFERED_PER_ADAPTER = 50


class BlindRating(Record, table=True):
    """One person's five scores, 0-5 each; `adapter` is copied so that it can be grouped by."""

    __tablename__ = "blind_rating"
    __table_args__ = (UniqueConstraint("answer_id", "user_id"),)

    id: int = Field(default=None, primary_key=True)
    answer_id: str = Field(foreign_key="answer.id")
    user_id: str = Field(index=True)
    adapter: str | None = Field(default=None, index=True, description="None: the base model")
    usefulness: int
    accuracy: int
    relevance: int
    quality: int
    style: int
    comment: str = Field(default="", sa_type=PlainText)
    rated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class BlindSummary(BaseModel):
    """Mean blind scores of one adapter (None: the base model), by dimension."""

    adapter: str | None
    n: int
    means: dict[str, float]


def rate_blind(session: Session, rating: BlindRating) -> bool:
    """Store the scores; False when this person rated this answer before, which stands.

    Raises:
        ValueError: a score outside 0-5.
    """
    for name in DIMENSIONS:
        score = getattr(rating, name)
        if not 0 <= score <= HIGHEST_SCORE:
            raise ValueError(f"{name} is 0 to {HIGHEST_SCORE}, got {score!r}.")
    return insert_if_new(session, rating, "answer_id", "user_id")


def list_unrated(
    session: Session, user_id: str, *, now: datetime | None = None
) -> list[tuple[str, str | None]]:
    """List (answer id, adapter) a person can rate blind: recent, not theirs, not rated by them."""
    since = (now or utc_now()) - timedelta(days=RATED_DAYS)
    is_rated = exists().where(
        col(BlindRating.answer_id) == col(Answer.id), col(BlindRating.user_id) == user_id
    )
    # Whoever rated it in its thread saw who wrote it.
    was_seen = exists().where(
        col(Rating.answer_id) == col(Answer.id), col(Rating.user_id) == user_id
    )
    found: list[tuple[str, str | None]] = []
    for adapter in _adapters_since(session, since):
        query = (
            select(Answer.id)
            .join(Request, col(Request.id) == col(Answer.request_id))
            .where(Answer.adapter == adapter, Answer.started_at >= since)
            .where(col(Answer.state) == AnswerState.FINISHED, Request.user_id != user_id)
            .where(~is_rated, ~was_seen)
            .order_by(col(Answer.started_at).desc())
            .limit(OFFERED_PER_ADAPTER)
        )
        found += [(answer_id, adapter) for answer_id in session.exec(query)]
    return found


def count_blind_by_adapter(session: Session, user_id: str) -> dict[str | None, int]:
    """Count a person's blind ratings by adapter."""
    query = (
        select(BlindRating.adapter, func.count())
        .where(BlindRating.user_id == user_id)
        .group_by(col(BlindRating.adapter))
    )
    return dict(session.exec(query).all())


def list_blind(session: Session) -> list[BlindRating]:
    """List every blind rating, oldest first."""
    return list(session.exec(select(BlindRating).order_by(col(BlindRating.id))))


def summarise_blind(session: Session) -> list[BlindSummary]:
    """Average the blind scores by adapter, for evaluation reports."""
    means: list[Any] = [func.avg(getattr(BlindRating, name)) for name in DIMENSIONS]
    query: Any = select(BlindRating.adapter, func.count(), *means)
    rows: Any = session.exec(query.group_by(col(BlindRating.adapter))).all()
    return [
        BlindSummary(
            adapter=row[0],
            n=row[1],
            means={DIMENSIONS[i]: float(row[2 + i]) for i in range(len(DIMENSIONS))},
        )
        for row in rows
    ]


def _adapters_since(session: Session, since: datetime) -> Sequence[str | None]:
    query = select(Answer.adapter).where(Answer.started_at >= since).distinct()
    return session.exec(query).all()
