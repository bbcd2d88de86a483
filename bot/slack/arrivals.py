"""From Slack payloads to inbox rows: which arrivals count, under which key, holding what.

Pure: payload in, `Arrival` out (or None for what the bot has no business with). The same mention
that comes as two events gets the same key, because the key is the message itself.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.slack.blocks.correction import FilledCorrection
from storage.requests import Request


class Kind(StrEnum):
    """What an inbox row asks for."""

    QUESTION = "question"
    FORM = "form"
    HOME = "home"
    VERDICT = "verdict"
    CORRECTION = "correction"
    REVIEW = "review"


@dataclass(frozen=True)
class Arrival:
    """One thing to be remembered and worked on; `key` is unique for it."""

    key: str
    kind: Kind
    payload: dict[str, Any]


THREAD_REPLY = "thread_reply"  # source of a reply that does not mention the bot
FILE_FORM = "file_form"  # source of a file read once more
IGNORED_SUBTYPES = frozenset({"message_changed", "message_deleted", "bot_message"})


def question_arrival(body: dict[str, Any], bot_user_id: str, source: str) -> Arrival | None:
    """Turn a mention, direct message or thread reply into an arrival.

    `source` is "mention", "dm" or "thread_reply". None for the bot's own and other bots'
    messages, edits and deletions.
    """
    event = body.get("event", {})
    if event.get("bot_id") or event.get("user") in (None, bot_user_id):
        return None
    if event.get("subtype") in IGNORED_SUBTYPES:
        return None
    team = body.get("team_id") or event.get("team") or ""
    channel, ts = event["channel"], event["ts"]
    files = [
        {key: item.get(key) for key in ("id", "name", "size", "url_private_download", "mimetype")}
        for item in event.get("files", [])
    ]
    return Arrival(
        key=message_key(team, channel, ts),
        kind=Kind.QUESTION,
        payload={
            "team": team,
            "channel": channel,
            "message_ts": ts,
            "thread_ts": event.get("thread_ts"),
            "user": event["user"],
            "text": event.get("text", ""),
            "files": files,
            "source": source,
        },
    )


def message_key(team: str, channel: str, ts: str) -> str:
    """The key of a message, whatever events announce it."""
    return f"message:{team}:{channel}:{ts}"


def mentions_bot(event: dict[str, Any], bot_user_id: str) -> bool:
    """Whether a channel message addresses the bot, so that `app_mention` announces it too."""
    return f"<@{bot_user_id}>" in event.get("text", "") or (
        f"<@{bot_user_id}|" in event.get("text", "")
    )


def form_arrival(body: dict[str, Any], fields: dict[str, str], channel: str) -> Arrival:
    """Turn a submitted form into an arrival; one view can be submitted once."""
    view = body["view"]
    return Arrival(
        key=f"view:{view['id']}",
        kind=Kind.FORM,
        payload={
            "team": (body.get("team") or {}).get("id", ""),
            "channel": channel,
            "user": body["user"]["id"],
            "fields": fields,
        },
    )


def file_form_arrival(
    body: dict[str, Any], request: Request, file: dict[str, Any], choices: dict[str, Any]
) -> Arrival:
    """Turn a corrected reading of an earlier request's file into a question in its thread.

    From a submitted form, or from a click on one of a few meanings, which counts once.
    """
    if body.get("view"):
        key = f"view:{body['view']['id']}"
    else:
        key = f"pick:{body['user']['id']}:{body['actions'][0]['value']}"
    return Arrival(
        key=key,
        kind=Kind.QUESTION,
        payload={
            "team": request.team,
            "channel": request.channel,
            "message_ts": None,
            "thread_ts": request.thread_ts or request.message_ts,
            "user": body["user"]["id"],
            "text": request.text,
            "files": [file],
            "choices": choices,
            "source": FILE_FORM,
        },
    )


def home_arrival(body: dict[str, Any]) -> Arrival:
    """Turn an opened App Home tab into an arrival."""
    event = body["event"]
    return Arrival(
        key=f"home:{body.get('event_id')}", kind=Kind.HOME, payload={"user": event["user"]}
    )


def verdict_arrival(body: dict[str, Any]) -> Arrival:
    """Turn a click on thumbs or a chosen score into an arrival.

    The element's value is "<verdict>:<answer id>": up, down or 0-5. One click is one person's
    action at one time on one message; Slack may deliver it several times.
    """
    action = body["actions"][0]
    chosen = action.get("value") or (action.get("selected_option") or {}).get("value", "")
    verdict, _, answer_id = chosen.partition(":")
    user, action_ts = body["user"]["id"], action["action_ts"]
    return Arrival(
        key=f"verdict:{user}:{answer_id}:{action['action_id']}:{action_ts}",
        kind=Kind.VERDICT,
        payload={
            "verdict": verdict,
            "answer_id": answer_id,
            "user": user,
            "action_ts": action_ts,
            "channel": (body.get("channel") or {}).get("id", ""),
        },
    )


def correction_arrival(
    body: dict[str, Any], form: FilledCorrection, *, is_rewritten: bool
) -> Arrival:
    """Turn a submitted correction, or only the reasons of a bad rating, into an arrival."""
    return Arrival(
        key=f"view:{body['view']['id']}",
        kind=Kind.CORRECTION,
        payload={
            "answer_id": form.answer_id,
            "user": body["user"]["id"],
            "action_ts": form.action_ts,
            "asks_why": form.asks_why,
            "reasons": list(form.reasons),
            "comment": form.comment,
            "sections": form.sections.model_dump() if is_rewritten else None,
        },
    )


def review_arrival(
    body: dict[str, Any],
    *,
    key: str,
    example_id: int,
    decision: str,
    reasons: tuple[str, ...] = (),
    comment: str = "",
    sections: dict[str, str] | None = None,
) -> Arrival:
    """Turn a reviewer's decision into an arrival; the window it came from is updated later."""
    view = body["view"]
    return Arrival(
        key=key,
        kind=Kind.REVIEW,
        payload={
            "reviewer": body["user"]["id"],
            "example_id": example_id,
            "decision": decision,
            "reasons": list(reasons),
            "comment": comment,
            "sections": sections,
            "view_id": view.get("root_view_id") or view["id"],
        },
    )
