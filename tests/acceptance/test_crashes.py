"""Given a question, when the bot is killed at any named point, then exactly one answer comes."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from storage.answers import Answer, AnswerSentence
from storage.database import open_database, transaction
from storage.requests import Request
from tests.acceptance.bots import ACTIVATION, BotProcess

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

POINTS = [
    "event_committed",
    "request_committed",
    "before_post",
    "after_post",
    "after_post_commit",
    "after_read",
    "after_findings",
    "before_sentence_commit",
    "after_sentence_commit:2",
    "after_sentence_sent:2",
    "before_answer_commit",
    "after_answer_commit",
    "after_chart_upload",
    "before_final_edit",
    "after_final_edit",
]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_still_ends_in_exactly_one_answer(
    bot: BotProcess,
    workspace: PlaygroundClient,
    wait_for_answer: Callable[[str, str], dict[str, object]],
    point: str,
) -> None:
    process = bot.start(kill_at=point)
    workspace.wait_for_app()
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    assert process.wait(timeout=60) == -9, "the named point was never reached"

    bot.start()
    wait_for_answer(people.GROWTH_CHANNEL, ts)

    posts = workspace.bot_messages(people.GROWTH_CHANNEL, ts)
    assert len(posts) == 1
    engine = open_database(bot.database_url)
    with transaction(engine) as session:
        assert len(session.exec(select(Request)).all()) == 1
        assert len(session.exec(select(Answer)).all()) == 1
        sentences = [row.text for row in session.exec(select(AnswerSentence)).all()]
    engine.dispose()
    assert len(sentences) == len(set(sentences))
    bot.stop()
