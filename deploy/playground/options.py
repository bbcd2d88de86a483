"""Everything a practice workspace can be told at start, with Slack's own figures as defaults.

Tests shorten the intervals; the command line sets the rest. Nothing reads the environment.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Subscriptions the app's manifest asks for; events of other kinds are not sent.
DEFAULT_EVENTS = frozenset(
    {
        "app_mention",
        "message.channels",
        "message.im",
        "app_home_opened",
        "agent_session_stopped",
    }
)


@dataclass(frozen=True)
class SlashCommand:
    """A command the composer offers."""

    command: str
    hint: str = ""
    description: str = ""


DEFAULT_COMMANDS = (SlashCommand("/analyst", "ask | help", "Ask the Growth Analyst"),)


@dataclass(frozen=True)
class Example:
    """A ready question a reader can click; ``text`` is typed as a person would type it."""

    title: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Options:
    """Settings of one running workspace.

    Times are in seconds and default to what Slack documents: an acknowledgement within 3 s,
    retries at once, after 1 and after 5 minutes; a trigger id of 3 s; a response URL of five
    uses in 30 minutes; a stream of about 5 minutes.
    """

    data_folder: Path
    port: int = 0
    request_url: str | None = None
    signing_secret: str = ""
    acknowledge_timeout_seconds: float = 3.0
    retry_delays_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger_lifetime_seconds: float = 3.0
    response_url_lifetime_seconds: float = 1800.0
    response_url_uses: int = 5
    stream_lifetime_seconds: float = 300.0
    status_lifetime_seconds: float = 120.0
    events: frozenset[str] = DEFAULT_EVENTS
    commands: tuple[SlashCommand, ...] = DEFAULT_COMMANDS
    examples: tuple[Example, ...] = field(default_factory=tuple)


def read_examples(content: dict[str, Any]) -> tuple[tuple[Example, ...], tuple[SlashCommand, ...]]:
    """Examples and commands from the parsed JSON of an examples file.

    Raises:
        ValueError: an entry lacks its title or text, naming the entry.
    """
    examples = []
    for position, entry in enumerate(content.get("examples", []), start=1):
        if not entry.get("title") or not entry.get("text"):
            raise ValueError(f"example {position} needs a title and a text")
        examples.append(Example(entry["title"], entry["text"], entry.get("source", "")))
    commands = tuple(
        SlashCommand(entry["command"], entry.get("hint", ""), entry.get("description", ""))
        for entry in content.get("commands", [])
    )
    return tuple(examples), commands or DEFAULT_COMMANDS
