"""Column types that behave alike on SQLite and PostgreSQL.

Knows no table. Aware UTC times, text without characters a database refuses, plain JSON, and
states stored as readable strings.
"""

import json
import re
import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, Text
from sqlalchemy.types import TypeDecorator

STATE_LENGTH_CHARACTERS = 32
# PostgreSQL text takes no NUL and neither database takes half of a surrogate pair; both reach us
# in pasted text and broken emoji.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# JSON keeps the exact text (key order, 1.0 against 1), which JSONB does not; we never query into
# it. None becomes NULL.
Json = JSON(none_as_null=True)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC; a naive one is refused rather than guessed.

    SQLite has no time zones and gets the UTC wall clock, which also sorts correctly.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC on the way in. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; give an aware datetime.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give aware UTC back, whatever the server's session time zone is."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text of any length from people or models; unstorable characters become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what a database would refuse, so that a pasted NUL never loses a question."""
        return None if value is None else storable_text(value)


def storable_text(text: str) -> str:
    """Return the text with NUL and lone surrogates replaced by U+FFFD."""
    return _UNSTORABLE.sub("�", text)


def state_type(states: type[StrEnum]) -> Enum:
    """Column type for a state: stored as its string, read back as the enum member.

    Checked here and not by the database, so that adding a state needs no table rebuild.
    """
    return Enum(
        states,
        native_enum=False,
        create_constraint=False,
        length=STATE_LENGTH_CHARACTERS,
        values_callable=lambda members: [member.value for member in members],
    )


def canonical_json(value: Any) -> str:
    """Write JSON in the one form used for hashes: sorted keys, no spaces, ASCII, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def utc_now() -> datetime:
    """Return the current time, aware, UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a fresh 16-digit hex id (64 random bits)."""
    return uuid.uuid4().hex[:16]
