"""chat.startStream, chat.appendStream, chat.stopStream: one message growing in a thread."""

import time
from typing import Any

from deploy.playground.bot_messages import bot_message, with_ids
from deploy.playground.checks import limits
from deploy.playground.checks.blocks import check_blocks
from deploy.playground.checks.views import check_metadata
from deploy.playground.errors import ApiError
from deploy.playground.outgoing import announce_message, tell_message
from deploy.playground.people import PERSON_BY_ID, TEAM_ID
from deploy.playground.playground import Playground
from deploy.playground.web_api.call import Method, require
from deploy.playground.web_api.chat import own_message
from deploy.playground.web_api.misc import clear_status
from deploy.playground.workspace import require_channel

Json = dict[str, Any]


def start_stream(pg: Playground, arguments: Json) -> Json:
    """Begin a streaming reply; channels need to know for whom."""
    require(arguments, "thread_ts")
    channel, thread_ts = require_channel(arguments.get("channel")), str(arguments["thread_ts"])
    if channel.startswith("C"):
        if arguments.get("recipient_team_id") != TEAM_ID:
            raise ApiError("missing_recipient_team_id")
        if arguments.get("recipient_user_id") not in PERSON_BY_ID:
            raise ApiError("missing_recipient_user_id")
    if pg.workspace.find_message(channel, thread_ts) is None:
        raise ApiError("thread_not_found")
    text = _read_text(arguments)
    message = bot_message(pg.workspace.timestamps.next(), {"text": text}, thread_ts)
    message["streaming_state"] = "in_progress"
    _render(message)
    pg.workspace.add_message(channel, message)
    pg.streams[f"{channel}/{message['ts']}"] = time.monotonic()
    tell_message(pg, channel, message)
    clear_status(pg, channel, thread_ts)
    return {"channel": channel, "ts": message["ts"]}


def append_stream(pg: Playground, arguments: Json) -> Json:
    """Add markdown to a stream that is still open."""
    channel, message = _open_stream(pg, arguments)
    text = _read_text(arguments)
    if not text:
        raise ApiError("no_text")
    message["text"] += text
    _render(message)
    pg.workspace.save_message(channel, message)
    tell_message(pg, channel, message)
    return {"channel": channel, "ts": message["ts"]}


def stop_stream(pg: Playground, arguments: Json) -> Json:
    """Finish a stream, with last text, blocks below it and metadata."""
    channel, message = _open_stream(pg, arguments)
    blocks = arguments.get("blocks")
    text = message["text"] + _read_text(arguments)
    if blocks:
        check_blocks(blocks, "message")
    if arguments.get("metadata") is not None:
        message["metadata"] = check_metadata(arguments["metadata"])
    message["text"] = text
    message["streaming_state"] = "completed"
    _render(message)
    if blocks:
        message["blocks"] = message.get("blocks", []) + with_ids(blocks)
    del pg.streams[f"{channel}/{message['ts']}"]
    pg.workspace.save_message(channel, message)
    announce_message(pg, channel, message)
    return {"channel": channel, "ts": message["ts"], "message": message}


def _open_stream(pg: Playground, arguments: Json) -> tuple[str, Json]:
    channel, message = own_message(pg, arguments, "message_not_owned_by_app")
    started = pg.streams.get(f"{channel}/{message['ts']}")
    if started is None:
        raise ApiError("message_not_in_streaming_state")
    if time.monotonic() - started > pg.options.stream_lifetime_seconds:
        del pg.streams[f"{channel}/{message['ts']}"]
        message["streaming_state"] = "errored"
        pg.workspace.save_message(channel, message)
        tell_message(pg, channel, message)
        raise ApiError("message_not_in_streaming_state")
    return channel, message


def _read_text(arguments: Json) -> str:
    chunks = arguments.get("chunks") or []
    if not isinstance(chunks, list):
        raise ApiError("invalid_chunks")
    pieces = [str(arguments.get("markdown_text") or "")]
    for chunk in chunks:
        if not isinstance(chunk, dict) or "type" not in chunk:
            raise ApiError("invalid_chunks")
        if chunk["type"] == "markdown_text":
            pieces.append(str(chunk.get("text", "")))
    text = "".join(pieces)
    if len(text) > limits.MARKDOWN_CHARACTERS:
        raise ApiError("msg_too_long")
    return text


def _render(message: Json) -> None:
    if len(message["text"]) > limits.MARKDOWN_CHARACTERS:
        raise ApiError("msg_too_long")
    if message["text"]:
        message["blocks"] = with_ids([{"type": "markdown", "text": message["text"]}])


METHODS: dict[str, Method] = {
    "chat.startStream": start_stream,
    "chat.appendStream": append_stream,
    "chat.stopStream": stop_stream,
}
