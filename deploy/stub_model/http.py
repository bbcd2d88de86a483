"""vLLM's HTTP protocol as the stub speaks it: server-sent events, names, errors, faults."""

import json
import logging
import re
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from deploy.stub_model.script import StubFault, StubRequest

if TYPE_CHECKING:
    from deploy.stub_model.model import StubModel

logger = logging.getLogger("deploy.stub_model")

_TOKEN = re.compile(r"\s*\S+|\s+$")  # a word with the blank before it, about what a token is
_CONTEXT_WORDS = 6000  # stands for 8192 tokens


class StubServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    block_on_close = False

    def __init__(self, stub: "StubModel") -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", stub.port), StubHandler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.debug("a reader went away", exc_info=True)


class StubHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: StubServer

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
