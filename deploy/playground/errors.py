"""How a refused call looks: Slack's own error name, with its detail messages.

Raised by checks and methods, turned into ``{"ok": false, "error": ...}`` at one edge
(``web_api/routes.py``). ``BadRequestError`` is its twin for the workspace's own endpoints.
"""

from collections.abc import Sequence


class ApiError(Exception):
    """A Web API call Slack would refuse, under the error name Slack documents."""

    def __init__(self, error: str, messages: Sequence[str] = ()) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)


class BadRequestError(ValueError):
    """A request to the workspace's own endpoints that cannot be carried out; says why."""
