"""Uploaded files: their records and their bytes on disk.

Names given by people or by the app never become paths: a file lies under its id.
"""

import mimetypes
import time
from pathlib import Path
from typing import Any

from deploy.playground.ids import new_id
from deploy.playground.people import TEAM_ID
from deploy.playground.playground import Playground

Json = dict[str, Any]
MAXIMUM_FILE_BYTES = 50 * 1024 * 1024  # far above any table or chart; Slack allows 1 GB
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def new_file(pg: Playground, *, user: str, filename: str, size: int, alt_text: str = "") -> Json:
    """A file's record, not yet saved, in the shape events and files.info carry."""
    file_id = new_id("F")
    mimetype = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    suffix = Path(filename).suffix.removeprefix(".").lower()
    path = f"{TEAM_ID}-{file_id}"
    return {
        "id": file_id,
        "created": int(time.time()),
        "name": filename,
        "title": filename,
        "mimetype": mimetype,
        "filetype": {"jpeg": "jpg"}.get(suffix, suffix or "binary"),
        "user": user,
        "user_team": TEAM_ID,
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "alt_txt": alt_text,
        "url_private": f"{pg.base_url}/files-pri/{path}/{file_id}",
        "url_private_download": f"{pg.base_url}/files-pri/{path}/download/{file_id}",
        "permalink": f"{pg.base_url}/page-files/{file_id}",
        "shares": {},
    }


def file_path(pg: Playground, file_id: str) -> Path:
    """Where a file's bytes lie."""
    return pg.workspace.files_folder / file_id


def write_bytes(pg: Playground, file_id: str, content: bytes) -> None:
    """Write a file's bytes, whole or not at all."""
    path = file_path(pg, file_id)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def share(pg: Playground, file: Json, channel: str, ts: str, thread_ts: str | None) -> None:
    """Note in which message a file appears."""
    kind = "private" if channel.startswith("D") else "public"
    place = {"ts": ts} | ({"thread_ts": thread_ts} if thread_ts else {})
    file["shares"].setdefault(kind, {}).setdefault(channel, []).append(place)
    pg.workspace.save_file(file)


def without_shares(file: Json) -> Json:
    """A file's record as it appears inside messages."""
    return {key: value for key, value in file.items() if key != "shares"}
