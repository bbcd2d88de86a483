"""auth.test, api.test, apps.connections.open, reactions and thread status lines."""

import time
from typing import Any

from deploy.playground.checks import limits
from deploy.playground.errors import ApiError
from deploy.playground.outgoing import tell_message
from deploy.playground.people import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    TEAM_ID,
    TEAM_NAME,
)
from deploy.playground.playground import Playground
from deploy.playground.web_api.call import Method, require
from deploy.playground.workspace import require_channel

Json = dict[str, Any]


def api_test(pg: Playground, arguments: Json) -> Json:
    """Echo the arguments; refuse if told to with ``error``."""
    if arguments.get("error"):
        raise ApiError(str(arguments["error"]))
    return {"args": arguments}


def auth_test(pg: Playground, arguments: Json) -> Json:
    """Whose token this is."""
    return {
        "url": f"{pg.base_url}/",
        "team": TEAM_NAME,
        "user": "growth_analyst",
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def connections_open(pg: Playground, arguments: Json) -> Json:
    """A one-time websocket address."""
    if pg.sockets is None:
        raise ApiError("socket_mode_not_enabled")
    ticket = pg.sockets.issue_ticket()
    return {"url": f"{pg.base_url.replace('http', 'ws', 1)}/socket?ticket={ticket}"}


def reactions_add(pg: Playground, arguments: Json) -> Json:
    """Add the bot's reaction to a message."""
    require(arguments, "name", "timestamp")
    channel = require_channel(arguments.get("channel"))
    message = pg.workspace.find_message(channel, str(arguments["timestamp"]))
    if message is None:
        raise ApiError("message_not_found")
    reactions = message.setdefault("reactions", [])
    found = next((r for r in reactions if r["name"] == arguments["name"]), None)
    if found is None:
        found = {"name": arguments["name"], "users": [], "count": 0}
        reactions.append(found)
    if BOT_USER_ID in found["users"]:
        raise ApiError("already_reacted")
    found["users"].append(BOT_USER_ID)
    found["count"] += 1
    pg.workspace.save_message(channel, message)
    tell_message(pg, channel, message)
    return {}


def set_status(pg: Playground, arguments: Json) -> Json:
    """Show "is thinking..." under a thread; an empty status clears it."""
    require(arguments, "thread_ts")
    channel = require_channel(arguments.get("channel_id"))
    loading = arguments.get("loading_messages") or []
    if not isinstance(loading, list) or len(loading) > limits.STATUS_LOADING_MESSAGES:
        raise ApiError("invalid_arguments", ["[ERROR] too many loading_messages"])
    thread_ts = str(arguments["thread_ts"])
    status = str(arguments.get("status") or "")
    if status:
        until = time.time() + pg.options.status_lifetime_seconds
        line = {"status": status, "loading_messages": loading, "until": until}
        pg.workspace.statuses[(channel, thread_ts)] = line
        pg.feed.tell("status", channel=channel, thread_ts=thread_ts, **line)
    else:
        clear_status(pg, channel, thread_ts)
    return {}


def clear_status(pg: Playground, channel: str, thread_ts: str) -> None:
    """Take a thread's status line away, as Slack does when the app posts there."""
    if pg.workspace.statuses.pop((channel, thread_ts), None) is not None:
        pg.feed.tell("status", channel=channel, thread_ts=thread_ts, status="", until=0)


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "reactions.add": reactions_add,
    "assistant.threads.setStatus": set_status,
}
