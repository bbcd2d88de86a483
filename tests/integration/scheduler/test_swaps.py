"""Fifty promotions under load: no request fails, none is answered by another adapter than its own.

Replicas are stubs of the model server; requests choose their adapter as the bot does.
"""

import threading
from dataclasses import replace

import pytest

from bot.answering import choose_author
from bot.serving.client import ModelClient
from deploy.stub_model import StubModel
from scheduler.decisions import approve
from storage.database import reading
from tests.integration.scheduler.conftest import World

pytestmark = pytest.mark.integration

SWAPS = 50
THREADS = 4


def test_fifty_swaps_under_load_fail_nothing_and_mix_nothing_up(world: World) -> None:
    with StubModel(adapters_dir=world.stub.adapters_dir, token_seconds=0.0005) as second:
        settings = world.machine.replicas[0].settings
        other = ModelClient(settings.model_copy(update={"base_url": second.base_url}))
        replicas = [world.machine.replicas[0], other]
        world.machine = replace(world.machine, replicas=replicas)
        names = [world.make_adapter(number) for number in range(1, SWAPS + 1)]
        asked: list[str] = []
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
                replica = replicas[(thread + count) % 2]
                try:
                    with replica.stream_completion(
                        [{"role": "user", "content": f"request {thread}-{count}"}],
                        model=author.adapter,
                    ) as stream:
                        assert "".join(stream)
                except BaseException as error:  # noqa: BLE001 - whatever it is, it is counted
                    failures.append(error)
                asked.append(f"{author.adapter}|request {thread}-{count}")

        threads = [threading.Thread(target=ask_on, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for name in names:
            approve(world.machine, name, "U1")
        done.set()
        for thread in threads:
            thread.join()
        other.close()
        received = [
            f"{request.model}|{request.prompt}"
            for stub in (world.stub, second)
            for request in stub.requests
            if request.prompt.startswith("request ")
        ]
    assert failures == []
    base = settings.model
    assert sorted(received) == sorted(line.replace("None|", f"{base}|", 1) for line in asked)
    assert len(asked) > SWAPS
    answered_by = {line.split("|")[0] for line in received}
    assert len(answered_by) > SWAPS / 2, "requests went on while adapters changed"
