"""Carry out a reviewer's decision, tell the writer what became of it, show the next candidate."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

import storage.inbox
from bot.analysis.answer import AnswerSections
from bot.review import (
    REJECT_REASONS_IN_WORDS,
    RejectReason,
    decide,
    describe_item,
    read_progress,
    take_next,
)
from bot.services import Services
from bot.slack.blocks.review import review_view
from bot.slack.text import plain
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError
from storage.examples import Example, ExampleStatus
from storage.reviews import Decision

logger = logging.getLogger(__name__)


def carry_out_decision(services: Services, event_id: int) -> None:
    """Record the decision once, then show the reviewer what comes next."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        payload = event.payload
    notice = _decide(services, payload)
    services.at_point("after_decision_commit")
    _show_next(services, payload["reviewer"], payload["view_id"], notice)


def _decide(services: Services, payload: dict[str, Any]) -> str:
    sections = payload["sections"]
    try:
        with transaction(services.engine) as session:
            example, is_decided = decide(
                session,
                example_id=payload["example_id"],
                reviewer=payload["reviewer"],
                decision=Decision(payload["decision"]),
                settings=services.feedback,
                reasons=payload["reasons"],
                comment=payload["comment"],
                sections=AnswerSections.model_validate(sections) if sections else None,
            )
    except (ConflictError, NotFoundError) as error:
        return str(error)
    if is_decided and example.correction_id and example.author_id:
        _tell_writer(services, example, payload["comment"])
    return ""


def _tell_writer(services: Services, example: Example, comment: str) -> None:
    metric = (example.question or {}).get("metric", "a metric")
    if example.status is ExampleStatus.APPROVED:
        said = "was approved. The next dataset version can hold it."
    else:
        reasons = [
            REJECT_REASONS_IN_WORDS[RejectReason(reason)] if reason in set(RejectReason) else reason
            for reason in example.reasons
        ]
        said = f"was not taken: {'; '.join(reasons).lower() or 'no reason given'}."
    text = f"Your correction of the answer about {metric} {said}"
    if comment:
        text += f" The reviewer writes: {comment}"
    try:
        services.slack.chat_postMessage(channel=str(example.author_id), text=plain(text))
    except SlackApiError as error:
        # The decision stands whether or not its writer can be reached.
        logger.warning("Writer not told: %s", error.response.get("error"))


def _show_next(services: Services, reviewer: str, view_id: str, notice: str) -> None:
    with transaction(services.engine) as session:
        example = take_next(session, reviewer, services.feedback)
    with reading(services.engine) as session:
        item = describe_item(session, example) if example else None
        view = review_view(item, read_progress(session, reviewer), notice)
    try:
        services.slack.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        # The reviewer closed the window; the lease runs out by itself.
        logger.info("Review window not updated: %s", error.response.get("error"))
