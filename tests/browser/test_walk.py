"""The walk as a person sees it: Chromium, the real bot, real vLLM, in the practice workspace."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.slack.blocks.answer import RUBRIC
from deploy.playground.__main__ import DEFAULT_EXAMPLES
from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options, read_examples
from deploy.playground.running import running_playground
from deploy.vllm import VllmServer
from tests.acceptance.bots import BotProcess
from tests.browser.layout import fits_width

pytestmark = [pytest.mark.browser, pytest.mark.vllm, pytest.mark.timeout(300)]

ANSWER_MS = 120_000
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", "build/screenshots"))


@pytest.fixture(scope="module")
def demo(
    vllm_server: VllmServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlaygroundClient]:
    """What `make demo` starts: workspace, bot and model server."""
    folder = tmp_path_factory.mktemp("demo")
    examples, _ = read_examples(json.loads(DEFAULT_EXAMPLES.read_text(encoding="utf-8")))
    with running_playground(Options(data_folder=folder / "ws", examples=examples)) as workspace:
        bot = BotProcess(
            workspace, vllm_server.base_url, f"sqlite:///{folder / 'analyst.sqlite'}", folder
        )
        bot.start()
        workspace.wait_for_app()
        yield workspace
        bot.close()


def _shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png")


def ask_in_growth(page: Page, title: str) -> None:
    """Send an example and open its own thread; the channel holds those of other tests too."""
    expect(page.get_by_role("heading", name="#growth")).to_be_visible()
    threads = page.get_by_role("button", name="1 reply")
    before = threads.count()
    page.get_by_role("button", name=title).click()
    page.get_by_role("button", name="Send").first.click()
    expect(threads).to_have_count(before + 1)
    threads.last.click()


def _ask_example(page: Page, demo: PlaygroundClient, title: str) -> None:
    page.goto(f"{demo.base_url}/")
    ask_in_growth(page, title)
    expect(page.get_by_text("numbers verified").last).to_be_visible(timeout=ANSWER_MS)
    assert fits_width(page)


def test_the_activation_case_is_answered_with_proof_chart_and_controls(
    page: Page, demo: PlaygroundClient
) -> None:
    _ask_example(page, demo, "Activation is falling")
    expect(page.get_by_text("Recommended action").last).to_be_visible()
    expect(page.get_by_text("Urgency").last).to_be_visible()
    expect(page.get_by_alt_text("Activation", exact=False).last).to_be_visible()
    _shoot(page, "activation")
    page.get_by_role("button", name="Show the working").last.click()
    expect(page.get_by_role("dialog")).to_contain_text("%")
    _shoot(page, "working")
    page.keyboard.press("Escape")
    page.get_by_label("Rate 0-5").last.select_option(label=f"4 · {RUBRIC[4]}")
    expect(page.get_by_text("Thank you, noted").last).to_be_visible()
    _shoot(page, "rated")


def test_a_public_series_is_answered(page: Page, demo: PlaygroundClient) -> None:
    _ask_example(page, demo, "US unemployment")
    _shoot(page, "unemployment")


def test_two_values_are_told_to_be_too_little(page: Page, demo: PlaygroundClient) -> None:
    _ask_example(page, demo, "Too little to go on")
    expect(page.get_by_text("insufficient evidence").last).to_be_visible()
    _shoot(page, "too-little")
