"""The controller's records: one row per run, tokens that grow, endings, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipeline.launcher.port import LauncherError, RunState, RunStatus
from pipeline.training.job import TrainingJob
from pipeline.training.presets import CPU_DEMO
from pipeline.training.record import HeldRun, hold_run, note_ended
from storage.database import reading
from storage.training_runs import TrainingState, get_training_run, list_training_runs

pytestmark = pytest.mark.integration

JOB = TrainingJob(preset=CPU_DEMO, dataset=Path("d"))


class RecordingLauncher:
    """Keeps what was submitted; starts nothing."""

    def __init__(self) -> None:
        self.submitted: list[tuple[str, int]] = []

    def submit(self, run_id: str, job: str, *, token: int) -> None:
        assert TrainingJob.model_validate_json(job) == JOB
        self.submitted.append((run_id, token))

    def status(self, run_id: str) -> RunStatus:
        return RunStatus(state=RunState.RUNNING)

    def cancel(self, run_id: str, *, token: int) -> None:
        raise AssertionError

    def logs(self, run_id: str, lines: int = 50) -> list[str]:
        return []

    def fetch(self, run_id: str, *, token: int) -> Path:
        raise LauncherError("running")


def read_state(engine: Engine, held: HeldRun) -> TrainingState:
    with reading(engine) as session:
        row = get_training_run(session, held.row_id)
        assert row is not None
        return row.state


def test_every_controller_gets_a_larger_token_for_the_same_row(engine: Engine) -> None:
    launcher = RecordingLauncher()
    first = hold_run(engine, launcher, JOB, "run", "f" * 64)
    second = hold_run(engine, launcher, JOB, "run", "f" * 64)
    assert (first.token, second.token) == (1, 2)
    assert first.row_id == second.row_id
    assert launcher.submitted == [("run", 1), ("run", 2)]
    with reading(engine) as session:
        assert len(list_training_runs(session)) == 1


def test_only_the_present_controller_writes_the_end(engine: Engine) -> None:
    launcher = RecordingLauncher()
    stale = hold_run(engine, launcher, JOB, "run", "f" * 64)
    present = hold_run(engine, launcher, JOB, "run", "f" * 64)
    ended = RunStatus(state=RunState.LOST, problem="killed")
    note_ended(engine, stale, ended)
    assert read_state(engine, present) is TrainingState.RUNNING
    note_ended(engine, present, ended)
    assert read_state(engine, present) is TrainingState.FAILED
    again = hold_run(engine, launcher, JOB, "run", "f" * 64)
    assert read_state(engine, again) is TrainingState.RUNNING
