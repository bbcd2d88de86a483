"""Identifiers and message timestamps in Slack's shapes."""

import secrets
import time
from collections.abc import Callable


def new_id(prefix: str) -> str:
    """An id such as ``Ev8F3A...``: the prefix and ten hex digits."""
    return prefix + secrets.token_hex(5).upper()


class Timestamps:
    """Message timestamps ("1700000000.000100"): unique and rising, also across restarts."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._last_microseconds = 0

    def next(self) -> str:
        """A timestamp later than every earlier one."""
        now = int(self._clock() * 1_000_000)
        self._last_microseconds = max(now, self._last_microseconds + 1)
        return format_ts(self._last_microseconds)

    def not_before(self, ts: str) -> None:
        """Make every later timestamp follow ``ts``."""
        seconds, _, micros = ts.partition(".")
        self._last_microseconds = max(
            self._last_microseconds, int(seconds) * 1_000_000 + int(micros)
        )


def format_ts(microseconds: int) -> str:
    """Microseconds since 1970 as Slack writes a timestamp."""
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"
