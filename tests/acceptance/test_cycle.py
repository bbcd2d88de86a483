"""Given approved examples, when a cycle runs, then a maintainer's click puts a new adapter live.

Real Bolt app, jobs, clock, database and launcher; trainer, evaluation and model server are stubs.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.stub_model import StubModel
from pipeline.curated import CURATED_FOLDER
from storage.adapters import Adapter, AdapterState
from storage.aliases import LIVE, get_alias
from storage.commands import Command
from storage.cycles import CycleRun, CycleState, CycleStep
from storage.database import open_database, reading
from storage.datasets import DatasetVersion
from storage.training_runs import TrainingRun
from tests.acceptance.bots import ACTIVATION, BotProcess

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

PROGRAM = Path(__file__).with_name("cycle_process.py")
TRAINER = Path(__file__).parents[1] / "integration" / "scheduler" / "stub_trainer.py"
CHANNEL = people.MAINTAINERS_CHANNEL
EXAMPLES = 8
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
POINTS = [
    *("command_claimed", "command_executed", "before_collect", "after_collect"),
    *("after_dataset", "committed_dataset", "after_train", "committed_train"),
    *("after_evaluate", "committed_gates", "after_check", "before_propose"),
    *("after_proposal_sent", "after_propose", "committed_propose"),
]
FLIP_POINTS = ["before_flip", "after_flip"]


@pytest.fixture
def maker(bot: BotProcess, stub_model: StubModel, tmp_path: Path) -> BotProcess:
    """The bot with its scheduler, a few examples to learn from, adapters seen by the stub."""
    folder = tmp_path / "curated"
    folder.mkdir()
    lines = (CURATED_FOLDER / "a.jsonl").read_text("utf-8").splitlines()[:EXAMPLES]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    stub_model.adapters_dir = tmp_path / "adapters"
    stub_model.adapters_dir.mkdir()
    bot.program = PROGRAM
    return bot


def start(maker: BotProcess, kill_at: str = "") -> Any:
    """Start the process and wait until it is connected."""
    process = maker.start(kill_at, **SETTINGS)
    maker.workspace.wait_for_app()
    return process


def proposal(workspace: PlaygroundClient) -> dict[str, Any]:
    """Wait for the proposal's message."""

    def look() -> dict[str, Any] | None:
        for message in workspace.bot_messages(CHANNEL):
            if "is ready" in message.get("text", ""):
                return message
        return None

    return workspace.wait_for(look, "proposal", timeout_seconds=90)


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


def test_cycle_proposal_click_and_the_next_answer_comes_from_the_new_adapter(
    maker: BotProcess,
    workspace: PlaygroundClient,
    stub_model: StubModel,
    wait_for_answer: Callable[[str, str], dict[str, object]],
) -> None:
    start(maker)
    workspace.command(people.MAX, CHANNEL, "/analyst", "cycle run")
    message = proposal(workspace)
    assert buttons(message) == ["adapter_approve", "adapter_canary", "adapter_reject"]
    name = message["text"].split()[1]

    press(workspace, people.GINA, message)
    assert any("maintainer" in e["text"] for e in workspace.ephemerals(people.GINA))
    assert read_all(maker, Adapter)[0].state is AdapterState.CANDIDATE

    press(workspace, people.MAX, message)
    wait_until_live(maker, name)
    decided = workspace.wait_for(
        lambda: next(
            (
                m
                for m in workspace.bot_messages(CHANNEL)
                if m["ts"] == message["ts"] and not buttons(m)
            ),
            None,
        ),
        "message without buttons",
    )
    assert f"<@{people.MAX}>" in str(decided["blocks"])

    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    wait_for_answer(people.GROWTH_CHANNEL, ts)
    assert stub_model.requests[-1].model == name

    workspace.command(people.MAX, CHANNEL, "/analyst", "rollback")
    wait_until_live(maker, None)
    assert read_all(maker, Adapter)[0].state is AdapterState.RETIRED
    maker.stop()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_of_the_cycle_still_ends_in_one_proposal(
    maker: BotProcess, workspace: PlaygroundClient, tmp_path: Path, point: str
) -> None:
    process = start(maker, kill_at=point)
    workspace.command(people.MAX, CHANNEL, "/analyst", "cycle run")
    assert process.wait(timeout=90) == -9, "the named point was never reached"

    start(maker)
    proposal(workspace)
    workspace.wait_for(
        lambda: read_all(maker, CycleRun)[0].state is CycleState.PROPOSED, "recorded proposal"
    )
    maker.stop()

    assert sum("is ready" in m.get("text", "") for m in workspace.bot_messages(CHANNEL)) == 1
    assert len(read_all(maker, CycleRun)) == 1
    assert len(read_all(maker, DatasetVersion)) == 1
    assert len(read_all(maker, TrainingRun)) == 1
    assert len(read_all(maker, Adapter)) == 1
    assert {step.state.value for step in read_all(maker, CycleStep)} == {"done"}
    started = (tmp_path / "data" / "training" / "started.log").read_text().split()
    assert len(started) == 1, "trained twice"


