"""A question that names a catalogue metric: looked up, or told why it has to wait.

Step 2 of the walk for texts without values; everything after it is the ordinary path.
"""

import storage.answers
from bot.analysis.answer import AnswerSections
from bot.analysis.question import Problem, ProblemCode, UnreadableQuestionError
from bot.jobs.notices import tell_problems
from bot.jobs.request import post_target, require_request
from bot.services import Services
from bot.slack.blocks import context
from bot.slack.blocks.answer import working_blocks
from bot.slack.post import edit_post
from storage.database import transaction
from storage.errors import NotFoundError
from storage.requests import RequestState

SOURCE_DOWN = (
    "{name} is not answering. Your question is kept, and the answer will appear here as soon as"
    " the database is back."
)
SOURCE_GIVEN_UP = (
    "{name} has not answered for a long time. Ask again when it is back, or paste the values here."
)


def tell_source_down(services: Services, request_id: str) -> bool:
    """Say that the metrics' database is down and the question kept; False when it was stopped."""
    with transaction(services.engine) as session:
        request = require_request(session, request_id)
        lead, stopped = post_target(request).lead, request.state is RequestState.CANCELLED
    channel, ts = _message_of(services, request_id)
    if stopped:
        edit_post(services.slack, channel, ts, "Stopped", [context("Stopped.")])
        return False
    text = SOURCE_DOWN.format(name=_source_name(services))
    edit_post(
        services.slack, channel, ts, text, working_blocks(text, AnswerSections(), request_id, lead)
    )
    return True


def tell_source_given_up(services: Services, request_id: str) -> bool:
    """Close a question whose database stayed away; always False."""
    with transaction(services.engine) as session:
        text = require_request(session, request_id).text
    message = SOURCE_GIVEN_UP.format(name=_source_name(services))
    problem = Problem(code=ProblemCode.NO_VALUES, message=message)
    tell_problems(services, request_id, UnreadableQuestionError((problem,), {"question": text}))
    return False


def _source_name(services: Services) -> str:
    source = services.metrics.source if services.metrics else None
    name = source.name if source else "the company database"
    return name[:1].upper() + name[1:]


def _message_of(services: Services, request_id: str) -> tuple[str, str]:
    with transaction(services.engine) as session:
        answer = storage.answers.find_answer_by_request(session, request_id)
        if answer is None or answer.message_ts is None:
            raise NotFoundError("message of request", request_id)
        return answer.channel, answer.message_ts
