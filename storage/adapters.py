"""Adapters: what was trained, under a name used once, and the states it went through.

Knows nothing of files or vLLM; which adapter answers is in `storage.aliases`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from storage.audit import append_audit
from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.errors import ConflictError, NotFoundError
from storage.record import Record, insert_if_new, save


class AdapterState(StrEnum):
    """Where an adapter stands."""

    CANDIDATE = "candidate"
    CANARY = "canary"
    LIVE = "live"
    RETIRED = "retired"
    REJECTED = "rejected"


# A rejected adapter stays rejected: train a new one. A retired one may return (rollback).
ALLOWED_CHANGES: Mapping[AdapterState, frozenset[AdapterState]] = {
    AdapterState.CANDIDATE: frozenset(
        {AdapterState.CANARY, AdapterState.LIVE, AdapterState.RETIRED, AdapterState.REJECTED}
    ),
    AdapterState.CANARY: frozenset(
        {AdapterState.CANDIDATE, AdapterState.LIVE, AdapterState.RETIRED, AdapterState.REJECTED}
    ),
    AdapterState.LIVE: frozenset({AdapterState.RETIRED}),
    AdapterState.RETIRED: frozenset(
        {AdapterState.CANDIDATE, AdapterState.CANARY, AdapterState.LIVE}
    ),
    AdapterState.REJECTED: frozenset(),
}


class Adapter(Record, table=True):
    """One trained adapter. Name, checksum and base model never change (a trigger refuses it)."""

    __table_args__ = (Index(None, "state", "created_at"),)

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True, description="growth-analyst-v12-1a2b3c4d")
    sha256: str = Field(max_length=64, description="of the manifest of its files")
    directory: str
    base_model: str = Field(description="exactly the string the server is started with")
    state: AdapterState = Field(default=AdapterState.CANDIDATE, sa_type=state_type(AdapterState))
    lineage: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json, description="dataset, training run, preset, ..."
    )
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class AdapterStateChange(Record, table=True):
    """One step in an adapter's life; written once."""

    __tablename__ = "adapter_state_change"

    id: int = Field(default=None, primary_key=True)
    adapter_id: int = Field(foreign_key="adapter.id", index=True)
    before: AdapterState | None = Field(default=None, sa_type=state_type(AdapterState))
    after: AdapterState = Field(sa_type=state_type(AdapterState))
    actor: str = Field(sa_type=PlainText)
    reason: str = Field(default="", sa_type=PlainText)
    at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def register_adapter(
    session: Session,
    *,
    name: str,
    sha256: str,
    directory: str,
    base_model: str,
    lineage: dict[str, Any] | None = None,
    actor: str = "pipeline",
) -> Adapter:
    """Register a trained adapter as candidate; the same one again returns the first row.

    Raises:
        ConflictError: the name is taken by an adapter with another checksum or base model.
    """
    row = Adapter(
        name=name,
        sha256=sha256,
        directory=directory,
        base_model=base_model,
        lineage=lineage or {},
    )
    is_new = insert_if_new(session, row, "name")
    adapter = _adapter(session, name)
    if (adapter.sha256, adapter.base_model) != (sha256, base_model):
        raise ConflictError(
            f"Adapter name {name!r} is taken by checksum {adapter.sha256}; names are used once."
        )
    if is_new:
        _note_change(session, adapter, None, actor, "registered")
    return adapter


def get_adapter(session: Session, name: str) -> Adapter | None:
    """Return the adapter with this name, if any."""
    return session.exec(select(Adapter).where(Adapter.name == name)).first()


def list_adapters(
    session: Session, state: AdapterState | str | None = None, limit: int = 100
) -> list[Adapter]:
    """Return adapters (in this state), newest first."""
    query = select(Adapter)
    if state is not None:
        query = query.where(col(Adapter.state) == AdapterState(state))
    newest = query.order_by(col(Adapter.created_at).desc(), col(Adapter.id).desc()).limit(limit)
    return list(session.exec(newest))


def change_adapter_state(
    session: Session, name: str, state: AdapterState | str, actor: str, reason: str = ""
) -> Adapter:
    """Move an adapter to a state, with history and audit; the state it is in changes nothing.

    Raises:
        NotFoundError: there is no such adapter.
        ConflictError: the change is not in ALLOWED_CHANGES.
    """
    wanted = AdapterState(state)
    adapter = _adapter(session, name)
    before = adapter.state
    if before == wanted:
        return adapter
    if wanted not in ALLOWED_CHANGES[before]:
        raise ConflictError(f"Adapter {name!r} is {before} and cannot become {wanted}.")
    adapter.state, adapter.updated_at = wanted, utc_now()
    save(session, adapter)
    _note_change(session, adapter, before, actor, reason)
    return adapter


def adapter_history(session: Session, name: str) -> list[AdapterStateChange]:
    """Return the adapter's state changes, oldest first."""
    query = (
        select(AdapterStateChange)
        .join(Adapter, col(Adapter.id) == col(AdapterStateChange.adapter_id))
        .where(Adapter.name == name)
        .order_by(col(AdapterStateChange.id))
    )
    return list(session.exec(query))


def _adapter(session: Session, name: str) -> Adapter:
    query = select(Adapter).where(Adapter.name == name).with_for_update()
    adapter = session.exec(query.execution_options(populate_existing=True)).first()
    if adapter is None:
        raise NotFoundError("adapter", name)
    return adapter


def _note_change(
    session: Session, adapter: Adapter, before: AdapterState | None, actor: str, reason: str
) -> None:
    change = AdapterStateChange(
        adapter_id=adapter.id, before=before, after=adapter.state, actor=actor, reason=reason
    )
    save(session, change)
    details = {"before": before, "after": adapter.state, "sha256": adapter.sha256, "reason": reason}
    append_audit(session, actor, "adapter.state", adapter.name, details)
