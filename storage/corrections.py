"""Corrections: an answer as a reader would have written it, and what became of that."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class CorrectionState(StrEnum):
    """Where a correction stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"


class Correction(Record, table=True):
    """One person's corrected text of one answer."""

    __table_args__ = (Index(None, "state", "created_at"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True, description="the form submission's own id")
    answer_id: str = Field(foreign_key="answer.id", index=True)
    user_id: str = Field(index=True)
    sections: dict[str, Any] = Field(sa_type=Json, description="the three parts as text")
    reasons: list[str] = Field(default_factory=list, sa_type=Json)
    comment: str = Field(default="", sa_type=PlainText)
    claims: list[Any] = Field(default_factory=list, sa_type=Json)
    state: CorrectionState = Field(
        default=CorrectionState.SUBMITTED, sa_type=state_type(CorrectionState)
    )
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def record_correction(
    session: Session,
    *,
    key: str,
    answer_id: str,
    user_id: str,
    sections: dict[str, Any],
    reasons: list[str] | None = None,
    comment: str = "",
    claims: list[Any] | None = None,
) -> Correction:
    """Store a correction; a known key returns the first one unchanged."""
    row = Correction(
        key=key,
        answer_id=answer_id,
        user_id=user_id,
        sections=sections,
        reasons=reasons or [],
        comment=comment,
        claims=claims or [],
    )
    insert_if_new(session, row, "key")
    return session.exec(select(Correction).where(Correction.key == key)).one()


def get_correction(session: Session, correction_id: int) -> Correction | None:
    """Return the correction with this id, if any."""
    return session.get(Correction, correction_id)


def find_correction(session: Session, key: str) -> Correction | None:
    """Return the correction of this form submission, if it was stored."""
    return session.exec(select(Correction).where(Correction.key == key)).first()


def set_correction_state(
    session: Session, correction_id: int, state: CorrectionState | str
) -> Correction:
    """Record what became of a correction. Raises NotFoundError when there is none."""
    correction = get_locked(session, Correction, correction_id, "correction")
    correction.state, correction.updated_at = CorrectionState(state), utc_now()
    return save(session, correction)


def list_corrections(
    session: Session,
    *,
    answer_id: str | None = None,
    user_id: str | None = None,
    state: CorrectionState | str | None = None,
    limit: int = 100,
) -> list[Correction]:
    """Return corrections, newest first."""
    query = select(Correction)
    if answer_id is not None:
        query = query.where(Correction.answer_id == answer_id)
    if user_id is not None:
        query = query.where(Correction.user_id == user_id)
    if state is not None:
        query = query.where(col(Correction.state) == CorrectionState(state))
    return list(session.exec(query.order_by(col(Correction.id).desc()).limit(limit)))
