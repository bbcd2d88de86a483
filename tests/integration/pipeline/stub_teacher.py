"""A stub of an OpenAI-compatible teacher over real HTTP that misbehaves on request.

It decides by the prompt's content, so that concurrent runs are repeatable, and writes every request
it got into a log, which is how double payment would show. Run as a script it serves until killed.
"""

import json
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PROMPT_TOKENS, COMPLETION_TOKENS = 700, 300


@dataclass
class StubTeacher:
    """The stub's behaviour: `plan` maps the running number of a request (0, 1, ...) to a fault.

    Faults: broken_json, wrong_number, refusal, refusal_words, cut_off, 429, 429_date, 500, 400,
    401, hang, drop, not_a_completion, wrong_fields, vague, unreadable. `always` holds for all
    others. A fault that asks to be tried again (429, 500, drop) is given once per request.
    """

    plan: dict[int, str] = field(default_factory=dict)
    always: str = ""
    hang_seconds: float = 30.0
    retry_after: str = "0.05"
    log: Path | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _first: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, body: dict[str, Any]) -> str:
        """Note a request and return the fault to answer with, empty for none."""
        with self._lock:
            number = self._first.setdefault(key, len(self._first))
            self.requests.append({"key": key, "body": body})
            self.times.append(time.monotonic())
            if self.log is not None:
                with self.log.open("a", encoding="utf-8") as out:
                    out.write(key + "\n")
            fault = self.plan.get(number, self.always)
            if fault in {"429", "429_date", "500", "drop"} and fault != self.always:
                if key in self._seen:
                    return ""
                self._seen.add(key)
            return fault


def write_reply(body: dict[str, Any], fault: str, key: str) -> dict[str, Any]:
    """Write a chat completion for a request, damaged as asked."""
    fields = body["response_format"]["json_schema"]["schema"]["required"]
    content = write_case(key) if fields == ["request"] else write_answer(key)
    if fault == "wrong_number":
        content["analysis"] = content.get("analysis", "") + " It lost 98.7 % of its level."
    if fault == "vague" and "analysis" in content:
        content["analysis"] = "Various factors may play a role. " * 12 + "Look deeper."
    if fault == "unreadable" and "request" in content:
        content["request"] = "our metric has been a bit off lately, please have a look at it"
    if fault == "wrong_fields":
        content = {"text": "hello"}
    text = json.dumps(content)
    if fault == "broken_json":
        text = text[:-20]
    if fault == "refusal_words":
        text = "I'm sorry, but I can't help with that."
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if fault == "refusal":
        message = {"role": "assistant", "content": None, "refusal": "I cannot do that."}
    return {
        "id": f"chatcmpl-{key}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "length" if fault == "cut_off" else "stop",
            }
        ],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
        },
    }


def _noun(rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprstv") + rng.choice("aeiou") for _ in range(3))


def write_case(key: str) -> dict[str, str]:
    """Write a new case; the same request gets the same one."""
    rng = random.Random(key)
    values = ", ".join(f"{rng.uniform(20, 60):.1f}%" for _ in range(10))
    return {"request": f"Activation rate, weekly: {values}. Segment: {_noun(rng)}. What happened?"}


def write_answer(key: str) -> dict[str, str]:
    """Write a good answer that names no figure, in words of its own."""
    rng = random.Random(key)
    analysis = " ".join(
        f"The {_noun(rng)} of the {_noun(rng)} moved after the {_noun(rng)} release, and the"
        f" {_noun(rng)} team saw it in the {_noun(rng)} logs."
        for _ in range(4)
    )
    return {
        "analysis": analysis,
        "recommended_action": f"The {_noun(rng)} lead should pause the {_noun(rng)} mail until"
        f" Friday and compare {_noun(rng)} with {_noun(rng)}; a gap would confirm it.",
        "urgency_level": "Low",
        "urgency_reason": f"Waiting for {_noun(rng)} loses no {_noun(rng)} accounts.",
    }


def serve(stub: StubTeacher, port: int = 0) -> ThreadingHTTPServer:
    """Start serving on this machine; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers.get("Idempotency-Key", "")
            fault = stub.take(key, body)
            if fault == "drop":
                self.close_connection = True
                return
            if fault == "hang":
                time.sleep(stub.hang_seconds)
            if fault in {"429", "429_date", "500", "400", "401"}:
                self._send(int(fault[:3]), {"error": {"message": "no", "type": "stub"}})
            elif fault == "not_a_completion":
                self._send(200, {"error": "upstream"})
            else:
                self._send(200, write_reply(body, fault, key))

        def _send(self, status: int, content: dict[str, Any]) -> None:
            data = json.dumps(content).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                if status == 429:
                    self.send_header("Retry-After", stub.retry_after)
                self.end_headers()
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    running = serve(StubTeacher(log=Path(sys.argv[1])))
    sys.stdout.write(f"{running.server_address[1]}\n")
    sys.stdout.flush()
    threading.Event().wait()
