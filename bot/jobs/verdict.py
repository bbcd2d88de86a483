"""Record a reader's rating and tell them privately that it counts."""

import storage.answers
import storage.inbox
import storage.ratings
from bot.candidates import propose_from_ratings
from bot.jobs.request import require_request
from bot.services import Services
from bot.slack.blocks.answer import RUBRIC
from bot.slack.text import plain
from storage.database import transaction
from storage.errors import NotFoundError


def record_verdict(services: Services, event_id: int) -> None:
    """Store the rating; the one with the latest click time counts, whatever arrives last."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        payload = event.payload
        answer = storage.answers.get_answer(session, payload["answer_id"])
        if answer is None:
            return
        verdict = payload["verdict"]
        is_score = verdict.isdigit()
        storage.ratings.rate(
            session,
            answer.id,
            payload["user"],
            payload["action_ts"],
            event.key,
            score=int(verdict) if is_score else None,
            thumb=None if is_score else verdict,
        )
        request = require_request(session, answer.request_id)
        thread_ts = request.thread_ts or request.message_ts or answer.message_ts
    said = f"{verdict} · {RUBRIC[int(verdict)]}" if is_score else f"thumbs {verdict}"
    services.at_point("after_rating_commit")
    fate = propose_from_ratings(services.curation, answer.id, payload["user"])
    services.at_point("after_rating_candidate")
    words = (
        f"Thank you, noted: {said}.",
        plain(fate),
        "You can change it any time; the last one counts.",
        f"(ref `{request.id[:8]}`)",
    )
    services.slack.chat_postEphemeral(
        channel=answer.channel,
        user=payload["user"],
        thread_ts=thread_ts,
        text=" ".join(part for part in words if part),
    )
