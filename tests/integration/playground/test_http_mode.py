"""Signed HTTP delivery to a real Bolt app behind a real web server, and forged requests."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.people import BOT_TOKEN, BOT_USER_ID, GINA, GROWTH_CHANNEL, SIGNING_SECRET
from deploy.playground.running import bind, running_playground

pytestmark = pytest.mark.integration


class Listener:
    """A web server whose app is set later, because app and workspace need each other's address."""

    def __init__(self) -> None:
        self.app: App | None = None
        self.seen_headers: list[dict[str, str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {key.lower(): value for key, value in self.headers.items()}
                listener.seen_headers.append(headers)
                assert listener.app is not None
                answer = listener.app.dispatch(BoltRequest(body=body, headers=headers))
                content = (answer.body or "").encode()
                self.send_response(answer.status)
                for name, values in answer.headers.items():
                    self.send_header(name, values[0])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"


@pytest.fixture
def listener() -> Iterator[Listener]:
    started = Listener()
    thread = threading.Thread(target=started.server.serve_forever, daemon=True)
    thread.start()
    yield started
    started.server.shutdown()
    started.server.server_close()
    thread.join()


@pytest.fixture
def http_workspace(listener: Listener, tmp_path: Path) -> Iterator[PlaygroundClient]:
    options = Options(
        data_folder=tmp_path,
        request_url=listener.url,
        signing_secret=SIGNING_SECRET,
        acknowledge_timeout_seconds=3.0,
        retry_delays_seconds=(0.0, 0.1, 0.1),
    )
    with running_playground(options) as client:
        web = WebClient(token=BOT_TOKEN, base_url=client.api_url)
        listener.app = App(client=web, signing_secret=SIGNING_SECRET, process_before_response=True)
        yield client


def test_event_command_and_click_are_signed_and_answered(
    http_workspace: PlaygroundClient, listener: Listener
) -> None:
    app = listener.app
    assert app is not None
    button = {
        "type": "button",
        "action_id": "go",
        "text": {"type": "plain_text", "text": "Go"},
        "value": "v",
    }
    clicked: list[str] = []

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], say: Any) -> None:
        blocks = [{"type": "actions", "elements": [button]}]
        say(text="Answer", blocks=blocks, thread_ts=event["ts"])

    @app.event("message")
    def heard() -> None: ...

    @app.command("/analyst")
    def help_(ack: Any, command: dict[str, Any]) -> None:
        ack(f"Help about {command['text']}")

    @app.action("go")
    def went(ack: Any, action: dict[str, Any]) -> None:
        ack()
        clicked.append(action["value"])

    ts = http_workspace.say(GINA, GROWTH_CHANNEL, f"<@{BOT_USER_ID}> why?")
    answer = http_workspace.wait_for(
        lambda: http_workspace.bot_messages(GROWTH_CHANNEL, ts), "answer"
    )[0]
    ran = http_workspace.command(GINA, GROWTH_CHANNEL, "/analyst", "numbers & more")
    assert ran["response"] == {"text": "Help about numbers &amp; more"}
    place: dict[str, Any] = {"channel": GROWTH_CHANNEL, "message_ts": answer["ts"]}
    assert http_workspace.click(GINA, action_id="go", **place)["acknowledged"]
    assert clicked == ["v"]


def test_retries_say_their_number_and_reason(
    http_workspace: PlaygroundClient, listener: Listener
) -> None:
    app = listener.app
    assert app is not None
    attempts: list[str] = []

    @app.event("message")
    def heard(body: dict[str, Any]) -> None:
        attempts.append(body["event_id"])
        if len(attempts) < 3:
            raise RuntimeError("not stored")

    http_workspace.say(GINA, "D" + GINA[1:], "hello")
    http_workspace.wait_for(lambda: len(attempts) == 3, "two retries")
    assert len(set(attempts)) == 1
    numbers = [h.get("x-slack-retry-num") for h in listener.seen_headers]
    reasons = [h.get("x-slack-retry-reason") for h in listener.seen_headers]
    assert numbers == [None, "1", "2"]
    assert reasons == [None, "http_error", "http_error"]


def test_an_app_that_is_away_gets_the_event_on_a_retry(tmp_path: Path) -> None:
    silent = bind(0)  # takes the port and never answers
    options = Options(
        data_folder=tmp_path,
        request_url=f"http://127.0.0.1:{silent.getsockname()[1]}/",
        signing_secret="s",
        acknowledge_timeout_seconds=0.2,
        retry_delays_seconds=(0.0,),
    )
    with running_playground(options) as client:
        client.say(GINA, "D" + GINA[1:], "hello")
        client.wait_for(lambda: len(client.deliveries()) == 2, "both attempts")
        assert [d["failure"] for d in client.deliveries()] == ["http_timeout", "http_timeout"]
    silent.close()


@pytest.mark.parametrize("age_seconds", [0, 600])
def test_the_app_refuses_forged_and_old_requests(listener: Listener, age_seconds: int) -> None:
    listener.app = App(
        token=BOT_TOKEN, signing_secret=SIGNING_SECRET, token_verification_enabled=False
    )
    headers = {
        "X-Slack-Request-Timestamp": str(int(time.time()) - age_seconds),
        "X-Slack-Signature": "v0=00",
        "Content-Type": "application/json",
    }
    answer = httpx2.post(listener.url, content="{}", headers=headers, trust_env=False)
    assert answer.status_code == 401
