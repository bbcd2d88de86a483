"""The walk of one question, from its inbox row to the finished message.

Each step can run twice: it looks at what is committed before it acts. `services.at_point` is told
the named points between commits and sends, where a crash is worth trying.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from dbos import DBOS

import storage.answers
import storage.requests
from bot.analysis.answer import Section
from bot.analysis.claims import Claim, Verification
from bot.analysis.question import MetricQuestion, UnreadableQuestionError
from bot.answering import (
    TimedFindings,
    author_for,
    complete_with_facts,
    find_facts,
    write_checked_answer,
)
from bot.catalogue_reading import SourceDownError
from bot.jobs.admission import may_ask
from bot.jobs.authors import begin_answer, hand_on
from bot.jobs.files import find_row_findings
from bot.jobs.finish import finish_message, store_outcome
from bot.jobs.named_metric import tell_source_down, tell_source_given_up
from bot.jobs.notices import tell_problems, tell_waiting
from bot.jobs.request import load_question, open_request, post_target, require_request
from bot.jobs.steps import run_step
from bot.recorded_changes import with_recorded_changes
from bot.services import Services
from bot.serving.answer_record import Writer, WrittenSentence
from bot.serving.errors import AdapterMissingError, ModelRefusedError, ModelUnavailableError
from bot.slack.post import PostGoneError, SlackView, find_post, send_post
from storage.answers import Answer
from storage.database import transaction
from storage.errors import NotFoundError
from storage.requests import RequestState

logger = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 60.0
LONGEST_SOURCE_PAUSE_SECONDS = 300.0


class StoppedError(RuntimeError):
    """Somebody pressed Stop while the answer was being written."""


def answer_arrival(services: Services, event_id: int) -> None:
    """Answer one question; a line that was finished before a crash is not run again."""
    if not run_step(may_ask, services, event_id):
        return
    request_id = run_step(open_request, services, event_id)
    try:
        run_step(post_placeholder, services, request_id)
        if _read_when_possible(services, request_id):
            _write_when_possible(services, request_id)
            run_step(finish_message, services, request_id, name="finish")
    except PostGoneError:
        logger.info("Request %s: its message was deleted; stopped", request_id)
        run_step(cancel_request, services, request_id)


def cancel_request(services: Services, request_id: str) -> None:
    """Give a question up whose message is gone."""
    with transaction(services.engine) as session:
        storage.requests.set_request_state(session, request_id, RequestState.CANCELLED)


def post_placeholder(services: Services, request_id: str) -> None:
    """Make sure the one message exists, its ts is committed and its author is pinned."""
    with transaction(services.engine) as session:
        request = require_request(session, request_id)
        begun = storage.answers.find_answer_by_request(session, request_id)
        answer = begun or begin_answer(services, session, request_id)
        answer_id, posted, target = answer.id, answer.message_ts, post_target(request)
    if posted:
        return
    services.at_point("before_post")
    # A begun answer without a message may have been sent just before a crash: look for it first.
    ts = find_post(services.slack, target, request_id) if begun else None
    ts = ts or send_post(services.slack, target, request_id)
    services.at_point("after_post")
    with transaction(services.engine) as session:
        storage.answers.set_message_ts(session, answer_id, ts)
    services.at_point("after_post_commit")


def _read_when_possible(services: Services, request_id: str) -> bool:
    """Read the question; while the metrics' database is down, say so and try again later."""
    settings = services.catalogue
    pause, waited = settings.wait_seconds, 0.0
    while True:
        done = run_step(read_question, services, request_id)
        if done is not None:
            return done
        may_wait = waited < settings.give_up_seconds
        tell = tell_source_down if may_wait else tell_source_given_up
        if not run_step(tell, services, request_id):
            return False
        DBOS.sleep(pause)
        waited, pause = waited + pause, min(pause * 2, LONGEST_SOURCE_PAUSE_SECONDS)


def read_question(services: Services, request_id: str) -> bool | None:
    """Read the request into a `MetricQuestion`; False after telling what has to be mended.

    None when the database of its metric cannot be reached now. What was stopped is not read.
    """
    with transaction(services.engine) as session:
        if require_request(session, request_id).state is RequestState.CANCELLED:
            return True  # the last step says so in the message
    try:
        question = load_question(services, request_id)
    except UnreadableQuestionError as error:
        tell_problems(services, request_id, error)
        return False
    except SourceDownError:
        return None
    with transaction(services.engine) as session:
        catalogue = services.metrics.catalogue if services.metrics else None
        question = with_recorded_changes(session, question, catalogue)
        storage.requests.set_request_state(
            session,
            request_id,
            RequestState.ANSWERING,
            question=question.model_dump(mode="json"),
        )
    services.at_point("after_read")
    return True


