"""Faults to inject: what tests and demos ask the workspace to do wrong, and for how often.

Kinds on Web API calls (``method`` may be "*"): ``rate_limit`` (429 with Retry-After),
``server_error`` (5xx, the call is not carried out), ``lost_response`` (the call is carried out,
then answered 5xx), ``api_error`` (a named Slack error), ``slow`` (answers late). Kinds on
deliveries to the app: ``duplicate_events`` (extra copies under the same event id),
``reorder_events`` (the next N are held and sent backwards), ``lose_acks`` (acknowledgements
ignored, so Slack's retries follow). Kinds on the socket: ``close_socket`` (dropped without a
word), ``refresh_socket`` (the polite ``disconnect`` message first).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from deploy.playground.errors import BadRequestError

CALL_KINDS = frozenset({"rate_limit", "server_error", "lost_response", "api_error", "slow"})
DELIVERY_KINDS = frozenset({"duplicate_events", "reorder_events", "lose_acks"})
SOCKET_KINDS = frozenset({"close_socket", "refresh_socket"})


@dataclass
class Fault:
    """One armed fault; ``count`` falls to zero as it strikes."""

    kind: str
    count: int = 1
    method: str = "*"
    status: int = 500
    error: str = "fatal_error"
    retry_after_seconds: int = 1
    delay_seconds: float = 1.0
    copies: int = 2


def parse_fault(body: dict[str, Any]) -> Fault:
    """A fault from a request body.

    Raises:
        BadRequestError: unknown kind or field, or a count below 1.
    """
    kinds = CALL_KINDS | DELIVERY_KINDS | SOCKET_KINDS
    if body.get("kind") not in kinds:
        raise BadRequestError(f"unknown fault kind {body.get('kind')!r}; one of {sorted(kinds)}")
    try:
        fault = Fault(**body)
    except TypeError as unknown:
        raise BadRequestError(f"unknown field in fault {body}") from unknown
    if fault.count < 1:
        raise BadRequestError(f"a fault's count must be at least 1, not {fault.count}")
    return fault


class Faults:
    """The armed faults, taken one strike at a time."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        """Add a fault; faults of one kind strike in the order they were armed."""
        self._armed.append(fault)

    def clear(self) -> None:
        """Disarm all."""
        self._armed.clear()

    def for_call(self, method: str) -> Fault | None:
        """The fault that strikes this Web API call, used up by one."""
        return self._take(lambda f: f.kind in CALL_KINDS and f.method in ("*", method))

    def for_delivery(self, kind: str) -> Fault | None:
        """The fault of this kind that strikes this delivery, used up by one."""
        return self._take(lambda f: f.kind == kind)

    def remaining(self) -> list[dict[str, Any]]:
        """The armed faults, for the state endpoint."""
        return [asdict(fault) for fault in self._armed]

    def _take(self, fits: Callable[[Fault], bool]) -> Fault | None:
        for fault in self._armed:
            if fits(fault):
                fault.count -= 1
                if fault.count == 0:
                    self._armed.remove(fault)
                return fault
        return None
