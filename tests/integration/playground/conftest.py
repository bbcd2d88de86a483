"""A practice workspace in a thread, and a tiny real Bolt app connected to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.people import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from deploy.playground.running import running_playground

RETRY_DELAYS_SECONDS = (0.0, 0.2, 0.2)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[PlaygroundClient]:
    """A workspace with short waits, so that retries can be watched."""
    options = Options(
        data_folder=tmp_path / "playground",
        acknowledge_timeout_seconds=3.0,
        retry_delays_seconds=RETRY_DELAYS_SECONDS,
    )
    with running_playground(options) as client:
        yield client


@pytest.fixture
def web(workspace: PlaygroundClient) -> WebClient:
    """The app's Web API client."""
    return WebClient(token=BOT_TOKEN, base_url=workspace.api_url)


@pytest.fixture
def app(web: WebClient) -> App:
    """A Bolt app that listens before it acknowledges, without listeners yet."""
    return App(client=web, signing_secret=SIGNING_SECRET, process_before_response=True)


@pytest.fixture
def connect(workspace: PlaygroundClient, app: App) -> Iterator[Callable[[], SocketModeHandler]]:
    """Connect the app over Socket Mode, once its listeners are there."""
    handlers: list[SocketModeHandler] = []

    def connect_now() -> SocketModeHandler:
        handler = SocketModeHandler(app, APP_TOKEN, web_client=app.client, ping_interval=0.5)
        handler.connect()
        handlers.append(handler)
        workspace.wait_for_app()
        return handler

    yield connect_now
    for handler in handlers:
        handler.close()
