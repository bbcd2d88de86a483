"""Starting real runs, waiting for them, and comparing what they left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.launcher.files import RunFiles, write_whole
from pipeline.launcher.local import LocalLauncher
from pipeline.launcher.port import RunState
from pipeline.training.environment import training_environment
from pipeline.training.job import TrainingJob, TrainingResult

# A resumed run adds up in the same order and is expected to be the same; the tolerance leaves
# room for another order on machines with more cores.
WEIGHT_TOLERANCE = 1e-3


class ForkedTrainer:
    """The trainer without the ten seconds of imports that a process of its own takes."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self._process, self._log = process, log

    def train(self, folder: Path, job: TrainingJob, point: str = "") -> int:
        """Run a job in `folder` to its end, or to the point where it is killed.

        Returns the exit status, or minus the signal's number.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(RunFiles(folder).job, job.model_dump_json(indent=2))
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\t{point}\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        assert reply, self._log.read_text()  # the process that forks is gone
        return int(reply)

    def finish(self, folder: Path, job: TrainingJob) -> TrainingResult:
        """Run a job that ends well."""
        assert self.train(folder, job) == 0, RunFiles(folder).log.read_text()
        return read_result(folder)


@contextmanager
def forked_trainer(home: Path, log: Path) -> Iterator[ForkedTrainer]:
    """Start the process that forks; `home` is where the models' paths begin."""
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tests.integration.training.forked_runs"],
            cwd=home, env=os.environ | training_environment(), text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        ) as process,
    ):  # fmt: skip
        try:
            yield ForkedTrainer(process, log)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def wait(launcher: LocalLauncher, run_id: str, seconds: float = 900) -> RunState:
    """Wait until a run's process has ended."""
    until = time.monotonic() + seconds
    while (status := launcher.status(run_id)).state is RunState.RUNNING:
        assert time.monotonic() < until, launcher.logs(run_id)
        time.sleep(0.2)
    return status.state


def read_result(folder: Path) -> TrainingResult:
    """Read how a run ended."""
    return TrainingResult.model_validate_json((folder / "result.json").read_text())


def read_weights(folder: Path) -> Any:
    """Read the weights of a run's adapter: tensors by name."""
    from safetensors.torch import load_file

    return load_file(folder / "adapter" / "adapter_model.safetensors")


def largest_difference(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The largest difference between two weights of the same place."""
    assert one.keys() == other.keys()
    return max(float((one[name].float() - other[name].float()).abs().max()) for name in one)


def assert_same_run(folder: Path, other: Path) -> None:
    """Two run folders hold the same adapter, within the tolerance."""
    one, two = read_result(folder), read_result(other)
    assert one.steps == two.steps
    assert abs(one.best_eval_loss - two.best_eval_loss) <= 1e-3
    assert largest_difference(read_weights(folder), read_weights(other)) <= WEIGHT_TOLERANCE
