"""Rights that expire: trigger ids (once, 3 s) and response URLs (five uses, 30 minutes)."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from deploy.playground.errors import ApiError
from deploy.playground.ids import new_id
from deploy.playground.people import TEAM_ID

Clock = Callable[[], float]
# Old entries are kept a while, so that a late use is called expired and not unknown.
MAXIMUM_REMEMBERED = 10_000


@dataclass
class Trigger:
    """A trigger id's owner and moment; ``view_id`` if it came from inside a form."""

    user: str
    issued_at: float
    view_id: str | None
    used: bool = False


class Triggers:
    """Trigger ids issued with commands and interactions."""

    def __init__(self, lifetime_seconds: float, clock: Clock = time.monotonic) -> None:
        self._lifetime_seconds = lifetime_seconds
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, view_id: str | None = None) -> str:
        """A fresh trigger id for one person."""
        trigger_id = f"{int(time.time() * 1000)}.{TEAM_ID}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, self._clock(), view_id)
        while len(self._issued) > MAXIMUM_REMEMBERED:
            del self._issued[next(iter(self._issued))]
        return trigger_id

    def exchange(self, trigger_id: object) -> Trigger:
        """Use a trigger id up.

        Raises:
            ApiError: ``invalid_trigger_id``, ``exchanged_trigger_id``, ``expired_trigger_id``.
        """
        trigger = self._issued.get(str(trigger_id))
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self._clock() - trigger.issued_at > self._lifetime_seconds:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """Where a response URL answers, and what is left of it."""

    user: str
    channel: str
    message_ts: str | None
    thread_ts: str | None
    issued_at: float
    uses_left: int


class ResponseUrls:
    """Response URLs issued with commands and clicks."""

    def __init__(self, lifetime_seconds: float, uses: int, clock: Clock = time.monotonic) -> None:
        self._lifetime_seconds = lifetime_seconds
        self._uses = uses
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(
        self, user: str, channel: str, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """The secret last part of a fresh response URL."""
        secret = new_id("R") + secrets.token_urlsafe(12)
        self._issued[secret] = ResponseUrl(
            user, channel, message_ts, thread_ts, self._clock(), self._uses
        )
        while len(self._issued) > MAXIMUM_REMEMBERED:
            del self._issued[next(iter(self._issued))]
        return secret

    def use(self, secret: str) -> ResponseUrl:
        """Count one use.

        Raises:
            ApiError: ``invalid_url``, ``expired_url`` or ``used_url``.
        """
        url = self._issued.get(secret)
        if url is None:
            raise ApiError("invalid_url")
        if self._clock() - url.issued_at > self._lifetime_seconds:
            raise ApiError("expired_url")
        if url.uses_left <= 0:
            raise ApiError("used_url")
        url.uses_left -= 1
        return url
