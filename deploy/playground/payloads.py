"""The payloads Slack sends: event callbacks, commands, block actions, view submissions.

Pure builders over plain values; nothing is sent from here.
"""

import time
from typing import Any

from deploy.playground.ids import new_id
from deploy.playground.people import (
    APP_ID,
    BOT_USER_ID,
    PERSON_BY_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    channel_name,
)

Json = dict[str, Any]


def event_callback(event: Json, event_id: str | None = None) -> Json:
    """The envelope Slack puts around every event, with an event id of its own."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def message_event(channel: str, message: Json) -> Json:
    """A ``message`` event for a stored message."""
    event = {key: value for key, value in message.items() if key not in _NOT_IN_EVENTS}
    return event | {
        "channel": channel,
        "channel_type": "im" if channel.startswith("D") else "channel",
        "event_ts": message["ts"],
    }


_NOT_IN_EVENTS = frozenset({"reply_count", "latest_reply", "reactions", "metadata"})


def mention_event(channel: str, message: Json) -> Json:
    """The ``app_mention`` event that comes beside a channel's ``message`` event."""
    event = message_event(channel, message)
    for key in ("channel_type", "subtype"):
        event.pop(key, None)
    return event | {"type": "app_mention"}


def message_changed_event(channel: str, message: Json, previous: Json, ts: str) -> Json:
    """What subscribers of a channel's messages hear after an edit."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message,
        "previous_message": previous,
        "channel": channel,
        "channel_type": "im" if channel.startswith("D") else "channel",
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
    }


def home_opened_event(user: str, tab: str, view: Json | None, ts: str) -> Json:
    """``app_home_opened`` for the home or messages tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": PERSON_BY_ID[user].direct_channel_id,
        "tab": tab,
        "event_ts": ts,
    }
    if view is not None and tab == "home":
        event["view"] = view
    return event


def command_payload(
    *, user: str, channel: str, command: str, text: str, response_url: str, trigger_id: str
) -> Json:
    """A slash command; every value is a string, as in the form Slack posts."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": channel_name(channel),
        "user_id": user,
        "user_name": PERSON_BY_ID[user].handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction_payload(kind: str, user: str, trigger_id: str) -> Json:
    """What block actions, view submissions and view closings have in common."""
    person = PERSON_BY_ID[user]
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {
            "id": user,
            "username": person.handle,
            "name": person.handle,
            "team_id": TEAM_ID,
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "trigger_id": trigger_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }
