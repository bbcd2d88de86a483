"""A question by a metric's name in Chromium, with everything that `make demo` starts."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from deploy.demo_company.setup import CATALOGUE_FILE, prepare_company, record_releases
from deploy.demo_company.writing import DATABASE_NAME
from deploy.playground.__main__ import DEFAULT_EXAMPLES
from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options, read_examples
from deploy.playground.running import running_playground
from deploy.starter import install_starter
from deploy.vllm import VllmServer
from storage.database import migrate, open_database
from tests.acceptance.bots import BotProcess
from tests.browser.test_walk import ANSWER_MS, _shoot, ask_in_growth

pytestmark = [pytest.mark.browser, pytest.mark.vllm, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def demo(
    vllm_server: VllmServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlaygroundClient]:
    """Workspace, model server, and a bot that knows the demo company."""
    folder = tmp_path_factory.mktemp("company")
    today = datetime.now(UTC).date()
    url = f"sqlite:///{folder / 'analyst.sqlite'}"
    settings = prepare_company(folder, today)
    engine = open_database(url)
    migrate(engine)
    record_releases(engine, today)
    install_starter(engine, vllm_server.settings.adapters_dir, vllm_server.settings.model)
    engine.dispose()
    examples, _ = read_examples(json.loads(DEFAULT_EXAMPLES.read_text(encoding="utf-8")))
    with running_playground(Options(data_folder=folder / "ws", examples=examples)) as workspace:
        bot = BotProcess(workspace, vllm_server.base_url, url, folder)
        assert settings.database_url is not None
        bot.start(
            ANALYST_CATALOGUE__FILE=str(CATALOGUE_FILE),
            ANALYST_CATALOGUE__DATABASE_URL=settings.database_url.get_secret_value(),
            ANALYST_CATALOGUE__DATABASE_NAME=DATABASE_NAME,
        )
        workspace.wait_for_app()
        yield workspace
        bot.close()


def test_activation_in_uk_smb_is_looked_up_and_answered(page: Page, demo: PlaygroundClient) -> None:
    page.goto(f"{demo.base_url}/")
    ask_in_growth(page, "By name: activation in UK SMB")
    expect(page.get_by_text("numbers verified").last).to_be_visible(timeout=ANSWER_MS)
    source = page.get_by_text("Numbers from the demo company's database: Activation rate, UK SMB")
    expect(source.last).to_be_visible()
    expect(page.get_by_text("Recorded changes of this window").last).to_contain_text(
        "Onboarding redesign"
    )
    expect(page.get_by_alt_text("Onboarding redesign", exact=False).last).to_be_visible()
    source.last.scroll_into_view_if_needed()
    _shoot(page, "catalogue-answer-end")
    page.get_by_text("Recommended action").last.scroll_into_view_if_needed()
    _shoot(page, "catalogue-answer")


def test_metrics_are_listed_and_explained(page: Page, demo: PlaygroundClient) -> None:
    page.goto(f"{demo.base_url}/")
    _type(page, "/analyst metrics")
    expect(page.get_by_text("Metrics of the catalogue").last).to_be_visible()
    expect(page.get_by_text("Support tickets").last).to_be_visible()
    _shoot(page, "metrics-list")
    _type(page, "/analyst metrics activation")
    expect(page.get_by_text("sign-ups that create a first project").last).to_be_visible()
    _shoot(page, "metrics-show")


def test_a_change_is_recorded_with_the_form(page: Page, demo: PlaygroundClient) -> None:
    page.goto(f"{demo.base_url}/")
    _type(page, "/analyst annotate")
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("Record a change")
    form.get_by_label("What changed").fill("Checkout copy changed")
    _shoot(page, "annotate-form")
    form.get_by_role("button", name="Record").click()
    expect(form).to_contain_text("Recorded: Checkout copy changed")
    _shoot(page, "annotate-recorded")
    page.keyboard.press("Escape")
    expect(form).not_to_be_visible()


def _type(page: Page, command: str) -> None:
    page.get_by_role("textbox", name="Message #growth").fill(command)
    page.get_by_role("button", name="Send").first.click()
