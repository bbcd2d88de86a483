"""A database that goes away in the middle of a cycle or a command: nothing lost, nothing twice."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from bot.jobs.commands import CommandName, Order, submit
from scheduler.commands import execute_next
from scheduler.cycle import open_training_cycle, run_cycle
from scheduler.decisions import serving_now
from storage.commands import get_command
from storage.cycles import CycleState, list_cycle_runs, list_steps
from storage.database import reading
from storage.outage import wait_out
from storage.training_runs import TrainingRun
from tests.database_away import Away
from tests.integration.scheduler.conftest import World

pytestmark = pytest.mark.integration


@dataclass
class DyingOnce:
    """Takes the database away in the first run of something, and gives it back a little later."""

    away: Away
    seconds: float = 1.0
    happened: threading.Event = field(default_factory=threading.Event)
    returned: threading.Event = field(default_factory=threading.Event)

    def strike(self) -> None:
        """Return once it is away; it comes back by itself."""
        if self.happened.is_set():
            return
        threading.Thread(target=self._hold).start()
        assert self.happened.wait(10)

    def _hold(self) -> None:
        with self.away():
            self.happened.set()
            self.returned.wait(self.seconds)
        self.returned.set()


def test_a_database_that_goes_away_in_a_cycle_neither_ends_nor_repeats_it(
    world: World, database_away: Away
) -> None:
    fault = DyingOnce(database_away)

    def at_point(point: str) -> None:
        if point == "after_train":
            fault.strike()

    world.machine = replace(world.machine, at_point=at_point)
    run_id = open_training_cycle(world.machine, "now", asked_by="U1")
    assert run_id is not None
    state = wait_out(lambda: run_cycle(world.machine, run_id))
    assert fault.returned.wait(20)
    assert state is CycleState.PROPOSED
    with reading(world.engine) as session:
        assert len(list_cycle_runs(session)) == 1
        steps = list_steps(session, run_id)
        assert len(session.exec(select(TrainingRun)).all()) == 1
    assert {s.state.value for s in steps} == {"done"}
    assert [s.name for s in steps if s.attempts > 1] in ([], ["train"])


def test_a_command_whose_database_goes_away_is_carried_out_after_its_return(
    world: World, database_away: Away
) -> None:
    one = world.make_adapter(1)
    fault = DyingOnce(database_away)
    world.machine = replace(
        world.machine,
        at_point=lambda point: fault.strike() if point == "before_flip" else None,
        settings=world.machine.settings.model_copy(update={"lease_seconds": 1.5}),
    )
    command = submit(world.engine, Order(key="k", who="U1", name=CommandName.APPROVE, target=one))
    with suppress(DBAPIError):  # PostgreSQL refuses; a locked file only makes wait
        execute_next(world.machine)
    assert fault.returned.wait(20)
    threading.Event().wait(1.6)  # a claim as old as the lease is taken over
    execute_next(world.machine)
    with reading(world.engine) as session:
        done = get_command(session, command.id)
        assert serving_now(session) == (one, None)
    assert done is not None
    assert done.state.value == "done"
