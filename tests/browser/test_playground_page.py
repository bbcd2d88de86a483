"""The practice workspace's page in Chromium, driven as a reader would, wide and 390 px narrow."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Example, Options
from deploy.playground.people import (
    ANA,
    BOT_TOKEN,
    BOT_USER_ID,
    GINA,
    GROWTH_CHANNEL,
    REVIEW_CHANNEL,
    TEAM_ID,
)
from deploy.playground.running import running_playground
from tests.browser.layout import fits_width

sys.path.insert(0, str(Path(__file__).parent))
from tiny_bot import running_bot

pytestmark = pytest.mark.browser
EXAMPLE = Example("Activation is falling", "@Growth Analyst why?\n0.42, 0.41", "Made up")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[PlaygroundClient]:
    with running_playground(Options(data_folder=tmp_path, examples=(EXAMPLE,))) as client:
        yield client


@pytest.fixture
def taken(workspace: PlaygroundClient) -> Iterator[list[tuple[str, Any]]]:
    with running_bot(workspace) as noted:
        yield noted


def open_page(page: Page, workspace: PlaygroundClient) -> None:
    page.goto(workspace.base_url)
    expect(page.get_by_role("heading", name="#growth")).to_be_visible()


def is_narrow(page: Page) -> bool:
    return bool(page.viewport_size and page.viewport_size["width"] < 700)


def open_drawer(page: Page) -> None:
    if is_narrow(page):
        page.get_by_role("button", name="Channels and people").click()


def ask_example(page: Page) -> Locator:
    """Send the example question; returns the thread, opened."""
    page.get_by_role("button", name=EXAMPLE.title).click()
    expect(page.get_by_role("textbox", name="Message #growth")).to_be_focused()
    page.keyboard.press("Enter")
    if is_narrow(page):
        page.get_by_role("button", name=re.compile("1 reply")).click()
    thread = page.get_by_role("region", name="Thread")
    expect(thread.get_by_text("Recommended action")).to_be_visible()
    return thread


def test_question_answer_rating_and_correction(
    page: Page, workspace: PlaygroundClient, taken: list[tuple[str, Any]]
) -> None:
    open_page(page, workspace)
    thread = ask_example(page)
    assert fits_width(page)
    asked = workspace.messages(GROWTH_CHANNEL)[0]
    assert asked["text"].startswith(f"<@{BOT_USER_ID}> why?\n0.42")

    thread.get_by_role("button", name="Not helpful").click()
    expect(thread.get_by_text("Noted: down")).to_be_visible()
    expect(thread.get_by_text("Only you can see this")).to_be_visible()
    thread.get_by_role("combobox").select_option("4")
    expect(thread.get_by_text("Noted: 4")).to_be_visible()
    assert ("thumbs", (GINA, "down")) in taken
    assert ("score", (GINA, "4")) in taken

    thread.get_by_role("button", name="Correct it").click()
    form = page.get_by_role("dialog", name="Correct it")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_have_text("Please complete this required field.")
    form.get_by_role("textbox", name="What is wrong?").fill("no")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_have_text("Say a little more.")
    form.get_by_role("textbox", name="What is wrong?").fill("The window is wrong")
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    assert ("correction", "The window is wrong") in taken


def test_the_bots_text_cannot_run_or_call_anything(
    page: Page, workspace: PlaygroundClient, taken: list[tuple[str, Any]]
) -> None:
    foreign: list[str] = []
    page.on("request", lambda r: foreign.append(r.url) if "127.0.0.1" not in r.url else None)
    open_page(page, workspace)
    thread = ask_example(page)
    links = thread.get_by_role("log").get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == ["https://good.example/"]
    assert "noopener" in (links.first.get_attribute("rel") or "")
    assert thread.locator("script, iframe, img[src='x']").count() == 0
    assert page.evaluate("window.hacked") is None
    assert foreign == []


def test_by_keyboard_alone(
    page: Page, workspace: PlaygroundClient, taken: list[tuple[str, Any]]
) -> None:
    open_page(page, workspace)
    page.get_by_role("textbox", name="Message #growth").focus()
    page.keyboard.type("/an")
    expect(page.get_by_role("option", name="/analyst")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("ask")
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Correct it")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    assert workspace.open_views(GINA) == []

    page.get_by_role("textbox", name="Message #growth").focus()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("one")).to_be_visible()
    assert workspace.messages(GROWTH_CHANNEL)[-1]["text"] == "one\ntwo"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_streamed_text_status_edit_picture_and_unread_dot(
    page: Page, workspace: PlaygroundClient
) -> None:
    web = WebClient(token=BOT_TOKEN, base_url=workspace.api_url)
    open_page(page, workspace)
    ts = workspace.say(GINA, GROWTH_CHANNEL, "question")
    place = {"channel": GROWTH_CHANNEL, "thread_ts": ts}
    web.assistant_threads_setStatus(
        channel_id=GROWTH_CHANNEL, thread_ts=ts, status="is computing statistics"
    )
    expect(page.get_by_role("status")).to_contain_text("is computing statistics")
    recipient = {"recipient_team_id": TEAM_ID, "recipient_user_id": GINA}
    stream = web.chat_stream(**place, **recipient, buffer_size=1)
    stream.append(markdown_text="It **fell**. ")
    page.get_by_role("button", name=re.compile("1 reply")).click()
    thread = page.get_by_role("region", name="Thread")
    expect(thread.get_by_text("It fell.")).to_be_visible()
    expect(thread.get_by_role("status")).to_have_text("")
    stream.append(markdown_text="Then it rose.")
    expect(thread.get_by_text("It fell. Then it rose.")).to_be_visible()
    stream.stop()

    posted = web.chat_postMessage(**place, text="first")
    web.chat_update(channel=GROWTH_CHANNEL, ts=posted["ts"], text="second")
    expect(thread.get_by_text("second")).to_be_visible()
    expect(thread.get_by_text("(edited)")).to_be_visible()

    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    web.files_upload_v2(**place, content=png, filename="c.png", alt_txt="A falling line")
    picture = thread.get_by_role("img", name="A falling line")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 1

    web.chat_postMessage(channel=REVIEW_CHANNEL, text="elsewhere")
    if is_narrow(page):
        page.keyboard.press("Escape")
    open_drawer(page)
    review = page.get_by_role("button", name=re.compile("growth-analyst-review"))
    expect(review).to_contain_text("unread")
    review.click()
    expect(page.get_by_text("elsewhere")).to_be_visible()


def test_other_person_home_direct_message_and_file(
    page: Page, workspace: PlaygroundClient, taken: list[tuple[str, Any]], tmp_path: Path
) -> None:
    open_page(page, workspace)
    open_drawer(page)
    page.locator("label", has_text="Ana").click()
    page.get_by_role("button", name="App Home").click()
    expect(page.get_by_text("How to ask a question")).to_be_visible()
    assert workspace.home(ANA) is not None
    open_drawer(page)
    page.get_by_role("button", name="Direct message").click()
    table = tmp_path / "weeks.csv"
    table.write_text("week,rate\n1,0.4\n")
    page.locator("[data-role=picker]").set_input_files(table)
    expect(page.get_by_role("list", name="Attached files")).to_contain_text("weeks.csv")
    page.get_by_role("textbox", name="Message Growth Analyst").fill("my weeks")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name=re.compile("weeks.csv"))).to_be_visible()
    workspace.wait_for(lambda: [e for kind, e in taken if kind == "message"], "file event")
    event = next(event for kind, event in taken if kind == "message")
    assert (event["user"], event["channel_type"]) == (ANA, "im")
    assert event["files"][0]["name"] == "weeks.csv"
    assert fits_width(page)
