"""Given an answer, when people rate, correct and review it, then one verdict each, and an example.

The real bot process, jobs and database; the practice workspace and a stub model.
"""

import contextlib
import copy
import json
import random
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine
from sqlmodel import select

from bot.slack.blocks.answer import ActionId
from bot.slack.blocks.review import ReviewAction
from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from storage.audit import list_audit, verify_audit_chain
from storage.blind_ratings import BlindRating
from storage.corrections import Correction, CorrectionState
from storage.database import open_database, reading
from storage.examples import Example, ExampleStatus
from storage.ratings import Rating, RatingHistory
from tests.acceptance.bots import ACTIVATION, BotProcess

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

ROLES = {
    "ANALYST_ROLES__GROWTH_GROUPS": f'["{people.GROWTH_GROUP}"]',
    "ANALYST_ROLES__ANALYST_GROUPS": f'["{people.ANALYSTS_GROUP}"]',
    "ANALYST_ROLES__MAINTAINER_GROUPS": f'["{people.MAINTAINERS_GROUP}"]',
}
# Passes every quality check on the activation case, and says what the stub's answer does not.
BETTER = {
    "analysis": (
        "Activation fell from 42% to 31% over six weeks, and it has declined five weeks in a row."
        " The decline starts right after the onboarding redesign, so the redesign is the likeliest"
        " suspect, but nothing else was ruled out yet. About 2,000 people sign up each week, so"
        " this is far more than weekly noise."
    ),
    "recommended_action": (
        "The onboarding team should show the old flow to half of the new sign-ups for two weeks"
        " and compare activation between both groups. If the old flow wins, the product lead"
        " should roll the redesign back; if both groups are alike, look at traffic sources next."
    ),
    "urgency": "High. The decline has not stopped and every week of sign-ups is affected by it.",
}
Wait = Callable[[str, str], dict[str, Any]]


class Walk:
    """What people do in this test, and what the database holds of it."""

    def __init__(self, workspace: PlaygroundClient, message: dict[str, Any], engine: Engine):
        self.workspace, self.message, self.engine = workspace, message, engine
        self.place = {"channel": people.GROWTH_CHANNEL, "message_ts": str(message["ts"])}

    @property
    def answer_id(self) -> str:
        """The id behind the answer's controls."""
        actions = next(b for b in self.message["blocks"] if b["type"] == "actions")
        return str(next(e["value"] for e in actions["elements"] if e["type"] == "button"))

    def score(self, user: str, score: int) -> None:
        """Choose a score."""
        value = f"{score}:{self.answer_id}"
        self.workspace.click(user, action_id=ActionId.SCORE, value=value, **self.place)

    def thumb(self, user: str, side: str) -> None:
        """Click a thumb."""
        self.workspace.click(user, action_id=ActionId.THUMBS, value=side, **self.place)

    def open_form(self, user: str) -> str:
        """Wait for a form of this person and return its id."""
        found = self.workspace.wait_for(lambda: self.workspace.open_views(user), f"{user}'s form")
        return str(found[-1]["id"])

    def correct(self, user: str, parts: dict[str, str]) -> dict[str, Any]:
        """Open "Correct it" and send these parts."""
        self.workspace.click(user, action_id=ActionId.CORRECT, **self.place)
        state = {name: {"text": text} for name, text in parts.items()}
        return self.workspace.submit(user, self.open_form(user), state)

    def rows(self, table: type[Any]) -> list[Any]:
        """All rows of a table."""
        with reading(self.engine) as session:
            return list(session.exec(select(table).order_by(table.id)).all())

    def wait_for_rows(self, table: type[Any], fits: Callable[[Any], bool], what: str) -> list[Any]:
        """Wait until a row fits."""
        return self.workspace.wait_for(
            lambda: [row for row in self.rows(table) if fits(row)], what, timeout_seconds=60
        )

    def window(self, user: str) -> dict[str, Any]:
        """The person's window on top."""
        return self.workspace.open_views(user)[-1]

    def wait_for_text(self, user: str, text: str) -> None:
        """Wait until the person's window shows a text."""
        self.workspace.wait_for(
            lambda: any(text in str(view["blocks"]) for view in self.workspace.open_views(user)),
            f"{text!r} in {user}'s window",
        )


@pytest.fixture
def walk(
    bot: BotProcess, workspace: PlaygroundClient, wait_for_answer: Wait, database_url: str
) -> Any:
    """A bot with one finished answer in its thread."""
    bot.start(**ROLES)
    workspace.wait_for_app()
    ts = workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    message = wait_for_answer(people.GROWTH_CHANNEL, ts)
    engine = open_database(database_url)
    yield Walk(workspace, message, engine)
    engine.dispose()


