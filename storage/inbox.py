"""Inbox: every event from Slack, committed before it is acknowledged (step 1 of the walk).

A key makes a repeated delivery harmless. The row and its job are two commits; what was received
but has no job yet is found again by `list_unqueued`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from storage.columns import Json, UtcDateTime, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class InboxEvent(Record, table=True):
    """One thing that happened in Slack, once, however often it was delivered."""

    __tablename__ = "inbox_event"
    __table_args__ = (Index(None, "enqueued_at", "received_at"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True, description="what makes a repeat a repeat")
    kind: str = Field(description="mention, dm, thread_reply, form, command, action, file, ...")
    payload: dict[str, Any] = Field(sa_type=Json)
    received_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    enqueued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def record_event(
    session: Session, key: str, kind: str, payload: dict[str, Any]
) -> InboxEvent | None:
    """Store the event; None when this key is known already."""
    event = InboxEvent(key=key, kind=kind, payload=payload)
    if not insert_if_new(session, event, "key"):
        return None
    return find_event(session, key)


def find_event(session: Session, key: str) -> InboxEvent | None:
    """Return the event with this key, if any."""
    return session.exec(select(InboxEvent).where(InboxEvent.key == key)).first()


def get_event(session: Session, event_id: int) -> InboxEvent | None:
    """Return the event with this id, if any."""
    return session.get(InboxEvent, event_id)


def mark_enqueued(session: Session, event_id: int) -> None:
    """Note that a job exists for this event; the first time stands.

    Raises:
        NotFoundError: there is no such event.
    """
    event = get_locked(session, InboxEvent, event_id, "inbox event")
    if event.enqueued_at is None:
        event.enqueued_at = utc_now()
        save(session, event)


def list_unqueued(
    session: Session, older_than_seconds: float, limit: int = 100, *, now: datetime | None = None
) -> list[InboxEvent]:
    """Return events without a job, received at least this long ago, oldest first."""
    before = (now or utc_now()) - timedelta(seconds=older_than_seconds)
    query = (
        select(InboxEvent)
        .where(col(InboxEvent.enqueued_at).is_(None), InboxEvent.received_at <= before)
        .order_by(col(InboxEvent.received_at), col(InboxEvent.id))
        .limit(limit)
    )
    return list(session.exec(query))
