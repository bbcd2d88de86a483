"""A cycle as it is told: its state, its steps with their times, what it waits for. Reads only."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Engine

from scheduler.settings import SchedulerSettings
from storage.cycles import CycleRun, get_cycle_run, list_steps
from storage.database import reading
from storage.errors import NotFoundError

Result = dict[str, Any]


def describe_run(engine: Engine, cycle_run_id: int) -> Result:
    """A run with its steps, as the command line prints it."""
    with reading(engine) as session:
        run = get_cycle_run(session, cycle_run_id)
        if run is None:
            raise NotFoundError("cycle run", cycle_run_id)
        steps = list_steps(session, cycle_run_id)
    return {
        "cycle": run.id,
        "slot": run.slot,
        "state": run.state.value,
        "waits_for": run.waits_for,
        "problem": run.problem,
        "result": run.result,
        "steps": [
            {
                "name": step.name,
                "state": step.state.value,
                "attempts": step.attempts,
                "seconds": round((step.ended_at - step.started_at).total_seconds(), 1)
                if step.ended_at
                else None,
                "problem": step.problem,
                "result": step.result,
            }
            for step in steps
        ],
    }


def end_of_proposal(run: CycleRun, settings: SchedulerSettings) -> datetime:
    """Until when a proposal stands, by the setting where it does not say so itself."""
    told = run.result.get("expires_at")
    if told:
        return datetime.fromisoformat(told)
    return run.started_at + timedelta(days=settings.proposal_days)