def _write_when_possible(services: Services, request_id: str) -> None:
    """Write the answer; while the model server is down, say so and try again later."""
    pause, waited = services.answering.model_wait_seconds, 0.0
    while True:
        with_model = waited < services.answering.model_give_up_seconds
        step = write if with_model else write_facts_only
        if run_step(step, services, request_id):
            return
        run_step(tell_waiting, services, request_id)
        DBOS.sleep(pause)
        waited, pause = waited + pause, min(pause * 2, LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True)
class _Draft:
    """What a (re)started writing step finds committed."""

    question: MetricQuestion
    answer: Answer
    accepted: list[WrittenSentence]
    lead: str


def write(services: Services, request_id: str) -> bool:
    """Write on after the committed sentences; False when the model server cannot be reached.

    What the server has lost or refuses for good is handed on, or finished with plain facts.
    """
    draft = _load_draft(services, request_id)
    if draft is None:
        return True
    timed = _find_facts(services, request_id, draft.question)
    services.at_point("after_findings")
    author = author_for(
        draft.answer.adapter, base_model=services.model.settings.model, shots=services.shots
    )
    try:
        written = write_checked_answer(
            timed.findings,
            author,
            services.model,
            accepted=draft.accepted,
            attempts_per_sentence=services.answering.attempts_per_sentence,
            on_sentence=_commit_and_show(services, request_id, draft),
        )
    except ModelUnavailableError:
        return False
    except (AdapterMissingError, ModelRefusedError) as error:
        logger.error("Request %s: %s", request_id, error)
        rest = write if hand_on(services, request_id) else write_facts_only
        return rest(services, request_id)
    except StoppedError:
        return True
    services.at_point("before_answer_commit")
    store_outcome(services, draft.answer.id, timed, written)
    services.at_point("after_answer_commit")
    return True


def write_facts_only(services: Services, request_id: str) -> bool:
    """Close the answer with the plain facts: the wait was too long, or nobody can write it."""
    draft = _load_draft(services, request_id)
    if draft is None:
        return True
    timed = _find_facts(services, request_id, draft.question)
    show = _commit_and_show(services, request_id, draft)
    written = complete_with_facts(timed.findings, draft.accepted, show)
    store_outcome(services, draft.answer.id, timed, written)
    return True


def _find_facts(services: Services, request_id: str, question: MetricQuestion) -> TimedFindings:
    """Compute the facts of a series, or take those of the rows that were read from a file."""
    rows = None if question.values else find_row_findings(services, request_id)
    if rows is None:
        return find_facts(question)
    return replace(rows, findings=rows.findings.model_copy(update={"question": question}))


def _load_draft(services: Services, request_id: str) -> _Draft | None:
    with transaction(services.engine) as session:
        request = require_request(session, request_id)
        answer = storage.answers.find_answer_by_request(session, request_id)
        if answer is None:
            raise NotFoundError("answer of request", request_id)
        if request.state is RequestState.CANCELLED or answer.finished_at is not None:
            return None
        accepted = [
            WrittenSentence(
                section=Section(row.section),
                text=row.text,
                written_by=Writer(row.written_by.value),
                verification=Verification(claims=tuple(Claim(**claim) for claim in row.claims)),
            )
            for row in storage.answers.list_sentences(session, answer.id)
        ]
        question = MetricQuestion.model_validate(request.question)
        return _Draft(question, answer, accepted, post_target(request).lead)


def _commit_and_show(
    services: Services, request_id: str, draft: _Draft
) -> Callable[[WrittenSentence], None]:
    """Make the function that takes each accepted sentence: commit it, then show all so far."""
    shown = list(draft.accepted)
    view = SlackView(
        services.slack,
        channel=draft.answer.channel,
        ts=draft.answer.message_ts or "",
        request_id=request_id,
        lead=draft.lead,
        interval_seconds=services.slack_settings.update_interval_seconds,
    )
    view.show_sentences(shown)

    def on_sentence(sentence: WrittenSentence) -> None:
        services.at_point("before_sentence_commit")
        with transaction(services.engine) as session:
            if require_request(session, request_id).state is RequestState.CANCELLED:
                raise StoppedError(request_id)
            storage.answers.append_sentence(
                session,
                draft.answer.id,
                position=len(shown),
                section=sentence.section.value,
                text=sentence.text,
                written_by=sentence.written_by.value,
                claims=[c.model_dump(mode="json") for c in sentence.verification.claims],
            )
        services.at_point("after_sentence_commit")
        shown.append(sentence)
        view.show_sentences(shown)
        services.at_point("after_sentence_sent")

    return on_sentence
