"""Given a database that is away for a while, then questions and the cycle wait and nothing is lost.

Seconds here; AWAY_SECONDS=60 makes it a whole minute.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.running import running_playground
from deploy.stub_model import StubModel
from storage.answers import Answer, AnswerSentence
from storage.cycles import CycleStep
from storage.requests import Request
from storage.training_runs import TrainingRun
from tests.acceptance.bots import ACTIVATION, BotProcess
from tests.acceptance.cycles import CHANNEL, proposal, read_all, start, wait_until_proposed
from tests.database_away import Away

AWAY_SECONDS = float(os.environ.get("AWAY_SECONDS", "2"))
# DBOS looks for its database after 1, 2, 4 ... and at most every 60 s (half as much again).
PATIENCE_SECONDS = 60 + 3 * AWAY_SECONDS

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180 + 6 * AWAY_SECONDS)]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[PlaygroundClient]:
    """A practice workspace that sends an event again after the database is back, as Slack would."""
    options = Options(
        data_folder=tmp_path / "workspace",
        retry_delays_seconds=(0.2, AWAY_SECONDS, 3.0),
        acknowledge_timeout_seconds=10.0,
    )
    with running_playground(options) as client:
        yield client


def test_an_answer_and_a_cycle_go_on_and_a_question_asked_meanwhile_is_answered(
    maker: BotProcess,
    workspace: PlaygroundClient,
    stub_model: StubModel,
    database_away: Away,
    tmp_path: Path,
) -> None:
    runs = tmp_path / "data" / "training"
    runs.mkdir(parents=True)
    (runs / "seconds").write_text(str(1 + AWAY_SECONDS / 2))  # training ends while it is away
    stub_model.token_seconds = 0.05
    start(maker)
    workspace.command(people.MAX, CHANNEL, "/analyst", "cycle run")
    workspace.wait_for(lambda: read_all(maker, TrainingRun), "training", timeout_seconds=60)
    asked = [workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)]
    workspace.wait_for(lambda: read_all(maker, AnswerSentence), "sentence", timeout_seconds=60)

    with database_away():
        asked.append(workspace.say(people.ANA, people.GROWTH_CHANNEL, ACTIVATION, raw=True))
        time.sleep(AWAY_SECONDS)

    for ts in asked:
        posts = workspace.wait_for(
            lambda ts=ts: answered(workspace, ts), "finished answer", PATIENCE_SECONDS
        )
        assert len(posts) == 1
    proposal(workspace, PATIENCE_SECONDS)
    wait_until_proposed(maker)
    maker.stop()

    assert sum("is ready" in m.get("text", "") for m in workspace.bot_messages(CHANNEL)) == 1
    assert len(read_all(maker, Request)) == len(read_all(maker, Answer)) == len(asked)
    placed = [(s.answer_id, s.text) for s in read_all(maker, AnswerSentence)]
    assert len(placed) == len(set(placed)), "a sentence was written twice"
    assert {step.state.value for step in read_all(maker, CycleStep)} == {"done"}
    assert (runs / "started.log").read_text().count("\n") == 1, "trained twice"


def answered(workspace: PlaygroundClient, ts: str) -> list[dict[str, object]]:
    """The bot's posts below a question, once one carries its rating controls."""
    posts = workspace.bot_messages(people.GROWTH_CHANNEL, ts)
    return posts if "context_actions" in str(posts) else []
