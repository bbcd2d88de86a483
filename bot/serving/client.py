"""The only way to the model: a thread-safe client for vLLM's OpenAI-compatible API.

Streams one completion, continues a given beginning token by token, stops the server's work when
the reader stops. Knows neither prompts nor facts; step 5 of the walk.
"""

import re
import time
from collections.abc import Generator, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import httpx2
import openai
from openai.types.chat import ChatCompletionChunk
from pydantic import BaseModel, ConfigDict

from bot.analysis.prompt import Message
from bot.serving.errors import (
    AdapterMissingError,
    AdapterNameError,
    ModelError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from bot.serving.settings import ServingSettings

ADAPTER_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_HEALTH_TIMEOUT_SECONDS = 2.0
_SMOKE_TOKENS = 8  # enough to see that it writes; whole answers are the evaluation's business


class SmokeResult(BaseModel):
    """A sign of life from one adapter on one server."""

    model_config = ConfigDict(frozen=True)

    adapter: str
    text: str
    first_token_ms: float


class CompletionStream(Iterator[str]):
    """Text pieces of one completion as they arrive; `close()` ends the work at the server.

    After the last piece `finish_reason` is "stop" or "length". Token counts are the server's own,
    up to the last piece read.
    """

    def __init__(self, chunks: Generator[ChatCompletionChunk], deadline: float, what: str) -> None:
        self.finish_reason = ""
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self._chunks = chunks
        self._deadline = deadline
        self._what = what
        self._pieces = self._read()

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Stop reading; the closed connection makes vLLM abort the request. Harmless twice."""
        self._pieces.close()
        self._chunks.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> Generator[str]:
        try:
            for chunk in self._chunks:
                if chunk.usage is not None:
                    self.prompt_tokens = chunk.usage.prompt_tokens
                    self.completion_tokens = chunk.usage.completion_tokens
                for choice in chunk.choices:
                    self.finish_reason = choice.finish_reason or self.finish_reason
                    if choice.delta.content:
                        yield choice.delta.content
                if time.monotonic() > self._deadline:
                    raise ModelTimeoutError(f"{self._what} was not finished in time.")
        except (openai.OpenAIError, httpx2.HTTPError, ValueError) as error:
            raise _translate(error, self._what) from error
        finally:
            self._chunks.close()
        if not self.finish_reason:
            raise ModelUnavailableError(f"{self._what} broke off before its end.")


class ModelClient:
    """Client of one model server (or of a router in front of several)."""

    def __init__(
        self,
        settings: ServingSettings,
        *,
        api_key: str = "none",
        trust_env: bool = False,
        max_retries: int = 0,
    ) -> None:
        self.settings = settings
        timeout = httpx2.Timeout(
            settings.first_token_timeout_seconds, connect=settings.connect_timeout_seconds
        )
        # The server is ours and private: neither a proxy nor credentials from the environment
        # have a part in reaching it, unless a subclass says that it is not.
        self._http = httpx2.Client(timeout=timeout, trust_env=trust_env)
        self._api = openai.OpenAI(
            base_url=settings.base_url,
            api_key=api_key,
            organization="",
            project="",
            max_retries=max_retries,  # retried below, and only before the first token
            timeout=timeout,
            http_client=self._http,
        )

    def stream_completion(
        self,
        messages: Sequence[Message],
        *,
        model: str | None = None,
        max_tokens: int | None = None,
        continue_from: str = "",
        stop: Sequence[str] = (),
        seed: int | None = None,
        temperature: float | None = None,
    ) -> CompletionStream:
        """Start one completion and return its pieces of text as they arrive.

        `model` is an adapter's registered name, or None for the base model. `continue_from` is
        the beginning of the answer: the pieces carry on after its last character, which must not
        be a blank, because tokens carry the blank before a word.

        Raises:
            AdapterNameError: a name outside ^[a-z0-9][a-z0-9.-]*$.
            AdapterMissingError, ModelRefusedError, ModelTimeoutError, ModelUnavailableError: from
                here or while reading. Tried twice when nothing has been read yet.
        """
        name = self._checked_name(model)
        sampling = self.settings.sampling
        request = {
            "model": name,
            "messages": list(messages),
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": sampling.max_tokens if max_tokens is None else max_tokens,
            "temperature": sampling.temperature if temperature is None else temperature,
            "top_p": sampling.top_p,
            "seed": sampling.seed if seed is None else seed,  # see the warning in the settings
            "stop": list(stop) or None,
        }
        request = self._fit_server(request, continue_from)
        what = f"The completion by {name}"
        deadline = time.monotonic() + self.settings.total_timeout_seconds
        return CompletionStream(self._first_chunk_with_retry(request, what), deadline, what)

    def list_models(self) -> list[str]:
        """List the names the server answers to at present (resolved adapters once used)."""
        try:
            return [model.id for model in self._api.models.list()]
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise _translate(error, "The list of models") from error

    def is_healthy(self) -> bool:
        """Tell whether the server answers its health check within two seconds."""
        address = httpx2.URL(self.settings.base_url).copy_with(path="/health")
        try:
            return self._http.get(address, timeout=_HEALTH_TIMEOUT_SECONDS).status_code == 200
        except httpx2.HTTPError:
            return False

    def smoke_test(self, adapter: str | None) -> SmokeResult:
        """Let an adapter (None: the base) write a few tokens; raises as `stream_completion`."""
        started = time.monotonic()
        messages: list[Message] = [
            {"role": "user", "content": "Activation rate rose. Say what happened."}
        ]
        first_token_ms = 0.0
        text = ""
        with self.stream_completion(
            messages, model=adapter, max_tokens=_SMOKE_TOKENS, temperature=0
        ) as stream:
            for piece in stream:
                first_token_ms = first_token_ms or (time.monotonic() - started) * 1000
                text += piece
        name = adapter or self.settings.model
        if not text.strip():
            raise ModelRefusedError(f"{name} wrote nothing when asked for a first sentence.")
        return SmokeResult(adapter=name, text=text, first_token_ms=first_token_ms)

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _fit_server(self, request: dict[str, Any], continue_from: str) -> dict[str, Any]:
        """Add what vLLM knows beyond the OpenAI protocol."""
        extra: dict[str, Any] = {"repetition_penalty": self.settings.sampling.repetition_penalty}
        if continue_from:
            beginning: Message = {"role": "assistant", "content": continue_from}
            request["messages"] = [*request["messages"], beginning]
            extra |= {"continue_final_message": True, "add_generation_prompt": False}
        # counts with every piece, so that they are known when a stream is closed early
        request["stream_options"] |= {"continuous_usage_stats": True}
        return {**request, "extra_body": extra}

    def _checked_name(self, model: str | None) -> str:
        if model is None or model == self.settings.model:
            return self.settings.model
        if not ADAPTER_NAME.fullmatch(model):
            raise AdapterNameError(
                f"{model!r} is no adapter name: lower-case letters, digits, dots and hyphens only."
            )
        return model

    def _first_chunk_with_retry(
        self, request: dict[str, Any], what: str
    ) -> Generator[ChatCompletionChunk]:
        """Open the stream and read its first chunk, once more after a failure.

        The server sends that chunk with the first token, so nothing has been shown before it.
        """
        try:
            return self._open(request, what)
        except ModelTimeoutError:
            raise  # it is busy; asking again would double its work
        except ModelUnavailableError:
            time.sleep(self.settings.retry_pause_seconds)
            return self._open(request, what)

    def _open(self, request: dict[str, Any], what: str) -> Generator[ChatCompletionChunk]:
        try:
            stream = self._api.chat.completions.create(**request)
            try:
                first = next(stream)
            except StopIteration:
                first = None
            except BaseException:
                stream.close()
                raise
        except (openai.OpenAIError, httpx2.HTTPError, ValueError) as error:
            raise _translate(error, what) from error
        if first is None:
            raise ModelUnavailableError(f"{what} ended before its first token.")
        return _chain(first, stream)


def _chain(
    first: ChatCompletionChunk, rest: openai.Stream[ChatCompletionChunk]
) -> Generator[ChatCompletionChunk]:
    """Yield the chunk already read and the others; closing it closes the connection."""
    try:
        yield first
        yield from rest
    finally:
        rest.close()


def _translate(error: Exception, what: str) -> ModelError:
    """Turn the library's exceptions into ours."""
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ModelTimeoutError(f"{what} did not go on in time.")
    if isinstance(error, openai.NotFoundError):
        return AdapterMissingError(f"{what} failed: the model server knows no such name.")
    if isinstance(error, openai.RateLimitError):
        return ModelUnavailableError(f"{what} was put off: the model server is overloaded.")
    if isinstance(error, openai.APIStatusError) and error.status_code < 500:
        return ModelRefusedError(f"{what} was refused ({error.status_code}): {error.message}")
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        return ModelUnavailableError(f"{what} failed: the model server cannot be reached.")
    return ModelUnavailableError(f"{what} failed: {type(error).__name__} from the model server.")
