"""The one message of an answer: posted once, found again after a crash, edited as it grows.

Streaming with `chat.startStream` is not used: it takes no metadata at the start, so a crash
before our commit could not be told from a message never sent, and a stream dies after five
minutes while a question may wait longer for its model (deploy/decisions/0002).
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.analysis.answer import AnswerSections
from bot.serving.answer_record import WrittenSentence, join_sentences
from bot.slack.blocks import Block
from bot.slack.blocks.answer import working_blocks

logger = logging.getLogger(__name__)

METADATA_EVENT = "growth_analyst_answer"
GONE = frozenset({"message_not_found", "channel_not_found", "is_archived", "thread_not_found"})


@dataclass(frozen=True)
class PostTarget:
    """Where an answer's message goes; `lead` says who asked where no message above shows it."""

    channel: str
    thread_ts: str | None
    lead: str


class PostGoneError(RuntimeError):
    """The message or its channel was deleted; there is nothing left to edit."""


def send_post(client: WebClient, target: PostTarget, request_id: str) -> str:
    """Post the placeholder and return its ts; the request id travels in the metadata."""
    response = client.chat_postMessage(
        channel=target.channel,
        thread_ts=target.thread_ts,
        text="Working on your question",
        blocks=working_blocks("Computing statistics", AnswerSections(), request_id, target.lead),
        metadata={"event_type": METADATA_EVENT, "event_payload": {"request_id": request_id}},
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(response["ts"])


def find_post(client: WebClient, target: PostTarget, request_id: str) -> str | None:
    """Look for a placeholder that was sent but not committed; None where there is none."""
    try:
        if target.thread_ts:
            found = client.conversations_replies(
                channel=target.channel, ts=target.thread_ts, include_all_metadata=True, limit=200
            )
        else:
            found = client.conversations_history(
                channel=target.channel, include_all_metadata=True, limit=100
            )
    except SlackApiError as error:
        logger.warning("Could not look for an earlier post: %s", error.response["error"])
        return None
    messages: list[dict[str, Any]] = found["messages"]
    for message in messages:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") == METADATA_EVENT and payload["request_id"] == request_id:
            return str(message["ts"])
    return None


def edit_post(client: WebClient, channel: str, ts: str, text: str, blocks: list[Block]) -> None:
    """Replace the message's content.

    Raises:
        PostGoneError: the message or channel no longer exists.
    """
    try:
        client.chat_update(channel=channel, ts=ts, text=text, blocks=blocks)
    except SlackApiError as error:
        if error.response.get("error") in GONE:
            raise PostGoneError(f"{channel}/{ts} is gone") from error
        raise


class SlackView:
    """Shows a growing answer in its message, not oftener than Slack allows edits."""

    def __init__(
        self,
        client: WebClient,
        *,
        channel: str,
        ts: str,
        request_id: str,
        lead: str = "",
        interval_seconds: float,
    ) -> None:
        self._client, self._channel, self._ts = client, channel, ts
        self._request_id, self._lead = request_id, lead
        self._interval_seconds = interval_seconds
        self._edited_at = 0.0
        self._status = "Computing statistics"
        self._sections = AnswerSections()

    def show_sentences(self, sentences: Sequence[WrittenSentence]) -> None:
        """Show all sentences so far, unless the last edit was a moment ago."""
        self._sections = join_sentences(sentences)
        self._status = "Writing, each sentence checked first"
        if time.monotonic() - self._edited_at >= self._interval_seconds:
            self._edit()

    def _edit(self) -> None:
        blocks = working_blocks(self._status, self._sections, self._request_id, self._lead)
        edit_post(self._client, self._channel, self._ts, self._status, blocks)
        self._edited_at = time.monotonic()
