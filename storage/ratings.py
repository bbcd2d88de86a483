"""Ratings: one verdict per person and answer; the last action counts, every action is kept.

Ordered by Slack's `action_ts`, not by arrival, so clicks delivered twice or shuffled end the same.
Score and thumb are separate verdicts: giving one does not take the other back.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Index, UniqueConstraint, func
from sqlmodel import Field, Session, col, select

from storage.answers import Answer
from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.record import Record, insert_if_new, save

HIGHEST_SCORE = 5


class Thumb(StrEnum):
    """The native thumbs."""

    UP = "up"
    DOWN = "down"


class Rating(Record, table=True):
    """What a person thinks of an answer now."""

    __table_args__ = (UniqueConstraint("answer_id", "user_id"), Index(None, "updated_at"))

    id: int = Field(default=None, primary_key=True)
    answer_id: str = Field(foreign_key="answer.id")
    user_id: str = Field(index=True)
    score: int | None = Field(default=None, description="0-5 by the rubric")
    thumb: Thumb | None = Field(default=None, sa_type=state_type(Thumb))
    reasons: list[str] = Field(default_factory=list, sa_type=Json)
    comment: str = Field(default="", sa_type=PlainText)
    action_ts: str = Field(default="", description="of the last action that counts")
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class RatingHistory(Record, table=True):
    """One action by one person; its payload's key makes a retry harmless."""

    __tablename__ = "rating_history"
    __table_args__ = (Index(None, "answer_id", "user_id"),)

    id: int = Field(default=None, primary_key=True)
    payload_key: str = Field(unique=True)
    answer_id: str = Field(foreign_key="answer.id")
    user_id: str
    action_ts: str
    score: int | None = None
    thumb: Thumb | None = Field(default=None, sa_type=state_type(Thumb))
    reasons: list[str] | None = Field(default=None, sa_type=Json)
    comment: str | None = Field(default=None, sa_type=PlainText)
    received_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class RatingSummary(BaseModel):
    """Counts over a set of ratings."""

    rated: int
    scored: int
    mean_score: float | None
    thumbs_up: int
    thumbs_down: int


def rate(
    session: Session,
    answer_id: str,
    user_id: str,
    action_ts: str,
    payload_key: str,
    score: int | None = None,
    thumb: Thumb | str | None = None,
    *,
    reasons: list[str] | None = None,
    comment: str | None = None,
) -> Rating:
    """Take one action (a score, a thumb, the form's reasons) and return the rating that results.

    Raises:
        ValueError: a score outside 0-5, an unknown thumb, an action_ts that is no number, or
            nothing said at all.
    """
    if all(said is None for said in (score, thumb, reasons, comment)):
        raise ValueError("A rating needs a score, a thumb, reasons or a comment.")
    if score is not None and not 0 <= score <= HIGHEST_SCORE:
        raise ValueError(f"A score is a whole number from 0 to {HIGHEST_SCORE}, got {score!r}.")
    _moment(action_ts)
    history = RatingHistory(
        payload_key=payload_key,
        answer_id=answer_id,
        user_id=user_id,
        action_ts=action_ts,
        score=score,
        thumb=None if thumb is None else Thumb(thumb),
        reasons=reasons,
        comment=comment,
    )
    rating = _locked_rating(session, answer_id, user_id)
    if insert_if_new(session, history, "payload_key"):
        _recount(rating, list_rating_history(session, answer_id, user_id))
        save(session, rating)
    return rating


def get_rating(session: Session, answer_id: str, user_id: str) -> Rating | None:
    """Return what this person thinks of this answer, if they said so."""
    query = select(Rating).where(Rating.answer_id == answer_id, Rating.user_id == user_id)
    return session.exec(query).first()


def list_ratings(session: Session, answer_id: str) -> list[Rating]:
    """Return every person's rating of this answer."""
    query = select(Rating).where(Rating.answer_id == answer_id).order_by(col(Rating.id))
    return list(session.exec(query))


def list_rating_history(session: Session, answer_id: str, user_id: str) -> list[RatingHistory]:
    """Return a person's actions on an answer in the order they were taken."""
    query = select(RatingHistory).where(
        RatingHistory.answer_id == answer_id, RatingHistory.user_id == user_id
    )
    actions = list(session.exec(query))
    return sorted(actions, key=lambda action: (_moment(action.action_ts), action.payload_key))


def summarise_ratings(
    session: Session, adapter: str | None, *, since: datetime | None = None
) -> RatingSummary:
    """Count the ratings of one adapter's answers (None: the base model's)."""
    query = (
        select(
            Rating.thumb,
            func.count(),
            func.count(col(Rating.score)),
            func.sum(col(Rating.score)),
        )
        .join(Answer, col(Answer.id) == col(Rating.answer_id))
        .where(Answer.adapter == adapter)
        .group_by(col(Rating.thumb))
    )
    if since is not None:
        query = query.where(Rating.updated_at >= since)
    groups = session.exec(query).all()
    scored = sum(count for _, _, count, _ in groups)
    total = sum(int(scores or 0) for _, _, _, scores in groups)
    thumbs = {thumb: count for thumb, count, _, _ in groups}
    return RatingSummary(
        rated=sum(thumbs.values()),
        scored=scored,
        mean_score=total / scored if scored else None,
        thumbs_up=thumbs.get(Thumb.UP, 0),
        thumbs_down=thumbs.get(Thumb.DOWN, 0),
    )


def _moment(action_ts: str) -> Decimal:
    try:
        return Decimal(action_ts)
    except InvalidOperation as error:
        raise ValueError(f"action_ts {action_ts!r} is not seconds since 1970.") from error


def _locked_rating(session: Session, answer_id: str, user_id: str) -> Rating:
    # The lock makes two simultaneous clicks of one person see each other's history.
    insert_if_new(session, Rating(answer_id=answer_id, user_id=user_id), "answer_id", "user_id")
    query = select(Rating).where(Rating.answer_id == answer_id, Rating.user_id == user_id)
    fresh: dict[str, Any] = {"populate_existing": True}
    return session.exec(query.with_for_update().execution_options(**fresh)).one()


def _recount(rating: Rating, actions: list[RatingHistory]) -> None:
    rating.score = _last([action.score for action in actions])
    rating.thumb = _last([action.thumb for action in actions])
    rating.reasons = _last([action.reasons for action in actions]) or []
    rating.comment = _last([action.comment for action in actions]) or ""
    rating.action_ts, rating.updated_at = actions[-1].action_ts, utc_now()


def _last(values: list[Any]) -> Any:
    return next((value for value in reversed(values) if value is not None), None)
