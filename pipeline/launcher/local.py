"""Runs as detached processes of this machine.

The process holds a lock on a file in the run folder for as long as it lives, so whether it runs
is never guessed from a process id. It survives whoever started it; anyone who knows the folder
can follow it, stop it or collect its result. Only `pipeline.launcher` and the started program
(see `files.py`) know the files.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.launcher.files import Problem, RunFiles, write_whole
from pipeline.launcher.port import LauncherError, RunState, RunStatus, StaleTokenError

# A process that does not end on SIGTERM within this is killed; a checkpoint takes under 1 s.
CANCEL_GRACE_SECONDS = 10.0
# Answers in Slack come first on a machine that serves and trains; alone it costs nothing.
NICENESS = 5
_LOCK_WAIT_SECONDS = 2.0
_LOG_TAIL_BYTES = 64_000
_PASSED_NAMES = {"PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH"}
_PASSED_PREFIXES = (
    "LC_", "XDG_", "HF_", "CUDA_", "NVIDIA_", "NCCL_", "TORCH", "OMP_", "KMP_", "MKL_", "WANDB_",
)  # fmt: skip
# A process of ours is reaped when somebody asks for its status; kept so that Python does not
# complain about one that is meant to go on without us.
_started: list[subprocess.Popen[bytes]] = []


class LocalLauncher:
    """Starts `program FOLDER` per run, each in a folder under `root`."""

    def __init__(
        self,
        root: Path,
        *,
        program: Sequence[str] = (sys.executable, "-m", "pipeline.training"),
        environment: Mapping[str, str] | None = None,
        cancel_grace_seconds: float = CANCEL_GRACE_SECONDS,
        niceness: int = NICENESS,
    ) -> None:
        """`environment` is added to the harmless part of ours; never a token or an address."""
        self._root = root
        self._program = tuple(program)
        self._environment = dict(environment or {})
        self._cancel_grace_seconds = cancel_grace_seconds
        self._niceness = niceness

    def folder(self, run_id: str) -> Path:
        """Where a run keeps its files."""
        return self._root / run_id

    def submit(self, run_id: str, job: str, *, token: int) -> None:
        """See the port."""
        files = RunFiles(self.folder(run_id))
        files.folder.mkdir(parents=True, exist_ok=True)
        with _locked(files.submitting):
            self._claim(files, token)
            if files.job.exists() and files.job.read_text("utf-8") != job:
                raise LauncherError(
                    f"Run {run_id} exists with another job, perhaps from another dataset folder; "
                    "give that one, or start a new run (analyst train --again)."
                )
            if files.result.exists() or _is_running(files):
                return
            write_whole(files.job, job)
            for left in (files.problem, files.cancelled):
                left.unlink(missing_ok=True)
            self._start(files)

    def status(self, run_id: str) -> RunStatus:
        """See the port."""
        for process in _started:
            process.poll()
        files = RunFiles(self.folder(run_id))
        if not files.job.exists():
            return RunStatus(state=RunState.ABSENT)
        if _is_running(files):
            return RunStatus(state=RunState.RUNNING)
        if files.result.exists():
            return RunStatus(state=RunState.FINISHED)
        if files.cancelled.exists():
            return RunStatus(state=RunState.CANCELLED, problem="The run was cancelled.")
        try:
            problem = Problem.model_validate_json(files.problem.read_text("utf-8"))
        except (OSError, ValueError):
            return RunStatus(
                state=RunState.LOST,
                problem="The training process ended without a word: killed, out of memory, or the "
                "machine restarted. Start the same again; it goes on from its last checkpoint. "
                f"Its log is {files.log}.",
            )
        return RunStatus(state=RunState.FAILED, problem=problem.message, is_input=problem.is_input)

    def cancel(self, run_id: str, *, token: int) -> None:
        """See the port."""
        files = RunFiles(self.folder(run_id))
        if not files.job.exists():
            return
        with _locked(files.submitting):
            self._claim(files, token)
            if not _is_running(files):
                return
            write_whole(files.cancelled, "{}")
            group = int(files.process.read_text())
            _signal(group, signal.SIGTERM)
            waited_until = time.monotonic() + self._cancel_grace_seconds
            while _is_running(files) and time.monotonic() < waited_until:
                time.sleep(0.1)
            if _is_running(files):
                _signal(group, signal.SIGKILL)

    def logs(self, run_id: str, lines: int = 50) -> list[str]:
        """See the port."""
        try:
            with RunFiles(self.folder(run_id)).log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_TAIL_BYTES))
                return log.read().decode(errors="replace").splitlines()[-lines:]
        except FileNotFoundError:
            return []

    def fetch(self, run_id: str, *, token: int) -> Path:
        """See the port; here the run folder itself."""
        files = RunFiles(self.folder(run_id))
        status = self.status(run_id)
        if status.state is not RunState.FINISHED:
            raise LauncherError(f"Run {run_id} is {status.state}; there is nothing to collect.")
        with _locked(files.submitting):
            self._claim(files, token)
        return files.folder

    def _claim(self, files: RunFiles, token: int) -> None:
        holder = int(files.fence.read_text()) if files.fence.exists() else 0
        if token < holder:
            raise StaleTokenError(
                f"Run {files.folder.name} was taken over by another controller (token {holder}, "
                f"ours is {token})."
            )
        if token > holder:
            write_whole(files.fence, str(token))

    def _start(self, files: RunFiles) -> None:
        with files.alive.open("a") as alive:
            _wait_for_lock(alive.fileno())
            # The lock belongs to the open file, which the child inherits: it is held from before
            # the child exists until it is gone, without a gap.
            with files.log.open("ab") as log:
                process = subprocess.Popen(
                    ["nice", "-n", str(self._niceness), *self._program, str(files.folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self._child_environment(),
                    pass_fds=[alive.fileno()],
                    start_new_session=True,  # Ctrl-C at the controller's terminal is not for it
                )
            _started.append(process)
            write_whole(files.process, str(process.pid))

    def _child_environment(self) -> dict[str, str]:
        harmless = {
            name: value
            for name, value in os.environ.items()
            if name in _PASSED_NAMES or name.startswith(_PASSED_PREFIXES)
        }
        return harmless | self._environment


def _is_running(files: RunFiles) -> bool:
    try:
        with files.alive.open("a") as alive:
            fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _wait_for_lock(descriptor: int) -> None:
    waited_until = time.monotonic() + _LOCK_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody's look at the status holds it for a moment
            if time.monotonic() > waited_until:
                raise LauncherError("The run is still ending; try again in a moment.") from None
            time.sleep(0.02)
        else:
            return


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return  # it ended by itself in between
