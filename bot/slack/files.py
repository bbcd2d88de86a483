"""Fetch a file a user dropped: only from Slack's file hosts, capped in size, token kept at home."""

from urllib.parse import urlsplit

from slack_sdk import WebClient

from bot.slack.download import download
from bot.slack.settings import SlackSettings

READABLE_ENDINGS = (".csv", ".tsv", ".txt")


class FileRefusedError(ValueError):
    """The file cannot be read; the message says why and what to do, for the user."""


def fetch_file(client: WebClient, settings: SlackSettings, file: dict[str, object]) -> bytes:
    """Return the content of a shared file.

    Raises:
        FileRefusedError: not a text table, too large, or not at one of Slack's file hosts.
    """
    name = str(file.get("name") or "the file")
    if not name.lower().endswith(READABLE_ENDINGS):
        raise FileRefusedError(
            f"I can read CSV and TSV files, not “{name[:80]}”. Save it as CSV and send it again."
        )
    size = int(str(file.get("size") or 0))
    if size > settings.file_bytes:
        raise FileRefusedError(
            f"“{name[:80]}” has {size / 1e6:.1f} MB; the limit is {settings.file_bytes / 1e6:.0f}"
            " MB. Send only the date and value columns."
        )
    url = str(file.get("url_private_download") or "")
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost"}
    if parts.hostname not in settings.file_hosts or (parts.scheme != "https" and not local):
        raise FileRefusedError(
            f"“{name[:80]}” is not stored in Slack, so I do not fetch it. Upload the file itself."
        )
    content = download(url, token=client.token or "", limit_bytes=settings.file_bytes)
    if content is None:
        raise FileRefusedError(f"Slack did not hand out “{name[:80]}”. Please upload it again.")
    return content
