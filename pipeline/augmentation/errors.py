"""Why augmentation stops, and why one request got no usable reply."""

from enum import StrEnum


class NoReply(StrEnum):
    """Why a request ended without a reply; also the reason it is counted under."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BROKEN_OFF = "connection_broken_off"
    BAD_RESPONSE = "bad_response"
    REFUSED_BY_SERVER = "refused_by_server"
    LOST_IN_CRASH = "lost_in_crash"


# The server did no work, or said so: asking again costs nothing.
UNPAID = frozenset({NoReply.RATE_LIMITED, NoReply.SERVER_ERROR, NoReply.UNREACHABLE})
# The server may have done the work, and billed it, without the reply arriving.
MAYBE_PAID = frozenset(
    {NoReply.TIMEOUT, NoReply.BROKEN_OFF, NoReply.BAD_RESPONSE, NoReply.LOST_IN_CRASH}
)


class TeacherCallError(Exception):
    """One attempt failed.

    `retry_after_seconds` is what the server asked for, None when it did not. `may_have_cost` tells
    whether the server could have done (and billed) the work.
    """

    def __init__(
        self,
        reason: NoReply,
        detail: str,
        *,
        retry_after_seconds: float | None = None,
        may_have_cost: bool = False,
        is_final: bool = False,
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        self.may_have_cost = may_have_cost
        self.is_final = is_final


class AugmentationRefusedError(ValueError):
    """The settings or the material do not allow this run; the message says what to change."""
