"""Take a reader's reasons and corrected text: stored, made a candidate, confirmed privately."""

from dataclasses import dataclass
from typing import Any

import storage.corrections
import storage.inbox
import storage.ratings
from bot.analysis.answer import AnswerSections
from bot.analysis.verification import verify_sections
from bot.candidates import propose_correction
from bot.dossier import Dossier, load_dossier
from bot.services import Services
from bot.slack.text import plain
from storage.audit import append_audit
from storage.database import transaction
from storage.errors import NotFoundError


@dataclass(frozen=True)
class _Taken:
    dossier: Dossier
    correction_id: int | None


def record_correction(services: Services, event_id: int) -> None:
    """Store what the form said; a repeat changes nothing and confirms again at most."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        key, payload = event.key, event.payload
    taken = _store(services, key, payload)
    if taken is None:
        return
    services.at_point("after_correction_commit")
    said = "Thank you, your reasons are noted."
    if taken.correction_id is not None:
        fate, _ = propose_correction(services.curation, taken.dossier, taken.correction_id)
        said = f"Thank you, your correction is saved. {fate}"
        services.at_point("after_correction_candidate")
    request, answer = taken.dossier.request, taken.dossier.answer
    services.slack.chat_postEphemeral(
        channel=answer.channel,
        user=payload["user"],
        thread_ts=request.thread_ts or request.message_ts or answer.message_ts,
        text=f"{plain(said)} (ref `{request.id[:8]}`)",
    )


def _store(services: Services, key: str, payload: dict[str, Any]) -> _Taken | None:
    with transaction(services.engine) as session:
        dossier = load_dossier(session, payload["answer_id"])
        if dossier is None:
            return None
        reasons, comment = payload["reasons"], payload["comment"]
        if payload["asks_why"] and (reasons or comment):
            storage.ratings.rate(
                session,
                dossier.answer.id,
                payload["user"],
                payload["action_ts"],
                key,
                reasons=reasons,
                comment=comment,
            )
        if payload["sections"] is None:
            return _Taken(dossier, None)
        sections = AnswerSections.model_validate(payload["sections"])
        claims = verify_sections(sections, dossier.findings).claims
        known = storage.corrections.find_correction(session, key)
        correction = known or storage.corrections.record_correction(
            session,
            key=key,
            answer_id=dossier.answer.id,
            user_id=payload["user"],
            sections=sections.model_dump(),
            reasons=reasons,
            comment=comment,
            claims=[claim.model_dump(mode="json") for claim in claims],
        )
        if known is None:
            details = {"answer_id": dossier.answer.id, "reasons": reasons}
            append_audit(session, payload["user"], "correction.submit", str(correction.id), details)
        return _Taken(dossier, correction.id)
