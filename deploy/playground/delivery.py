"""Sending to the app as Slack does: attempts, retries, and faults on the way.

Events are retried at once, after 1 and after 5 minutes and then dropped; commands and
interactions are tried once, because a person is waiting. Retries do not survive a restart of
the workspace. Every attempt is noted in ``records`` for tests and benchmarks.
"""

import asyncio
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from deploy.playground.carriers import Ack, Carrier, Json, PayloadKind
from deploy.playground.faults import Faults

MAXIMUM_RECORDS = 100_000  # enough for the largest benchmark, about 30 MB


@dataclass(frozen=True)
class DeliveryRecord:
    """One attempt to reach the app. ``sent_at`` is seconds since 1970."""

    kind: str
    type: str
    id: str
    attempt: int
    sent_at: float
    latency_ms: float
    failure: str


class Delivery:
    """Hands payloads to a carrier, with Slack's retry schedule."""

    def __init__(
        self, carrier: Carrier, faults: Faults, retry_delays_seconds: tuple[float, ...]
    ) -> None:
        self.carrier = carrier
        self.records: deque[DeliveryRecord] = deque(maxlen=MAXIMUM_RECORDS)
        self._faults = faults
        self._retry_delays_seconds = retry_delays_seconds
        self._tasks: set[asyncio.Task[Any]] = set()
        self._held: list[Json] = []

    def send_event(self, payload: Json) -> None:
        """Deliver an ``event_callback`` in the background, retrying as Slack does."""
        reorder = self._faults.for_delivery("reorder_events")
        if reorder is not None:
            self._held.append(payload)
            if reorder.count > 0:
                return
            batch, self._held = self._held[::-1], []
        else:
            batch = [payload]
        duplicate = self._faults.for_delivery("duplicate_events")
        copies = duplicate.copies if duplicate else 1
        for held in batch:
            for _ in range(copies):
                self.in_background(self._deliver_event(held))

    async def send_once(self, kind: PayloadKind, payload: Json) -> Ack:
        """One attempt for a command or an interaction; the acknowledgement, or the failure."""
        if self._faults.for_delivery("duplicate_events"):
            self.in_background(self._attempt(kind, payload, 0, ""))
        return await self._attempt(kind, payload, 0, "")

    async def _deliver_event(self, payload: Json) -> None:
        ack = await self._attempt("events_api", payload, 0, "")
        for attempt, delay_seconds in enumerate(self._retry_delays_seconds, start=1):
            if ack.ok or not ack.wants_retry:
                return
            await asyncio.sleep(delay_seconds)
            ack = await self._attempt("events_api", payload, attempt, ack.failure)

    async def _attempt(self, kind: PayloadKind, payload: Json, attempt: int, reason: str) -> Ack:
        sent_at, started = time.time(), time.perf_counter()
        ack = await self.carrier.carry(kind, payload, attempt, reason)
        if ack.ok and self._faults.for_delivery("lose_acks"):
            ack = Ack(failure="timeout")
        self.records.append(
            DeliveryRecord(
                kind=kind,
                type=str(payload.get("event", payload).get("type", payload.get("command", ""))),
                id=str(payload.get("event_id") or payload.get("trigger_id") or ""),
                attempt=attempt,
                sent_at=sent_at,
                latency_ms=(time.perf_counter() - started) * 1_000,
                failure=ack.failure,
            )
        )
        return ack

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine without waiting; kept until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def pending(self) -> int:
        """Deliveries not finished, retries waiting included."""
        return len(self._tasks)

    async def close(self) -> None:
        """Stop retries and let go of the carrier."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.carrier.close()
