"""Leases: one leader at a time, who loses the lead by staying silent.

The token grows with every change of holder; a leader that was paused can compare it to see that it
lost the lead.
"""

from datetime import datetime, timedelta

from sqlmodel import Field, Session

from storage.columns import UtcDateTime, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class Lease(Record, table=True):
    """Who leads, and until when."""

    name: str = Field(primary_key=True)
    holder: str = ""
    token: int = 0
    expires_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def acquire_lease(
    session: Session, name: str, holder: str, seconds: float, *, now: datetime | None = None
) -> Lease | None:
    """Take or extend the lease for this long; None while another holds it."""
    moment = now or utc_now()
    insert_if_new(session, Lease(name=name, expires_at=moment), "name")
    lease = get_locked(session, Lease, name, "lease")
    if lease.holder != holder:
        if lease.holder and lease.expires_at > moment:
            return None
        lease.holder, lease.token = holder, lease.token + 1
    lease.expires_at = moment + timedelta(seconds=seconds)
    return save(session, lease)


def release_lease(session: Session, name: str, holder: str) -> None:
    """Give the lease back early; nothing happens when another holds it."""
    lease = session.get(Lease, name, with_for_update=True, populate_existing=True)
    if lease is not None and lease.holder == holder:
        lease.holder = ""
        save(session, lease)


def get_lease(session: Session, name: str) -> Lease | None:
    """Return the lease as it stands, if anyone ever asked for it."""
    return session.get(Lease, name)
