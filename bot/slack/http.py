"""HTTP mode: Bolt behind waitress, with a health address and a guard in front of the signature."""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress.server import create_server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

EVENTS_PATH = "/slack/events"
BODY_BYTES = 1_000_000  # Slack's largest payloads are far below; a request form is about 100 kB
THREADS = 16


class SlackWsgi:
    """The WSGI application: /slack/events for Slack, /health for the operator."""

    def __init__(self, app: App) -> None:
        self._bolt = SlackRequestHandler(app, path=EVENTS_PATH)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") == "/health":
            return _reply(start_response, "200 OK", b"ok")
        timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        # The SDK converts this header with int() before it checks the signature.
        if environ.get("REQUEST_METHOD") == "POST" and not _is_timestamp(timestamp):
            return _reply(start_response, "401 Unauthorized", b"invalid request timestamp")
        return self._bolt(environ, start_response)


class HttpServer:
    """Serves the Bolt app in threads of its own until `close`."""

    def __init__(self, app: App, host: str, port: int) -> None:
        self._server = create_server(
            SlackWsgi(app),
            host=host,
            port=port,
            threads=THREADS,
            max_request_body_size=BODY_BYTES,
            ident="growth-analyst",
        )
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-http", daemon=True)

    @property
    def port(self) -> int:
        """The port that was bound (useful when 0 was asked for)."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Start serving."""
        self._thread.start()

    def close(self) -> None:
        """Stop taking requests."""
        self._closing.set()
        self._server.close()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            self._server.run()
        except OSError:
            # The loop may be waiting on the very socket that `close` takes away.
            if not self._closing.is_set():
                raise


def _is_timestamp(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12


def _reply(start_response: "StartResponse", status: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [("content-type", "text/plain"), ("content-length", str(len(body)))])
    return [body]
