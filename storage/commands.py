"""Commands: what a person asked the machine to do (approve, canary, cycle run, ...).

`bot` and the command line write rows; the scheduler claims and executes them. This module does not
know what any command means.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, or_
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.errors import ConflictError
from storage.record import Record, get_locked, insert_if_new, save

# A claim older than this belongs to an executor that died; no command runs as long in its claim,
# because long work is handed to a workflow.
RECLAIM_AFTER_SECONDS = 300.0


class CommandState(StrEnum):
    """Where a command stands."""

    SUBMITTED = "submitted"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


class Command(Record, table=True):
    """One command by one person, unique by the key of the click or message that gave it."""

    __table_args__ = (Index(None, "state", "submitted_at"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    who: str = Field(description="Slack user id, or the operating-system user of the command line")
    team: str = Field(default="")
    name: str = Field(description="approve, reject, canary, rollback, cycle_run, ...")
    target: str | None = Field(default=None, description="adapter name, cycle, dataset, ...")
    arguments: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: CommandState = Field(default=CommandState.SUBMITTED, sa_type=state_type(CommandState))
    result: dict[str, Any] | None = Field(default=None, sa_type=Json)
    message: str = Field(default="", sa_type=PlainText, description="what to tell the person")
    claimed_by: str | None = Field(default=None)
    submitted_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def submit_command(
    session: Session,
    *,
    key: str,
    who: str,
    name: str,
    team: str = "",
    target: str | None = None,
    arguments: dict[str, Any] | None = None,
) -> Command:
    """Store a command; a known key returns the first one unchanged."""
    row = Command(key=key, who=who, team=team, name=name, target=target, arguments=arguments or {})
    insert_if_new(session, row, "key")
    return session.exec(select(Command).where(Command.key == key)).one()


def claim(
    session: Session,
    claimed_by: str,
    *,
    names: Collection[str] | None = None,
    reclaim_after_seconds: float = RECLAIM_AFTER_SECONDS,
    now: datetime | None = None,
) -> Command | None:
    """Take the oldest waiting command (of these names); None when nothing waits.

    No two executors get the same one. A claim whose executor went silent is taken over.
    """
    moment = now or utc_now()
    stale = moment - timedelta(seconds=reclaim_after_seconds)
    query = select(Command).where(
        or_(
            col(Command.state) == CommandState.SUBMITTED,
            (col(Command.state) == CommandState.CLAIMED) & (col(Command.claimed_at) < stale),
        )
    )
    if names is not None:
        query = query.where(col(Command.name).in_(names))
    query = query.order_by(col(Command.submitted_at), col(Command.id)).limit(1)
    locked = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    command = session.exec(locked).first()
    if command is None:
        return None
    command.state, command.claimed_by, command.claimed_at = CommandState.CLAIMED, claimed_by, moment
    return save(session, command)


def finish(
    session: Session,
    command_id: int,
    *,
    succeeded: bool,
    result: dict[str, Any] | None = None,
    message: str = "",
) -> Command:
    """Record how a command ended; finishing twice the same way changes nothing.

    Raises:
        NotFoundError: there is no such command.
        ConflictError: it already ended the other way.
    """
    state = CommandState.DONE if succeeded else CommandState.FAILED
    command = get_locked(session, Command, command_id, "command")
    if command.finished_at is not None:
        if command.state != state:
            raise ConflictError(f"Command {command_id} already ended as {command.state}.")
        return command
    command.state, command.result, command.message = state, result, message
    command.finished_at = utc_now()
    return save(session, command)


def get_command(session: Session, command_id: int) -> Command | None:
    """Return the command with this id, if any."""
    return session.get(Command, command_id)
