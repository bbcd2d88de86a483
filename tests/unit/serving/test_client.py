"""The client against the stub: what it sends, how it continues, retries, gives up and cancels."""

import threading
import time

import pytest

from bot.analysis.prompt import Message
from bot.serving.client import ModelClient
from bot.serving.errors import (
    AdapterMissingError,
    AdapterNameError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from bot.serving.settings import ServingSettings
from deploy.stub_model import StubFault, StubModel, StubRequest

ADAPTER = "growth-analyst-v1-1a2b3c4d"
MESSAGES: list[Message] = [
    {"role": "system", "content": "You are a growth analyst."},
    {"role": "user", "content": "Facts:\n- Activation fell 3.5 pp\n- It was 42 % in week 3"},
]


def whole(client: ModelClient, **options: object) -> str:
    return "".join(client.stream_completion(MESSAGES, **options))  # type: ignore[arg-type]


def test_pieces_join_to_the_whole_text(client: ModelClient) -> None:
    with client.stream_completion(MESSAGES, model=ADAPTER) as stream:
        pieces = list(stream)
    assert len(pieces) > 10
    assert "".join(pieces).startswith("Analysis: Activation fell 3.5 pp. It was 42 % in week 3.")
    assert stream.finish_reason == "stop"
    assert stream.completion_tokens == len(pieces)
    assert stream.prompt_tokens > 0


def test_what_is_sent(client: ModelClient, stub: StubModel) -> None:
    whole(client, model=ADAPTER, max_tokens=7, seed=3, temperature=0.5, stop=["END"])
    body = stub.requests[0].body
    assert body["model"] == ADAPTER
    assert body["messages"] == MESSAGES
    wanted = {"max_tokens": 7, "seed": 3, "temperature": 0.5, "top_p": 0.9, "stop": ["END"]}
    assert wanted.items() <= body.items()
    assert "continue_final_message" not in body


def test_no_seed_is_sent_unasked(client: ModelClient, stub: StubModel) -> None:
    # On CPU a seeded request whose prompt is processed in pieces kills vLLM's engine.
    whole(client)
    assert stub.requests[0].body.get("seed") is None


def test_a_beginning_is_continued_as_the_last_message(client: ModelClient, stub: StubModel) -> None:
    text = whole(client)
    beginning = text[: text.index(".") + 1]
    rest = whole(client, continue_from=beginning)
    assert beginning + rest == text
    body = stub.requests[-1].body
    assert body["messages"][-1] == {"role": "assistant", "content": beginning}
    assert body["continue_final_message"] is True
    assert body["add_generation_prompt"] is False


def test_no_name_means_the_base_model(client: ModelClient, stub: StubModel) -> None:
    whole(client)
    assert stub.requests[0].model == client.settings.model


@pytest.mark.parametrize(
    "name", ["../secrets", "a/b", "", "A1", "-x", ".x", "x\n", "adapters/../../etc", "ä"]
)
def test_a_name_that_could_be_a_path_is_never_sent(
    name: str, client: ModelClient, stub: StubModel
) -> None:
    with pytest.raises(AdapterNameError):
        client.stream_completion(MESSAGES, model=name)
    assert stub.requests == []


def test_an_unknown_adapter(client: ModelClient) -> None:
    with pytest.raises(AdapterMissingError, match="nobody-9"):
        client.stream_completion(MESSAGES, model="nobody-9")


def test_a_prompt_beyond_the_context(client: ModelClient, stub: StubModel) -> None:
    with pytest.raises(ModelRefusedError, match="context length"):
        client.stream_completion([{"role": "user", "content": "word " * 7000}])
    assert len(stub.requests) == 1


@pytest.mark.parametrize("fault", [StubFault.SERVER_ERROR, StubFault.OVERLOADED])
def test_one_failure_before_the_first_token_is_retried(
    fault: StubFault, client: ModelClient, stub: StubModel
) -> None:
    stub.fail_next(fault)
    assert whole(client).startswith("Analysis:")
    assert len(stub.requests) == 2


def test_two_failures_are_told(client: ModelClient, stub: StubModel) -> None:
    stub.fail_next(StubFault.SERVER_ERROR, times=2)
    with pytest.raises(ModelUnavailableError):
        client.stream_completion(MESSAGES)
    assert len(stub.requests) == 2


@pytest.mark.parametrize("fault", [StubFault.DISCONNECT, StubFault.ERROR_EVENT])
def test_a_failure_in_mid_stream_is_not_retried(
    fault: StubFault, client: ModelClient, stub: StubModel
) -> None:
    stub.fail_next(fault, after_tokens=4)
    stream = client.stream_completion(MESSAGES)
    received = [next(stream) for _ in range(4)]
    with pytest.raises(ModelUnavailableError) as raised:
        next(stream)
    assert "".join(received) == "Analysis: Activation fell 3.5"
    assert not isinstance(raised.value, ModelTimeoutError)
    assert len(stub.requests) == 1


def test_silence_before_the_first_token(client: ModelClient, stub: StubModel) -> None:
    stub.fail_next(StubFault.HANG)
    started = time.monotonic()
    with pytest.raises(ModelTimeoutError):
        client.stream_completion(MESSAGES)
    assert 0.3 < time.monotonic() - started < 2
    assert len(stub.requests) == 1


def test_silence_in_mid_stream(client: ModelClient, stub: StubModel) -> None:
    stub.fail_next(StubFault.STALL)
    with pytest.raises(ModelTimeoutError):
        whole(client)


def test_a_completion_that_never_ends(settings: ServingSettings, stub: StubModel) -> None:
    stub.token_seconds = 0.05
    hasty = settings.model_copy(update={"total_timeout_seconds": 0.3})
    with ModelClient(hasty) as client, pytest.raises(ModelTimeoutError):
        whole(client)
    wait_for(lambda: stub.aborted == 1)


def test_a_server_that_is_not_there(settings: ServingSettings, stub: StubModel) -> None:
    stub.stop()
    with ModelClient(settings) as client:
        assert not client.is_healthy()
        with pytest.raises(ModelUnavailableError):
            client.stream_completion(MESSAGES)
        with pytest.raises(ModelUnavailableError):
            client.list_models()


def test_closing_the_stream_ends_the_work_at_the_server(
    client: ModelClient, stub: StubModel
) -> None:
    stub.token_seconds = 0.02
    stream = client.stream_completion(MESSAGES)
    next(stream)
    stream.close()
    stream.close()
    wait_for(lambda: stub.aborted == 1)
    with pytest.raises(StopIteration):
        next(stream)


def test_health_and_names(client: ModelClient, stub: StubModel) -> None:
    assert client.is_healthy()
    assert client.list_models() == [client.settings.model, ADAPTER]
    stub.healthy = False
    assert not client.is_healthy()


def test_smoke_test(client: ModelClient, stub: StubModel) -> None:
    result = client.smoke_test(ADAPTER)
    assert result.adapter == ADAPTER
    assert result.first_token_ms > 0
    assert result.text.startswith("Analysis:")
    with pytest.raises(AdapterMissingError):
        client.smoke_test("nobody-9")
    stub.script = lambda request: " "
    with pytest.raises(ModelRefusedError, match="wrote nothing"):
        client.smoke_test(ADAPTER)


def test_many_threads_share_one_client(client: ModelClient, stub: StubModel) -> None:
    stub.script = lambda request: f"Answer to {request.prompt} and nothing else."
    results: dict[int, str] = {}

    def ask(number: int) -> None:
        messages: list[Message] = [{"role": "user", "content": f"question {number}"}]
        results[number] = "".join(client.stream_completion(messages))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {n: f"Answer to question {n} and nothing else." for n in range(16)}
    assert results == expected


def test_the_environment_has_no_part_in_it(
    monkeypatch: pytest.MonkeyPatch, settings: ServingSettings
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_ORG_ID", "someone")
    with ModelClient(settings) as client:
        assert whole(client).startswith("Analysis:")


def test_the_stub_reads_the_prompt_it_is_given() -> None:
    request = StubRequest({"model": "m", "messages": MESSAGES})
    assert request.prompt == MESSAGES[1]["content"]
    assert request.prefix == ""


def wait_for(condition: object, seconds: float = 3) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)
