"""What it means to carry a payload to the app, and the signed-HTTP way of doing it.

Socket Mode, the other way, is in ``socket_mode.py``. A carrier makes one attempt and reports;
retries are ``delivery.py``'s.
"""

import json
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import httpx2
from slack_sdk.signature import SignatureVerifier

Json = dict[str, Any]
PayloadKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True)
class Ack:
    """The app's reply to one attempt.

    ``failure`` is empty for an acknowledgement, else Slack's name for what went wrong.
    """

    payload: Json | None = None
    failure: str = ""
    wants_retry: bool = True

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged."""
        return not self.failure


class Carrier(Protocol):
    """One way to reach the app."""

    async def carry(self, kind: PayloadKind, payload: Json, attempt: int, reason: str) -> Ack:
        """Make one attempt; never raises for an app that is away."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class HttpCarrier:
    """Signed requests to the app's request URL, as Slack sends them without Socket Mode."""

    def __init__(self, request_url: str, signing_secret: str, timeout_seconds: float) -> None:
        self._url = request_url
        self._signer = SignatureVerifier(signing_secret)
        # trust_env off: a proxy configured for the internet must not see local traffic.
        self._client = httpx2.AsyncClient(timeout=timeout_seconds, trust_env=False)

    async def carry(self, kind: PayloadKind, payload: Json, attempt: int, reason: str) -> Ack:
        """POST once, signed now; retries carry ``X-Slack-Retry-Num`` and ``-Reason``."""
        body, content_type = encode_body(kind, payload)
        timestamp = str(int(time.time()))
        signature = self._signer.generate_signature(timestamp=timestamp, body=body)
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature or "",
        }
        if attempt:
            headers["X-Slack-Retry-Num"] = str(attempt)
            headers["X-Slack-Retry-Reason"] = reason
        try:
            response = await self._client.post(self._url, content=body, headers=headers)
        except httpx2.TimeoutException:
            return Ack(failure="http_timeout")
        except httpx2.HTTPError:
            return Ack(failure="connection_failed")
        return _read_response(response)

    async def close(self) -> None:
        """Close pooled connections."""
        await self._client.aclose()


def encode_body(kind: PayloadKind, payload: Json) -> tuple[str, str]:
    """The body and content type Slack uses for each kind: JSON events, forms for the rest."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = {"payload": json.dumps(payload)} if kind == "interactive" else payload
    return urlencode(form), "application/x-www-form-urlencoded"


def _read_response(response: httpx2.Response) -> Ack:
    if response.status_code != httpx2.codes.OK:
        wants_retry = response.headers.get("x-slack-no-retry") != "1"
        return Ack(failure="http_error", wants_retry=wants_retry)
    if not response.content:
        return Ack()
    if response.headers.get("content-type", "").startswith("application/json"):
        content = response.json()
        return Ack(payload=content if isinstance(content, dict) else None)
    return Ack(payload={"text": response.text})
