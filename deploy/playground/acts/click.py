"""Clicks and choices: block actions in messages, private messages, forms and the home tab."""

from collections.abc import Mapping
from typing import Any

from deploy.playground.acts.command import show_notice
from deploy.playground.acts.element_values import action_of, find_element, state_values
from deploy.playground.acts.say import require_person, require_place
from deploy.playground.carriers import Ack
from deploy.playground.errors import BadRequestError
from deploy.playground.payloads import interaction_payload
from deploy.playground.people import BOT_NAME, channel_name
from deploy.playground.playground import Playground

Json = dict[str, Any]
State = Mapping[str, Mapping[str, Any]]


async def click_in_message(
    pg: Playground,
    *,
    user: str,
    channel: str,
    message_ts: str,
    action_id: str,
    block_id: str | None = None,
    value: Any = None,
    state: State | None = None,
) -> tuple[Json, Ack]:
    """Act on an element of a message; returns the payload sent and the acknowledgement.

    Raises:
        BadRequestError: no such person, message, element or option.
    """
    require_person(user)
    channel = require_place(user, channel)
    message = pg.workspace.find_message(channel, message_ts)
    ephemeral = pg.workspace.ephemerals.get(message_ts)
    is_ephemeral = message is None and ephemeral is not None and ephemeral["recipient"] == user
    message = message or (ephemeral if is_ephemeral else None)
    if message is None:
        raise BadRequestError(f"no message {message_ts} in {channel}")
    blocks = message.get("blocks", [])
    block, element = find_element(blocks, action_id, block_id)
    thread_ts = message.get("thread_ts")
    secret = pg.response_urls.issue(user, channel, message_ts, thread_ts)
    container: Json = {"type": "message", "message_ts": message_ts, "channel_id": channel}
    container["is_ephemeral"] = is_ephemeral
    payload = interaction_payload("block_actions", user, pg.triggers.issue(user)) | {
        "container": container | ({"thread_ts": thread_ts} if thread_ts else {}),
        "channel": {"id": channel, "name": channel_name(channel)},
        "state": {"values": state_values(blocks, state or {})},
        "response_url": f"{pg.base_url}/response/{secret}",
        "actions": [action_of(block, element, value)],
    }
    if not is_ephemeral:  # Slack leaves the message out where the app cannot read it back
        payload["message"] = message
    ack = await pg.delivery.send_once("interactive", payload)
    if not ack.ok:
        notice = f"{BOT_NAME} did not take that click. ({ack.failure})"
        show_notice(pg, channel, user, notice)
    return payload, ack


async def click_in_view(
    pg: Playground,
    *,
    user: str,
    view_id: str,
    action_id: str,
    block_id: str | None = None,
    value: Any = None,
    state: State | None = None,
) -> tuple[Json, Ack]:
    """Act on an element of an open form or of the home tab.

    Raises:
        BadRequestError: no such person, view, element or option.
    """
    require_person(user)
    view = find_view(pg, user, view_id)
    block, element = find_element(view["blocks"], action_id, block_id)
    trigger_id = pg.triggers.issue(user, view_id)
    view["state"] = {"values": state_values(view["blocks"], state or {})}
    payload = interaction_payload("block_actions", user, trigger_id) | {
        "container": {"type": "view", "view_id": view_id},
        "view": view,
        "actions": [action_of(block, element, value)],
    }
    ack = await pg.delivery.send_once("interactive", payload)
    return payload, ack


def find_view(pg: Playground, user: str, view_id: str) -> Json:
    """A form this person has open, or their home tab.

    Raises:
        BadRequestError: it is neither.
    """
    home = pg.workspace.homes.get(user)
    if home is not None and home["id"] == view_id:
        return home
    if view_id in pg.workspace.view_stacks.get(user, []):
        return pg.workspace.views[view_id]
    raise BadRequestError(f"{user} has no view {view_id} open")
