"""One question to the teacher over HTTP, and what can go wrong with it, as types.

Never retries by itself; `asking` decides, because it knows what was paid.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai
from openai.types.chat import ChatCompletion

from pipeline.augmentation.errors import NoReply, TeacherCallError
from pipeline.augmentation.settings import AugmentationSettings, is_on_this_machine

_OVERLOADED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True)
class TeacherReply:
    """What the teacher sent, unread. `refusal` and `cut_off` are the server's own words for it."""

    text: str
    refusal: bool
    cut_off: bool
    prompt_tokens: int
    completion_tokens: int


class Teacher:
    """A thread-safe client of one OpenAI-compatible endpoint."""

    def __init__(self, settings: AugmentationSettings) -> None:
        self.settings = settings
        timeout = httpx2.Timeout(settings.timeout_seconds, connect=settings.connect_timeout_seconds)
        # A server on this machine is reached directly; an outside one maybe only by a proxy.
        outside = not is_on_this_machine(settings.base_url)
        self._http = httpx2.Client(timeout=timeout, trust_env=outside)
        self._api = openai.OpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value(),
            max_retries=0,
            timeout=timeout,
            http_client=self._http,
        )

    def ask(self, messages: list[Any], schema: Mapping[str, Any], *, key: str) -> TeacherReply:
        """Send one request and wait for its reply.

        `key` goes along as Idempotency-Key, for gateways that honour it.

        Raises:
            TeacherCallError: there is no reply; says why, and whether it may have cost something.
        """
        try:
            completion = self._api.chat.completions.create(
                model=self.settings.model,
                messages=messages,
                temperature=self.settings.temperature,
                max_tokens=self.settings.max_tokens,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "reply", "strict": True, "schema": dict(schema)},
                },
                extra_headers={"Idempotency-Key": key},
            )
        except (openai.OpenAIError, httpx2.HTTPError, ValueError) as error:
            raise translate_error(error) from error
        return _read_completion(completion)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def translate_error(error: Exception) -> TeacherCallError:
    """Say what an error of the client library means for money and for trying again."""
    if isinstance(error, openai.APIStatusError):
        return _translate_status(error)
    cause = error.__cause__ or error
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
        return TeacherCallError(NoReply.UNREACHABLE, "No connection to the teacher.")
    if isinstance(error, openai.APITimeoutError) or isinstance(cause, httpx2.TimeoutException):
        return TeacherCallError(NoReply.TIMEOUT, "No reply in time.", may_have_cost=True)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        return TeacherCallError(NoReply.BROKEN_OFF, "The connection broke off.", may_have_cost=True)
    return TeacherCallError(
        NoReply.BAD_RESPONSE, "The response is no chat completion.", may_have_cost=True
    )


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After, in seconds or as a date (RFC 9110, 10.2.3); None when absent or wrong."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    with contextlib.suppress(ValueError):
        return max(float(value), 0.0)
    with contextlib.suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((moment - now).total_seconds(), 0.0)
    return None


def _translate_status(error: openai.APIStatusError) -> TeacherCallError:
    status = error.status_code
    pause = read_retry_after(error.response.headers, datetime.now(UTC))
    if status == 429:
        return TeacherCallError(
            NoReply.RATE_LIMITED, "The teacher limits the rate.", retry_after_seconds=pause
        )
    if status in _OVERLOADED or status >= 500:
        return TeacherCallError(
            NoReply.SERVER_ERROR, f"The teacher answered {status}.", retry_after_seconds=pause
        )
    advice = {
        401: "Check ANALYST_AUGMENTATION__API_KEY.",
        403: "Check the key and its permissions.",
        404: "Check the base URL (it ends in /v1) and the model's name.",
    }.get(status, "Check the model's name and whether the endpoint takes a JSON schema.")
    return TeacherCallError(
        NoReply.REFUSED_BY_SERVER, f"The teacher answered {status}. {advice}", is_final=True
    )


def _read_completion(completion: ChatCompletion) -> TeacherReply:
    # A gateway's "200 OK" with an error inside parses into an object without choices.
    choices = getattr(completion, "choices", None)
    if not choices:
        raise TeacherCallError(
            NoReply.BAD_RESPONSE, "The response holds no choice.", may_have_cost=True
        )
    message, reason = choices[0].message, choices[0].finish_reason
    usage = completion.usage
    return TeacherReply(
        text=(message.content if message else None) or "",
        refusal=bool(getattr(message, "refusal", None)) or reason == "content_filter",
        cut_off=reason == "length",
        prompt_tokens=usage.prompt_tokens if usage else 0,
        completion_tokens=usage.completion_tokens if usage else 0,
    )