def test_a_correction_is_checked_reviewed_and_becomes_an_example(walk: Walk) -> None:
    walk.score(people.GINA, 4)
    walk.score(people.GINA, 1)
    why = walk.open_form(people.GINA)
    walk.workspace.submit(
        people.GINA,
        why,
        {"reasons": {"reasons": ["action", "tone"]}, "comment": {"comment": "Too vague"}},
    )
    # The form may be stored before the click that opened it; in the end the last score counts.
    [rating] = walk.wait_for_rows(
        Rating, lambda row: row.reasons and row.score == 1, "reasons beside the last score"
    )
    assert (rating.reasons, rating.comment) == (["action", "tone"], "Too vague")
    by_time = sorted(walk.rows(RatingHistory), key=lambda row: float(row.action_ts))
    assert [row.score for row in by_time] == [4, 1, None]

    wrong = walk.correct(people.GINA, BETTER | {"analysis": "Activation fell from 42% to 17%."})
    assert "17%" in wrong["errors"]["analysis"]
    assert not walk.rows(Correction)
    sent = walk.workspace.submit(
        people.GINA,
        walk.open_form(people.GINA),
        {name: {"text": text} for name, text in BETTER.items()},
    )
    assert sent == {"errors": {}, "error": ""}
    [example] = walk.wait_for_rows(Example, lambda row: row.origin == "correction", "candidate")
    assert example.status is ExampleStatus.CANDIDATE, example.checks
    assert example.rejected_completion.startswith("Analysis:")
    assert all(check["passed"] for check in example.checks.values()), example.checks
    walk.workspace.wait_for(
        lambda: "waits for review" in str(walk.workspace.ephemerals(people.GINA)), "confirmation"
    )

    walk.workspace.command(people.ANA, people.REVIEW_CHANNEL, "/analyst", "review")
    window = walk.window(people.ANA)
    shown = str(window["blocks"])
    assert "A reader's correction" in shown
    assert "*42%*" in shown
    assert "Proposed answer" in shown
    walk.workspace.click(people.ANA, action_id=ReviewAction.APPROVE, view_id=window["id"])
    [approved] = walk.wait_for_rows(
        Example, lambda row: row.status is ExampleStatus.APPROVED, "approval"
    )
    assert (approved.id, approved.reviewer) == (example.id, people.ANA)
    assert walk.rows(Correction)[0].state is CorrectionState.APPROVED
    direct = people.PERSON_BY_ID[people.GINA].direct_channel_id
    walk.workspace.wait_for(
        lambda: "was approved" in str(walk.workspace.bot_messages(direct)), "private note"
    )
    # The queue goes on to the answer that was rated low.
    walk.wait_for_text(people.ANA, "rated low")
    with reading(walk.engine) as session:
        assert verify_audit_chain(session) is None
        actions = [entry.action for entry in list_audit(session)]
    assert actions[::-1][-2:] == ["example.propose", "example.decide"]


def test_edit_and_approve_and_reject_with_a_reason(walk: Walk) -> None:
    walk.score(people.GINA, 5)
    walk.wait_for_rows(Example, lambda row: row.origin == "rating", "candidate")
    walk.thumb(people.MAX, "negative")
    walk.wait_for_rows(Example, lambda row: row.is_negative, "negative")

    walk.workspace.command(people.ANA, people.REVIEW_CHANNEL, "/analyst", "review")
    root = walk.window(people.ANA)
    assert "raters disagree" in str(root["blocks"])
    walk.workspace.click(people.ANA, action_id=ReviewAction.EDIT, view_id=root["id"])
    form = walk.window(people.ANA)["id"]
    bad = {"recommended_action": {"text": "Look into it."}}
    assert walk.workspace.submit(people.ANA, form, bad)["errors"]
    good = {name: {"text": text} for name, text in BETTER.items()}
    assert not walk.workspace.submit(people.ANA, form, good)["errors"]
    [edited] = walk.wait_for_rows(
        Example, lambda row: row.status is ExampleStatus.APPROVED, "approval"
    )
    assert edited.sections == BETTER
    walk.wait_for_text(people.ANA, "rated low")

    walk.workspace.click(people.ANA, action_id=ReviewAction.REJECT, view_id=root["id"])
    form = walk.window(people.ANA)["id"]
    assert walk.workspace.submit(people.ANA, form, {})["errors"] == {
        "reason": "Please complete this required field."
    }
    walk.workspace.submit(people.ANA, form, {"reason": {"reason": "planted"}})
    [rejected] = walk.wait_for_rows(
        Example, lambda row: row.status is ExampleStatus.REJECTED, "rejection"
    )
    assert rejected.reasons == ["planted"]
    walk.wait_for_text(people.ANA, "Nothing waits")


def test_nobody_gets_their_own_and_two_reviewers_get_different_items(walk: Walk) -> None:
    walk.correct(people.ANA, BETTER)
    walk.wait_for_rows(Example, lambda row: row.origin == "correction", "candidate")
    walk.workspace.command(people.ANA, people.REVIEW_CHANNEL, "/analyst", "review")
    assert "Nothing waits" in str(walk.window(people.ANA)["blocks"])
    walk.workspace.close_view(people.ANA, walk.window(people.ANA)["id"])
    walk.score(people.GINA, 0)
    walk.wait_for_rows(Example, lambda row: row.is_negative, "negative")
    walk.workspace.command(people.MAX, people.REVIEW_CHANNEL, "/analyst", "review")
    walk.workspace.command(people.ANA, people.REVIEW_CHANNEL, "/analyst", "review")
    assert "reader's correction" in str(walk.window(people.MAX)["blocks"])
    assert "rated low" in str(walk.window(people.ANA)["blocks"])


