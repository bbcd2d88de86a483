"""The controller's side of a run: start it or take it over, follow it, publish, write it down.

Every step can be repeated: a controller that dies is replaced by starting the same run again.
Only here do training, launcher and storage meet.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session

from pipeline.launcher.files import RunFiles
from pipeline.launcher.port import Launcher, RunState, RunStatus
from pipeline.training.artefact import ADAPTER_NAME, adapter_name, check_adapter, publish_adapter
from pipeline.training.errors import TrainingFailedError
from pipeline.training.job import TrainingJob, TrainingResult
from storage.adapters import list_adapters, register_adapter
from storage.database import reading, transaction
from storage.datasets import find_dataset_version
from storage.locks import lock_name
from storage.training_runs import (
    TrainingRun,
    TrainingState,
    get_training_run,
    list_training_runs,
    start_training_run,
    update_training_run,
)

_ALL = 1_000_000  # names are counted over everything there ever was


@dataclass(frozen=True)
class HeldRun:
    """A run this controller holds. A later controller gets a larger token."""

    row_id: int
    run_id: str
    token: int


@dataclass(frozen=True)
class TrainedAdapter:
    """A published, registered adapter."""

    name: str
    folder: Path
    result: TrainingResult


def hold_run(
    engine: Engine, launcher: Launcher, job: TrainingJob, run_id: str, fingerprint: str
) -> HeldRun:
    """Record and submit a run, or take over the one of this id.

    Raises:
        LauncherError: it could not be started; StaleTokenError when somebody was faster.
    """
    with transaction(engine) as session:
        lock_name(session, f"training-run {run_id}")  # before the token is read, not after
        version = find_dataset_version(session, fingerprint)
        row = start_training_run(
            session,
            key=run_id,
            preset=job.preset.name,
            dataset_version=version.version if version else None,
            config=job.model_dump(mode="json"),
        )
        token = int(row.launch.get("token", 0)) + 1
        launch = {"launcher": "local", "run_id": run_id, "token": token}
        state = None if row.state is TrainingState.FINISHED else TrainingState.RUNNING
        update_training_run(session, row.id, launch=launch, state=state, problem="")
        held = HeldRun(row_id=row.id, run_id=run_id, token=token)
    launcher.submit(run_id, job.model_dump_json(indent=2), token=token)
    return held


def note_ended(engine: Engine, held: HeldRun, status: RunStatus) -> None:
    """Write down a run that failed, was cancelled or lost."""
    cancelled = status.state is RunState.CANCELLED
    state = TrainingState.CANCELLED if cancelled else TrainingState.FAILED
    with transaction(engine) as session:
        if _is_held(session, held):
            update_training_run(session, held.row_id, state=state, problem=status.problem)


def publish_run(
    engine: Engine, launcher: Launcher, held: HeldRun, adapters: Path, *, actor: str = "pipeline"
) -> TrainedAdapter:
    """Publish a finished run's adapter under its name and register it; repeatable.

    Raises:
        LauncherError: not finished, or another controller holds the run.
        TrainingFailedError: what the run left is damaged.
    """
    files = RunFiles(launcher.fetch(held.run_id, token=held.token))
    result = TrainingResult.model_validate_json(files.result.read_text("utf-8"))
    if check_adapter(files.folder / "adapter") != result.sha256:
        raise TrainingFailedError(f"{files.folder} holds another adapter than its result says.")
    with transaction(engine) as session:
        name = _choose_name(session, held, adapters, result.sha256)
        update_training_run(session, held.row_id, adapter_name=name)
    folder = publish_adapter(files.folder / "adapter", adapters, name)
    with transaction(engine) as session:
        row = _row(session, held)
        register_adapter(
            session,
            name=name,
            sha256=result.sha256,
            directory=str(folder),
            base_model=str(row.config["preset"]["base_model"]),
            lineage=_lineage(row, result),
            actor=actor,
        )
        update_training_run(
            session,
            held.row_id,
            state=TrainingState.FINISHED,
            steps=result.steps,
            best_eval_loss=result.best_eval_loss,
            seconds=result.seconds,
            peak_memory_bytes=result.peak_memory_bytes,
            metrics=result.model_dump(mode="json"),
        )
    return TrainedAdapter(name=name, folder=folder, result=result)


def next_number(names: list[str]) -> int:
    """The number after the highest in these adapter names."""
    found = [int(match[1]) for name in names if (match := ADAPTER_NAME.match(name))]
    return max(found, default=0) + 1


def is_known_run(engine: Engine, run_id: str) -> bool:
    """Tell whether a run of this id was ever recorded."""
    with reading(engine) as session:
        return any(row.key == run_id for row in list_training_runs(session, limit=_ALL))


def _choose_name(session: Session, held: HeldRun, adapters: Path, sha256: str) -> str:
    lock_name(session, "adapter-names")
    row = _row(session, held)
    if row.adapter_name and row.adapter_name.endswith(f"-{sha256[:8]}"):
        return row.adapter_name
    taken = [adapter.name for adapter in list_adapters(session, limit=_ALL)]
    taken += [
        run.adapter_name for run in list_training_runs(session, limit=_ALL) if run.adapter_name
    ]
    if adapters.is_dir():
        taken += [path.name for path in adapters.iterdir()]
    return adapter_name(next_number(taken), sha256)


def _is_held(session: Session, held: HeldRun) -> bool:
    return int(_row(session, held).launch.get("token", 0)) == held.token


def _row(session: Session, held: HeldRun) -> TrainingRun:
    row = get_training_run(session, held.row_id)
    if row is None:
        raise TrainingFailedError(f"Training run {held.run_id} is not in the database any more.")
    return row


def _lineage(row: TrainingRun, result: TrainingResult) -> dict[str, Any]:
    return {
        "training_run": row.key,
        "preset": row.preset,
        "dataset_version": row.dataset_version,
        "dataset_fingerprint": result.dataset_fingerprint,
        "seed": row.config["preset"]["seed"],
        "best_eval_loss": result.best_eval_loss,
        "preference_pairs": result.preference.pairs if result.preference else 0,
    }
