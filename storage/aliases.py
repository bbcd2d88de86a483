"""Aliases: which adapter answers now ("live"), and which one a share of threads sees ("canary").

One row per alias, flipped in one transaction and bound to a checksum; every flip is kept.
"""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from storage.adapters import AdapterState, get_adapter
from storage.audit import append_audit
from storage.columns import PlainText, UtcDateTime, utc_now
from storage.errors import ConflictError, NotFoundError
from storage.record import Record, get_locked, insert_if_new, save

LIVE = "live"
CANARY = "canary"


class Alias(Record, table=True):
    """A name that points to an adapter; no adapter means the base model."""

    name: str = Field(primary_key=True)
    adapter_name: str | None = Field(default=None, foreign_key="adapter.name")
    sha256: str | None = Field(default=None, max_length=64)
    percent: int | None = Field(default=None, description="share of threads, canary only")
    evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id")
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class AliasChange(Record, table=True):
    """One flip; written once (a trigger refuses UPDATE and DELETE)."""

    __tablename__ = "alias_change"

    id: int = Field(default=None, primary_key=True)
    alias: str = Field(index=True)
    previous_adapter_name: str | None = None
    adapter_name: str | None = None
    sha256: str | None = Field(default=None, max_length=64)
    percent: int | None = None
    evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id")
    actor: str = Field(sa_type=PlainText)
    reason: str = Field(default="", sa_type=PlainText)
    at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def get_alias(session: Session, name: str) -> Alias | None:
    """Return where this alias points; None when it never pointed anywhere (base model)."""
    return session.get(Alias, name)


def point_alias(
    session: Session,
    name: str,
    adapter_name: str | None,
    sha256: str | None,
    actor: str,
    reason: str,
    evaluation_id: int | None = None,
    percent: int | None = None,
) -> Alias:
    """Point the alias at an adapter (None: the base model, or no canary), with history and audit.

    Pointing it where it already points changes nothing. Does not touch the adapter's state.

    Raises:
        NotFoundError: there is no such adapter.
        ConflictError: the checksum is not the registered one, or the adapter was rejected.
        ValueError: a percent outside 1-100, or one missing (canary) or given (live).
    """
    _check_target(session, name, adapter_name, sha256, percent)
    insert_if_new(session, Alias(name=name), "name")
    alias = get_locked(session, Alias, name, "alias")
    previous = alias.adapter_name
    if (previous, alias.sha256, alias.percent) == (adapter_name, sha256, percent):
        return alias
    alias.adapter_name, alias.sha256, alias.percent = adapter_name, sha256, percent
    alias.evaluation_id, alias.updated_at = evaluation_id, utc_now()
    save(session, alias)
    change = AliasChange(
        alias=name,
        previous_adapter_name=previous,
        adapter_name=adapter_name,
        sha256=sha256,
        percent=percent,
        evaluation_id=evaluation_id,
        actor=actor,
        reason=reason,
    )
    save(session, change)
    details = change.model_dump(mode="json", exclude={"id", "at", "actor", "alias"})
    append_audit(session, actor, "alias.point", name, details)
    return alias


def alias_history(session: Session, name: str, limit: int = 50) -> list[AliasChange]:
    """Return the alias's flips, newest first."""
    query = select(AliasChange).where(AliasChange.alias == name)
    return list(session.exec(query.order_by(col(AliasChange.id).desc()).limit(limit)))


def _check_target(
    session: Session, name: str, adapter_name: str | None, sha256: str | None, percent: int | None
) -> None:
    wants_percent = name == CANARY and adapter_name is not None
    if wants_percent != (percent is not None) or (percent is not None and not 1 <= percent <= 100):
        wanted = "a percent from 1 to 100" if wants_percent else "no percent"
        raise ValueError(f"Alias {name!r} takes {wanted}, got {percent!r}.")
    if adapter_name is None:
        if sha256 is not None:
            raise ValueError("The base model takes no checksum; give an adapter name or no sha256.")
        return
    adapter = get_adapter(session, adapter_name)
    if adapter is None:
        raise NotFoundError("adapter", adapter_name)
    if adapter.sha256 != sha256:
        raise ConflictError(
            f"Adapter {adapter_name!r} is registered with checksum {adapter.sha256}, not {sha256}."
        )
    if adapter.state is AdapterState.REJECTED:
        raise ConflictError(f"Adapter {adapter_name!r} was rejected and cannot answer.")
