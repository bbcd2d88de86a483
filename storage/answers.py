"""Answers: one per request, kept sentence by sentence, each committed before it is sent.

Holds what the walk's steps 5-7 produced: which model wrote, from which facts, what was refused,
how long it took. Facts and claims are plain JSON here; their types live in `bot.analysis`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, new_id, state_type, utc_now
from storage.errors import ConflictError, NotFoundError
from storage.record import Record, get_locked, insert_if_new, save


class AnswerState(StrEnum):
    """Where an answer stands."""

    WRITING = "writing"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class WrittenBy(StrEnum):
    """Who wrote a sentence: the model, or the plain statement of facts that replaced it."""

    MODEL = "model"
    FACTS = "facts"


_OUTCOME = frozenset(
    {"raw_text", "attempts", "refused", "timings", "model_written_share", "verified_count"}
    | {"claim_count", "chart_file_id", "findings", "model_label", "prompt_version"}
)


class Answer(Record, table=True):
    """The answer to one request; `message_ts` is the one post that everything edits."""

    __table_args__ = (
        Index(None, "channel", "message_ts"),
        Index(None, "adapter", "started_at"),
        Index(None, "state", "started_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    request_id: str = Field(foreign_key="request.id", unique=True)
    channel: str
    message_ts: str | None = None
    adapter: str | None = Field(default=None, description="None: the base model answered")
    adapter_sha256: str | None = None
    model_label: str = Field(default="", description="what readers are told wrote it")
    prompt_version: str = ""
    findings: dict[str, Any] | None = Field(default=None, sa_type=Json)
    raw_text: str = Field(default="", sa_type=PlainText, description="before the guard")
    state: AnswerState = Field(default=AnswerState.WRITING, sa_type=state_type(AnswerState))
    attempts: int = Field(default=0, description="generations, the first included")
    refused: list[Any] = Field(default_factory=list, sa_type=Json)
    timings: dict[str, Any] = Field(default_factory=dict, sa_type=Json, description="ms by stage")
    model_written_share: float | None = Field(default=None, description="0-1, of sentences")
    verified_count: int = 0
    claim_count: int = 0
    chart_file_id: str | None = None
    started_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AnswerSentence(Record, table=True):
    """One proved sentence at its place in the answer."""

    __tablename__ = "answer_sentence"
    __table_args__ = (UniqueConstraint("answer_id", "position"),)

    id: int = Field(default=None, primary_key=True)
    answer_id: str = Field(foreign_key="answer.id")
    position: int = Field(description="0-based")
    section: str = Field(description="analysis, recommended_action or urgency")
    text: str = Field(sa_type=PlainText)
    written_by: WrittenBy = Field(sa_type=state_type(WrittenBy))
    claims: list[Any] = Field(default_factory=list, sa_type=Json)
    committed_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def start_answer(
    session: Session,
    request_id: str,
    *,
    channel: str,
    adapter: str | None = None,
    adapter_sha256: str | None = None,
    model_label: str = "",
    prompt_version: str = "",
    findings: dict[str, Any] | None = None,
) -> Answer:
    """Open the answer to a request, or return the one already open with the model it pinned."""
    row = Answer(
        request_id=request_id,
        channel=channel,
        adapter=adapter,
        adapter_sha256=adapter_sha256,
        model_label=model_label,
        prompt_version=prompt_version,
        findings=findings,
    )
    insert_if_new(session, row, "request_id")
    return session.exec(select(Answer).where(Answer.request_id == request_id)).one()


def get_answer(session: Session, answer_id: str) -> Answer | None:
    """Return the answer with this id, if any."""
    return session.get(Answer, answer_id)


def find_answer_by_request(session: Session, request_id: str) -> Answer | None:
    """Return the answer to this request, if it was begun."""
    return session.exec(select(Answer).where(Answer.request_id == request_id)).first()


def find_answer_by_message(session: Session, channel: str, message_ts: str) -> Answer | None:
    """Return the answer that stands in this message, if any."""
    query = select(Answer).where(Answer.channel == channel, Answer.message_ts == message_ts)
    return session.exec(query.order_by(col(Answer.started_at)).limit(1)).first()


def set_message_ts(session: Session, answer_id: str, message_ts: str) -> Answer:
    """Record the one post this answer lives in.

    Raises:
        NotFoundError: there is no such answer.
        ConflictError: another post is recorded; the caller should edit that one.
    """
    answer = get_locked(session, Answer, answer_id, "answer")
    if answer.message_ts not in {None, message_ts}:
        raise ConflictError(f"Answer {answer_id} already stands in message {answer.message_ts}.")
    answer.message_ts = message_ts
    return save(session, answer)


def set_author(
    session: Session,
    answer_id: str,
    *,
    adapter: str | None,
    adapter_sha256: str | None,
    model_label: str,
) -> Answer:
    """Hand the answer to another model, before anything of it is written.

    Raises:
        NotFoundError: there is no such answer.
        ConflictError: a sentence of it stands.
    """
    answer = get_locked(session, Answer, answer_id, "answer")
    if list_sentences(session, answer_id):
        raise ConflictError(f"Answer {answer_id} was begun by {answer.model_label}.")
    answer.adapter, answer.adapter_sha256 = adapter, adapter_sha256
    answer.model_label = model_label
    return save(session, answer)


def set_outcome(session: Session, answer_id: str, **fields: Any) -> Answer:
    """Set what is known so far (findings, attempts, refused, timings, ...) without ending it.

    Raises:
        NotFoundError: there is no such answer.
        ValueError: a field that is not part of the outcome.
    """
    unknown = sorted(fields.keys() - _OUTCOME)
    if unknown:
        raise ValueError(f"An answer's outcome has no {unknown}; allowed: {sorted(_OUTCOME)}.")
    answer = get_locked(session, Answer, answer_id, "answer")
    for name, value in fields.items():
        setattr(answer, name, value)
    return save(session, answer)


def finish_answer(
    session: Session,
    answer_id: str,
    *,
    state: AnswerState | str = AnswerState.FINISHED,
    **outcome: Any,
) -> Answer:
    """Close the answer with its outcome; the first ending stands, a repeat changes nothing.

    Outcome fields: raw_text, attempts, refused, timings, model_written_share, verified_count,
    claim_count, chart_file_id, findings, model_label, prompt_version.
    """
    ended = AnswerState(state)
    if ended is AnswerState.WRITING:
        raise ValueError("An answer cannot be finished as 'writing'.")
    answer = get_locked(session, Answer, answer_id, "answer")
    if answer.finished_at is not None:
        return answer
    set_outcome(session, answer_id, **outcome)
    answer.state, answer.finished_at = ended, utc_now()
    return save(session, answer)


def append_sentence(
    session: Session,
    answer_id: str,
    position: int,
    section: str,
    text: str,
    written_by: WrittenBy | str,
    claims: list[Any] | None = None,
) -> AnswerSentence:
    """Commit the sentence at this position; a position already taken returns what stands there."""
    row = AnswerSentence(
        answer_id=answer_id,
        position=position,
        section=section,
        text=text,
        written_by=WrittenBy(written_by),
        claims=claims or [],
    )
    insert_if_new(session, row, "answer_id", "position")
    return _sentence(session, answer_id, position)


def mark_sentence_sent(session: Session, answer_id: str, position: int) -> None:
    """Note that Slack took this sentence; the first time stands."""
    sentence = _sentence(session, answer_id, position)
    if sentence.sent_at is None:
        sentence.sent_at = utc_now()
        save(session, sentence)


def list_sentences(session: Session, answer_id: str) -> list[AnswerSentence]:
    """Return the answer's sentences in order."""
    query = select(AnswerSentence).where(AnswerSentence.answer_id == answer_id)
    return list(session.exec(query.order_by(col(AnswerSentence.position))))


def _sentence(session: Session, answer_id: str, position: int) -> AnswerSentence:
    query = select(AnswerSentence).where(
        AnswerSentence.answer_id == answer_id, AnswerSentence.position == position
    )
    sentence = session.exec(query).first()
    if sentence is None:
        raise NotFoundError("sentence", f"{answer_id}/{position}")
    return sentence
