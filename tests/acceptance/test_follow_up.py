"""Given an answer in a thread, when somebody replies, then the question is revised and answered."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from storage.database import open_database, reading
from storage.requests import Request
from tests.acceptance.bots import ACTIVATION, BotProcess

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

Wait = Callable[[str, str], dict[str, object]]


def answers(workspace: PlaygroundClient, ts: str) -> list[dict[str, Any]]:
    """The finished answers of a thread."""
    return [
        message
        for message in workspace.bot_messages(people.GROWTH_CHANNEL, ts)
        if any(block["type"] == "context_actions" for block in message.get("blocks", []))
    ]


def asked(bot: BotProcess) -> list[Request]:
    """All requests, oldest first."""
    engine = open_database(bot.database_url)
    with reading(engine) as session:
        found = list(session.exec(select(Request).order_by(col(Request.created_at))).all())
    engine.dispose()
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_replies_revise_the_question_and_talk_is_left_alone(
    bot: BotProcess, workspace: PlaygroundClient, wait_for_answer: Wait
) -> None:
    bot.start()
    workspace.wait_for_app()
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    wait_for_answer(people.GROWTH_CHANNEL, ts)

    def reply(text: str, count: int) -> str:
        workspace.say(people.GINA, people.GROWTH_CHANNEL, text, thread_ts=ts, raw=True)
        workspace.wait_for(lambda: len(answers(workspace, ts)) == count, text, 60)
        return str(answers(workspace, ts)[-1]["blocks"])

    shown = reply("Please exclude week 3", 2)
    assert "Left out as you asked: week 3." in shown
    workspace.say(people.ANA, people.GROWTH_CHANNEL, "thanks, nice", thread_ts=ts, raw=True)
    shown = reply("what if the cohort doubles?", 3)
    assert "Supposed, as you asked: 4,000 people per week" in shown
    assert "Left out as you asked: week 3." in shown
    shown = reply("why do you say so?", 4)
    assert "Same data as before" in shown

    workspace.say(people.GINA, people.GROWTH_CHANNEL, "exclude the outage", thread_ts=ts, raw=True)
    workspace.wait_for(
        lambda: "which week to leave out" in str(workspace.bot_messages(people.GROWTH_CHANNEL, ts)),
        "what could not be done",
        60,
    )
    first, second, third, fourth, unclear = asked(bot)
    assert first.question is not None
    assert second.question is not None
    assert third.question is not None
    assert fourth.question is not None
    assert second.question["values"][2] is None
    assert third.question["cohort_size"] == 2 * first.question["cohort_size"]
    assert fourth.question["values"] == third.question["values"]
    assert unclear.question is None
    assert second.parent_request_id == first.id
