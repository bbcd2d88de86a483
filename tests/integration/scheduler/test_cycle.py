"""A cycle in one process: its ends, its pauses, its clock, what the commands do to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.jobs.commands import CommandName, Order, submit
from scheduler.clock import Clock, open_due_cycle
from scheduler.clock_slots import next_slot
from scheduler.commands import execute_next
from scheduler.cycle import open_training_cycle, run_cycle
from scheduler.machine import Machine
from scheduler.steps import CycleTakenError, held_lease
from scheduler.story import describe_run
from storage.columns import utc_now
from storage.commands import Command, get_command
from storage.cycles import CycleState
from storage.database import reading
from storage.heartbeats import get_heartbeat
from tests.integration.scheduler.conftest import World

pytestmark = pytest.mark.integration


def open_cycle(world: World, slot: str = "now", least_new: int = 0) -> int:
    """Open a cycle as a person would."""
    run_id = open_training_cycle(world.machine, slot, asked_by="U1", least_new=least_new)
    assert run_id is not None
    return run_id


def give(world: World, name: CommandName, key: str = "k", **said: object) -> Command:
    """Submit a command and have it executed."""
    command = submit(world.engine, Order(key=key, who="U1", name=name, **said))  # type: ignore[arg-type]
    assert execute_next(world.machine)
    with reading(world.engine) as session:
        done = get_command(session, command.id)
    assert done is not None
    return done


def test_a_cycle_ends_in_a_proposal_and_the_next_one_finds_nothing_new(world: World) -> None:
    run_id = open_cycle(world)
    assert run_cycle(world.machine, run_id) is CycleState.PROPOSED
    told = describe_run(world.engine, run_id)
    assert [step["name"] for step in told["steps"]] == [
        *("collect", "augment", "dataset", "train", "evaluate", "gates"),
        *("check", "freeze", "propose"),
    ]
    assert told["result"]["adapter"].startswith("growth-analyst-v1-")
    assert run_cycle(world.machine, run_id) is CycleState.PROPOSED, "running it again is harmless"

    again = open_cycle(world, "later")
    assert run_cycle(world.machine, again) is CycleState.NOTHING_TO_DO
    assert "evaluated before" in describe_run(world.engine, again)["result"]["reason"]


def test_failed_gates_end_the_cycle_without_a_proposal(world: World) -> None:
    world.passes = False
    run_id = open_cycle(world)
    assert run_cycle(world.machine, run_id) is CycleState.CLOSED
    assert "propose" not in [s["name"] for s in describe_run(world.engine, run_id)["steps"]]


def test_a_scheduled_cycle_wants_newly_approved_examples(world: World) -> None:
    run_id = open_cycle(world, least_new=5)
    assert run_cycle(world.machine, run_id) is CycleState.NOTHING_TO_DO
    assert "Only 0 newly approved" in describe_run(world.engine, run_id)["result"]["reason"]


def test_a_model_server_that_does_not_know_the_candidate_fails_the_cycle_in_words(
    world: World,
) -> None:
    world.stub.adapters_dir = None
    run_id = open_cycle(world)
    assert run_cycle(world.machine, run_id) is CycleState.FAILED
    assert "does not find" in describe_run(world.engine, run_id)["problem"]


def test_a_pause_rests_before_the_next_step_and_resume_goes_on(world: World) -> None:
    run_id = open_cycle(world)
    give(world, CommandName.CYCLE_PAUSE)
    assert run_cycle(world.machine, run_id) is CycleState.RUNNING
    told = describe_run(world.engine, run_id)
    assert told["waits_for"] == "resume (before collect)"
    assert told["steps"] == []
    give(world, CommandName.CYCLE_RESUME, "k2")
    assert world.started == [run_id]
    assert run_cycle(world.machine, run_id) is CycleState.PROPOSED


def test_two_processes_do_not_run_one_cycle(world: World) -> None:
    run_id = open_cycle(world)
    with held_lease(world.engine, "cycle", "another", 30), pytest.raises(CycleTakenError):
        run_cycle(world.machine, run_id)


def test_a_person_starts_one_cycle_at_a_time_and_one_command_starts_one(world: World) -> None:
    assert give(world, CommandName.CYCLE_RUN).message.startswith("Cycle 1 has begun")
    refused = give(world, CommandName.CYCLE_RUN, "other")
    assert (refused.state.value, "under way" in refused.message) == ("failed", True)
    assert world.started == [1]


def test_a_due_slot_starts_once_and_a_skipped_one_never(world: World) -> None:
    assert open_due_cycle(world.machine) is None, "the clock has just been installed"
    skipped = next_slot(world.machine.settings, give(world, CommandName.CYCLE_SKIP).submitted_at)
    world.now = lambda: skipped + timedelta(minutes=1)
    assert open_due_cycle(world.machine) is None
    world.now = lambda: skipped + timedelta(days=7, minutes=1)
    assert open_due_cycle(world.machine) is not None
    assert open_due_cycle(world.machine) is None


def test_a_paused_clock_starts_nothing_and_catches_up_once(world: World) -> None:
    start = utc_now()
    open_due_cycle(world.machine)
    give(world, CommandName.CYCLE_PAUSE)
    world.now = lambda: start + timedelta(days=30)
    assert open_due_cycle(world.machine) is None
    give(world, CommandName.CYCLE_RESUME, "k2")
    assert open_due_cycle(world.machine) is not None
    assert open_due_cycle(world.machine) is None


def test_one_clock_leads_and_another_takes_over(world: World) -> None:
    first, second = Clock(world.machine), Clock(_renamed(world, "second"))
    first.beat_once()
    second.beat_once()
    assert (first.leads, second.leads) == (True, False)
    first._apscheduler.start()
    first.stop()
    second.beat_once()
    assert (first.leads, second.leads) == (False, True)
    with reading(world.engine) as session:
        heartbeat = get_heartbeat(session, "scheduler")
    assert heartbeat is not None
    assert heartbeat.details["leader"] == "second"


def _renamed(world: World, actor: str) -> Machine:
    return replace(world.machine, actor=actor)
