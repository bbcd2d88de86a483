"""What the workspace remembers: messages, files, views, home tabs, status lines.

Plain dictionaries in Slack's wire shapes, held in memory and written through to ``Store``.
Sends nothing to anyone: acts and methods change the state here and tell the page and the app.
Open forms and ephemeral messages are forgotten at a restart, as a reloaded client forgets them.
"""

from pathlib import Path
from typing import Any

from deploy.playground.errors import ApiError
from deploy.playground.ids import Timestamps
from deploy.playground.people import channel_exists
from deploy.playground.store import Store

Json = dict[str, Any]


class Workspace:
    """The state of one practice workspace, kept in ``data_folder``."""

    def __init__(self, data_folder: Path) -> None:
        self.files_folder = data_folder / "files"
        self.files_folder.mkdir(parents=True, exist_ok=True)
        self._store = Store(data_folder / "workspace.sqlite3")
        self.timestamps = Timestamps()
        self.messages: dict[str, dict[str, Json]] = {}
        self.replies: dict[tuple[str, str], list[str]] = {}
        self.files: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.views: dict[str, Json] = {}
        self.view_stacks: dict[str, list[str]] = {}
        self.ephemerals: dict[str, Json] = {}
        self.statuses: dict[tuple[str, str], Json] = {}
        self._load()

    def _load(self) -> None:
        for key, message in self._store.load("message"):
            channel, ts = key.split("/")
            self._remember(channel, message)
            self.timestamps.not_before(ts)
        for file_id, file in self._store.load("file"):
            self.files[file_id] = file
        for user, home in self._store.load("home"):
            self.homes[user] = home

    def _remember(self, channel: str, message: Json) -> None:
        self.messages.setdefault(channel, {})[message["ts"]] = message
        thread_ts = message.get("thread_ts")
        if thread_ts and thread_ts != message["ts"]:
            siblings = self.replies.setdefault((channel, thread_ts), [])
            if message["ts"] not in siblings:
                siblings.append(message["ts"])

    def add_message(self, channel: str, message: Json) -> Json:
        """Store a new message; its parent, if any, becomes a thread and counts it.

        Returns the message; a changed parent is saved too.
        """
        self._remember(channel, message)
        self.save_message(channel, message)
        thread_ts = message.get("thread_ts")
        if thread_ts and thread_ts != message["ts"]:
            self._count_replies(channel, thread_ts)
        return message

    def save_message(self, channel: str, message: Json) -> None:
        """Write a changed message through to disk."""
        self._store.save("message", f"{channel}/{message['ts']}", message)

    def _count_replies(self, channel: str, thread_ts: str) -> None:
        parent = self.messages.get(channel, {}).get(thread_ts)
        if parent is None:
            return
        siblings = self.replies.get((channel, thread_ts), [])
        if siblings:
            parent["thread_ts"] = thread_ts
            parent["latest_reply"] = siblings[-1]
        parent["reply_count"] = len(siblings)
        self.save_message(channel, parent)

    def delete_message(self, channel: str, ts: str) -> None:
        """Forget a message, and its place in a thread."""
        message = self.messages[channel].pop(ts)
        self._store.remove("message", f"{channel}/{ts}")
        thread_ts = message.get("thread_ts")
        if thread_ts and thread_ts != ts:
            self.replies[(channel, thread_ts)].remove(ts)
            self._count_replies(channel, thread_ts)

    def find_message(self, channel: str, ts: str) -> Json | None:
        """The message, or None."""
        return self.messages.get(channel, {}).get(ts)

    def thread(self, channel: str, thread_ts: str) -> list[Json]:
        """A parent and its replies, oldest first (empty if there is no such message)."""
        parent = self.find_message(channel, thread_ts)
        if parent is None:
            return []
        held = self.messages[channel]
        return [parent, *(held[ts] for ts in self.replies.get((channel, thread_ts), []))]

    def top_level(self, channel: str) -> list[Json]:
        """Messages that are not replies, oldest first."""
        return [
            message
            for message in self.messages.get(channel, {}).values()
            if message.get("thread_ts") in (None, message["ts"])
        ]

    def save_file(self, file: Json) -> None:
        """Insert or replace a file's record (its bytes lie in ``files_folder``)."""
        self.files[file["id"]] = file
        self._store.save("file", file["id"], file)

    def save_home(self, user: str, view: Json) -> None:
        """Insert or replace a person's home tab."""
        self.homes[user] = view
        self._store.save("home", user, view)

    def clear(self) -> None:
        """Forget everything said, shown and uploaded."""
        self._store.clear()
        self.messages.clear()
        self.replies.clear()
        self.files.clear()
        self.homes.clear()
        self.views.clear()
        self.view_stacks.clear()
        self.ephemerals.clear()
        self.statuses.clear()

    def close(self) -> None:
        """Release the file."""
        self._store.close()


def require_channel(channel: object) -> str:
    """The channel's id.

    Raises:
        ApiError: ``channel_not_found``.
    """
    if not isinstance(channel, str) or not channel_exists(channel):
        raise ApiError("channel_not_found")
    return channel
