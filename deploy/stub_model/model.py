"""The stub as a test holds it: script, memory of requests, planned faults, start and stop."""

import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.stub_model import http
from deploy.stub_model.script import Script, StubFault, StubRequest, answer_from_facts

BASE_MODEL = "models/smollm2-135m-instruct"


@dataclass
class StubModel:
    """The stub server's script, its memory of requests, and its planned faults.

    Start it with `with StubModel(...) as stub:`; `stub.base_url` is its address.
    """

    script: Script = answer_from_facts
    base_model: str = BASE_MODEL
    adapters: set[str] = field(default_factory=set)
    adapters_dir: Path | None = None  # adapters that appear here are known at once
    first_token_seconds: float = 0.0
    token_seconds: float = 0.0
    port: int = 0  # 0: any free one
    healthy: bool = True
    requests: list[StubRequest] = field(default_factory=list)
    aborted: int = 0  # completions whose reader went away
    _faults: deque[tuple[StubFault, int]] = field(default_factory=deque)
    _released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: http.StubServer | None = None

    @property
    def base_url(self) -> str:
        """Where the stub answers, with the API's version."""
        return f"http://127.0.0.1:{self.port}/v1"

    def fail_next(self, fault: StubFault, *, after_tokens: int = 3, times: int = 1) -> None:
        """Plan a fault for the next completions; mid-stream ones strike after some tokens."""
        self._faults.extend([(fault, after_tokens)] * times)

    def start(self) -> Self:
        """Listen in a background thread."""
        self._server = http.StubServer(self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and let hanging requests go."""
        self._released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def knows(self, name: str) -> bool:
        """Tell whether a model of this name is served."""
        if name == self.base_model or name in self.adapters:
            return True
        folder = self.adapters_dir / name if self.adapters_dir else None
        return folder is not None and (folder / "adapter_config.json").is_file()

    def receive(self, request: StubRequest) -> tuple[StubFault | None, int]:
        """Remember a completion request and return the fault planned for it."""
        with self._lock:
            self.requests.append(request)
            return self._faults.popleft() if self._faults else (None, 0)

    def note_abort(self) -> None:
        """Count a completion whose reader went away."""
        with self._lock:
            self.aborted += 1

    def hang(self) -> None:
        """Say nothing until the stub is stopped (at most ten minutes)."""
        self._released.wait(600)
