"""conversations.replies, .history, .info and .open."""

from typing import Any

from deploy.playground.errors import ApiError
from deploy.playground.people import CHANNEL_BY_ID, PERSON_BY_DIRECT_CHANNEL, PERSON_BY_ID
from deploy.playground.playground import Playground
from deploy.playground.web_api.call import Method, as_bool, as_int, require
from deploy.playground.workspace import require_channel

Json = dict[str, Any]
HIGHEST_LIMIT = 999  # Slack's, for history and replies


def replies(pg: Playground, arguments: Json) -> Json:
    """A thread, parent first; a reply's own ts finds only that reply, as in Slack."""
    require(arguments, "ts")
    channel, ts = require_channel(arguments.get("channel")), str(arguments["ts"])
    found = pg.workspace.thread(channel, ts)
    if not found:
        raise ApiError("thread_not_found")
    return _page(found, arguments)


def history(pg: Playground, arguments: Json) -> Json:
    """Messages outside threads, newest first."""
    channel = require_channel(arguments.get("channel"))
    return _page(pg.workspace.top_level(channel)[::-1], arguments)


def _page(messages: list[Json], arguments: Json) -> Json:
    oldest, latest = arguments.get("oldest"), arguments.get("latest")
    inclusive = as_bool(arguments.get("inclusive"))
    kept = [m for m in messages if _within(m["ts"], oldest, latest, inclusive)]
    start = as_int(arguments.get("cursor"), default=0, highest=len(kept)) if kept else 0
    limit = as_int(arguments.get("limit"), default=100, highest=HIGHEST_LIMIT)
    end = start + limit
    with_metadata = as_bool(arguments.get("include_all_metadata"))
    page = [
        m if with_metadata else {k: v for k, v in m.items() if k != "metadata"}
        for m in kept[start:end]
    ]
    cursor = str(end) if end < len(kept) else ""
    return {
        "messages": page,
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _within(ts: str, oldest: Any, latest: Any, inclusive: bool) -> bool:
    moment = float(ts)
    if oldest and (moment < float(oldest) or (moment == float(oldest) and not inclusive)):
        return False
    return not (latest and (moment > float(latest) or (moment == float(latest) and not inclusive)))


def describe_channel(channel_id: str) -> Json:
    """A channel or direct message as Slack describes it to the bot."""
    person = PERSON_BY_DIRECT_CHANNEL.get(channel_id)
    if person is not None:
        return {"id": channel_id, "is_im": True, "is_channel": False, "user": person.id}
    channel = CHANNEL_BY_ID[channel_id]
    return {
        "id": channel_id,
        "name": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": False,
        "is_archived": False,
        "is_member": True,
        "purpose": {"value": channel.purpose},
    }


def info(pg: Playground, arguments: Json) -> Json:
    """Describe one conversation."""
    return {"channel": describe_channel(require_channel(arguments.get("channel")))}


def open_conversation(pg: Playground, arguments: Json) -> Json:
    """The direct message with one person."""
    user = str(arguments.get("users", ""))
    person = PERSON_BY_ID.get(user)
    if person is None:
        raise ApiError("user_not_found")
    return {"channel": describe_channel(person.direct_channel_id)}


METHODS: dict[str, Method] = {
    "conversations.replies": replies,
    "conversations.history": history,
    "conversations.info": info,
    "conversations.open": open_conversation,
}
