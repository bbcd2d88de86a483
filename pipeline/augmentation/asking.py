"""Asking the teacher once per request: reserve, send, keep, and try again where that is free.

Every attempt is committed before it leaves and every reply before it is read. A request whose fate
is unknown (a crash, a timeout, a broken connection) is booked at the most it can have cost and not
sent again, unless replies are free.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Engine

from bot.analysis.prompt import Message
from pipeline.augmentation.errors import NoReply, TeacherCallError
from pipeline.augmentation.settings import AugmentationSettings
from pipeline.augmentation.teacher import Teacher, TeacherReply
from storage.columns import canonical_json
from storage.database import transaction
from storage.teacher_requests import (
    TeacherRequest,
    TeacherState,
    book_reserved_cost,
    fail_teacher_request,
    record_teacher_reply,
    release_teacher_request,
    reserve_teacher_request,
)

# English text has about four characters a token; three leaves room for figures and JSON.
_CHARACTERS_PER_TOKEN = 3
_TOKENS_PER_MESSAGE = 8  # role marks of the chat template
_SCHEMA_TOKENS = 200  # some servers bill the schema as prompt


class Asked(StrEnum):
    """How asking ended."""

    ANSWERED = "answered"
    FAILED = "failed"
    BUDGET = "budget"
    STOPPED = "stopped"


class Pacing:
    """What all workers of a run share: pauses the server asked for, failures in a row, the stop."""

    def __init__(self, settings: AugmentationSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._failures = 0
        self.stop = threading.Event()
        self.stop_reason = ""

    def wait_turn(self) -> bool:
        """Wait until requests may go; False when the run stops meanwhile."""
        while not self.stop.is_set():
            with self._lock:
                left = self._not_before - time.monotonic()
            if left <= 0:
                return True
            self.stop.wait(min(left, 0.5))
        return False

    def hold_all(self, seconds: float) -> None:
        """Let no worker send for a while; a rate limit concerns all of them."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def note(self, *, succeeded: bool) -> None:
        """Count failures in a row; too many stop the run, so that an outage costs little."""
        with self._lock:
            self._failures = 0 if succeeded else self._failures + 1
            is_over = self._failures >= self._settings.give_up_after
        if is_over:
            self.halt(
                f"The teacher failed {self._failures} requests in a row. Run the same command"
                " later; it goes on where it stopped."
            )

    def halt(self, reason: str) -> None:
        """Stop the run; requests under way end first."""
        self.stop_reason = self.stop_reason or reason
        self.stop.set()


def most_tokens(messages: list[Message] | list[Any]) -> int:
    """Estimate a prompt's tokens from above, for the budget."""
    characters = sum(len(str(message["content"]).encode()) for message in messages)
    tokens = characters // _CHARACTERS_PER_TOKEN + _TOKENS_PER_MESSAGE * len(messages)
    return tokens + _SCHEMA_TOKENS


def ask_once(
    engine: Engine,
    teacher: Teacher,
    request: TeacherRequest,
    schema: Mapping[str, Any],
    pacing: Pacing,
    at_point: Callable[[str], None],
) -> Asked:
    """Get the reply to a stored request and keep it; see the module for what is tried again."""
    settings = teacher.settings
    if request.state is TeacherState.SENT and not settings.is_free:
        detail = "The process ended while the request was under way; booked at its most."
        _end(engine, request.id, NoReply.LOST_IN_CRASH, detail, books=True)
        return Asked.FAILED
    most_cost = settings.price(most_tokens(request.messages), settings.max_tokens)
    for attempt in range(1, settings.attempts + 1):
        if not pacing.wait_turn():
            return Asked.STOPPED
        with transaction(engine) as session:
            may_go = reserve_teacher_request(
                session, request.id, most_cost=most_cost, budget=settings.budget
            )
        if not may_go:
            return Asked.BUDGET
        at_point("sent")
        try:
            reply = teacher.ask(request.messages, schema, key=request.key)
        except TeacherCallError as error:
            ended = _after_failure(engine, request, error, attempt, settings, pacing)
            if ended is not None:
                return ended
            continue
        at_point("received")
        _keep_reply(engine, request, reply, settings, most_cost)
        at_point("kept")
        pacing.note(succeeded=True)
        return Asked.ANSWERED
    raise AssertionError("unreachable: the last attempt always ends")


def _after_failure(
    engine: Engine,
    request: TeacherRequest,
    error: TeacherCallError,
    attempt: int,
    settings: AugmentationSettings,
    pacing: Pacing,
) -> Asked | None:
    """Book what the attempt may have cost; return how it ended, or None to try again."""
    if error.is_final:
        # The server will say the same to every request: this one goes again when it is mended.
        with transaction(engine) as session:
            release_teacher_request(session, request.id)
        pacing.halt(error.detail)
        return Asked.STOPPED
    is_paid_for = error.may_have_cost and not settings.is_free
    if is_paid_for or attempt == settings.attempts:
        detail = f"{error.detail} Attempt {attempt} of {settings.attempts}."
        _end(engine, request.id, error.reason, detail, books=is_paid_for)
        pacing.note(succeeded=False)
        return Asked.FAILED
    with transaction(engine) as session:
        release_teacher_request(session, request.id)
    pause = settings.first_pause_seconds * 2 ** (attempt - 1)
    pause *= random.uniform(0.75, 1.25)  # noqa: S311 - spreads workers, guards nothing
    pause = max(pause, error.retry_after_seconds or 0.0)
    pause = min(pause, settings.longest_pause_seconds)
    if error.reason is NoReply.RATE_LIMITED:
        pacing.hold_all(pause)
    else:
        pacing.stop.wait(pause)
    return None


def _keep_reply(
    engine: Engine,
    request: TeacherRequest,
    reply: TeacherReply,
    settings: AugmentationSettings,
    most_cost: float,
) -> None:
    # A server that counts nothing is booked at the most.
    is_counted = reply.prompt_tokens > 0
    cost = settings.price(reply.prompt_tokens, reply.completion_tokens)
    kept = {"text": reply.text, "refusal": reply.refusal, "cut_off": reply.cut_off}
    with transaction(engine) as session:
        record_teacher_reply(
            session,
            request.id,
            reply=canonical_json(kept),
            cost=cost if is_counted else most_cost,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
        )


def _end(engine: Engine, request_id: int, reason: NoReply, detail: str, *, books: bool) -> None:
    with transaction(engine) as session:
        if books:
            book_reserved_cost(session, request_id)
        fail_teacher_request(session, request_id, outcome=reason.value, detail=detail)