def test_those_without_the_right_are_refused_privately(walk: Walk) -> None:
    answered = walk.workspace.command(people.GINA, people.GROWTH_CHANNEL, "/analyst", "review")
    assert "you need the role analyst or maintainer" in str(answered["response"])
    walk.score(people.GUY, 0)
    walk.workspace.click(people.GUY, action_id=ActionId.CORRECT, **walk.place)
    told = walk.workspace.ephemerals(people.GUY)
    assert len(told) == 2
    assert all("guests" in message["text"] for message in told)
    assert not walk.rows(Rating)
    assert not walk.workspace.open_views(people.GUY)
    asked = walk.workspace.say(people.GUY, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    walk.workspace.wait_for(
        lambda: len(walk.workspace.ephemerals(people.GUY)) == 3, "private refusal"
    )
    assert not walk.workspace.bot_messages(people.GROWTH_CHANNEL, asked)


def _deliver(payload: dict[str, Any], port: int) -> None:
    """Send an interaction as Slack does over HTTP, signed; a dead bot gets nothing."""
    body = urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time.time()))
    signed = SignatureVerifier(people.SIGNING_SECRET).generate_signature(timestamp=stamp, body=body)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": str(signed),
    }
    address = f"http://127.0.0.1:{port}/slack/events"
    request = urllib.request.Request(address, body.encode(), headers)
    with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=10) as response:
        assert response.status == 200


def test_clicks_delivered_four_times_shuffled_over_a_crash_make_one_rating(
    bot: BotProcess, walk: Walk, free_port: int
) -> None:
    template = walk.workspace.click(
        people.GINA, action_id=ActionId.SCORE, value=f"2:{walk.answer_id}", **walk.place
    )["payload"]
    walk.wait_for_rows(Rating, lambda row: row.score == 2, "first rating")
    first = float(template["actions"][0]["action_ts"])
    clicks = []
    for after, score in enumerate([1, 4, 0, 5], start=1):
        click = copy.deepcopy(template)
        click["actions"][0]["action_ts"] = f"{first + after:.6f}"
        click["actions"][0]["selected_option"]["value"] = f"{score}:{walk.answer_id}"
        clicks += [click] * 4
    random.Random(5).shuffle(clicks)
    bot.stop()
    http = {"ANALYST_SLACK__MODE": "http", "ANALYST_SLACK__HTTP_PORT": str(free_port), **ROLES}
    dying = bot.start(kill_at="after_rating_commit:2", **http)
    for click in clicks:
        _deliver(click, free_port)
    assert dying.wait(timeout=60) == -9, "the named point was never reached"
    bot.start(**http)
    for click in clicks:
        _deliver(click, free_port)

    walk.wait_for_rows(RatingHistory, lambda _: len(walk.rows(RatingHistory)) == 5, "history")
    walk.wait_for_rows(Rating, lambda row: row.score == 5, "the last click's score")
    assert len(walk.rows(Rating)) == 1
    by_time = sorted(walk.rows(RatingHistory), key=lambda row: float(row.action_ts))
    assert [row.score for row in by_time] == [2, 1, 4, 0, 5]
    walk.wait_for_rows(
        Example,
        lambda row: row.status is ExampleStatus.CANDIDATE and not row.is_negative,
        "candidate of the last score",
    )
    waiting = [row for row in walk.rows(Example) if row.status is ExampleStatus.CANDIDATE]
    assert [row.is_negative for row in waiting] == [False]


def test_blind_rating_hides_the_writer_and_home_shows_what_became_of_things(walk: Walk) -> None:
    walk.correct(people.GINA, BETTER)
    walk.wait_for_rows(Example, lambda row: row.origin == "correction", "candidate")
    walk.workspace.command(people.ANA, people.REVIEW_CHANNEL, "/analyst", "rate")
    window = walk.window(people.ANA)
    assert "smollm" not in str(window["blocks"]).lower()
    names = [block["block_id"] for block in window["blocks"] if block["type"] == "input"]
    scores = {name: {name.partition(":")[0]: "4"} for name in names}
    for _ in range(2):  # delivered twice
        walk.workspace.inject("duplicate_events")
    assert not walk.workspace.submit(people.ANA, window["id"], scores)["error"]
    walk.wait_for_text(people.ANA, "no answer left")
    [blind] = walk.rows(BlindRating)
    assert (blind.user_id, blind.usefulness, blind.style) == (people.ANA, 4, 4)

    for person, words in ((people.GINA, "waits for review"), (people.ANA, "1 example waits")):
        walk.workspace.open_home(person)
        walk.workspace.wait_for(
            lambda person=person, words=words: words in str(walk.workspace.home(person)),
            f"{words!r} in the Home tab",
        )
    assert ReviewAction.OPEN not in str(walk.workspace.home(people.GINA))
    walk.workspace.open_home(people.GUY)
    walk.workspace.wait_for(lambda: "guests" in str(walk.workspace.home(people.GUY)), "refusal")
