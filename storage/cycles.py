"""Cycle runs: each scheduled slot once, its steps, their times, and what it waits for.

The clock only starts cycles; what ran is remembered here, so that a missed slot can be caught up.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class CycleState(StrEnum):
    """Where a cycle run stands."""

    RUNNING = "running"
    PROPOSED = "proposed"
    NOTHING_TO_DO = "nothing_to_do"
    CLOSED = "closed"
    FAILED = "failed"
    SKIPPED = "skipped"


class StepState(StrEnum):
    """Where a step stands."""

    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class CycleRun(Record, table=True):
    """One run of one cycle for one slot."""

    __tablename__ = "cycle_run"
    __table_args__ = (UniqueConstraint("cycle", "slot"), Index(None, "state", "started_at"))

    id: int = Field(default=None, primary_key=True)
    cycle: str = Field(description="training, digest, ...")
    slot: str = Field(description="ISO time of the slot in UTC, or the key of the command")
    state: CycleState = Field(default=CycleState.RUNNING, sa_type=state_type(CycleState))
    workflow_id: str | None = Field(default=None, index=True)
    waits_for: str = Field(default="", sa_type=PlainText)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    problem: str = Field(default="", sa_type=PlainText)
    started_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CycleStep(Record, table=True):
    """One step of a run; run again after a crash, it counts its attempts."""

    __tablename__ = "cycle_step"
    __table_args__ = (UniqueConstraint("cycle_run_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    cycle_run_id: int = Field(foreign_key="cycle_run.id")
    name: str
    state: StepState = Field(default=StepState.RUNNING, sa_type=state_type(StepState))
    attempts: int = 0
    result: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    problem: str = Field(default="", sa_type=PlainText)
    started_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def open_cycle_run(session: Session, cycle: str, slot: str) -> CycleRun | None:
    """Take this slot; None when it was taken before, by whomever."""
    if not insert_if_new(session, CycleRun(cycle=cycle, slot=slot), "cycle", "slot"):
        return None
    return find_cycle_run(session, cycle, slot)


def find_cycle_run(session: Session, cycle: str, slot: str) -> CycleRun | None:
    """Return the run of this slot, if any."""
    query = select(CycleRun).where(CycleRun.cycle == cycle, CycleRun.slot == slot)
    return session.exec(query).first()


def get_cycle_run(session: Session, cycle_run_id: int) -> CycleRun | None:
    """Return the run with this id, if any."""
    return session.get(CycleRun, cycle_run_id)


def set_cycle_state(
    session: Session,
    cycle_run_id: int,
    state: CycleState | str,
    *,
    workflow_id: str | None = None,
    waits_for: str = "",
    result: dict[str, Any] | None = None,
    problem: str = "",
) -> CycleRun:
    """Move a run to a state. Raises NotFoundError when there is no such run."""
    run = get_locked(session, CycleRun, cycle_run_id, "cycle run")
    run.state, run.waits_for, run.problem = CycleState(state), waits_for, problem
    run.workflow_id = workflow_id or run.workflow_id
    run.result = run.result if result is None else result
    run.ended_at = None if run.state in {CycleState.RUNNING, CycleState.PROPOSED} else utc_now()
    return save(session, run)


def begin_step(session: Session, cycle_run_id: int, name: str) -> CycleStep:
    """Open a step or count another attempt at it; a step already done comes back as it is."""
    insert_if_new(session, CycleStep(cycle_run_id=cycle_run_id, name=name), "cycle_run_id", "name")
    step = _locked_step(session, cycle_run_id, name)
    if step.state is not StepState.DONE:
        step.state, step.attempts, step.problem = StepState.RUNNING, step.attempts + 1, ""
        step.ended_at = None
    return save(session, step)


def end_step(
    session: Session,
    cycle_run_id: int,
    name: str,
    state: StepState | str = StepState.DONE,
    *,
    result: dict[str, Any] | None = None,
    problem: str = "",
) -> CycleStep:
    """Record how a step ended; a step already done stays as it is."""
    step = _locked_step(session, cycle_run_id, name)
    if step.state is StepState.DONE:
        return step
    step.state, step.result, step.problem = StepState(state), result or {}, problem
    step.ended_at = utc_now()
    return save(session, step)


def list_steps(session: Session, cycle_run_id: int) -> list[CycleStep]:
    """Return a run's steps in the order they were begun."""
    query = select(CycleStep).where(CycleStep.cycle_run_id == cycle_run_id)
    return list(session.exec(query.order_by(col(CycleStep.id))))


def list_cycle_runs(
    session: Session,
    cycle: str | None = None,
    *,
    state: CycleState | str | None = None,
    limit: int = 20,
) -> list[CycleRun]:
    """Return runs, newest first."""
    query = select(CycleRun)
    if cycle is not None:
        query = query.where(CycleRun.cycle == cycle)
    if state is not None:
        query = query.where(col(CycleRun.state) == CycleState(state))
    return list(session.exec(query.order_by(col(CycleRun.id).desc()).limit(limit)))


def _locked_step(session: Session, cycle_run_id: int, name: str) -> CycleStep:
    query = select(CycleStep).where(CycleStep.cycle_run_id == cycle_run_id, CycleStep.name == name)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(locked).one()
