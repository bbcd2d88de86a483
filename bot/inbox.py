"""Commit, then acknowledge: every arrival becomes one row before Slack hears "received".

A row and its job are two commits, so a sweep starts jobs for rows that lost theirs in between.
What a job does is not this module's business.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Engine

import storage.inbox
from storage.database import transaction

logger = logging.getLogger(__name__)

LOST_JOB_SECONDS = 5.0  # an event this old without a job was cut off between its two commits

StartJob = Callable[[str, str, int], None]
"""(key, kind, event id) -> None; starting the same key twice must do nothing the second time."""


class Inbox:
    """The door: `accept` for listeners, `sweep` for what a crash left behind."""

    def __init__(
        self, engine: Engine, start_job: StartJob, at_point: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._start_job = start_job
        self._at_point = at_point
        self._stopping = threading.Event()

    def accept(self, key: str, kind: str, payload: dict[str, Any]) -> bool:
        """Store an arrival and start its job; False when this key was stored before."""
        with transaction(self._engine) as session:
            event = storage.inbox.record_event(session, key, kind, payload)
            event_id = event.id if event else None
        if event_id is None:
            return False
        self._at_point("event_committed")
        self._start_job(key, kind, event_id)
        return True

    def sweep(self) -> int:
        """Start jobs for stored events that have none; returns how many."""
        with transaction(self._engine) as session:
            events = storage.inbox.list_unqueued(session, LOST_JOB_SECONDS, limit=500)
            found = [(event.key, event.kind, event.id) for event in events]
        for key, kind, event_id in found:
            if event_id is not None:
                self._start_job(key, kind, event_id)
        return len(found)

    def sweep_forever(self, every_seconds: float) -> None:
        """Sweep until `stop`; a database that is down for a while is tried again."""
        while not self._stopping.wait(every_seconds):
            try:
                self.sweep()
            except Exception:
                logger.exception("The sweep for lost events failed; it will run again")

    def stop(self) -> None:
        """End `sweep_forever`."""
        self._stopping.set()
