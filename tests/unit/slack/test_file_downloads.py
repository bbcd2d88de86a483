"""Fetching a dropped file: which addresses get the token, redirects, sizes. A real local server."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from slack_sdk import WebClient

from bot.slack.files import FileRefusedError, fetch_file, is_slack_file
from bot.slack.settings import SlackSettings

LOCAL = SlackSettings(file_hosts=("127.0.0.1",), file_bytes=1_000)
REAL = SlackSettings()
CONTENT = b"week,sign-ups\n2026-09-07,10\n"


class _Files(BaseHTTPRequestHandler):
    """Serves one file, redirects, an endless body and Slack's sign-in page."""

    tokens: ClassVar[list[tuple[str, str | None]]] = []
    elsewhere: ClassVar[str] = ""

    def do_GET(self) -> None:
        """Answer by path, and remember who showed a token where."""
        host = self.headers["Host"]
        self.tokens.append((f"{host}{self.path}", self.headers.get("Authorization")))
        targets = {"/moved": "/file.csv", "/away": self.elsewhere, "/loop": "/loop"}
        if self.path in targets:
            self.send_response(302)
            self.send_header("Location", targets[self.path])
            self.end_headers()
            return
        body = {"/file.csv": CONTENT, "/long.csv": b"1" * 5_000, "/login": b"<html>Sign in"}
        if self.path not in body:
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body[self.path])

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    """The server's address."""
    _Files.tokens.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as http:
        port = http.server_address[1]
        _Files.elsewhere = f"http://localhost:{port}/file.csv"  # a host the settings do not name
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{port}"
        http.shutdown()


def fetch(url: str, name: str = "weeks.csv", size: int = 10) -> bytes:
    """Fetch as the bot does."""
    file: dict[str, object] = {"name": name, "size": size, "url_private_download": url}
    return fetch_file(WebClient(token="xoxb-1"), LOCAL, file)


def test_a_file_is_fetched_with_the_token(server: str) -> None:
    assert fetch(f"{server}/file.csv") == CONTENT
    assert _Files.tokens[-1][1] == "Bearer xoxb-1"


def test_a_redirect_within_the_allowed_host_is_followed(server: str) -> None:
    assert fetch(f"{server}/moved") == CONTENT


def test_a_redirect_elsewhere_is_refused_and_shown_no_token(server: str) -> None:
    with pytest.raises(FileRefusedError, match="did not hand out"):
        fetch(f"{server}/away")
    assert [place for place, _ in _Files.tokens if place.startswith("localhost")] == []


@pytest.mark.parametrize("path", ["/loop", "/missing", "/long.csv", "/login"])
def test_what_slack_does_not_hand_out_is_refused(server: str, path: str) -> None:
    with pytest.raises(FileRefusedError, match=r"Slack did not hand out “weeks\.csv”"):
        fetch(f"{server}{path}")


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/x.csv",
        "https://files.slack.com.evil.example/x.csv",
        "https://evil.example/files.slack.com/x.csv",
        "https://files.slack.com@evil.example/x.csv",
        "https://user:secret@files.slack.com/x.csv",
        "https://files.slack.com:8443/x.csv",
        "https://docs.google.com/x.csv",
        "http://127.0.0.1/x.csv",
        "file:///etc/passwd",
        "ftp://files.slack.com/x.csv",
        "https://[files.slack.com/x.csv",
        "",
    ],
)
def test_no_other_address_may_see_the_token(url: str) -> None:
    assert not is_slack_file(url, REAL)


def test_slacks_own_address_is_allowed() -> None:
    assert is_slack_file("https://files.slack.com/files-pri/T1-F1/download/x.csv", REAL)


def test_remote_files_and_other_formats_are_refused_in_words() -> None:
    with pytest.raises(FileRefusedError, match="is not stored in Slack, so I do not fetch it"):
        fetch("https://drive.example/x.csv")
    with pytest.raises(FileRefusedError, match=r"I can read CSV, TSV and XLSX files, not “x\.pdf”"):
        fetch("http://127.0.0.1/x.pdf", name="x.pdf")
    with pytest.raises(FileRefusedError, match=r"has 0\.0 MB; the limit is 0 MB"):
        fetch("http://127.0.0.1/x.csv", size=2_000)
