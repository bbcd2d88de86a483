"""Heartbeats: when each part of the system last said it was alive."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Field, Session, col, select

from storage.columns import Json, UtcDateTime, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class Heartbeat(Record, table=True):
    """The last sign of life of one part."""

    name: str = Field(primary_key=True, description="scheduler, bot, vllm, ...")
    beat_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


def beat(
    session: Session,
    name: str,
    details: dict[str, Any] | None = None,
    *,
    now: datetime | None = None,
) -> Heartbeat:
    """Note that this part is alive."""
    insert_if_new(session, Heartbeat(name=name), "name")
    heartbeat = get_locked(session, Heartbeat, name, "heartbeat")
    heartbeat.beat_at, heartbeat.details = now or utc_now(), details or {}
    return save(session, heartbeat)


def get_heartbeat(session: Session, name: str) -> Heartbeat | None:
    """Return this part's last sign of life, if it ever gave one."""
    return session.get(Heartbeat, name)


def list_silent(
    session: Session, longer_than_seconds: float, *, now: datetime | None = None
) -> list[Heartbeat]:
    """Return the parts that have said nothing for longer than this."""
    before = (now or utc_now()) - timedelta(seconds=longer_than_seconds)
    query = select(Heartbeat).where(Heartbeat.beat_at < before).order_by(col(Heartbeat.name))
    return list(session.exec(query))
