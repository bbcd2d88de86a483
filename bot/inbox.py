"""Commit, then acknowledge: every arrival becomes one row before Slack hears "received".

The job is started right after the commit, in a thread of its own, so that the acknowledgement
waits for one commit only. A row that lost its job to a crash is found by the sweep. What a job
does is not this module's business.
"""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Engine

import storage.inbox
from storage.database import transaction

logger = logging.getLogger(__name__)

LOST_JOB_SECONDS = 5.0  # a running process starts a job within milliseconds of the commit
STOP_SECONDS = 5.0

StartJob = Callable[[str, str, int], None]
"""(key, kind, event id) -> None; starting the same key twice must do nothing the second time."""

_Start = tuple[str, str, int]


class Inbox:
    """The door: `accept` for listeners; two threads start jobs and look for lost ones."""

    def __init__(
        self, engine: Engine, start_job: StartJob, at_point: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._start_job = start_job
        self._at_point = at_point
        self._stopping = threading.Event()
        self._accepted: queue.SimpleQueue[_Start | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def accept(self, key: str, kind: str, payload: dict[str, Any]) -> bool:
        """Store an arrival and have its job started; False when this key was stored before."""
        with transaction(self._engine) as session:
            event = storage.inbox.record_event(session, key, kind, payload)
            event_id = event.id if event else None
        if event_id is None:
            return False
        self._at_point("event_committed")
        self._accepted.put((key, kind, event_id))
        return True

    def start(self, sweep_seconds: float) -> None:
        """Start both threads; the first sweep takes everything an earlier process left."""
        self._threads = [
            threading.Thread(target=self._start_accepted, name="inbox-start", daemon=True),
            threading.Thread(
                target=self._sweep_forever, args=(sweep_seconds,), name="inbox-sweep", daemon=True
            ),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; rows whose job is not started yet wait for the next start."""
        self._stopping.set()
        self._accepted.put(None)
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    def sweep(self, older_than_seconds: float = LOST_JOB_SECONDS) -> int:
        """Start jobs for stored events that have none; returns how many."""
        with transaction(self._engine) as session:
            events = storage.inbox.list_unqueued(session, older_than_seconds, limit=500)
            found = [(event.key, event.kind, event.id) for event in events]
        for start in found:
            self._start_job(*start)
        return len(found)

    def _start_accepted(self) -> None:
        while (start := self._accepted.get()) is not None:
            try:
                self._start_job(*start)
            except Exception:
                logger.exception("The job of %s could not be started; the sweep will", start[0])

    def _sweep_forever(self, every_seconds: float) -> None:
        older_than = 0.0
        while not self._stopping.is_set():
            try:
                self.sweep(older_than)
                older_than = LOST_JOB_SECONDS
            except Exception:
                logger.exception("The sweep for lost events failed; it will run again")
            self._stopping.wait(every_seconds)
