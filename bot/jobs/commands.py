"""Use case: a person's decision becomes one command row, which the scheduler executes.

The bot may not import the scheduler; rows are the only way across. Permission is checked by the
caller, the decision's own conditions by the scheduler when it executes the row.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Engine

import storage.adapters
import storage.aliases
import storage.commands
from storage.commands import Command
from storage.database import transaction

_ALL = 1_000_000


class CommandName(StrEnum):
    """Every command that the scheduler knows."""

    APPROVE = "approve"
    REJECT = "reject"
    CANARY = "canary"
    ROLLBACK = "rollback"
    CYCLE_RUN = "cycle_run"
    CYCLE_PAUSE = "cycle_pause"
    CYCLE_RESUME = "cycle_resume"
    CYCLE_SKIP = "cycle_skip"


class UnknownTargetError(ValueError):
    """What was typed names no adapter; the message lists those that exist."""


@dataclass(frozen=True)
class Order:
    """What somebody wants done. `key` is unique for the click or message that said so."""

    key: str
    who: str
    name: CommandName
    team: str = ""
    channel: str = ""
    target: str | None = None
    reason: str = ""
    percent: int | None = None


def submit(engine: Engine, order: Order) -> Command:
    """Store the order; the same key again returns the first row.

    Raises:
        UnknownTargetError: the target fits no registered adapter.
    """
    with transaction(engine) as session:
        target = order.target
        if target is not None:
            rows = storage.adapters.list_adapters(session, limit=_ALL)
            target = resolve_adapter(target, [row.name for row in rows])
        live = storage.aliases.get_alias(session, storage.aliases.LIVE)
        arguments: dict[str, Any] = {
            "channel": order.channel,
            "reason": order.reason,
            "percent": order.percent,
        }
        if order.name is CommandName.ROLLBACK:
            canary = storage.aliases.get_alias(session, storage.aliases.CANARY)
            answering = (canary and canary.adapter_name) or (live and live.adapter_name)
            arguments["live"] = answering or None
        return storage.commands.submit_command(
            session,
            key=order.key,
            who=order.who,
            name=order.name.value,
            team=order.team,
            target=target,
            arguments=arguments,
        )


def resolve_adapter(wanted: str, names: list[str]) -> str:
    """Find the adapter meant by its number ("7", "v7") or its whole name.

    Raises:
        UnknownTargetError: none or several fit.
    """
    number = wanted.strip().lower().removeprefix("v")
    found = [name for name in names if wanted.strip() == name or adapter_number(name) == number]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownTargetError(f"{wanted} fits {', '.join(found)}; give the whole name.")
    known = ", ".join(adapter_number(name) for name in names[:8]) or "none yet"
    raise UnknownTargetError(f"There is no adapter {wanted[:60]!r}. Registered: {known}.")


def adapter_number(name: str) -> str:
    """The version as people type it: 7 for growth-analyst-v7-1a2b3c4d."""
    return name.removeprefix("growth-analyst-v").partition("-")[0]
