"""The watch: ratings that fall roll back by themselves, others leave everything as it is."""

from datetime import timedelta

import pytest

from scheduler.cycle import open_training_cycle, run_cycle
from scheduler.decisions import approve, canary, reject, serving_now
from scheduler.reconcile import check_serving_files
from scheduler.retention import remove_old_files
from scheduler.watch import look, watch_once
from storage.adapters import AdapterState, get_adapter
from storage.answers import start_answer
from storage.columns import utc_now
from storage.database import reading, transaction
from storage.ratings import rate
from storage.requests import Request
from tests.integration.scheduler.conftest import World

pytestmark = pytest.mark.integration


class Raters:
    """Rates answers of adapters, one after another."""

    def __init__(self, world: World) -> None:
        self._world, self._count = world, 0

    def give(self, adapter: str | None, scores: list[int], people: int = 5) -> None:
        """Each score is of another answer; people take turns."""
        with transaction(self._world.engine) as session:
            for score in scores:
                self._count += 1
                n = self._count
                request = Request(
                    id=f"r{n}",
                    key=f"k{n}",
                    team="T",
                    channel="C",
                    user_id="U",
                    source="dm",
                    text="",
                )
                session.add(request)
                session.flush()
                answer = start_answer(
                    session,
                    request.id,
                    channel="C",
                    adapter=adapter,
                    adapter_sha256=None,
                    model_label="",
                    prompt_version="1",
                )
                rate(session, answer.id, f"U{n % people}", f"{n}.0", f"p{n}", score=score)


def test_a_worse_canary_is_taken_back_and_rejected(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    canary(world.machine, two, 10, "U1")
    raters = Raters(world)
    for _ in range(40):
        raters.give(one, [5, 4, 5])
        raters.give(two, [2])
    text = watch_once(world.machine)
    assert text is not None
    assert text.startswith(f"{two} rolled back at ")
    assert "rating 4.7 before, 2.0 now (n = 40, e-value" in text
    with reading(world.engine) as session:
        assert serving_now(session) == (one, None)
        found = get_adapter(session, two)
    assert found is not None
    assert found.state is AdapterState.REJECTED
    assert watch_once(world.machine) is None


def test_an_equal_canary_stays(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    canary(world.machine, two, 10, "U1")
    raters = Raters(world)
    for index in range(60):
        raters.give(one, [5, 3])
        raters.give(two, [(5, 3)[index % 2]])
    assert watch_once(world.machine) is None
    watched = look(world.machine)
    assert watched is not None
    assert watched.is_canary
    assert watched.e_value < 5


def test_one_angry_person_rolls_nothing_back(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    canary(world.machine, two, 10, "U1")
    raters = Raters(world)
    for _ in range(40):
        raters.give(one, [5])
        raters.give(two, [0], people=1)
    assert watch_once(world.machine) is None
    with reading(world.engine) as session:
        assert serving_now(session) == (one, two)


def test_a_new_live_adapter_that_disappoints_gives_way_to_the_one_before(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    raters = Raters(world)
    raters.give(one, [5, 4, 5, 4] * 20)
    approve(world.machine, two, "U1")
    raters.give(two, [1, 2, 3] * 15)
    assert watch_once(world.machine) is not None
    with reading(world.engine) as session:
        assert serving_now(session) == (one, None)


def test_files_of_long_rejected_adapters_are_deleted_and_no_others(world: World) -> None:
    one, two, three = (world.make_adapter(number) for number in (1, 2, 3))
    approve(world.machine, one, "U1")
    reject(world.machine, two, "U1", "no")
    assert remove_old_files(world.machine) == []
    world.now = lambda: utc_now() + timedelta(days=91)
    assert remove_old_files(world.machine) == [two]
    assert sorted(p.name for p in world.machine.adapters_dir.iterdir()) == [one, three]


def test_damaged_files_come_back_from_the_training_run(world: World) -> None:
    run_id = open_training_cycle(world.machine, "now", asked_by="U1")
    assert run_id is not None
    run_cycle(world.machine, run_id)
    name = next(world.machine.adapters_dir.iterdir()).name
    approve(world.machine, name, "U1")
    weights = world.machine.adapters_dir / name / "adapter_model.safetensors"
    weights.write_bytes(b"broken")
    (problem,) = check_serving_files(world.machine)
    assert "restored from its training run" in problem
    assert check_serving_files(world.machine) == []
