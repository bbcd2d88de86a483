"""What acceptance tests of the cycle do: start the bot, look at proposal, rows and alias."""

import sys
from pathlib import Path
from typing import Any

from sqlmodel import select

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from storage.aliases import LIVE, get_alias
from storage.cycles import CycleRun, CycleState
from storage.database import open_database, reading
from tests.acceptance.bots import BotProcess
from tests.acceptance.warm import WarmProcess

PROGRAM = Path(__file__).with_name("cycle_process.py")
TRAINER = Path(__file__).parents[1] / "integration" / "scheduler" / "stub_trainer.py"
CHANNEL = people.MAINTAINERS_CHANNEL
SETTINGS = {
    "ANALYST_ROLES__MAINTAINER_GROUPS": f'["{people.MAINTAINERS_GROUP}"]',
    "ANALYST_ROLES__ANALYST_GROUPS": f'["{people.ANALYSTS_GROUP}"]',
    "ANALYST_SCHEDULER__CHANNEL": CHANNEL,
    "ANALYST_SCHEDULER__TRAINER": f'["{sys.executable}", "{TRAINER}"]',
    "ANALYST_SCHEDULER__COMMAND_SECONDS": "0.2",
    "ANALYST_SCHEDULER__RECONCILE_SECONDS": "1",
    "ANALYST_SCHEDULER__LEASE_SECONDS": "3",
    "ANALYST_SCHEDULER__BEAT_SECONDS": "0.5",
}


def start(maker: BotProcess, kill_at: str = "", **settings: str) -> WarmProcess:
    """Start the process and wait until it is connected."""
    process = maker.start(kill_at, **SETTINGS, **settings)
    maker.workspace.wait_for_app()
    return process


def proposal(workspace: PlaygroundClient, timeout_seconds: float = 90) -> dict[str, Any]:
    """Wait for the proposal's message."""

    def look() -> dict[str, Any] | None:
        for message in workspace.bot_messages(CHANNEL):
            if "is ready" in message.get("text", ""):
                return message
        return None

    return workspace.wait_for(look, "proposal", timeout_seconds)


def press(workspace: PlaygroundClient, user: str, message: dict[str, Any]) -> None:
    """Click on Approve."""
    workspace.click(user, action_id="adapter_approve", channel=CHANNEL, message_ts=message["ts"])


def buttons(message: dict[str, Any]) -> list[str]:
    """The action ids under a message."""
    return [
        element["action_id"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def wait_until_live(maker: BotProcess, name: str | None) -> None:
    """Wait until the alias points there."""
    engine = open_database(maker.database_url)

    def look() -> bool:
        with reading(engine) as session:
            alias = get_alias(session, LIVE)
        return (alias.adapter_name if alias else None) == name

    try:
        maker.workspace.wait_for(look, f"{name} live", timeout_seconds=40)
    finally:
        engine.dispose()


def read_all(maker: BotProcess, table: type) -> list[Any]:
    """Every row of a table."""
    engine = open_database(maker.database_url)
    with reading(engine) as session:
        rows = list(session.exec(select(table)).all())
    engine.dispose()
    return rows


def wait_until_proposed(maker: BotProcess) -> None:
    """Wait until the only cycle is recorded as proposed."""
    maker.workspace.wait_for(
        lambda: read_all(maker, CycleRun)[0].state is CycleState.PROPOSED, "recorded proposal"
    )