@pytest.mark.parametrize("point", FLIP_POINTS)
def test_a_kill_around_the_flip_leaves_one_decision(
    maker: BotProcess, workspace: PlaygroundClient, point: str
) -> None:
    process = start(maker, kill_at=point)
    workspace.command(people.MAX, CHANNEL, "/analyst", "cycle run")
    name = proposal(workspace)["text"].split()[1]
    workspace.wait_for(
        lambda: read_all(maker, CycleRun)[0].state is CycleState.PROPOSED, "recorded proposal"
    )
    workspace.command(people.MAX, CHANNEL, "/analyst", "approve 1")
    assert process.wait(timeout=60) == -9, "the named point was never reached"

    start(maker)
    wait_until_live(maker, name)
    maker.stop()


def test_stopping_in_the_middle_of_training_is_quick_and_the_cycle_goes_on(
    maker: BotProcess, workspace: PlaygroundClient, tmp_path: Path
) -> None:
    runs = tmp_path / "data" / "training"
    runs.mkdir(parents=True)
    (runs / "seconds").write_text("12")
    start(maker)
    workspace.command(people.MAX, CHANNEL, "/analyst", "cycle run")
    workspace.wait_for(lambda: read_all(maker, TrainingRun), "training", timeout_seconds=60)
    maker.stop()  # fails when it takes longer than 20 s

    start(maker)
    proposal(workspace)
    assert (runs / "started.log").read_text().count("\n") == 1
    maker.stop()


ALLOWED = {
    "adapters": {people.ANA, people.MAX},
    "approve 1": {people.MAX},
    "reject 1 too vague": {people.MAX},
    "canary 1 10": {people.MAX},
    "rollback": {people.MAX},
    "cycle status": {people.MAX},
    "cycle run": {people.MAX},
    "cycle pause": {people.MAX},
    "cycle resume": {people.MAX},
    "cycle skip": {people.MAX},
}


def test_every_command_is_refused_to_whoever_may_not_and_writes_nothing(
    maker: BotProcess, workspace: PlaygroundClient
) -> None:
    start(maker)
    for words, allowed in ALLOWED.items():
        for user in {people.GINA, people.ANA, people.GUY} - allowed:
            before = len(workspace.ephemerals(user))
            workspace.command(user, people.GROWTH_CHANNEL, "/analyst", words)
            (reply,) = workspace.ephemerals(user)[before:]
            assert reply["text"].startswith("Sorry"), (words, user, reply["text"])
    assert read_all(maker, Command) == []
    for user in (people.ANA, people.MAX):
        workspace.command(user, CHANNEL, "/analyst", "adapters")
        assert "base model" in workspace.ephemerals(user)[-1]["text"]
    maker.stop()
