"""One cycle, from "something was approved" to "a maintainer is asked"; then it ends.

A short durable workflow: the story is told by `pipeline.run`, each step is remembered by
`scheduler.steps`, and whatever fails leaves the live adapter alone and says so.
"""

import logging
from datetime import timedelta
from typing import Any

from bot.serving.promotion import PromotionError, smoke_test_replicas
from pipeline.chapters import StoppedError
from pipeline.dataset.files import DatasetFilesError
from pipeline.dataset.golden import GoldenFileError
from pipeline.dataset.leakage import LeakageError
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.launcher.port import LauncherError
from pipeline.run import Outcome, make_candidate
from pipeline.training.artefact import check_adapter
from pipeline.training.errors import TrainingFailedError, TrainingInputError
from scheduler import notices
from scheduler.machine import Machine
from scheduler.steps import CyclePausedError, Steps, held_lease
from storage.adapters import get_adapter
from storage.aliases import LIVE, get_alias
from storage.cycles import (
    CycleRun,
    CycleState,
    get_cycle_run,
    open_cycle_run,
    set_cycle_state,
)
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError
from storage.outage import is_away

logger = logging.getLogger(__name__)

TRAINING = "training"
_SPEAKING = (
    PromotionError,
    TrainingFailedError,
    TrainingInputError,
    EvaluationInputError,
    EvaluationInterruptedError,
    DatasetFilesError,
    LeakageError,
    GoldenFileError,
    LauncherError,
    ConflictError,
    NotFoundError,
)
Result = dict[str, Any]


def open_training_cycle(
    machine: Machine, slot: str, *, asked_by: str, channel: str = "", least_new: int = 0
) -> int | None:
    """Take a slot; returns the run's id, or None when the slot was taken before."""
    with transaction(machine.engine) as session:
        run = open_cycle_run(session, TRAINING, slot)
        if run is None:
            return None
        asked = {"asked_by": asked_by, "channel": channel, "least_new": least_new}
        set_cycle_state(
            session, run.id, CycleState.RUNNING, waits_for="its turn", result={"asked": asked}
        )
        return run.id


def run_cycle(machine: Machine, cycle_run_id: int) -> CycleState:
    """Run, or go on with, a cycle to its end; repeatable after a crash at any point.

    Raises:
        CycleTakenError: another process is at it.
        sqlalchemy.exc.DBAPIError: the database is away; run it again (`storage.outage.wait_out`).
    """
    with held_lease(machine.engine, "cycle", machine.actor, machine.settings.lease_seconds):
        run = _find(machine, cycle_run_id)
        if run.state is not CycleState.RUNNING:
            return run.state
        asked = run.result.get("asked", {})
        _set(machine, cycle_run_id, CycleState.RUNNING)
        steps = Steps(machine, cycle_run_id)
        try:
            outcome = make_candidate(
                machine.learning, steps.remember, least_new=int(asked.get("least_new", 0))
            )
            return _conclude(machine, cycle_run_id, asked, outcome, steps)
        except CyclePausedError as pause:
            _set(machine, cycle_run_id, CycleState.RUNNING, waits_for=f"resume (before {pause})")
            return CycleState.RUNNING
        except StoppedError:
            return CycleState.RUNNING
        except Exception as error:  # the edge: a failed cycle is told, never raised into the clock
            if is_away(error):
                raise  # nothing can be recorded; the caller waits and runs it again
            logger.exception("Cycle %d failed", cycle_run_id)
            _set(machine, cycle_run_id, CycleState.FAILED, problem=_in_words(error))
            notices.tell_failure(machine, _find(machine, cycle_run_id))
            return CycleState.FAILED


def _conclude(
    machine: Machine, cycle_run_id: int, asked: Result, outcome: Outcome, steps: Steps
) -> CycleState:
    told: Result = {"asked": asked, "reason": outcome.reason}
    if outcome.adapter is None:
        _set(machine, cycle_run_id, CycleState.NOTHING_TO_DO, result=told)
        notices.tell_channel(machine, asked.get("channel", ""), f"No new adapter: {outcome.reason}")
        return CycleState.NOTHING_TO_DO
    told |= {
        "adapter": outcome.adapter,
        "sha256": outcome.sha256,
        "evaluation_id": outcome.evaluation_id,
    }
    if not outcome.is_candidate:
        _set(machine, cycle_run_id, CycleState.CLOSED, result=told)
        notices.tell_channel(
            machine,
            asked.get("channel", ""),
            f"{outcome.adapter} is not proposed: {outcome.reason}",
        )
        return CycleState.CLOSED
    steps.remember("check", lambda: _check(machine, str(outcome.adapter)))
    told |= steps.remember("freeze", lambda: _freeze(machine))
    _set(machine, cycle_run_id, CycleState.RUNNING, result=told)
    message = steps.remember("propose", lambda: notices.propose(machine, cycle_run_id))
    _set(
        machine,
        cycle_run_id,
        CycleState.PROPOSED,
        waits_for="a maintainer's decision",
        result=told | {"message": message},
    )
    return CycleState.PROPOSED


def _check(machine: Machine, adapter: str) -> Result:
    """Whole on disk and answering on every replica, before anybody is asked."""
    with reading(machine.engine) as session:
        known = get_adapter(session, adapter)
    if known is None:
        raise NotFoundError("adapter", adapter)
    if check_adapter(machine.adapters_dir / adapter) != known.sha256:
        raise TrainingFailedError(f"The files of {adapter} are not the ones that were registered.")
    results = smoke_test_replicas(machine.replicas, adapter)
    return {"replicas": len(results), "first_token_ms": [r.first_token_ms for r in results]}


def _freeze(machine: Machine) -> Result:
    """What the proposal was held against, and until when it stands."""
    with reading(machine.engine) as session:
        live = get_alias(session, LIVE)
    expires = machine.now() + timedelta(days=machine.settings.proposal_days)
    return {
        "live_when_proposed": live.adapter_name if live else None,
        "expires_at": expires.isoformat(),
    }


def _find(machine: Machine, cycle_run_id: int) -> CycleRun:
    with reading(machine.engine) as session:
        run = get_cycle_run(session, cycle_run_id)
    if run is None:
        raise NotFoundError("cycle run", cycle_run_id)
    return run


def _set(machine: Machine, cycle_run_id: int, state: CycleState, **fields: Any) -> None:
    with transaction(machine.engine) as session:
        set_cycle_state(session, cycle_run_id, state, **fields)


def _in_words(error: Exception) -> str:
    """Errors of ours speak for themselves; others are named, their details are in the log."""
    if isinstance(error, _SPEAKING):
        return str(error)
    return f"An unexpected {type(error).__name__}; the log has the details."
