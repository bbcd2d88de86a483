"""Teacher requests: each question to the augmentation teacher, kept before it is sent.

A row is committed before its request leaves and again with the reply, so that after a crash
nothing that was paid for is asked again and no paid reply is lost. Knows no prompts.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, func
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.errors import ConflictError
from storage.locks import lock_name
from storage.record import Record, get_locked, insert_if_new, save


class TeacherState(StrEnum):
    """Where a request stands; `planned` and `sent` are unfinished."""

    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    FAILED = "failed"


class TeacherRequest(Record, table=True):
    """One question to the teacher. Costs are in the currency of the price setting.

    `reserved_cost` is the most the request now under way can cost; `cost` is what is booked.
    `outcome` says what became of the reply: "next" (another stage follows), "queued" (an example
    waits for review) or the reason it was rejected; empty while nobody has looked at it.
    """

    __tablename__ = "teacher_request"
    __table_args__ = (Index(None, "run", "slot", "stage"), Index(None, "run", "state"))

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True, description="run, slot and stage")
    run: str
    slot: int
    stage: str
    seed: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    messages: list[Any] = Field(default_factory=list, sa_type=Json)
    state: TeacherState = Field(default=TeacherState.PLANNED, sa_type=state_type(TeacherState))
    attempts: int = 0
    reserved_cost: float = 0.0
    cost: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reply: str = Field(default="", sa_type=PlainText)
    outcome: str = ""
    detail: str = Field(default="", sa_type=PlainText)
    example_id: int | None = Field(default=None, foreign_key="example.id")
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def plan_teacher_request(
    session: Session, *, run: str, slot: int, stage: str, seed: dict[str, Any], messages: list[Any]
) -> TeacherRequest:
    """Store a request to be sent; a known run, slot and stage returns the first one unchanged."""
    key = f"{run}:{slot}:{stage}"
    row = TeacherRequest(key=key, run=run, slot=slot, stage=stage, seed=seed, messages=messages)
    insert_if_new(session, row, "key")
    return session.exec(select(TeacherRequest).where(TeacherRequest.key == key)).one()


def reserve_teacher_request(
    session: Session, request_id: int, *, most_cost: float, budget: float
) -> bool:
    """Mark a request as sent unless its cost could break the run's budget; tell whether it may go.

    Raises:
        ConflictError: the request is finished already.
    """
    request = get_locked(session, TeacherRequest, request_id, "teacher request")
    if request.state not in {TeacherState.PLANNED, TeacherState.SENT}:
        raise ConflictError(f"Teacher request {request.key} is {request.state} already.")
    lock_name(session, f"teacher_run:{request.run}")
    others = spent_on_run(session, request.run) - request.reserved_cost
    if others + most_cost > budget:
        return False
    request.state, request.reserved_cost = TeacherState.SENT, most_cost
    request.attempts, request.sent_at = request.attempts + 1, utc_now()
    save(session, request)
    return True


def release_teacher_request(session: Session, request_id: int) -> None:
    """Take back a request that cost nothing (refused at the door), so that it can go again."""
    request = get_locked(session, TeacherRequest, request_id, "teacher request")
    request.state, request.reserved_cost = TeacherState.PLANNED, 0.0
    save(session, request)


def book_reserved_cost(session: Session, request_id: int) -> None:
    """Book what a request without a known price may have cost, at its most."""
    request = get_locked(session, TeacherRequest, request_id, "teacher request")
    request.cost, request.reserved_cost = request.cost + request.reserved_cost, 0.0
    save(session, request)


def record_teacher_reply(
    session: Session,
    request_id: int,
    *,
    reply: str,
    cost: float,
    prompt_tokens: int,
    completion_tokens: int,
) -> TeacherRequest:
    """Keep a reply and its price, before anybody looks at it."""
    request = get_locked(session, TeacherRequest, request_id, "teacher request")
    request.state, request.reply, request.answered_at = TeacherState.ANSWERED, reply, utc_now()
    request.cost, request.reserved_cost = request.cost + cost, 0.0
    request.prompt_tokens, request.completion_tokens = prompt_tokens, completion_tokens
    return save(session, request)


def fail_teacher_request(
    session: Session, request_id: int, *, outcome: str, detail: str
) -> TeacherRequest:
    """End a request that got no reply, with the reason; what is still reserved is released."""
    request = get_locked(session, TeacherRequest, request_id, "teacher request")
    request.state, request.reserved_cost = TeacherState.FAILED, 0.0
    request.outcome, request.detail = outcome, detail
    return save(session, request)


def record_teacher_outcome(
    session: Session,
    request_id: int,
    *,
    outcome: str,
    detail: str = "",
    example_id: int | None = None,
) -> TeacherRequest:
    """Record what became of a reply."""
    request = get_locked(session, TeacherRequest, request_id, "teacher request")
    request.outcome, request.detail, request.example_id = outcome, detail, example_id
    return save(session, request)


def reopen_failed_requests(session: Session, run: str, outcomes: Collection[str]) -> int:
    """Let requests that ended for these reasons go again; return how many."""
    query = select(TeacherRequest).where(
        TeacherRequest.run == run,
        col(TeacherRequest.state) == TeacherState.FAILED,
        col(TeacherRequest.outcome).in_(outcomes),
    )
    failed = list(session.exec(query.with_for_update()))
    for request in failed:
        request.state, request.outcome, request.detail = TeacherState.PLANNED, "", ""
        save(session, request)
    return len(failed)


def list_teacher_requests(
    session: Session, run: str, *, slot: int | None = None
) -> list[TeacherRequest]:
    """Return a run's requests in the order they were planned."""
    query = select(TeacherRequest).where(TeacherRequest.run == run)
    if slot is not None:
        query = query.where(TeacherRequest.slot == slot)
    return list(session.exec(query.order_by(col(TeacherRequest.id))))


def spent_on_run(session: Session, run: str) -> float:
    """Return what a run has cost, with what is under way counted at its most."""
    total = func.sum(col(TeacherRequest.cost) + col(TeacherRequest.reserved_cost))
    return float(session.exec(select(total).where(TeacherRequest.run == run)).one() or 0.0)
