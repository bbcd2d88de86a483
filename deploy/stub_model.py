"""A stub of the model server: vLLM's HTTP protocol without a model behind it.

For tests, fault matrices and load tests that would take days on a real server. It streams
scripted text as server-sent events, continues a given beginning, knows adapters by name, and can
be told to fail. It computes nothing: whatever is measured against it is our own share.

`python -m deploy.stub_model --port 8001` runs it by itself.
"""

import argparse
import json
import logging
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

logger = logging.getLogger("deploy.stub_model")

BASE_MODEL = "models/smollm2-135m-instruct"
_TOKEN = re.compile(r"\s*\S+|\s+$")  # a word with the blank before it, about what a token is
_CONTEXT_WORDS = 6000  # stands for 8192 tokens


class StubFault(StrEnum):
    """How the stub fails when told to."""

    SERVER_ERROR = "server_error"  # 500 before anything is streamed
    OVERLOADED = "overloaded"  # 503
    HANG = "hang"  # accepts the request and says nothing
    STALL = "stall"  # goes silent in mid-stream
    DISCONNECT = "disconnect"  # closes the connection in mid-stream
    ERROR_EVENT = "error_event"  # sends an error as an event in mid-stream, as vLLM does


@dataclass(frozen=True)
class StubRequest:
    """One chat completion as it was asked for."""

    body: dict[str, Any]

    @property
    def model(self) -> str:
        """The served name that was asked."""
        return str(self.body["model"])

    @property
    def prefix(self) -> str:
        """The beginning to continue; empty for a fresh answer."""
        if not self.body.get("continue_final_message"):
            return ""
        return str(self.body["messages"][-1]["content"])

    @property
    def prompt(self) -> str:
        """The last user message."""
        users = [m["content"] for m in self.body["messages"] if m["role"] == "user"]
        return str(users[-1]) if users else ""


Script = Callable[[StubRequest], str]


def answer_from_facts(request: StubRequest) -> str:
    """The default script: state the prompt's first facts, and continue whatever was begun."""
    facts = re.findall(r"^- (.+?)\.?$", request.prompt, re.MULTILINE)[:3]
    analysis = " ".join(f"{fact}." for fact in facts) or "The figures are as given."
    whole = (
        f"Analysis: {analysis}\n"
        "Recommended action: The metric's owner reviews the recorded changes with the team.\n"
        "Urgency: Medium. The reason is the change described above."
    )
    return continue_text(whole, request.prefix)


def continue_text(whole: str, prefix: str) -> str:
    """Return what follows `prefix` in `whole`; a heading written for us counts as reached."""
    if whole.startswith(prefix):
        return whole[len(prefix) :]
    last_line = prefix.rsplit("\n", 1)[-1]
    heading = last_line.split(":", 1)[0] + ":"
    return whole.partition(heading)[2] if heading in whole else ""


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
    _server: "_StubServer | None" = None

    @property
    def base_url(self) -> str:
        """Where the stub answers, with the API's version."""
        return f"http://127.0.0.1:{self.port}/v1"

    def fail_next(self, fault: StubFault, *, after_tokens: int = 3, times: int = 1) -> None:
        """Plan a fault for the next completions; mid-stream ones strike after some tokens."""
        self._faults.extend([(fault, after_tokens)] * times)

    def start(self) -> Self:
        """Listen in a background thread."""
        self._server = _StubServer(self)
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


class _StubServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    block_on_close = False

    def __init__(self, stub: StubModel) -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", stub.port), _StubHandler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.debug("a reader went away", exc_info=True)


