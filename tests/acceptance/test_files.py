"""Given a file dropped in Slack, then its reading is stated, can be corrected, and is answered.

The real bot process, jobs, database and parsing process; the practice workspace and a stub model.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select
from statsmodels import datasets

from bot.slack.blocks.file_form import CALLBACK_ID, FileAction
from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.stub_model import StubModel
from storage.answers import Answer
from storage.database import open_database, reading
from tests.acceptance.bots import BotProcess
from tests.unit.analysis.files.made import book

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

Wait = Callable[[str, str], dict[str, Any]]
CHANNEL = people.GROWTH_CHANNEL
MENTION = f"<@{people.BOT_USER_ID}> Redesign on 5 October. Why did it change?"
WEEKS = ("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12")
SEGMENTS = "Woche;Markt;Anmeldungen\n" + "".join(
    f"{day};{market};{1000 + 10 * i + 500 * j}\n"
    for i, day in enumerate(WEEKS)
    for j, market in enumerate(("UK", "DE"))
)


@pytest.fixture
def drop(bot: BotProcess, workspace: PlaygroundClient) -> Callable[..., str]:
    """Start the bot, and drop files with a mention as Gina; returns the message's ts."""
    bot.start()
    workspace.wait_for_app()

    def drop_now(name: str, content: bytes, text: str = MENTION) -> str:
        file_id = workspace.upload(people.GINA, name, content)
        return workspace.say(people.GINA, CHANNEL, text, files=[file_id], raw=True)

    return drop_now


