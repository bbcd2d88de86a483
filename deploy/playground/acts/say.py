"""Saying something in a channel, a thread or a direct message, with or without files."""

import uuid
from collections.abc import Sequence
from typing import Any

from deploy.playground.acts.typed_text import encode_typed
from deploy.playground.errors import ApiError, BadRequestError
from deploy.playground.file_store import share, without_shares
from deploy.playground.ids import new_id
from deploy.playground.outgoing import announce_message
from deploy.playground.people import PERSON_BY_DIRECT_CHANNEL, PERSON_BY_ID, TEAM_ID, Person
from deploy.playground.playground import Playground
from deploy.playground.workspace import require_channel

Json = dict[str, Any]


def require_person(user: object) -> Person:
    """The person with this id.

    Raises:
        BadRequestError: there is none.
    """
    person = PERSON_BY_ID.get(str(user))
    if person is None:
        raise BadRequestError(f"no person {user!r}; one of {', '.join(PERSON_BY_ID)}")
    return person


def require_place(user: str, channel: object) -> str:
    """A channel this person can see.

    Raises:
        BadRequestError: no such channel, or another person's direct message.
    """
    try:
        found = require_channel(channel)
    except ApiError:
        raise BadRequestError(f"no channel {channel!r}") from None
    owner = PERSON_BY_DIRECT_CHANNEL.get(found)
    if owner is not None and owner.id != user:
        raise BadRequestError(f"{found} is the direct message of {owner.name}")
    return found


def say(
    pg: Playground,
    *,
    user: str,
    channel: str,
    text: str,
    thread_ts: str | None = None,
    file_ids: Sequence[str] = (),
    raw: bool = False,
) -> str:
    """Post as a person; returns the message's ts.

    ``raw`` takes ``text`` as it would be on the wire instead of as typed.

    Raises:
        BadRequestError: unknown person, channel, thread or file, or nothing to say.
    """
    require_person(user)
    channel = require_place(user, channel)
    files = [_own_file(pg, user, file_id) for file_id in file_ids]
    if not text.strip() and not files:
        raise BadRequestError("there is nothing to send: write something or attach a file")
    wire = text if raw else encode_typed(text)
    message: Json = {
        "type": "message",
        "user": user,
        "ts": pg.workspace.timestamps.next(),
        "client_msg_id": str(uuid.uuid4()),
        "text": wire,
        "team": TEAM_ID,
        "blocks": [_rich_text(text)],
    }
    if thread_ts:
        parent = pg.workspace.find_message(channel, thread_ts)
        if parent is None:
            raise BadRequestError(f"no message {thread_ts} to reply to in {channel}")
        message |= {"thread_ts": thread_ts, "parent_user_id": parent.get("user")}
    if files:
        message |= {"subtype": "file_share", "files": [without_shares(file) for file in files]}
        message |= {"upload": False, "display_as_bot": False}
    pg.workspace.add_message(channel, message)
    for file in files:
        share(pg, file, channel, message["ts"], thread_ts)
    announce_message(pg, channel, message)
    return str(message["ts"])


def _own_file(pg: Playground, user: str, file_id: str) -> Json:
    file = pg.workspace.files.get(file_id)
    if file is None or file["user"] != user:
        raise BadRequestError(f"no file {file_id} of {user}; upload it first")
    return file


def _rich_text(text: str) -> Json:
    """The composer's own copy of the text. Slack marks mentions and links in it; this does not."""
    return {
        "type": "rich_text",
        "block_id": new_id("b"),
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
    }
