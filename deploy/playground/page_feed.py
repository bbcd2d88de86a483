"""News for open pages: every change goes to every page websocket, in order.

A page that falls too far behind is dropped; it reconnects and reads the state anew.
"""

import asyncio
import contextlib
import json
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

MAXIMUM_BACKLOG = 2_000


class PageFeed:
    """The open pages."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str | None]] = set()

    def tell(self, kind: str, **content: Any) -> None:
        """Tell every page one piece of news."""
        if not self._queues:
            return
        text = json.dumps({"kind": kind, **content})
        for queue in list(self._queues):
            if queue.qsize() >= MAXIMUM_BACKLOG:
                self._queues.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(text)

    async def serve(self, websocket: WebSocket) -> None:
        """Feed one page until it leaves."""
        await websocket.accept()
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._queues.add(queue)
        listener = asyncio.create_task(self._until_closed(websocket, queue))
        try:
            while (text := await queue.get()) is not None:
                await websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the reader closed the page
        finally:
            self._queues.discard(queue)
            listener.cancel()
            with contextlib.suppress(asyncio.CancelledError, RuntimeError):
                await listener

    async def _until_closed(self, websocket: WebSocket, queue: asyncio.Queue[str | None]) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await websocket.receive_text()
        queue.put_nowait(None)

    def close(self) -> None:
        """Send every page away."""
        for queue in self._queues:
            queue.put_nowait(None)
