"""Who writes an answer: pinned when it is begun, changed only when the server has lost them.

An answer never mixes two models: once a sentence stands, only plain facts may finish it.
"""

from sqlmodel import Session

import storage.answers
from bot.analysis.prompt import PROMPT_VERSION
from bot.answering import author_for, choose_author
from bot.jobs.request import require_request
from bot.services import Services
from storage.aliases import LIVE, get_alias
from storage.answers import Answer
from storage.database import transaction


def begin_answer(services: Services, session: Session, request_id: str) -> Answer:
    """Open the answer with the author that its thread has now."""
    request = require_request(session, request_id)
    thread = request.thread_ts or request.message_ts or request.id
    author = choose_author(
        session,
        base_model=services.model.settings.model,
        thread_key=f"{request.team}:{request.channel}:{thread}",
        shots=services.shots,
    )
    return storage.answers.start_answer(
        session,
        request_id,
        channel=request.channel,
        adapter=author.adapter,
        adapter_sha256=author.sha256,
        model_label=author.label,
        prompt_version=PROMPT_VERSION,
    )


def hand_on(services: Services, request_id: str) -> bool:
    """Give an answer to the next author: a canary's to what is live, a live adapter's to the base.

    False when there is nobody left or a sentence stands already. The answer's record and label
    follow, so ratings count for who wrote it.
    """
    with transaction(services.engine) as session:
        answer = storage.answers.find_answer_by_request(session, request_id)
        if answer is None or answer.adapter is None:
            return False
        if storage.answers.list_sentences(session, answer.id):
            return False
        live = get_alias(session, LIVE)
        is_other = live is not None and live.adapter_name != answer.adapter
        name = live.adapter_name if live is not None and is_other else None
        author = author_for(name, base_model=services.model.settings.model, shots=services.shots)
        storage.answers.set_author(
            session,
            answer.id,
            adapter=author.adapter,
            adapter_sha256=live.sha256 if live is not None and author.adapter else None,
            model_label=author.label,
        )
    return True
