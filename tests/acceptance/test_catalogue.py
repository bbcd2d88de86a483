"""Given a metric's name instead of values, then it is looked up, answered, and nothing is lost."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from deploy.demo_company.setup import CATALOGUE_FILE, prepare_company
from deploy.demo_company.writing import DATABASE_NAME, last_whole_week
from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from storage.annotations import Annotation
from storage.database import open_database, reading
from storage.requests import Request
from tests.acceptance.bots import BotProcess

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

WaitForAnswer = Callable[[str, str], dict[str, Any]]
ASKED = f"<@{people.BOT_USER_ID}> how is activation in UK SMB over the last 8 weeks?"
REDESIGN = (last_whole_week(datetime.now(UTC).date()) - timedelta(weeks=4)).isoformat()


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The demo company's database."""
    prepare_company(tmp_path, datetime.now(UTC).date())
    return tmp_path / "demo-company.sqlite"


def start(bot: BotProcess, workspace: PlaygroundClient, company: Path) -> None:
    bot.start(
        ANALYST_CATALOGUE__FILE=str(CATALOGUE_FILE),
        ANALYST_CATALOGUE__DATABASE_URL=f"sqlite:///{company}",
        ANALYST_CATALOGUE__DATABASE_NAME=DATABASE_NAME,
        ANALYST_CATALOGUE__WAIT_SECONDS="0.5",
    )
    workspace.wait_for_app()


def ask(workspace: PlaygroundClient, text: str) -> str:
    return workspace.say(people.GINA, people.GROWTH_CHANNEL, text, raw=True)


def reply_with(workspace: PlaygroundClient, ts: str, words: str) -> str:
    """Wait until the thread's one message says these words; returns its blocks as text."""

    def look() -> str | None:
        for message in workspace.bot_messages(people.GROWTH_CHANNEL, ts):
            shown = str(message.get("blocks"))
            if words in shown:
                return shown
        return None

    shown: str = workspace.wait_for(look, f"message with {words!r}", 40)
    assert len(workspace.bot_messages(people.GROWTH_CHANNEL, ts)) == 1
    return shown


def private(workspace: PlaygroundClient, user: str, words: str) -> str:
    def look() -> str | None:
        for message in workspace.ephemerals(user):
            if words in str(message):
                return str(message)
        return None

    found: str = workspace.wait_for(look, f"private message with {words!r}", 20)
    return found


def command(workspace: PlaygroundClient, text: str, user: str = people.GINA) -> None:
    workspace.command(user, people.GROWTH_CHANNEL, "/analyst", text)


def stored_question(bot: BotProcess) -> dict[str, Any]:
    engine = open_database(bot.database_url)
    with reading(engine) as session:
        question = session.exec(select(Request)).one().question
    engine.dispose()
    assert question is not None
    return question


def test_a_named_metric_is_looked_up_with_its_recorded_changes(
    bot: BotProcess, workspace: PlaygroundClient, company: Path, wait_for_answer: WaitForAnswer
) -> None:
    start(bot, workspace, company)
    command(workspace, f"annotate {REDESIGN} Onboarding redesign; metric activation; segment SMB")
    private(workspace, people.GINA, "Recorded: Onboarding redesign")
    ts = ask(workspace, ASKED)
    shown = str(wait_for_answer(people.GROWTH_CHANNEL, ts)["blocks"])
    assert "Numbers from the demo company's database: Activation rate, UK SMB, 8 weeks" in shown
    assert "Recorded changes of this window, set against the series: Onboarding redesign" in shown
    question = stored_question(bot)
    assert len(question["values"]) == 8
    assert question["metric"] == "Activation rate"
    assert [change["what"] for change in question["changes"]] == ["Onboarding redesign"]
    assert question["changes"][0]["index"] == 3


def test_while_the_database_is_away_the_question_waits_and_is_answered_later(
    bot: BotProcess, workspace: PlaygroundClient, company: Path, wait_for_answer: WaitForAnswer
) -> None:
    away = company.with_suffix(".away")
    shutil.move(company, away)
    start(bot, workspace, company)
    ts = ask(workspace, ASKED)
    shown = reply_with(workspace, ts, "is not answering")
    assert (
        "The demo company's database is not answering. Your question is kept, and the answer will"
        " appear here as soon as the database is back."
    ) in shown
    bot.stop()  # and a restart loses nothing either
    start(bot, workspace, company)
    shutil.move(away, company)
    wait_for_answer(people.GROWTH_CHANNEL, ts)
    assert len(workspace.bot_messages(people.GROWTH_CHANNEL, ts)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how do activation and churn relate?", "Activation rate or Logo churn?"),
        ("how is activation in France?", "I do not know “france” as a segment or market"),
        ("activation'; DROP TABLE signup_week; --", "That looks like SQL."),
        ("how are we doing?", "Or name a metric of the catalogue and I look its values up:"),
    ],
)
def test_what_is_not_clear_is_asked_back(
    bot: BotProcess, workspace: PlaygroundClient, company: Path, text: str, said: str
) -> None:
    start(bot, workspace, company)
    ts = ask(workspace, f"<@{people.BOT_USER_ID}> {text}")
    shown = reply_with(workspace, ts, "Fix it in a form")
    assert said in shown
    assert "Traceback" not in shown


def test_metrics_are_listed_explained_and_kept_from_guests(
    bot: BotProcess, workspace: PlaygroundClient, company: Path
) -> None:
    start(bot, workspace, company)
    command(workspace, "metrics")
    shown = private(workspace, people.GINA, "Metrics of the catalogue")
    assert all(name in shown for name in ("Activation rate", "Logo churn", "ARPA"))
    command(workspace, "metrics churn rate")
    shown = private(workspace, people.GINA, "paying accounts that cancel in the week")
    assert "lower is better" in shown
    assert "SELECT" not in shown
    for word in ("metrics", "annotate 2026-10-19 a change"):
        command(workspace, word, people.GUY)
    private(workspace, people.GUY, "cannot use me here")


def test_a_change_is_recorded_once_with_the_form(
    bot: BotProcess, workspace: PlaygroundClient, company: Path
) -> None:
    start(bot, workspace, company)
    command(workspace, "annotate pricing page redone; metric churn")
    view = workspace.wait_for(lambda: workspace.open_views(people.GINA), "form")[-1]
    assert "I need what changed and its date" in str(view)
    workspace.inject("duplicate_events", copies=2, count=1)
    filled = {
        "what": {"what": "Pricing page redone"},
        "day": {"day": "2026-10-20"},
        "metric": {"metric": "Logo churn"},
    }
    assert workspace.submit(people.GINA, view["id"], filled)["errors"] in ({}, None)
    engine = open_database(bot.database_url)
    with reading(engine) as session:
        rows = list(session.exec(select(Annotation)))
    engine.dispose()
    assert [(row.text, row.metric, row.author_id) for row in rows] == [
        ("Pricing page redone", "Logo churn", people.GINA)
    ]
