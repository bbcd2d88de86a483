"""Who may ask: checked before anything is posted; a refusal is private and says why."""

import storage.inbox
from bot.roles import Action, explain_refusal
from bot.services import Services
from bot.slack.text import plain
from storage.database import transaction
from storage.errors import NotFoundError


def may_ask(services: Services, event_id: int) -> bool:
    """Tell whether the asking person may; otherwise they are told, and only they."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        payload = event.payload
    standing = services.members.standing(payload["user"])
    refusal = explain_refusal(standing, Action.ASK)
    if refusal is None:
        return True
    services.slack.chat_postEphemeral(
        channel=payload["channel"],
        user=payload["user"],
        thread_ts=payload.get("thread_ts"),
        text=plain(refusal),
    )
    return False
