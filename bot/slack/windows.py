"""Windows and private words: opening a form by its trigger, telling one person something.

A trigger works once and for three seconds; a click that Slack delivers twice finds it used up,
which is no failure.
"""

import logging
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import View, plain_text, section
from bot.slack.text import plain

logger = logging.getLogger(__name__)

Body = dict[str, Any]


def acting_user(body: Body) -> str:
    """Who clicked, submitted or typed."""
    return str(body["user"]["id"] if "user" in body else body["user_id"])


def open_window(client: WebClient, body: Body, view: View, *, on_top: bool = False) -> bool:
    """Open a form, or push it on the one that was clicked in; False when the trigger is used up."""
    try:
        if on_top:
            client.views_push(trigger_id=body["trigger_id"], view=view)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=view)
    except SlackApiError as error:
        if "trigger" not in str(error.response.get("error")):
            raise
        logger.info("Window not opened: %s", error.response.get("error"))
        return False
    return True


def tell_privately(client: WebClient, body: Body, text: str) -> None:
    """Show a sentence to the person who clicked: beside the message, or in a small window."""
    channel = (body.get("channel") or {}).get("id")
    if channel:
        container = body.get("container") or {}
        client.chat_postEphemeral(
            channel=channel,
            user=acting_user(body),
            text=plain(text),
            thread_ts=container.get("thread_ts"),
        )
    elif body.get("trigger_id"):
        open_window(client, body, notice_view(text))


def notice_view(text: str) -> View:
    """A small window with one sentence."""
    return {
        "type": "modal",
        "title": plain_text("Growth Analyst"),
        "close": plain_text("Close"),
        "blocks": [section(plain(text))],
    }
