"""Pure builders of Block Kit: typed data in, blocks out; no client, no database."""

from typing import Any

Block = dict[str, Any]
View = dict[str, Any]


def section(text: str, **extra: Any) -> Block:
    """A section of mrkdwn text that Slack does not search for links or names."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}, **extra}


def context(*texts: str) -> Block:
    """Small print."""
    elements = [{"type": "mrkdwn", "text": text, "verbatim": True} for text in texts]
    return {"type": "context", "elements": elements}


def button(text: str, action_id: str, value: str, **extra: Any) -> Block:
    """A button; `value` carries an id of ours, never text of a user."""
    label = {"type": "plain_text", "text": text, "emoji": True}
    return {"type": "button", "text": label, "action_id": action_id, "value": value, **extra}


def plain_text(text: str) -> Block:
    """A plain text object, where Slack allows no markup."""
    return {"type": "plain_text", "text": text, "emoji": True}
