"""Given the same thing delivered several times or out of order, then it is answered once."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from storage.database import open_database, transaction
from storage.requests import Request
from tests.acceptance.bots import ACTIVATION, BotProcess

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

WaitForAnswer = Callable[[str, str], dict[str, object]]
FORM = {
    "metric": {"metric": "Trial to paid"},
    "values": {"values": "18%, 17%, 17%, 14%, 13%, 13%"},
}


def _requests(bot: BotProcess) -> list[Request]:
    engine = open_database(bot.database_url)
    with transaction(engine) as session:
        found = list(session.exec(select(Request)).all())
    engine.dispose()
    return found


def test_a_mention_that_comes_as_two_events_each_repeated_is_answered_once(
    bot: BotProcess, workspace: PlaygroundClient, wait_for_answer: WaitForAnswer
) -> None:
    bot.start()
    workspace.wait_for_app()
    workspace.inject("duplicate_events", copies=3, count=2)
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    wait_for_answer(people.GROWTH_CHANNEL, ts)
    assert len(workspace.bot_messages(people.GROWTH_CHANNEL, ts)) == 1
    assert len(_requests(bot)) == 1


def test_questions_out_of_order_get_one_answer_each(
    bot: BotProcess, workspace: PlaygroundClient, wait_for_answer: WaitForAnswer
) -> None:
    bot.start()
    workspace.wait_for_app()
    workspace.inject("reorder_events", count=4)
    asked = [
        workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True) for _ in range(2)
    ]
    for ts in asked:
        wait_for_answer(people.GROWTH_CHANNEL, ts)
        assert len(workspace.bot_messages(people.GROWTH_CHANNEL, ts)) == 1


def test_a_form_submitted_twice_is_answered_once(
    bot: BotProcess, workspace: PlaygroundClient
) -> None:
    bot.start()
    workspace.wait_for_app()
    workspace.command(people.GINA, people.GROWTH_CHANNEL, "/analyst", "ask")
    view = workspace.wait_for(lambda: workspace.open_views(people.GINA), "form")[-1]
    workspace.inject("duplicate_events", copies=2, count=1)
    assert workspace.submit(people.GINA, view["id"], FORM)["errors"] in ({}, None)

    def answered() -> list[dict[str, object]]:
        return [
            message
            for message in workspace.bot_messages(people.GROWTH_CHANNEL)
            if any(b["type"] == "context_actions" for b in message.get("blocks", []))
        ]

    workspace.wait_for(answered, "answer to the form", 60)
    assert len(workspace.bot_messages(people.GROWTH_CHANNEL)) == 1
    assert len(_requests(bot)) == 1


def test_a_form_with_wrong_values_is_marked_and_nothing_is_stored(
    bot: BotProcess, workspace: PlaygroundClient
) -> None:
    bot.start()
    workspace.wait_for_app()
    workspace.command(people.GINA, people.GROWTH_CHANNEL, "/analyst", "ask")
    view = workspace.wait_for(lambda: workspace.open_views(people.GINA), "form")[-1]
    wrong = FORM | {"values": {"values": "42 %, 0.41, 38 %"}}
    errors = workspace.submit(people.GINA, view["id"], wrong)["errors"]
    assert "values" in errors
    assert "0.41" in errors["values"]
    assert _requests(bot) == []
