"""Fetch a file a user dropped: only from Slack's file hosts, capped in size, token kept at home."""

from urllib.parse import urlsplit

from slack_sdk import WebClient

from bot.slack.download import download
from bot.slack.settings import SlackSettings

READABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm")
_LOCAL = frozenset({"127.0.0.1", "localhost"})


class FileRefusedError(ValueError):
    """The file cannot be fetched; the message says why and what to do, for the user."""


def is_slack_file(url: str, settings: SlackSettings) -> bool:
    """Whether an address may be given the token: HTTPS at one of Slack's own file hosts.

    Plain HTTP is allowed to this machine only, where the practice workspace serves its files, and
    only if the settings name it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.hostname not in settings.file_hosts or parts.username is not None:
        return False
    if parts.hostname in _LOCAL:
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and port in (None, 443)


def fetch_file(client: WebClient, settings: SlackSettings, file: dict[str, object]) -> bytes:
    """Return the content of a shared file.

    Raises:
        FileRefusedError: no table by its name, too large, or not at one of Slack's file hosts.
    """
    name = str(file.get("name") or "the file")
    shown = name[:80]
    if not name.lower().endswith(READABLE_ENDINGS):
        raise FileRefusedError(
            f"I can read CSV, TSV and XLSX files, not “{shown}”. Save the table as one of those "
            "and send it again."
        )
    size = int(str(file.get("size") or 0))
    if size > settings.file_bytes:
        raise FileRefusedError(
            f"“{shown}” has {size / 1e6:.1f} MB; the limit is {settings.file_bytes / 1e6:.0f}"
            " MB. Send a shorter window, or only the date and value columns."
        )
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not is_slack_file(url, settings):
        raise FileRefusedError(
            f"“{shown}” is not stored in Slack, so I do not fetch it. Upload the file itself."
        )
    content = download(
        url,
        token=client.token or "",
        limit_bytes=settings.file_bytes,
        is_allowed=lambda address: is_slack_file(address, settings),
    )
    if content is None or content[:15].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise FileRefusedError(
            f"Slack did not hand out “{shown}”. Please upload it again; if that does not help, "
            "the app lacks the permission to read files (files:read)."
        )
    return content
