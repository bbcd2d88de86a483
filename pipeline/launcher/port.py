"""The port every launcher has: a local process now, a cluster job in the same words.

A controller is whoever starts and follows a run; it may crash and come back, or be replaced.
Each controller of a run holds a fencing token, larger than those before it; a launcher refuses
smaller ones, so that a controller that was thought dead cannot cancel or publish any more.
"""

from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict


class RunState(StrEnum):
    """Where a run stands."""

    ABSENT = "absent"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"  # ended without a word: killed, out of memory, machine restarted


class RunStatus(BaseModel):
    """What is known of a run. `is_input` tells that the given data or model was wrong."""

    model_config = ConfigDict(frozen=True)

    state: RunState
    problem: str = ""
    is_input: bool = False


class LauncherError(RuntimeError):
    """The launcher could not do what was asked; the message says why."""


class StaleTokenError(LauncherError):
    """Another controller has taken the run over."""


class Launcher(Protocol):
    """Submit, follow, stop and collect runs."""

    def submit(self, run_id: str, job: str, *, token: int) -> None:
        """Start a run, or take it over: a running or finished one is left as it is.

        A run that failed, was cancelled or lost is started again where it stopped.

        Raises:
            StaleTokenError: a later controller has it.
            LauncherError: the id belongs to another job, or nothing can be started here.
        """
        ...

    def status(self, run_id: str) -> RunStatus:
        """Tell where a run stands; never raises for an unknown one."""
        ...

    def cancel(self, run_id: str, *, token: int) -> None:
        """Stop a run; one that has ended stays as it ended. Raises StaleTokenError."""
        ...

    def logs(self, run_id: str, lines: int = 50) -> list[str]:
        """Return the last lines a run has said."""
        ...

    def fetch(self, run_id: str, *, token: int) -> Path:
        """Return a local folder with everything a finished run has left.

        Raises:
            StaleTokenError: a later controller has it.
            LauncherError: the run has not finished.
        """
        ...
