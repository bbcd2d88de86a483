"""Who may ask, and what is asked: checked before anything is posted.

A refusal is private and says why. Of what people say to each other in a thread, only what asks
for something is taken.
"""

import storage.inbox
from bot.analysis.follow_up import is_follow_up
from bot.roles import Action, explain_refusal
from bot.services import Services
from bot.slack.arrivals import THREAD_REPLY
from bot.slack.text import plain
from storage.database import transaction
from storage.errors import NotFoundError


def may_ask(services: Services, event_id: int) -> bool:
    """Tell whether this is a question of somebody who may ask; who may not is told, alone."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        payload = event.payload
    is_remark = not payload.get("files") and not is_follow_up(payload.get("text", ""))
    if payload.get("source") == THREAD_REPLY and is_remark:
        return False
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
