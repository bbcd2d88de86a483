"""Cycles that should be running are handed to a workflow again: after a crash, after a pause."""

from scheduler.cycle import TRAINING
from scheduler.machine import Machine
from scheduler.pause import is_paused
from storage.cycles import CycleState, list_cycle_runs
from storage.database import reading
from storage.leases import get_lease


def resume_running(machine: Machine) -> list[int]:
    """Start every cycle that is recorded as running, oldest first; returns their ids.

    Starting one that runs already does nothing: `start_cycle` looks before it starts.
    """
    with reading(machine.engine) as session:
        if is_paused(session):
            return []
        lease = get_lease(session, "cycle")
        others = lease is not None and lease.holder not in ("", machine.actor)
        if lease is not None and others and lease.expires_at > machine.now():
            return []  # another process is at work
        runs = list_cycle_runs(session, TRAINING, state=CycleState.RUNNING, limit=100)
    ids = [run.id for run in reversed(runs)]
    for cycle_run_id in ids:
        machine.start_cycle(cycle_run_id)
    return ids
