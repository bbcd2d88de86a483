"""Socket Mode: the app's websocket connections, envelopes and acknowledgements.

The app asks ``apps.connections.open`` for a one-time address and connects; payloads go to the
connections in turn. One attempt per call: retries are ``delivery.py``'s.
"""

import asyncio
import contextlib
import itertools
import json
import secrets
import uuid
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from deploy.playground.carriers import Ack, Json, PayloadKind
from deploy.playground.people import APP_ID

# Slack keeps the old connection open for a while after asking for a refresh.
REFRESH_GRACE_SECONDS = 1.0
# An app may connect some time after asking for its address; Slack allows about half a minute.
MAXIMUM_OPEN_TICKETS = 100


class Connection:
    """One websocket of the app, and the envelopes it has not acknowledged."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.waiting: dict[str, asyncio.Future[Ack]] = {}
        self._send_lock = asyncio.Lock()

    async def send(self, message: Json) -> None:
        """Send one JSON text frame."""
        async with self._send_lock:
            await self.websocket.send_text(json.dumps(message))

    def settle(self, text: str) -> None:
        """Take the app's message; one that acknowledges nothing awaited is ignored."""
        try:
            message: Any = json.loads(text)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        future = self.waiting.pop(str(message.get("envelope_id")), None)
        if future is not None and not future.done():
            payload = message.get("payload")
            future.set_result(Ack(payload=payload if isinstance(payload, dict) else None))

    def fail_all(self) -> None:
        """The connection is gone: nothing more will be acknowledged on it."""
        for future in self.waiting.values():
            if not future.done():
                future.set_result(Ack(failure="timeout"))
        self.waiting.clear()


class SocketCarrier:
    """Carries payloads over the app's open connections, in turn."""

    def __init__(self, timeout_seconds: float, on_change: Callable[[int], None]) -> None:
        self._timeout_seconds = timeout_seconds
        self._on_change = on_change
        self._tickets: list[str] = []
        self._connections: list[Connection] = []
        self._turn = itertools.count()

    @property
    def connection_count(self) -> int:
        """Open connections."""
        return len(self._connections)

    def issue_ticket(self) -> str:
        """A one-time right to connect."""
        ticket = secrets.token_urlsafe(16)
        self._tickets = [*self._tickets[-MAXIMUM_OPEN_TICKETS:], ticket]
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """Hold one connection until either side closes it."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(code=4001, reason="unknown or used ticket")
            return
        self._tickets.remove(ticket)
        await websocket.accept()
        connection = Connection(websocket)
        self._connections.append(connection)
        try:
            await connection.send(self._hello())
            self._on_change(self.connection_count)
            while True:
                connection.settle(await websocket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass  # closed by the app, or by close_all below
        finally:
            self._forget(connection)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connection_count,
            "connection_info": {"app_id": APP_ID},
            "debug_info": {"host": "practice-workspace", "approximate_connection_time": 18060},
        }

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            connection.fail_all()
            self._on_change(self.connection_count)

    async def carry(self, kind: PayloadKind, payload: Json, attempt: int, reason: str) -> Ack:
        """Send one envelope and wait for its acknowledgement."""
        if not self._connections:
            return Ack(failure="no_connection")
        connection = self._connections[next(self._turn) % len(self._connections)]
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        try:
            await connection.send(envelope)
            return await asyncio.wait_for(future, self._timeout_seconds)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return Ack(failure="timeout")
        finally:
            connection.waiting.pop(envelope_id, None)

    async def refresh(self) -> None:
        """Ask every connection to reconnect, then close the old ones after a grace."""
        old = list(self._connections)
        for connection in old:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                notice = {"type": "disconnect", "reason": "refresh_requested"}
                await connection.send(notice | {"debug_info": {"host": "practice-workspace"}})
        await asyncio.sleep(REFRESH_GRACE_SECONDS)
        await self._close(old)

    async def close(self) -> None:
        """Drop every connection without a word."""
        await self._close(list(self._connections))

    async def _close(self, connections: list[Connection]) -> None:
        for connection in connections:
            self._forget(connection)
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await connection.websocket.close()
