"""First steps of a question's walk: from inbox row to request, and from its text to data."""

from sqlmodel import Session

import storage.inbox
import storage.requests
from bot.analysis.follow_up import ask_again, revise_question
from bot.analysis.parsing import read_fields, read_question
from bot.analysis.question import MetricQuestion, ProblemCode, UnreadableQuestionError
from bot.jobs.files import find_comparison_asked, load_file_question
from bot.services import Services
from bot.slack.arrivals import FILE_FORM, Kind
from bot.slack.post import PostTarget
from storage.database import transaction
from storage.errors import NotFoundError
from storage.requests import Request

LONGEST_THREAD = 50  # replies looked back through for a question that was understood
_NO_SERIES = frozenset({ProblemCode.EMPTY, ProblemCode.NO_VALUES, ProblemCode.TOO_FEW_VALUES})


def require_request(session: Session, request_id: str) -> Request:
    """Return the request; NotFoundError when it is gone."""
    request = storage.requests.get_request(session, request_id)
    if request is None:
        raise NotFoundError("request", request_id)
    return request


def open_request(services: Services, event_id: int) -> str:
    """Create the request of an inbox row, or find the one it has; returns its id."""
    with transaction(services.engine) as session:
        event = storage.inbox.get_event(session, event_id)
        if event is None:
            raise NotFoundError("inbox event", event_id)
        storage.inbox.mark_enqueued(session, event_id)
        payload = event.payload
        is_form = event.kind == Kind.FORM.value
        thread_ts = payload.get("thread_ts")
        parent = None
        if thread_ts:
            parent = storage.requests.find_request_by_thread(
                session, payload["team"], payload["channel"], thread_ts
            )
        request = storage.requests.create_request(
            session,
            key=event.key,
            team=payload["team"],
            channel=payload["channel"],
            thread_ts=thread_ts,
            message_ts=payload.get("message_ts"),
            user_id=payload["user"],
            source="form" if is_form else payload["source"],
            text="" if is_form else payload["text"],
            parent_request_id=parent.id if parent and parent.key != event.key else None,
        )
        request_id = request.id
    services.at_point("request_committed")
    return request_id


def post_target(request: Request) -> PostTarget:
    """Answers stand in the asker's thread; a form's answer opens a message of its own."""
    if request.message_ts:
        return PostTarget(request.channel, request.thread_ts or request.message_ts, "")
    if request.source == FILE_FORM:
        lead = f"<@{request.user_id}> had the file read differently"
        return PostTarget(request.channel, request.thread_ts, lead)
    return PostTarget(
        request.channel, None, f"<@{request.user_id}> asked with the form (`/analyst ask`)"
    )


def load_question(services: Services, request_id: str) -> MetricQuestion:
    """Read the request's text, form fields or file into data.

    Raises:
        UnreadableQuestionError: the user has to mend something; says what, keeps the draft.
        SourceDownError: the metric's database cannot be reached now.
    """
    with transaction(services.engine) as session:
        request = require_request(session, request_id)
        event = storage.inbox.find_event(session, request.key)
        payload = event.payload if event else {}
        text = request.text
        before = _question_before(session, request)
    if "fields" in payload:
        return read_fields(payload["fields"], today=services.today())
    files = payload.get("files") or []
    if files:
        choices = payload.get("choices") or {}
        return load_file_question(services, request_id, files, text, choices)
    again = find_comparison_asked(services, request_id, text)
    if again is not None:
        file, choices = again
        return load_file_question(services, request_id, [file], text, choices)
    if before is not None:
        return _follow_up(services, before, text)
    return _read_text(services, text)


def _follow_up(services: Services, before: MetricQuestion, text: str) -> MetricQuestion:
    """Read a reply in a thread: other values, an edit of the question before, or a new question."""
    if services.metrics is not None:
        elsewhere = services.metrics.read_elsewhere(before, text)
        if elsewhere is not None:
            return elsewhere
    # Rows have no course that could be cut or extended; other questions about them can be asked.
    revised = revise_question(before, text) if before.values else None
    if revised is not None:
        return revised
    try:
        return _read_text(services, text)
    except UnreadableQuestionError as error:
        if any(problem.code not in _NO_SERIES for problem in error.problems):
            raise
        return ask_again(before, text)


def _question_before(session: Session, request: Request) -> MetricQuestion | None:
    """The newest question of the thread that was understood."""
    parent_id = request.parent_request_id
    for _ in range(LONGEST_THREAD):
        parent = storage.requests.get_request(session, parent_id) if parent_id else None
        if parent is None:
            return None
        if parent.question is not None:
            return MetricQuestion.model_validate(parent.question)
        parent_id = parent.parent_request_id
    return None


def _read_text(services: Services, text: str) -> MetricQuestion:
    if services.metrics is not None:
        return services.metrics.read_text(text, services.today())
    return read_question(text, today=services.today())
