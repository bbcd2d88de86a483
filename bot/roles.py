"""Who may do what: three roles, every action, and the one table that joins them.

Pure data and a few questions to it. Who holds which role is looked up in `bot.slack.membership`;
the table in the documentation is written from here (`matrix_table`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the bot; one person may hold several."""

    GROWTH = "growth"
    ANALYST = "analyst"
    MAINTAINER = "maintainer"


class Action(StrEnum):
    """Everything a person can do in Slack that the server checks."""

    ASK = "ask"
    STOP = "stop"
    SHOW_WORKING = "show_working"
    RATE = "rate"
    CORRECT = "correct"
    METRICS = "metrics"
    ANNOTATE = "annotate"
    REVIEW = "review"
    RATE_BLIND = "rate_blind"
    DATASET = "dataset"
    ADAPTERS = "adapters"
    APPROVE = "approve"
    REJECT = "reject"
    CANARY = "canary"
    ROLLBACK = "rollback"
    CYCLE = "cycle"


_EVERYONE = frozenset(Role)
_CURATORS = frozenset({Role.ANALYST, Role.MAINTAINER})
_MAINTAINERS = frozenset({Role.MAINTAINER})

MATRIX: Mapping[Action, frozenset[Role]] = {
    Action.ASK: _EVERYONE,
    Action.STOP: _EVERYONE,
    Action.SHOW_WORKING: _EVERYONE,
    Action.RATE: _EVERYONE,
    Action.CORRECT: _EVERYONE,
    Action.METRICS: _EVERYONE,
    Action.ANNOTATE: _EVERYONE,
    Action.REVIEW: _CURATORS,
    Action.RATE_BLIND: _CURATORS,
    Action.DATASET: _CURATORS,
    Action.ADAPTERS: _CURATORS,
    Action.APPROVE: _MAINTAINERS,
    Action.REJECT: _MAINTAINERS,
    Action.CANARY: _MAINTAINERS,
    Action.ROLLBACK: _MAINTAINERS,
    Action.CYCLE: _MAINTAINERS,
}

IN_WORDS: Mapping[Action, str] = {
    Action.ASK: "ask about a metric",
    Action.STOP: "stop an answer",
    Action.SHOW_WORKING: "see the working of an answer",
    Action.RATE: "rate answers",
    Action.CORRECT: "correct answers",
    Action.METRICS: "see the metric catalogue",
    Action.ANNOTATE: "record changes",
    Action.REVIEW: "review examples",
    Action.RATE_BLIND: "rate answers blind",
    Action.DATASET: "see dataset versions",
    Action.ADAPTERS: "see adapters",
    Action.APPROVE: "approve an adapter",
    Action.REJECT: "reject an adapter",
    Action.CANARY: "start a canary",
    Action.ROLLBACK: "roll an adapter back",
    Action.CYCLE: "run or pause the learning cycle",
}


@dataclass(frozen=True)
class Standing:
    """What is known about a person. Outsiders are guests, people of other workspaces and bots."""

    user_id: str
    roles: frozenset[Role]
    is_outsider: bool = False


def permits(standing: Standing, action: Action) -> bool:
    """Tell whether a person may do this; an outsider may nothing, whatever their roles."""
    return not standing.is_outsider and bool(standing.roles & MATRIX[action])


def explain_refusal(standing: Standing, action: Action) -> str | None:
    """Say politely why a person may not do this; None when they may."""
    if permits(standing, action):
        return None
    if standing.is_outsider:
        return (
            "Sorry, guests and people from other workspaces cannot use me here."
            f" A member of this workspace can {IN_WORDS[action]} for you."
        )
    needed = " or ".join(role.value for role in Role if role in MATRIX[action])
    return (
        f"Sorry, to {IN_WORDS[action]} you need the role {needed}."
        " Whoever runs this bot can give it to you."
    )


def matrix_table() -> str:
    """Write the matrix as a Markdown table, for the documentation."""
    lines = [
        "| action | " + " | ".join(role.value for role in Role) + " | guest or outsider |",
        "|---|" + "---|" * (len(Role) + 1),
    ]
    for action, roles in MATRIX.items():
        cells = ["yes" if role in roles else "no" for role in Role]
        lines.append(f"| {IN_WORDS[action]} | " + " | ".join([*cells, "no"]) + " |")
    return "\n".join(lines) + "\n"
