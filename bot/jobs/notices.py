"""What a question's message says when it cannot be answered now: mend this, or wait."""

import storage.answers
import storage.requests
from bot.analysis.answer import Section
from bot.analysis.question import UnreadableQuestionError
from bot.jobs.files import find_reading
from bot.jobs.request import post_target
from bot.services import Services
from bot.serving.answer_record import WrittenSentence, join_sentences
from bot.slack.blocks.answer import working_blocks
from bot.slack.blocks.ask_form import problem_blocks
from bot.slack.blocks.file_form import file_problem_blocks
from bot.slack.post import edit_post
from storage.database import transaction
from storage.errors import NotFoundError
from storage.requests import RequestState

WAITING = (
    "The model server is not answering. Your question is kept, and the answer will appear here"
    " as soon as it is back."
)


def tell_problems(services: Services, request_id: str, error: UnreadableQuestionError) -> None:
    """Say what could not be read and offer the form with what could."""
    with transaction(services.engine) as session:
        storage.requests.set_request_state(
            session,
            request_id,
            RequestState.NEEDS_INPUT,
            problem={
                "draft": error.draft,
                "problems": [problem.model_dump(mode="json") for problem in error.problems],
            },
        )
    channel, ts = _message_of(services, request_id)
    found = find_reading(services, request_id)
    if found is not None:
        text = "I could not answer from that file yet."
        edit_post(services.slack, channel, ts, text, file_problem_blocks(found[0], request_id))
        return
    text = "I could not read that as a metric question yet."
    edit_post(services.slack, channel, ts, text, problem_blocks(error.problems, request_id))


def tell_waiting(services: Services, request_id: str) -> None:
    """Say that the model server is down and that the question is kept."""
    with transaction(services.engine) as session:
        request = storage.requests.set_request_state(
            session, request_id, RequestState.WAITING_FOR_MODEL
        )
        lead = post_target(request).lead
        answer = storage.answers.find_answer_by_request(session, request_id)
        rows = storage.answers.list_sentences(session, answer.id) if answer else []
        sections = join_sentences(
            [WrittenSentence(section=Section(row.section), text=row.text) for row in rows]
        )
    channel, ts = _message_of(services, request_id)
    blocks = working_blocks(WAITING, sections, request_id, lead)
    edit_post(services.slack, channel, ts, WAITING, blocks)


def _message_of(services: Services, request_id: str) -> tuple[str, str]:
    with transaction(services.engine) as session:
        answer = storage.answers.find_answer_by_request(session, request_id)
        if answer is None or answer.message_ts is None:
            raise NotFoundError("message of request", request_id)
        return answer.channel, answer.message_ts
