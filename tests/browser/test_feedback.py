"""The feedback half in Chromium: rate, change the rating, correct, review, approve, the JSONL line.

Real bot and database in the practice workspace; the model server is the stub.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.slack.blocks.answer import RUBRIC
from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.running import running_playground
from deploy.stub_model import StubModel
from pipeline.dataset.transfer import export_examples
from storage.database import open_database, reading
from storage.examples import ExampleStatus
from tests.acceptance.bots import ACTIVATION, BotProcess
from tests.acceptance.test_feedback import BETTER, ROLES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", "build/screenshots"))


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[BotProcess]:
    """A bot with the practice workspace's roles."""
    with (
        running_playground(Options(data_folder=tmp_path / "ws")) as workspace,
        StubModel() as stub,
    ):
        url = f"sqlite:///{tmp_path / 'analyst.sqlite'}"
        process = BotProcess(workspace, stub.base_url, url, tmp_path)
        process.start(**ROLES)
        workspace.wait_for_app()
        yield process
        process.close()


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    page.screenshot(path=SCREENSHOTS / f"feedback-{name}-{width}.png")


def open_as(page: Page, workspace: PlaygroundClient, user: str) -> None:
    """Open the workspace as this person."""
    page.goto(f"{workspace.base_url}/")
    expect(page.get_by_role("heading", name="#growth")).to_be_visible()
    if (page.viewport_size or {"width": 0})["width"] < 700:
        page.get_by_role("button", name="Channels and people").click()
    page.locator("label", has_text=people.PERSON_BY_ID[user].name).click()


def test_from_a_bad_rating_to_an_approved_example(
    page: Page, bot: BotProcess, tmp_path: Path
) -> None:
    workspace: PlaygroundClient = bot.workspace
    workspace.say(people.GINA, people.GROWTH_CHANNEL, ACTIVATION, raw=True)
    page.goto(f"{workspace.base_url}/")
    page.get_by_role("button", name="1 reply").last.click()
    thread = page.get_by_role("region", name="Thread")
    expect(thread.get_by_text("numbers verified")).to_be_visible(timeout=40_000)
    thread.get_by_label("Rate 0-5").select_option(label=f"4 · {RUBRIC[4]}")
    expect(thread.get_by_text("Thank you, noted: 4")).to_be_visible()
    thread.get_by_label("Rate 0-5").select_option(label=f"1 · {RUBRIC[1]}")
    form = page.get_by_role("dialog")
    expect(form.get_by_text("What was wrong?").first).to_be_visible()
    form.get_by_text("The recommended action").click()
    shoot(page, "why")
    form.get_by_role("button", name="Send").click()
    expect(thread.get_by_text("your reasons are noted")).to_be_visible()

    thread.get_by_role("button", name="Correct it").click()
    form.get_by_role("textbox", name="Analysis").fill("Activation fell from 42% to 17%.")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_contain_text("17%")
    shoot(page, "unproved")
    form.get_by_role("textbox", name="Analysis").fill(BETTER["analysis"])
    form.get_by_role("textbox", name="Recommended action").fill(BETTER["recommended_action"])
    form.get_by_role("textbox", name="Urgency").fill(BETTER["urgency"])
    form.get_by_role("button", name="Send").click()
    expect(thread.get_by_text("It waits for review")).to_be_visible()
    shoot(page, "corrected")

    open_as(page, workspace, people.ANA)
    workspace.command(people.ANA, people.REVIEW_CHANNEL, "/analyst", "review")
    queue = page.get_by_role("dialog")
    expect(queue.get_by_text("Proposed answer")).to_be_visible()
    shoot(page, "review")
    queue.get_by_role("button", name="Approve", exact=True).click()
    expect(queue.get_by_text("rated low")).to_be_visible()
    shoot(page, "approved")

    engine = open_database(bot.database_url)
    with reading(engine) as session:
        export_examples(session, tmp_path / "out.jsonl", status=ExampleStatus.APPROVED)
    engine.dispose()
    [line] = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert (row["analysis"], row["origin"]) == (BETTER["analysis"], "correction")
    assert row["reviewed_by"] == people.ANA
