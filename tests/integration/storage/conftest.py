"""What storage tests share: a starting line for threads, and a few rows to hang others on."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from storage.answers import Answer, start_answer
from storage.database import transaction
from storage.requests import create_request

Job = Callable[[Session], Any]
Race = Callable[..., list[Any]]
MakeAnswer = Callable[..., str]


@pytest.fixture
def race(engine: Engine) -> Race:
    """Run jobs at the same moment, each in its own transaction; return their results in order."""

    def run(*jobs: Job) -> list[Any]:
        line = threading.Barrier(len(jobs))

        def one(job: Job) -> Any:
            line.wait(timeout=20)
            with transaction(engine) as session:
                return job(session)

        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(one, jobs))

    return run


@pytest.fixture
def make_answer(engine: Engine) -> MakeAnswer:
    """Store a request with an open answer and return the answer's id."""

    def make(key: str = "T1:C1:1.0", adapter: str | None = None) -> str:
        with transaction(engine) as session:
            request = create_request(
                session,
                key=key,
                team="T1",
                channel="C1",
                thread_ts=None,
                message_ts=key.rsplit(":", 1)[-1],
                user_id="U1",
                source="mention",
                text="activation: 42, 31",
            )
            answer: Answer = start_answer(session, request.id, channel="C1", adapter=adapter)
            return answer.id

    return make