def _problem(workspace: PlaygroundClient, ts: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        for message in workspace.bot_messages(CHANNEL, ts):
            if "could not answer from" in json.dumps(message):
                return message
        return None

    return workspace.wait_for(look, "a sentence about the file", 40)


def _open_form(workspace: PlaygroundClient, message: dict[str, Any]) -> dict[str, Any]:
    workspace.click(
        people.GINA, action_id=FileAction.READ_DIFFERENTLY, channel=CHANNEL,
        message_ts=str(message["ts"]),
    )  # fmt: skip
    views = workspace.wait_for(lambda: workspace.open_views(people.GINA), "the form")
    view: dict[str, Any] = views[-1]
    assert view["callback_id"] == CALLBACK_ID
    return view


def _options(view: dict[str, Any], block_id: str) -> dict[str, str]:
    block = next(block for block in view["blocks"] if block.get("block_id") == block_id)
    return {option["text"]["text"]: option["value"] for option in block["element"]["options"]}


def _answers(workspace: PlaygroundClient, ts: str) -> list[dict[str, Any]]:
    return [
        message for message in workspace.bot_messages(CHANNEL, ts)
        if any(block["type"] == "context_actions" for block in message.get("blocks", []))
    ]  # fmt: skip


def test_a_segment_is_asked_for_chosen_answered_and_read_differently(
    drop: Callable[..., str], workspace: PlaygroundClient
) -> None:
    ts = drop("anmeldungen.csv", SEGMENTS.encode("utf-8-sig"))
    asked = _problem(workspace, ts)
    assert "“Markt” has “UK” and “DE”" in json.dumps(asked, ensure_ascii=False)
    view = _open_form(workspace, asked)
    chosen = {"segment_0": {"choice": _options(view, "segment_0")["DE"]}}
    assert not workspace.submit(people.GINA, view["id"], chosen).get("errors")
    answers = workspace.wait_for(lambda: _answers(workspace, ts), "the answer", 40)
    told = json.dumps(answers[0], ensure_ascii=False)
    assert "separated by semicolon, UTF-8 with a byte order mark, decimal comma" in told
    assert "Markt: “DE”" in told
    assert "6 rows used; left out: 6 other segments" in told
    assert "1,550" in told or "1550" in told

    view = _open_form(workspace, answers[0])
    added = {"segment_0": {"choice": _options(view, "segment_0")["all of them, added up"]}}
    workspace.submit(people.GINA, view["id"], added)
    both = workspace.wait_for(
        lambda: found if len(found := _answers(workspace, ts)) == 2 else None, "the second", 40
    )
    told = json.dumps(both[1], ensure_ascii=False)
    assert "Markt: all, added up" in told
    assert "had the file read differently" in told
    assert "2,600" in told or "2600" in told


def test_a_workbook_is_read_and_stated(
    drop: Callable[..., str], workspace: PlaygroundClient, wait_for_answer: Wait
) -> None:
    rows = [("week", "activation (%)"), *zip(WEEKS, (42, 41, 42, 40, 33, 32), strict=True)]
    ts = drop("activation.xlsx", book(rows))
    told = json.dumps(wait_for_answer(CHANNEL, ts), ensure_ascii=False)
    assert "“activation.xlsx”: sheet “Sheet 1”." in told
    assert "one value a week, 2026-09-07 to 2026-10-12" in told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("report.pdf", b"%PDF-1.7", "I can read CSV, TSV and XLSX files, not “report.pdf”"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old Excel format"),
        ("empty.csv", b"\n", "The file is empty."),
        (
            "f.csv",
            b"week,x\n2026-09-07,1\n2026-09-14,2\n2026-09-21,=1+A2\n",
            "Formulas are never run here",
        ),
    ],
)
def test_what_cannot_be_read_is_said(
    drop: Callable[..., str], workspace: PlaygroundClient, name: str, content: bytes, told: str
) -> None:
    message = _problem(workspace, drop(name, content))
    assert told in json.dumps(message, ensure_ascii=False)
    assert "Traceback" not in json.dumps(message)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rows_with_an_outcome_are_explained_and_asked_about_again(
    drop: Callable[..., str],
    workspace: PlaygroundClient,
    bot: BotProcess,
    stub_model: StubModel,
) -> None:
    data = datasets.fair.load_pandas().data
    data["affair"] = ["yes" if value > 0 else "no" for value in data.pop("affairs")]
    table = data.to_csv(index=False).encode()
    ts = drop("survey.csv", table, f"<@{people.BOT_USER_ID}> What goes with an affair?")
    answers = workspace.wait_for(lambda: _answers(workspace, ts), "the answer", 90)
    told = json.dumps(answers[0], ensure_ascii=False)
    assert "affair: associations in one table, no course over time" in told
    assert "Outcome: “affair” (yes is “yes”)." in told
    assert "Dot chart, 8 effects" in told
    assert "6,366 rows" in told
    prompt = str(stub_model.requests[-1].body["messages"])
    assert "Metric: affair (one row each)" in prompt
    assert "rate marriage, each additional 1: -13.1 points of affair" in prompt

    stub_model.script = lambda _: "Analysis: Each year of age causes 99 fewer points of affair."
    bot.stop()
    bot.start()  # the facts survive, the file is not asked for again
    workspace.wait_for_app()
    workspace.say(people.GINA, CHANNEL, "Why do you say so?", thread_ts=ts, raw=True)
    both = workspace.wait_for(
        lambda: found if len(found := _answers(workspace, ts)) == 2 else None, "the second", 90
    )
    told = json.dumps(both[1]["blocks"], ensure_ascii=False)
    assert "the chance of affair is 13.1 points lower (95 % interval 12.1 to 14)" in told
    assert "they do not show what causes what" in told
    assert "causes 99" not in told
    engine = open_database(bot.database_url)
    with reading(engine) as session:
        answered = list(session.exec(select(Answer)).all())
    engine.dispose()
    assert [answer.verified_count == answer.claim_count > 0 for answer in answered] == [True, True]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_outcome_is_asked_for_and_chosen_with_one_click(
    drop: Callable[..., str], workspace: PlaygroundClient
) -> None:
    rows = "".join(
        f"u{i},{i % 17},{'yes' if i * 7 % 11 < 6 else 'no'},{'yes' if i * i % 13 < 5 else 'no'}\n"
        for i in range(200)
    )
    table = "user_id,days,invited,paid_plan\n" + rows
    ts = drop("users.csv", table.encode(), f"<@{people.BOT_USER_ID}> What stands out?")
    asked = _problem(workspace, ts)
    assert "Say which column is the outcome to explain: one of" in json.dumps(asked)
    picks = {b["text"]["text"]: b["action_id"] for b in asked["blocks"][-1]["elements"]}
    workspace.click(
        people.GINA, action_id=picks["invited"], channel=CHANNEL, message_ts=str(asked["ts"])
    )
    answers = workspace.wait_for(lambda: _answers(workspace, ts), "the answer", 90)
    assert "invited: associations in one table" in json.dumps(answers[0], ensure_ascii=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_segments_are_compared_and_compared_again_in_the_thread(
    drop: Callable[..., str],
    workspace: PlaygroundClient,
    bot: BotProcess,
    stub_model: StubModel,
) -> None:
    rows = "".join(
        f"{week},{market},{people + i * more},{part + i * gained}\n"
        for i, week in enumerate(WEEKS)
        for market, people, more, part, gained in (
            ("UK", 1000, 100, 300, 36),
            ("DE", 1500, -100, 750, -46),
            ("US", 700, 10, 280, -10),
        )
    )
    table = ("week,market,signups,activated\n" + rows).encode()
    ts = drop("markets.csv", table, f"<@{people.BOT_USER_ID}> Why did the total fall?")
    answers = workspace.wait_for(lambda: _answers(workspace, ts), "the answer", 90)
    told = json.dumps(answers[0], ensure_ascii=False)
    assert "activated share of signups: worsening" in told
    assert "3 segments from “market”, set against each other" in told
    assert "Before is 7 Sep 2026 to 21 Sep 2026 (3 weeks)" in told
    prompt = str(stub_model.requests[-1].body["messages"])
    assert "Metric: activated share of signups (segments, before and after" in prompt
    assert "(mix effect, 95 % " in prompt

    stub_model.script = lambda _: "Analysis: The mix effect is 77 points."
    again = f"<@{people.BOT_USER_ID}> Compare UK with DE"
    workspace.say(people.GINA, CHANNEL, again, thread_ts=ts, raw=True)
    both = workspace.wait_for(
        lambda: found if len(found := _answers(workspace, ts)) == 2 else None, "the second", 90
    )
    told = json.dumps(both[1], ensure_ascii=False)
    assert "2 segments from “market”, set against each other" in told
    assert "left out: 6 other segments" in told
    assert "points from the changed mix of segments" in told
    assert "77 points" not in told
    engine = open_database(bot.database_url)
    with reading(engine) as session:
        answered = list(session.exec(select(Answer)).all())
    engine.dispose()
    assert [answer.verified_count == answer.claim_count > 0 for answer in answered] == [True, True]
