"""Given approved examples, when a cycle runs, then a maintainer's click puts a new adapter live.

Real Bolt app, jobs, clock, database and launcher; trainer, evaluation and model server are stubs.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.stub_model import StubModel
from storage.adapters import Adapter, AdapterState
from storage.answers import Answer
from storage.commands import Command
from storage.cycles import CycleRun, CycleStep
from storage.datasets import DatasetVersion
from storage.training_runs import TrainingRun
from tests.acceptance.bots import ACTIVATION, BotProcess
from tests.acceptance.cycles import (
    CHANNEL,
    buttons,
    press,
    proposal,
    read_all,
    start,
    wait_until_live,
    wait_until_proposed,
)

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

POINTS = [
    *("command_claimed", "command_executed", "before_collect", "after_collect"),
    *("after_dataset", "committed_dataset", "after_train", "committed_train"),
    *("after_evaluate", "committed_gates", "after_check", "before_propose"),
    *("after_proposal_sent", "after_propose", "committed_propose"),
]
UPGRADED_AT = "committed_dataset"  # after the kill at this point other code starts
FLIP_POINTS = ["before_flip", "after_flip"]


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

    wait_until_proposed(maker)
    maker.stop()
    start(maker, CODE_VERSION="changed")  # an open proposal outlives an upgrade
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

    stub_model.adapters_dir = None  # a server that lost it: the base model answers and says so
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    assert "no adapter" in str(wait_for_answer(people.GROWTH_CHANNEL, ts)["blocks"])
    assert {row.adapter for row in read_all(maker, Answer)} == {name, None}

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

    start(maker, **({"CODE_VERSION": "changed"} if point == UPGRADED_AT else {}))
    proposal(workspace)
    wait_until_proposed(maker)
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
    wait_until_proposed(maker)
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
