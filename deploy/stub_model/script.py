"""What the stub reads, what it says and how it can fail. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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
