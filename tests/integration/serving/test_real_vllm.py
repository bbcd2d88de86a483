"""The client and the launcher on a real vLLM server."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.analysis.answer import Section
from bot.analysis.claims import Claim, ClaimStatus, Verification
from bot.analysis.prompt import SYSTEM_PROMPT, Message
from bot.serving.answer_record import WrittenSentence
from bot.serving.client import ModelClient
from bot.serving.errors import AdapterMissingError, ModelRefusedError
from bot.serving.generation import write_answer
from deploy.vllm import VllmServer, VllmSettings, VllmStartError

pytestmark = [pytest.mark.integration, pytest.mark.vllm, pytest.mark.timeout(600)]

REPOSITORY = Path(__file__).resolve().parents[3]
QUESTION: list[Message] = [
    {"role": "system", "content": SYSTEM_PROMPT},
    {
        "role": "user",
        "content": (
            "Metric: activation rate (per week, higher is better)\nVerdict: worsening\nFacts:\n"
            "- activation rate fell from 42 % to 31 %\n- the lowest week was week 6 with 31 %\n"
            "Question: What happened and what should we do?"
        ),
    },
]
SHOT: list[Message] = [
    {"role": "user", "content": "Facts:\n- sign-ups rose from 10 to 20\nQuestion: What happened?"},
    {
        "role": "assistant",
        "content": "Analysis: Sign-ups rose from 10 to 20.\n"
        "Recommended action: The growth lead keeps the new page and checks again next week.\n"
        "Urgency: Low. The metric is improving.",
    },
]
BEGINNING = "Analysis: The activation rate fell from 42 % to 31 %."


@pytest.fixture(scope="module")
def adapter(vllm_server: VllmServer) -> str:
    """The name of an adapter that appeared after the server had started."""
    name = "growth-analyst-v1-0badcafe"
    script = Path(__file__).with_name("make_adapter.py")
    folder = vllm_server.settings.adapters_dir / name
    command = [sys.executable, str(script), vllm_server.settings.model, str(folder), "1"]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=300)
    return name


def write(client: ModelClient, model: str | None = None, **options: Any) -> str:
    with client.stream_completion(QUESTION, model=model, temperature=0, **options) as stream:
        return "".join(stream)


def post(server: VllmServer, path: str, body: dict[str, Any]) -> dict[str, Any]:
    address = server.base_url.removesuffix("/v1") + path
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def requests_running(server: VllmServer) -> float:
    address = server.base_url.removesuffix("/v1") + "/metrics"
    with urllib.request.urlopen(address, timeout=30) as response:
        metrics = response.read().decode()
    return sum(
        float(value)
        for value in re.findall(r"^vllm:num_requests_running\{[^}]*\} (\S+)", metrics, re.MULTILINE)
    )


def test_the_base_model_answers(vllm_client: ModelClient) -> None:
    assert vllm_client.is_healthy()
    assert vllm_client.list_models()[0] == vllm_client.settings.model
    pieces = list(vllm_client.stream_completion(QUESTION, temperature=0, max_tokens=24))
    assert len(pieces) > 5
    assert "".join(pieces).strip()


def test_a_beginning_is_continued_token_by_token(
    vllm_server: VllmServer, vllm_client: ModelClient
) -> None:
    model = vllm_server.settings.model
    fresh = {"model": model, "messages": QUESTION}
    continued = {
        "model": model,
        "messages": [*QUESTION, {"role": "assistant", "content": BEGINNING}],
        "continue_final_message": True,
        "add_generation_prompt": False,
    }
    alone = {"model": model, "prompt": BEGINNING, "add_special_tokens": False}
    prompt_tokens = post(vllm_server, "/tokenize", fresh)["tokens"]
    beginning_tokens = post(vllm_server, "/tokenize", alone)["tokens"]
    assert (
        post(vllm_server, "/tokenize", continued)["tokens"] == prompt_tokens + beginning_tokens
    ), "the continued prompt is not the fresh prompt plus the beginning"
    options: dict[str, Any] = {"continue_from": BEGINNING, "max_tokens": 24, "temperature": 0}
    with vllm_client.stream_completion(QUESTION, **options) as stream:
        rest = "".join(stream)
    assert stream.prompt_tokens == len(prompt_tokens) + len(beginning_tokens)
    assert re.match(r"( |\n+)\S", rest), f"doubled or missing blank: {rest!r}"
    assert BEGINNING not in rest


def test_closing_a_stream_frees_the_engine(
    vllm_server: VllmServer, vllm_client: ModelClient
) -> None:
    stream = vllm_client.stream_completion(
        [{"role": "user", "content": "Write a very long story."}], max_tokens=3000
    )
    next(stream)
    assert requests_running(vllm_server) == 1
    stream.close()
    deadline = time.monotonic() + 10
    while requests_running(vllm_server) > 0:
        assert time.monotonic() < deadline, "the engine still writes for nobody"
        time.sleep(0.1)


def test_many_long_prompts_at_once_do_not_end_the_engine(vllm_client: ModelClient) -> None:
    # More prompt tokens than one step takes, so that prompts are processed in pieces.
    texts = ["".join(f"- week {week} had {week + case} sign-ups\n" for week in range(120))
             for case in range(6)]  # fmt: skip
    written: list[str] = []

    def ask(text: str) -> None:
        messages: list[Message] = [{"role": "user", "content": text}]
        written.append("".join(vllm_client.stream_completion(messages, max_tokens=8)))

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == len(texts)
    assert vllm_client.is_healthy()


def test_an_adapter_put_into_the_folder_answers_without_a_restart(
    vllm_client: ModelClient, adapter: str
) -> None:
    assert vllm_client.smoke_test(adapter).adapter == adapter
    assert write(vllm_client, adapter, max_tokens=24) != write(vllm_client, max_tokens=24)
    assert adapter in vllm_client.list_models()


def test_an_unknown_adapter(vllm_client: ModelClient) -> None:
    with pytest.raises(AdapterMissingError, match="growth-analyst-v9-00000000"):
        vllm_client.smoke_test("growth-analyst-v9-00000000")


def test_an_adapter_of_another_base_model_is_unknown(
    vllm_server: VllmServer, vllm_client: ModelClient, adapter: str
) -> None:
    folder = vllm_server.settings.adapters_dir
    other = folder / "growth-analyst-v2-0badcafe"
    other.mkdir()
    config = json.loads((folder / adapter / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "models/another"
    (other / "adapter_config.json").write_text(json.dumps(config))
    with pytest.raises(AdapterMissingError):
        vllm_client.smoke_test(other.name)


def test_a_prompt_beyond_the_context_is_refused(vllm_client: ModelClient) -> None:
    with pytest.raises(ModelRefusedError, match="context"):
        vllm_client.stream_completion([{"role": "user", "content": "number " * 9000}])


def test_a_verified_answer_by_the_base_with_an_example(vllm_client: ModelClient) -> None:
    given = set(re.findall(r"\d+", QUESTION[1]["content"]))
    shown: list[WrittenSentence] = []

    def check(text: str, section: Section, accepted: Sequence[WrittenSentence]) -> Verification:
        claims = [
            Claim(
                text=found.group(),
                start=found.start(),
                end=found.end(),
                value=float(found.group()),
                unit="",
                status=(
                    ClaimStatus.SUPPORTED if found.group() in given else ClaimStatus.UNSUPPORTED
                ),
                fact_id=None,
                reason=f"{found.group()} is in no fact",
            )
            for found in re.finditer(r"\d+", text)
        ]
        return Verification(claims=tuple(claims))

    answer = write_answer(
        vllm_client,
        [QUESTION[0], *SHOT, QUESTION[1]],
        model=None,
        check=check,
        fallback=lambda section: ["The activation rate fell from 42 % to 31 %."],
        on_sentence=shown.append,
    )
    assert tuple(shown) == answer.sentences
    assert {sentence.section for sentence in shown} == set(Section)
    assert set(re.findall(r"\d+", answer.text)) <= given
    assert answer.model_written_share > 0
    assert answer.raw_text
    assert answer.completion_tokens > 0


def test_a_server_killed_with_its_parent_leaves_nothing(tmp_path: Path, free_port: int) -> None:
    command = [sys.executable, "-m", "deploy.vllm", "--port", str(free_port)]
    command += ["--adapters-dir", str(tmp_path), "--log-file", str(tmp_path / "vllm.log")]
    parent = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(processes_naming(str(free_port))) >= 3, 60)
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    wait_until(lambda: not processes_naming(str(free_port)), 30)


def test_a_start_that_fails_is_explained(tmp_path: Path, free_port: int) -> None:
    settings = VllmSettings(
        port=free_port,
        adapters_dir=tmp_path,
        log_file=tmp_path / "vllm.log",
        max_model_len=99_999,
    )
    with pytest.raises(VllmStartError, match="smaller max_model_len"):
        VllmServer(settings, working_dir=REPOSITORY).start()


def test_a_missing_model_is_told_before_anything_starts(tmp_path: Path) -> None:
    settings = VllmSettings(model="models/nothing", log_file=tmp_path / "vllm.log")
    with pytest.raises(VllmStartError, match="no model in"):
        VllmServer(settings, working_dir=tmp_path).start()
    assert not settings.log_file.exists()


def test_a_taken_port_is_told_before_anything_starts(vllm_server: VllmServer) -> None:
    with pytest.raises(VllmStartError, match="another port"):
        VllmServer(vllm_server.settings, working_dir=REPOSITORY).start()


def processes_naming(word: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in arguments:
            found.append(int(folder.name))
    return found


def wait_until(condition: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.1)
