"""Slash commands, and the answers that come back with the acknowledgement."""

from typing import Any

from deploy.playground.acts.say import require_person, require_place
from deploy.playground.acts.typed_text import encode_typed
from deploy.playground.bot_messages import bot_message, check_content
from deploy.playground.carriers import Ack
from deploy.playground.errors import ApiError, BadRequestError
from deploy.playground.outgoing import announce_message, tell_ephemeral
from deploy.playground.payloads import command_payload
from deploy.playground.people import BOT_NAME
from deploy.playground.playground import Playground

Json = dict[str, Any]


async def run_command(
    pg: Playground, *, user: str, channel: str, command: str, text: str
) -> tuple[Json, Ack]:
    """Send a slash command; shows its answer, or that there was none.

    Returns the payload sent and the acknowledgement.

    Raises:
        BadRequestError: unknown person, channel or command.
    """
    require_person(user)
    channel = require_place(user, channel)
    known = [offered.command for offered in pg.options.commands]
    if command not in known:
        raise BadRequestError(f"{command} is not a command here; try {', '.join(known)}")
    secret = pg.response_urls.issue(user, channel)
    payload = command_payload(
        user=user,
        channel=channel,
        command=command,
        text=encode_typed(text),
        response_url=f"{pg.base_url}/response/{secret}",
        trigger_id=pg.triggers.issue(user),
    )
    ack = await pg.delivery.send_once("slash_commands", payload)
    if not ack.ok:
        reason = {"no_connection": "is not connected"}.get(ack.failure, "did not answer in time")
        notice = f"{command} failed: {BOT_NAME} {reason}. ({ack.failure})"
        show_notice(pg, channel, user, notice)
    elif ack.payload:
        show_response(pg, channel, user, ack.payload)
    return payload, ack


def show_notice(pg: Playground, channel: str, user: str, text: str) -> None:
    """A message of the workspace itself (not of the bot) to one person."""
    ts = pg.workspace.timestamps.next()
    notice = {"type": "message", "user": "USLACKBOT", "ts": ts, "text": text}
    tell_ephemeral(pg, channel, user, notice)


def show_response(
    pg: Playground, channel: str, user: str, payload: Json, thread_ts: str | None = None
) -> None:
    """A message sent with an acknowledgement or to a response URL: private unless in_channel.

    Raises:
        ApiError: what chat.postMessage would refuse.
    """
    try:
        content = check_content(payload)
    except ApiError as refused:
        if refused.error == "no_text":
            return
        raise
    message = bot_message(pg.workspace.timestamps.next(), content, thread_ts)
    if payload.get("response_type") == "in_channel":
        pg.workspace.add_message(channel, message)
        announce_message(pg, channel, message)
    else:
        tell_ephemeral(pg, channel, user, message)
