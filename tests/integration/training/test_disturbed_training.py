"""What a run comes to when it is killed, finds the disk full, or a checkpoint damaged.

Every run here is the same three steps; what it leaves is compared with an undisturbed one.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.launcher.files import RunFiles
from pipeline.launcher.local import LocalLauncher
from pipeline.launcher.port import RunState
from pipeline.training.artefact import check_adapter
from pipeline.training.checkpoints import is_sound
from pipeline.training.environment import training_environment
from pipeline.training.fitting import FITTED
from pipeline.training.record import hold_run, publish_run
from storage.adapters import list_adapters
from storage.database import migrate, open_database, reading
from storage.training_runs import TrainingState, find_training_run
from tests.integration.training.conftest import FinishedRun
from tests.integration.training.runs import ForkedTrainer, assert_same_run

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
SMALL_DISK_MB, ROOMY_DISK_MB = 7, 60  # a checkpoint takes 5 MB, the next is written beside it

# Where the process is killed, and which checkpoints are sound after that.
KILLS = {
    "before the first step": [],
    "within a step": ["checkpoint-1"],
    "while saving a checkpoint": ["checkpoint-1"],
    "right after a checkpoint": ["checkpoint-1", "checkpoint-2"],
    "while saving the adapter": ["checkpoint-2", "checkpoint-3"],
}


def list_sound(run: Path) -> list[str]:
    there = sorted((run / "checkpoints").glob("checkpoint-*"))
    return [checkpoint.name for checkpoint in there if is_sound(checkpoint)]


def test_a_run_killed_at_every_point_ends_like_an_undisturbed_one(
    undisturbed: FinishedRun, trainer: ForkedTrainer, tmp_path: Path
) -> None:
    launcher = LocalLauncher(tmp_path)
    run = launcher.folder("run")
    for point, left in KILLS.items():
        assert trainer.train(run, undisturbed.job, point) == -signal.SIGKILL, point
        assert launcher.status("run").state is RunState.LOST
        assert list_sound(run) == left, point
        assert not (run / "adapter").exists(), point
    assert trainer.finish(run, undisturbed.job).resumed_from_step == 2
    check_adapter(run / "adapter")
    assert_same_run(run, undisturbed.folder)


def test_a_corrupt_checkpoint_is_put_aside_and_an_earlier_one_taken(
    undisturbed: FinishedRun, trainer: ForkedTrainer, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(undisturbed.folder, run, ignore=shutil.ignore_patterns("adapter", FITTED))
    RunFiles(run).result.unlink()
    weights = run / "checkpoints" / "checkpoint-3" / "adapter_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1  # one bit of one weight
    weights.write_bytes(content)
    assert trainer.finish(run, undisturbed.job).resumed_from_step == 2
    assert (run / "checkpoints" / "damaged-checkpoint-3").is_dir()
    assert_same_run(run, undisturbed.folder)


def test_a_controller_killed_while_publishing_is_replaced(
    undisturbed: FinishedRun, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(undisturbed.home, home, ignore=shutil.ignore_patterns("checkpoints"))
    engine = open_database(f"sqlite:///{home / 'a.sqlite'}")
    migrate(engine)
    adapters = home / "adapters"
    seen = []
    for point in ("while copying", "before it is registered"):
        killed = subprocess.run(
            [sys.executable, HERE / "dying_controller.py", point, home],
            env=os.environ | training_environment(), capture_output=True, text=True,
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        seen.append([path.name for path in adapters.glob("growth-analyst-*")])
    assert seen[0] == []  # half a copy is no adapter
    launcher = LocalLauncher(home / "runs")
    held = hold_run(engine, launcher, undisturbed.job, "run", "f" * 64)
    trained = publish_run(engine, launcher, held, adapters)
    assert seen[1] == [trained.name] == [path.name for path in adapters.glob("growth-analyst-*")]
    assert check_adapter(trained.folder) == trained.result.sha256
    with reading(engine) as session:
        assert [adapter.name for adapter in list_adapters(session)] == [trained.name]
        row = find_training_run(session, trained.name)
        assert row is not None
        assert row.state is TrainingState.FINISHED
    engine.dispose()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for one checkpoint and no second."""
    if os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root only; the full disk is NOT tested here")
    folder = tmp_path / "small"
    folder.mkdir()
    size = f"size={SMALL_DISK_MB}m"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder])
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk; the full disk is NOT tested here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_said_and_with_room_the_run_goes_on(
    undisturbed: FinishedRun, trainer: ForkedTrainer, small_disk: Path
) -> None:
    launcher = LocalLauncher(small_disk)
    run = launcher.folder("run")
    assert trainer.train(run, undisturbed.job) == 1
    status = launcher.status("run")
    assert status.state is RunState.FAILED
    assert status.problem == (
        f"The disk is full ({run.resolve()}). Free some space and start the same again; it goes on "
        "from its last checkpoint."
    )
    assert list_sound(run) == ["checkpoint-1"]
    assert not (run / "checkpoints" / "checkpoint-2").exists()  # gives room back

    size = f"remount,size={ROOMY_DISK_MB}m"
    subprocess.run(["mount", "-o", size, small_disk], check=True)
    assert trainer.finish(run, undisturbed.job).resumed_from_step == 1
    assert_same_run(run, undisturbed.folder)
