"""Training runs: what was started with which data, how to find its process again, how it ended."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class TrainingState(StrEnum):
    """Where a training run stands."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TrainingRun(Record, table=True):
    """One run of the trainer, in a process or cluster job that outlives its controller."""

    __tablename__ = "training_run"
    __table_args__ = (Index(None, "state", "started_at"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True, description="one per cycle step or command, so never twice")
    dataset_version: int | None = Field(
        default=None, foreign_key="dataset_version.version", index=True
    )
    preset: str
    config: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    launch: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json, description="how to attach again: launcher, job, pid"
    )
    adapter_name: str | None = Field(default=None, index=True)
    state: TrainingState = Field(default=TrainingState.RUNNING, sa_type=state_type(TrainingState))
    steps: int | None = None
    best_eval_loss: float | None = None
    seconds: float | None = None
    peak_memory_bytes: int | None = Field(default=None, sa_type=BigInteger)
    metrics: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    problem: str = Field(default="", sa_type=PlainText)
    started_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


_CHANGEABLE = frozenset(
    {"launch", "adapter_name", "steps", "best_eval_loss", "seconds", "peak_memory_bytes"}
    | {"metrics", "problem", "config"}
)


def start_training_run(
    session: Session,
    *,
    key: str,
    preset: str,
    dataset_version: int | None = None,
    config: dict[str, Any] | None = None,
) -> TrainingRun:
    """Record a run before it is launched; a known key returns the first one unchanged."""
    row = TrainingRun(key=key, preset=preset, dataset_version=dataset_version, config=config or {})
    insert_if_new(session, row, "key")
    return session.exec(select(TrainingRun).where(TrainingRun.key == key)).one()


def update_training_run(
    session: Session, run_id: int, *, state: TrainingState | str | None = None, **fields: Any
) -> TrainingRun:
    """Set what is known (launch handle, steps, losses, ...) and, when it ended, its state.

    Raises:
        NotFoundError: there is no such run.
        ValueError: an unknown state or field.
    """
    unknown = sorted(fields.keys() - _CHANGEABLE)
    if unknown:
        raise ValueError(f"A training run has no changeable {unknown}.")
    run = get_locked(session, TrainingRun, run_id, "training run")
    for name, value in fields.items():
        setattr(run, name, value)
    if state is not None:
        run.state = TrainingState(state)
        run.ended_at = None if run.state is TrainingState.RUNNING else utc_now()
    return save(session, run)


def get_training_run(session: Session, run_id: int) -> TrainingRun | None:
    """Return the run with this id, if any."""
    return session.get(TrainingRun, run_id)


def find_training_run(session: Session, adapter_name: str) -> TrainingRun | None:
    """Return the newest run that made this adapter, if any."""
    query = select(TrainingRun).where(TrainingRun.adapter_name == adapter_name)
    return session.exec(query.order_by(col(TrainingRun.id).desc()).limit(1)).first()


def list_training_runs(
    session: Session,
    *,
    state: TrainingState | str | None = None,
    dataset_version: int | None = None,
    limit: int = 50,
) -> list[TrainingRun]:
    """Return runs, newest first."""
    query = select(TrainingRun)
    if state is not None:
        query = query.where(col(TrainingRun.state) == TrainingState(state))
    if dataset_version is not None:
        query = query.where(TrainingRun.dataset_version == dataset_version)
    return list(session.exec(query.order_by(col(TrainingRun.id).desc()).limit(limit)))
