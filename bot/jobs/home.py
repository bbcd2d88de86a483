"""Publish a person's App Home tab."""

from sqlmodel import Session

import storage.candidates
import storage.corrections
import storage.datasets
import storage.examples
import storage.inbox
import storage.requests
from bot.feedback import ORIGIN_CORRECTION
from bot.roles import Action, explain_refusal, permits
from bot.services import Services
from bot.slack.blocks.home import OwnCorrection, RecentAnswer, home_view, outsider_view
from storage.corrections import Correction, CorrectionState
from storage.database import reading, transaction
from storage.errors import NotFoundError
from storage.examples import ExampleStatus
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
CORRECTION_WORDS = {
    CorrectionState.DRAFT: "not sent yet",
    CorrectionState.SUBMITTED: "kept; it waits for review or for the next training cycle",
    CorrectionState.APPROVED: "approved; the next dataset version can hold it",
    CorrectionState.REJECTED: "not taken",
    CorrectionState.REMOVED: "replaced by your later one",
}
RECENT_REQUESTS = 10
RECENT_CORRECTIONS = 5


def publish_home(services: Services, event_id: int) -> None:
    """Show how to ask, the person's questions and corrections, and a reviewer's queue."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        user = event.payload["user"]
    standing = services.members.standing(user)
    if standing.is_outsider:
        refusal = explain_refusal(standing, Action.ASK) or ""
        services.slack.views_publish(user_id=user, view=outsider_view(refusal))
        return
    with reading(services.engine) as session:
        requests = storage.requests.list_recent_requests(session, user, RECENT_REQUESTS)
        view = home_view(
            [_line(request) for request in requests],
            read_own_corrections(session, user),
            storage.candidates.count_waiting(session) if permits(standing, Action.REVIEW) else None,
        )
    services.slack.views_publish(user_id=user, view=view)


def read_own_corrections(session: Session, user: str) -> list[OwnCorrection]:
    """Tell what became of a person's latest corrections, down to the dataset that holds them."""
    corrections = storage.corrections.list_corrections(
        session, user_id=user, limit=RECENT_CORRECTIONS
    )
    return [_fate(session, correction) for correction in corrections]


def _fate(session: Session, correction: Correction) -> OwnCorrection:
    key = f"{ORIGIN_CORRECTION}:{correction.id}"
    example = storage.examples.find_example(session, key)
    words = CORRECTION_WORDS[correction.state]
    metric = "A correction"
    if example is not None:
        metric = str((example.question or {}).get("metric") or metric)
        if example.status is ExampleStatus.REJECTED and example.reasons:
            words += ": " + ", ".join(reason.replace("_", " ") for reason in example.reasons)
        versions = storage.datasets.list_datasets_with_example(session, example.id)
        if versions:
            words = f"approved, and in dataset {versions[-1].version}"
    sent = correction.created_at.strftime("%-d %b %H:%M UTC")
    return OwnCorrection(title=f"{metric} · {sent}", fate=words)


def _line(request: Request) -> RecentAnswer:
    metric = (request.question or {}).get("metric") or request.text[:80] or "Question by form"
    asked = request.created_at.strftime("%-d %b %H:%M UTC")
    return RecentAnswer(title=metric, state=STATE_WORDS[request.state], asked_at=asked)
