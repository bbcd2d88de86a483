"""A collector of what is wrong with a payload, in the shape Slack reports it.

Slack answers ``invalid_blocks`` with ``response_metadata.messages``, one line per problem,
each ending in a JSON pointer to the place.
"""

from collections.abc import Mapping
from typing import Any


class Problems:
    """Problems found so far; ``lines`` is what goes into the answer."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, what: str, pointer: str) -> None:
        """Note one problem at a JSON pointer such as ``/blocks/0/text``."""
        self.lines.append(f"[ERROR] {what} [json-pointer:{pointer}]")

    def length(self, value: object, limit: int, pointer: str, *, required: bool = False) -> None:
        """A string of 1 to ``limit`` characters."""
        if value is None or value == "":
            if required or value == "":
                self.add("must be more than 0 characters", pointer)
        elif not isinstance(value, str):
            self.add("must be a string", pointer)
        elif len(value) > limit:
            self.add(f"must be less than {limit + 1} characters", pointer)

    def items(self, value: object, limit: int, pointer: str) -> list[Any]:
        """A list of 1 to ``limit`` items; returns it, or an empty list."""
        if not isinstance(value, list):
            self.add("must provide an array", pointer)
            return []
        if not value:
            self.add("no fewer than 1 items allowed", pointer)
        if len(value) > limit:
            self.add(f"no more than {limit} items allowed", pointer)
        return value

    def text(
        self, value: object, limit: int, pointer: str, *, plain: bool = False, required: bool = True
    ) -> None:
        """A text composition object, plain only if ``plain``."""
        if value is None:
            if required:
                self.add("missing required field", pointer)
            return
        if not isinstance(value, Mapping):
            self.add("must be an object", pointer)
            return
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if value.get("type") not in kinds:
            self.add(f"must be one of {', '.join(kinds)}", f"{pointer}/type")
        self.length(value.get("text"), limit, f"{pointer}/text", required=True)
