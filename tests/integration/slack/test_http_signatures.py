"""HTTP mode over a real socket: only requests that Slack signed just now get in."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlmodel import select

from bot.inbox import Inbox
from bot.services import Services, pass_point
from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from bot.settings import AnsweringSettings
from bot.slack.app import build_app
from bot.slack.http import HttpServer
from bot.slack.settings import SlackSettings
from deploy.playground import people
from deploy.playground.options import Options
from deploy.playground.running import running_playground
from storage.database import transaction
from storage.inbox import InboxEvent

pytestmark = pytest.mark.integration

SECRET = "signing-secret-of-the-test"
EVENT = {
    "type": "event_callback",
    "team_id": people.TEAM_ID,
    "event_id": "Ev1",
    "event": {
        "type": "app_mention",
        "user": people.GINA,
        "channel": people.GROWTH_CHANNEL,
        "ts": "1.000100",
        "text": "hello",
    },
}


@pytest.fixture
def address(engine: Engine, tmp_path: Path) -> Iterator[str]:
    """A bot in HTTP mode whose jobs are not started; the inbox is what is looked at."""
    with running_playground(Options(data_folder=tmp_path / "workspace")) as workspace:
        settings = SlackSettings(
            bot_token=people.BOT_TOKEN,
            signing_secret=SECRET,
            mode="http",
            api_url=workspace.api_url,
        )
        services = Services(
            engine=engine,
            slack=WebClient(token=people.BOT_TOKEN, base_url=workspace.api_url),
            model=ModelClient(ServingSettings()),
            slack_settings=settings,
            answering=AnsweringSettings(),
        )
        inbox = Inbox(engine, lambda key, kind, event_id: None, pass_point)
        server = HttpServer(build_app(services, inbox), "127.0.0.1", 0)
        server.start()
        yield f"http://127.0.0.1:{server.port}"
        server.close()
        services.model.close()


def _post(address: str, timestamp: str, secret: str = SECRET, body: bytes | None = None) -> int:
    content = body if body is not None else json.dumps(EVENT).encode()
    base = f"v0:{timestamp}:".encode() + content
    signature = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    request = urllib.request.Request(
        f"{address}/slack/events",
        data=content,
        headers={
            "content-type": "application/json",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def _stored(engine: Engine) -> int:
    with transaction(engine) as session:
        return len(session.exec(select(InboxEvent)).all())


def test_a_signed_event_is_stored_before_it_is_acknowledged(address: str, engine: Engine) -> None:
    assert _post(address, str(int(time.time()))) == 200
    assert _stored(engine) == 1


def test_the_same_event_sent_again_is_acknowledged_and_stored_once(
    address: str, engine: Engine
) -> None:
    for _ in range(3):
        assert _post(address, str(int(time.time()))) == 200
    assert _stored(engine) == 1


@pytest.mark.parametrize(
    ("timestamp", "secret"),
    [
        (str(int(time.time())), "forged"),
        (str(int(time.time()) - 3_600), SECRET),
        ("yesterday", SECRET),
        ("1e9", SECRET),
        ("", SECRET),
    ],
    ids=["forged", "an hour old", "words", "exponent", "empty"],
)
def test_a_wrong_signature_or_time_is_refused(
    address: str, engine: Engine, timestamp: str, secret: str
) -> None:
    assert _post(address, timestamp, secret) == 401
    assert _stored(engine) == 0


def test_health_answers(address: str) -> None:
    with urllib.request.urlopen(f"{address}/health", timeout=5) as response:
        assert response.read() == b"ok"