class _StubHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _StubServer

    def do_GET(self) -> None:
        stub = self.server.stub
        if self.path == "/health":
            self._send_json({}, 200 if stub.healthy else 503)
        elif self.path == "/v1/models":
            names = [stub.base_model, *sorted(stub.adapters)]
            self._send_json({"object": "list", "data": [_model_card(name) for name in names]})
        else:
            self._send_error(404, "Not Found", "NotFoundError")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length))
        if self.path != "/v1/chat/completions":
            self._send_error(404, "Not Found", "NotFoundError")
            return
        request = StubRequest(body)
        fault, after_tokens = self.server.stub.receive(request)
        if not self._refuse(request, fault):
            self._complete(request, fault, after_tokens)

    def _refuse(self, request: StubRequest, fault: StubFault | None) -> bool:
        stub = self.server.stub
        words = sum(len(message["content"].split()) for message in request.body["messages"])
        if fault is StubFault.SERVER_ERROR:
            self._send_error(500, "EngineCore encountered an issue.", "InternalServerError")
        elif fault is StubFault.OVERLOADED:
            self._send_error(503, "The server is overloaded.", "ServiceUnavailableError")
        elif not stub.knows(request.model):
            message = f"The model `{request.model}` does not exist."
            self._send_error(404, message, "NotFoundError")
        elif words > _CONTEXT_WORDS:
            message = "This model's maximum context length is 8192 tokens."
            self._send_error(400, message, "BadRequestError")
        else:
            return False
        return True

    def _complete(self, request: StubRequest, fault: StubFault | None, after: int) -> None:
        stub = self.server.stub
        if fault is StubFault.HANG:
            stub.hang()
            self.close_connection = True
            return
        try:
            if request.body.get("stream"):
                self._stream(request, fault, after)
            else:
                text = "".join(_tokens(request, stub.script(request))[0])
                self._send_json(_whole_completion(request, text))
        except (BrokenPipeError, ConnectionResetError):
            stub.note_abort()
            self.close_connection = True

    def _stream(self, request: StubRequest, fault: StubFault | None, after: int) -> None:
        stub = self.server.stub
        tokens, finish_reason = _tokens(request, stub.script(request))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        time.sleep(stub.first_token_seconds)
        for event in _events(request, tokens, finish_reason):
            if fault is not None and event["usage"]["completion_tokens"] > after:
                self._strike(fault)
                return
            self._send_event(json.dumps(event))
            time.sleep(stub.token_seconds)
        self._send_event("[DONE]")
        self._send_chunk(b"")

    def _strike(self, fault: StubFault) -> None:
        if fault is StubFault.ERROR_EVENT:
            self._send_event(json.dumps({"error": {"message": "engine died", "code": 500}}))
            self._send_chunk(b"")
            return
        if fault is StubFault.STALL:
            self.server.stub.hang()
        self.close_connection = True  # without the closing chunk: broken off

    def _send_event(self, data: str) -> None:
        self._send_chunk(f"data: {data}\n\n".encode())

    def _send_chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _send_error(self, status: int, message: str, kind: str) -> None:
        self._send_json({"error": {"message": message, "type": kind, "code": status}}, status)

    def _send_json(self, value: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the parent's name
        logger.debug(format, *args)


def _tokens(request: StubRequest, text: str) -> tuple[list[str], str]:
    """Cut the script's text into tokens, as many as were asked for, and say why it ends."""
    tokens = _TOKEN.findall(text)
    limit = request.body.get("max_tokens") or len(tokens)
    return tokens[:limit], "length" if limit < len(tokens) else "stop"


def _events(request: StubRequest, tokens: list[str], finish: str) -> Iterator[dict[str, Any]]:
    for number, token in enumerate(["", *tokens]):
        reason = finish if number == len(tokens) else None
        delta = {"role": "assistant", "content": ""} if number == 0 else {"content": token}
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        yield _envelope(request, "chat.completion.chunk", number) | {"choices": [choice]}


def _whole_completion(request: StubRequest, text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    count = len(_TOKEN.findall(text))
    return _envelope(request, "chat.completion", count) | {"choices": [choice]}


def _envelope(request: StubRequest, kind: str, completion_tokens: int) -> dict[str, Any]:
    prompt_tokens = sum(len(m["content"].split()) for m in request.body["messages"])
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    return {"id": "stub", "object": kind, "created": 0, "model": request.model, "usage": usage}


def _model_card(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "stub"}


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m deploy.stub_model", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--adapter", action="append", default=[], help="an adapter it knows")
    parser.add_argument("--first-token-ms", type=float, default=0)
    parser.add_argument("--token-ms", type=float, default=0)
    options = parser.parse_args(arguments)
    stub = StubModel(
        port=options.port,
        adapters=set(options.adapter),
        first_token_seconds=options.first_token_ms / 1000,
        token_seconds=options.token_ms / 1000,
    )
    with stub:
        logger.info("The stub of the model server answers at %s", stub.base_url)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
