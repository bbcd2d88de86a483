"""Audit: who decided what, append-only and chained, so that a change shows.

Triggers refuse UPDATE and DELETE; each entry carries the hash of the one before it, so that an
entry changed or removed behind the triggers' back breaks the chain. Entries cut off at the very
end can only be seen by comparing with a head that was posted elsewhere (`is_known_head`).
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, canonical_json, storable_text, utc_now
from storage.locks import lock_name
from storage.record import Record, save

GENESIS_HASH = "0" * 64
_READ_BATCH_ROWS = 1000


class AuditEntry(Record, table=True):
    """One decision; written once."""

    __tablename__ = "audit_entry"

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=PlainText, description="user id, or the part that acted by itself")
    action: str = Field(index=True)
    target: str = Field(sa_type=PlainText)
    details: dict[str, Any] = Field(sa_type=Json)
    previous_hash: str = Field(unique=True, max_length=64)
    entry_hash: str = Field(unique=True, max_length=64)


def append_audit(
    session: Session, actor: str, action: str, target: str, details: dict[str, Any] | None = None
) -> AuditEntry:
    """Add an entry at the chain's end.

    Other appends wait until this transaction ends, so call it late in the transaction.
    """
    lock_name(session, "audit")
    last = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)).first()
    entry = AuditEntry(
        at=utc_now(),
        actor=storable_text(actor),
        action=action,
        target=storable_text(target),
        # As it will be read back: tuples become lists, keys become strings.
        details=json.loads(canonical_json(details or {})),
        previous_hash=last.entry_hash if last else GENESIS_HASH,
        entry_hash="",
    )
    entry.entry_hash = hash_entry(entry)
    return save(session, entry)


def hash_entry(entry: AuditEntry) -> str:
    """Return the SHA-256 (hex) over the previous hash and the entry's content."""
    content = {
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "details": entry.details,
    }
    return hashlib.sha256((entry.previous_hash + canonical_json(content)).encode()).hexdigest()


def verify_audit_chain(session: Session) -> int | None:
    """Walk the whole chain; return the id of the first entry that does not fit, or None."""
    previous, after = GENESIS_HASH, 0
    while True:
        query = select(AuditEntry).where(col(AuditEntry.id) > after).order_by(col(AuditEntry.id))
        batch = list(session.exec(query.limit(_READ_BATCH_ROWS)))
        if not batch:
            return None
        for entry in batch:
            if entry.previous_hash != previous or entry.entry_hash != hash_entry(entry):
                return entry.id
            previous, after = entry.entry_hash, entry.id
        session.expunge_all()


def audit_head(session: Session) -> str:
    """Return the hash of the newest entry, to be kept somewhere the database cannot change."""
    query = select(AuditEntry.entry_hash).order_by(col(AuditEntry.id).desc()).limit(1)
    return session.exec(query).first() or GENESIS_HASH


def is_known_head(session: Session, head: str) -> bool:
    """Tell whether a head kept elsewhere is still in the chain; False means entries are gone."""
    query = select(AuditEntry.id).where(AuditEntry.entry_hash == head)
    return head == GENESIS_HASH or session.exec(query).first() is not None


def list_audit(session: Session, limit: int = 50, *, action: str | None = None) -> list[AuditEntry]:
    """Return entries, newest first."""
    query = select(AuditEntry)
    if action is not None:
        query = query.where(AuditEntry.action == action)
    return list(session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit)))
