"""Given a model server that is down or dies in mid-answer, then the question waits and is told."""

from collections.abc import Callable

import pytest

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.stub_model import StubFault, StubModel
from tests.acceptance.bots import ACTIVATION, BotProcess

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

WaitForAnswer = Callable[[str, str], dict[str, object]]


def _wait_until_told(workspace: PlaygroundClient, ts: str) -> None:
    def told() -> bool:
        posts = workspace.bot_messages(people.GROWTH_CHANNEL, ts)
        return any("model server is not answering" in str(post["blocks"]) for post in posts)

    workspace.wait_for(told, "message that the question waits")


def test_a_dead_server_is_told_and_answered_after_its_return(
    bot: BotProcess,
    workspace: PlaygroundClient,
    stub_model: StubModel,
    wait_for_answer: WaitForAnswer,
) -> None:
    stub_model.stop()
    bot.start()
    workspace.wait_for_app()
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    _wait_until_told(workspace, ts)
    stub_model.start()
    wait_for_answer(people.GROWTH_CHANNEL, ts)
    assert len(workspace.bot_messages(people.GROWTH_CHANNEL, ts)) == 1


def test_a_server_that_dies_in_mid_answer_goes_on_after_the_accepted_sentences(
    bot: BotProcess,
    workspace: PlaygroundClient,
    stub_model: StubModel,
    wait_for_answer: WaitForAnswer,
) -> None:
    stub_model.fail_next(StubFault.DISCONNECT, after_tokens=30, times=1)
    bot.start()
    workspace.wait_for_app()
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    answer = wait_for_answer(people.GROWTH_CHANNEL, ts)
    assert "Recommended action" in str(answer["blocks"])
    assert len(workspace.bot_messages(people.GROWTH_CHANNEL, ts)) == 1


def test_stop_ends_an_answer_that_is_being_written(
    bot: BotProcess, workspace: PlaygroundClient, stub_model: StubModel
) -> None:
    stub_model.token_seconds = 0.3
    bot.start()
    workspace.wait_for_app()
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)

    def writing() -> dict[str, object] | None:
        posts = workspace.bot_messages(people.GROWTH_CHANNEL, ts)
        return next((p for p in posts if "answer_stop" in str(p["blocks"])), None)

    post = workspace.wait_for(writing, "placeholder")
    workspace.click(
        people.GINA,
        action_id="answer_stop",
        channel=people.GROWTH_CHANNEL,
        message_ts=str(post["ts"]),
    )

    def stopped() -> bool:
        posts = workspace.bot_messages(people.GROWTH_CHANNEL, ts)
        return any("Stopped" in str(p["blocks"]) for p in posts)

    workspace.wait_for(stopped, "stopped message", 60)
