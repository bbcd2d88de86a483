"""Publish a person's App Home tab."""

import storage.inbox
import storage.requests
from bot.services import Services
from bot.slack.blocks.home import RecentAnswer, home_view
from storage.database import transaction
from storage.errors import NotFoundError
from storage.requests import Request, RequestState

STATE_WORDS = {
    RequestState.RECEIVED: "received",
    RequestState.ANSWERING: "being answered",
    RequestState.WAITING_FOR_MODEL: "waits for the model server",
    RequestState.ANSWERED: "answered",
    RequestState.NEEDS_INPUT: "needs something from you, see its thread",
    RequestState.CANCELLED: "stopped",
    RequestState.FAILED: "failed",
}


def publish_home(services: Services, event_id: int) -> None:
    """Show how to ask and the person's recent questions."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        user = event.payload["user"]
        recent = [
            _line(request) for request in storage.requests.list_recent_requests(session, user, 10)
        ]
    services.slack.views_publish(user_id=user, view=home_view(recent))


def _line(request: Request) -> RecentAnswer:
    metric = (request.question or {}).get("metric") or request.text[:80] or "Question by form"
    asked = request.created_at.strftime("%-d %b %H:%M UTC")
    return RecentAnswer(title=metric, state=STATE_WORDS[request.state], asked_at=asked)
