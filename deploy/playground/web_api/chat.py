"""chat.postMessage, chat.update, chat.delete, chat.postEphemeral."""

import copy
from typing import Any

from deploy.playground.bot_messages import bot_message, check_content
from deploy.playground.checks import limits
from deploy.playground.errors import ApiError
from deploy.playground.outgoing import announce_change, announce_message, tell_ephemeral
from deploy.playground.people import BOT_ID, BOT_USER_ID, PERSON_BY_ID
from deploy.playground.playground import Playground
from deploy.playground.web_api.call import Method, as_bool, require
from deploy.playground.web_api.misc import clear_status
from deploy.playground.workspace import require_channel

Json = dict[str, Any]


def target_channel(arguments: Json) -> str:
    """The channel to post in; a person's id means the direct message with them."""
    person = PERSON_BY_ID.get(str(arguments.get("channel")))
    return person.direct_channel_id if person else require_channel(arguments.get("channel"))


def post_message(pg: Playground, arguments: Json) -> Json:
    """Post a message, in a thread if ``thread_ts`` is given."""
    channel = target_channel(arguments)
    content = check_content(arguments)
    thread_ts = arguments.get("thread_ts")
    if thread_ts and pg.workspace.find_message(channel, str(thread_ts)) is None:
        raise ApiError("thread_not_found")
    message = bot_message(pg.workspace.timestamps.next(), content, thread_ts)
    if thread_ts and as_bool(arguments.get("reply_broadcast")):
        message["subtype"] = "thread_broadcast"
    pg.workspace.add_message(channel, message)
    announce_message(pg, channel, message)
    if thread_ts:
        clear_status(pg, channel, str(thread_ts))
    return {"channel": channel, "ts": message["ts"], "message": message}


def own_message(pg: Playground, arguments: Json, refusal: str) -> tuple[str, Json]:
    """The channel and the app's own message that a call names.

    Raises:
        ApiError: ``message_not_found``, or ``refusal`` if someone else wrote it.
    """
    require(arguments, "ts")
    channel = require_channel(arguments.get("channel"))
    message = pg.workspace.find_message(channel, str(arguments["ts"]))
    if message is None:
        raise ApiError("message_not_found")
    if message.get("bot_id") != BOT_ID:
        raise ApiError(refusal)
    return channel, message


def update(pg: Playground, arguments: Json) -> Json:
    """Change the app's own message; what is not given stays, new text drops old blocks."""
    channel, message = own_message(pg, arguments, "cant_update_message")
    if f"{channel}/{message['ts']}" in pg.streams:
        raise ApiError("streaming_state_conflict")
    content = check_content(arguments, limits.UPDATE_TEXT_CHARACTERS)
    previous = copy.deepcopy(message)
    if "blocks" not in content:
        message.pop("blocks", None)
    message.update(content)
    message["edited"] = {"user": BOT_USER_ID, "ts": pg.workspace.timestamps.next()}
    pg.workspace.save_message(channel, message)
    announce_change(pg, channel, message, previous)
    return {"channel": channel, "ts": message["ts"], "text": message["text"], "message": message}


def delete(pg: Playground, arguments: Json) -> Json:
    """Delete the app's own message."""
    channel, message = own_message(pg, arguments, "cant_delete_message")
    pg.workspace.delete_message(channel, message["ts"])
    pg.streams.pop(f"{channel}/{message['ts']}", None)
    pg.feed.tell("deleted", channel=channel, ts=message["ts"], thread_ts=message.get("thread_ts"))
    return {"channel": channel, "ts": message["ts"]}


def post_ephemeral(pg: Playground, arguments: Json) -> Json:
    """Show one person a message; it cannot be updated or found again."""
    channel = require_channel(arguments.get("channel"))
    user = str(arguments.get("user", ""))
    if user not in PERSON_BY_ID:
        raise ApiError("user_not_in_channel")
    content = check_content(arguments)
    ts = pg.workspace.timestamps.next()
    tell_ephemeral(pg, channel, user, bot_message(ts, content, arguments.get("thread_ts")))
    return {"message_ts": ts}


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
}
