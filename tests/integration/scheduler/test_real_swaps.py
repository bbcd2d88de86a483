"""Five promotions on a real vLLM server under continuous requests: nothing fails, nothing mixes.

Each adapter's weights are other noise, so at temperature 0 each has its own first words; an answer
that another adapter gives when asked alone came from that one.
"""

import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.answering import choose_author
from bot.serving.client import ModelClient
from bot.serving.errors import ModelRefusedError
from deploy.vllm import VllmServer
from pipeline.training.artefact import write_manifest
from scheduler.decisions import approve
from storage.adapters import register_adapter
from storage.database import reading, transaction
from tests.integration.scheduler.conftest import World, store_evaluation

pytestmark = [pytest.mark.integration, pytest.mark.vllm, pytest.mark.timeout(600)]

REPOSITORY = Path(__file__).resolve().parents[3]
MAKER = Path(__file__).parents[1] / "serving" / "make_adapter.py"
SWAPS = 5
MOST_TRIES = 12
QUESTION = "Activation fell from 42 % to 31 %. What happened?"


def write(client: ModelClient, adapter: str | None) -> str:
    """The first words of an adapter."""
    with client.stream_completion(
        [{"role": "user", "content": QUESTION}], model=adapter, max_tokens=8, temperature=0
    ) as stream:
        return "".join(stream)


def writes_something(client: ModelClient, adapter: str) -> bool:
    """Whether the smoke test of a promotion would let this noise pass."""
    try:
        client.smoke_test(adapter)
    except ModelRefusedError:
        return False
    return bool(write(client, adapter).strip())


def make_adapters(server: VllmServer, client: ModelClient, engine: Engine) -> list[str]:
    """Publish and register adapters with different noise for weights.

    Noise that makes a model write nothing at all would be refused by the smoke test: left out.
    """
    names: list[str] = []
    for number in range(1, MOST_TRIES + 1):
        draft = server.settings.adapters_dir / f".draft-{number}"
        command = [sys.executable, str(MAKER), server.settings.model, str(draft), str(number)]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=300)
        sha256 = write_manifest(draft)
        name = f"growth-analyst-v{number}-{sha256[:8]}"
        folder = server.settings.adapters_dir / name
        shutil.move(draft, folder)
        if not writes_something(client, name):
            continue
        with transaction(engine) as session:
            register_adapter(
                session,
                name=name,
                sha256=sha256,
                directory=str(folder),
                base_model=server.settings.model,
            )
        store_evaluation(engine, name, sha256, passed=True)
        names.append(name)
        if len(names) == SWAPS:
            return names
    raise AssertionError(f"only {len(names)} of {MOST_TRIES} noisy adapters write anything")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_five_swaps_on_a_real_server_fail_nothing_and_mix_nothing_up(
    world: World, vllm_server: VllmServer, vllm_client: ModelClient
) -> None:
    names = make_adapters(vllm_server, vllm_client, world.engine)
    world.machine = replace(
        world.machine, replicas=[vllm_client], adapters_dir=vllm_server.settings.adapters_dir
    )
    alone = {name: write(vllm_client, name) for name in (None, *names)}
    assert len(set(alone.values())) >= SWAPS, "the adapters cannot be told apart"
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
                given.append((author.adapter, write(vllm_client, author.adapter)))
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is counted
                failures.append(error)

    threads = [threading.Thread(target=ask_on, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    try:
        for name in names:
            approve(world.machine, name, "U1")
            done.wait(4)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failures == []
    whose = {text: author for author, text in alone.items()}
    # Batched with other requests, bf16 sums differ in the last bits and a text may go its own
    # way; what must never come is the text of another adapter.
    assert [(a, text) for a, text in given if whose.get(text, a) != a] == []
    assert sum(text == alone[a] for a, text in given) > len(given) / 2
    assert len({adapter for adapter, _ in given}) >= SWAPS
