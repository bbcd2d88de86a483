"""files.getUploadURLExternal, files.completeUploadExternal and files.info.

The bytes go to ``/upload/...`` (see ``file_routes.py``) between the two upload calls.
"""

from typing import Any

from deploy.playground.bot_messages import bot_message, check_content
from deploy.playground.errors import ApiError
from deploy.playground.file_store import (
    MAXIMUM_FILE_BYTES,
    file_path,
    new_file,
    share,
    without_shares,
)
from deploy.playground.outgoing import announce_message
from deploy.playground.people import BOT_USER_ID
from deploy.playground.playground import Playground
from deploy.playground.web_api.call import Method, as_int, require
from deploy.playground.web_api.misc import clear_status
from deploy.playground.workspace import require_channel

Json = dict[str, Any]


def get_upload_url(pg: Playground, arguments: Json) -> Json:
    """Where to send one file's bytes."""
    require(arguments, "filename", "length")
    size = as_int(arguments["length"], default=0, highest=MAXIMUM_FILE_BYTES + 1)
    if size > MAXIMUM_FILE_BYTES:
        raise ApiError("file_upload_size_restricted")
    alt_text = str(arguments.get("alt_txt") or "")
    name = str(arguments["filename"])
    file = new_file(pg, user=BOT_USER_ID, filename=name, size=size, alt_text=alt_text)
    pg.workspace.save_file(file)
    return {"upload_url": f"{pg.base_url}/upload/{file['id']}", "file_id": file["id"]}


def complete_upload(pg: Playground, arguments: Json) -> Json:
    """Share uploaded files, as one message if a channel is named."""
    named = arguments.get("files")
    if not isinstance(named, list) or not named:
        raise ApiError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [_uploaded(pg, entry) for entry in named]
    channel = arguments.get("channel_id") or arguments.get("channels")
    if channel:
        _share(pg, require_channel(channel), files, arguments)
    return {"files": [without_shares(file) for file in files]}


def _uploaded(pg: Playground, entry: Any) -> Json:
    file = pg.workspace.files.get(str(entry.get("id")) if isinstance(entry, dict) else "")
    if file is None or not file_path(pg, file["id"]).exists():
        raise ApiError("file_not_found")
    file["title"] = str(entry.get("title") or file["name"])
    pg.workspace.save_file(file)
    return file


def _share(pg: Playground, channel: str, files: list[Json], arguments: Json) -> None:
    thread_ts = arguments.get("thread_ts")
    if thread_ts and pg.workspace.find_message(channel, str(thread_ts)) is None:
        raise ApiError("thread_not_found")
    content: Json = {"text": ""}
    if arguments.get("initial_comment") or arguments.get("blocks"):
        content = check_content(
            {"text": arguments.get("initial_comment"), "blocks": arguments.get("blocks")}
        )
    message = bot_message(pg.workspace.timestamps.next(), content, thread_ts)
    message |= {"subtype": "file_share", "files": [without_shares(file) for file in files]}
    pg.workspace.add_message(channel, message)
    for file in files:
        share(pg, file, channel, message["ts"], thread_ts)
    announce_message(pg, channel, message)
    if thread_ts:
        clear_status(pg, channel, str(thread_ts))


def info(pg: Playground, arguments: Json) -> Json:
    """One file, with the messages it was shared in."""
    file = pg.workspace.files.get(str(arguments.get("file", "")))
    if file is None:
        raise ApiError("file_not_found")
    return {"file": file}


METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
}
