"""Five promotions on a real vLLM server under continuous requests: nothing fails, nothing mixes.

Each adapter was trained to write one word of its own, so an answer tells who wrote it.
"""

import re
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering import choose_author
from bot.serving.client import ModelClient
from deploy.vllm import VllmServer
from pipeline.training.artefact import write_manifest
from scheduler.decisions import approve
from storage.adapters import register_adapter
from storage.database import reading, transaction
from tests.integration.scheduler.conftest import World, store_evaluation

pytestmark = [pytest.mark.integration, pytest.mark.vllm, pytest.mark.timeout(600)]

MARKERS = Path(__file__).parents[2] / "data" / "marker_adapters"
WORDS = ("apple", "bridge", "castle", "diamond", "eagle")
MOST_SECONDS = 60.0  # a new adapter's first answer takes seconds on a CPU
QUESTION = "Activation fell from 42 % to 31 %. What happened?"


def publish(world: World, number: int, word: str, adapters_dir: Path, base_model: str) -> str:
    """Copy a marker adapter to where the server finds it, and register and evaluate it."""
    draft = adapters_dir / f".draft-{word}"
    shutil.copytree(MARKERS / word, draft)
    sha256 = write_manifest(draft)
    name = f"growth-analyst-v{number}-{sha256[:8]}"
    draft.rename(adapters_dir / name)
    with transaction(world.engine) as session:
        register_adapter(
            session,
            name=name,
            sha256=sha256,
            directory=str(adapters_dir / name),
            base_model=base_model,
        )
    store_evaluation(world.engine, name, sha256, passed=True)
    return name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_five_swaps_on_a_real_server_fail_nothing_and_mix_nothing_up(
    world: World, vllm_client: ModelClient, vllm_server: VllmServer
) -> None:
    settings = vllm_server.settings
    world.machine = replace(
        world.machine, replicas=[vllm_client], adapters_dir=settings.adapters_dir
    )
    word_of: dict[str | None, str] = {
        publish(world, number, word, settings.adapters_dir, settings.model): word
        for number, word in enumerate(WORDS, 1)
    }
    given: list[tuple[str | None, str]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def ask_on(thread: int) -> None:
        count = 0
        while not done.is_set():
            count += 1
            with reading(world.engine) as session:
                author = choose_author(
                    session, base_model="base", thread_key=f"{thread}-{count}", shots=()
                )
            try:
                with vllm_client.stream_completion(
                    [{"role": "user", "content": QUESTION}], model=author.adapter, max_tokens=12
                ) as stream:
                    given.append((author.adapter, "".join(stream)))
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is counted
                failures.append(error)

    threads = [threading.Thread(target=ask_on, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    try:
        for name in word_of:
            approve(world.machine, str(name), "U1")
            until = time.monotonic() + MOST_SECONDS
            while time.monotonic() < until and all(adapter != name for adapter, _ in given):
                done.wait(0.2)
    finally:
        done.set()
        for thread in threads:
            thread.join()

    assert failures == []
    wrong = []
    for adapter, text in given:
        words = set(re.findall(r"[a-z]+", text.lower())) & set(WORDS)
        if words != ({word_of[adapter]} if adapter else set()):
            wrong.append((adapter, text))
    assert wrong == []
    answered_by = {adapter for adapter, _ in given} - {None}
    assert answered_by == set(word_of), "every adapter answered while it was live"
