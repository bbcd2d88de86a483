"""Requests: one question by one person, from arrival to its end.

Holds what was asked and where; what was answered is in `storage.answers`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, or_
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, new_id, state_type, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class RequestState(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    ANSWERING = "answering"
    WAITING_FOR_MODEL = "waiting_for_model"
    ANSWERED = "answered"
    NEEDS_INPUT = "needs_input"
    CANCELLED = "cancelled"
    FAILED = "failed"


_ENDED = frozenset({RequestState.ANSWERED, RequestState.CANCELLED, RequestState.FAILED})
_CHANGEABLE = frozenset({"question", "reference", "text", "thread_ts", "message_ts", "problem"})


class Request(Record, table=True):
    """A question. `key` is team + channel + message ts, or a form's or file's own payload id."""

    __table_args__ = (
        Index(None, "user_id", "created_at"),
        Index(None, "team", "channel", "thread_ts"),
        Index(None, "team", "channel", "message_ts"),
        Index(None, "state", "created_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    team: str
    channel: str
    thread_ts: str | None = Field(default=None, description="the thread the answer belongs in")
    message_ts: str | None = Field(default=None, description="the message that asked")
    user_id: str
    source: str = Field(description="mention, dm, form, file, thread_reply, command_line, ...")
    text: str = Field(sa_type=PlainText)
    question: dict[str, Any] | None = Field(default=None, sa_type=Json)
    problem: dict[str, Any] | None = Field(
        default=None, sa_type=Json, description="what was wrong with the input, as told"
    )
    state: RequestState = Field(default=RequestState.RECEIVED, sa_type=state_type(RequestState))
    reference: str | None = Field(default=None, index=True, description="finds the log line")
    parent_request_id: str | None = Field(default=None, foreign_key="request.id", index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def create_request(
    session: Session,
    *,
    key: str,
    team: str,
    channel: str,
    thread_ts: str | None,
    message_ts: str | None,
    user_id: str,
    source: str,
    text: str,
    parent_request_id: str | None = None,
) -> Request:
    """Store a question; a known key returns the first one unchanged."""
    row = Request(
        key=key,
        team=team,
        channel=channel,
        thread_ts=thread_ts,
        message_ts=message_ts,
        user_id=user_id,
        source=source,
        text=text,
        parent_request_id=parent_request_id,
    )
    insert_if_new(session, row, "key")
    return session.exec(select(Request).where(Request.key == key)).one()


def get_request(session: Session, request_id: str) -> Request | None:
    """Return the request with this id, if any."""
    return session.get(Request, request_id)


def find_requests(session: Session, reference: str) -> list[Request]:
    """Return the requests whose id begins with a reference; at least one character of it."""
    if not reference:
        return []
    query = select(Request).where(col(Request.id).startswith(reference, autoescape=True))
    return list(session.exec(query))


def set_request_state(
    session: Session, request_id: str, state: RequestState | str, **fields: Any
) -> Request:
    """Move a request to a state, and set fields that came with it (question, reference, ...).

    A cancelled request stays cancelled: Stop may be pressed while a step is at work on it.

    Raises:
        NotFoundError: there is no such request.
        ValueError: an unknown state or a field that may not change.
    """
    unknown = sorted(fields.keys() - _CHANGEABLE)
    if unknown:
        raise ValueError(f"A request has no changeable {unknown}; allowed: {sorted(_CHANGEABLE)}.")
    request = get_locked(session, Request, request_id, "request")
    wanted = RequestState(state)
    request.state = request.state if request.state is RequestState.CANCELLED else wanted
    for name, value in fields.items():
        setattr(request, name, value)
    request.updated_at = utc_now()
    request.ended_at = request.updated_at if request.state in _ENDED else None
    return save(session, request)


def list_recent_requests(
    session: Session, user_id: str, limit: int = 10, *, team: str | None = None
) -> list[Request]:
    """Return a person's requests, newest first."""
    query = select(Request).where(Request.user_id == user_id)
    if team is not None:
        query = query.where(Request.team == team)
    newest = query.order_by(col(Request.created_at).desc(), col(Request.id)).limit(limit)
    return list(session.exec(newest))


def find_request_by_thread(
    session: Session, team: str, channel: str, thread_ts: str
) -> Request | None:
    """Return the newest request asked in this thread or by the message that opened it."""
    query = (
        select(Request)
        .where(Request.team == team, Request.channel == channel)
        .where(or_(col(Request.thread_ts) == thread_ts, col(Request.message_ts) == thread_ts))
        .order_by(col(Request.created_at).desc(), col(Request.id))
        .limit(1)
    )
    return session.exec(query).first()


def list_waiting_requests(session: Session, limit: int = 100) -> list[Request]:
    """Return requests that wait for the model server, oldest first."""
    query = (
        select(Request)
        .where(col(Request.state) == RequestState.WAITING_FOR_MODEL)
        .order_by(col(Request.created_at), col(Request.id))
        .limit(limit)
    )
    return list(session.exec(query))
