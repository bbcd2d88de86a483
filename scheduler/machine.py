"""What the scheduler's parts share, wired once in `deploy.cycle_parts` and passed along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from slack_sdk import WebClient
from sqlalchemy.engine import Engine

from bot.serving.client import ModelClient
from pipeline.chapters import Learning
from scheduler.settings import SchedulerSettings
from storage.columns import utc_now


def _pass_point(point: str) -> None:
    """Do nothing at a named point; tests of crashes put their own function here."""


def _ignore_start(cycle_run_id: int) -> None:
    """Without a workflow engine the caller runs the cycle itself."""


@dataclass(frozen=True)
class Machine:
    """The scheduler's surroundings. `slack` is None where nobody is to be told (command line).

    `start_cycle` hands a cycle run to a durable workflow; `actor` names this process in leases.
    """

    engine: Engine
    settings: SchedulerSettings
    learning: Learning
    replicas: Sequence[ModelClient]
    adapters_dir: Path
    runs_dir: Path
    actor: str
    slack: WebClient | None = None
    now: Callable[[], datetime] = utc_now
    at_point: Callable[[str], None] = field(default=_pass_point)
    start_cycle: Callable[[int], None] = field(default=_ignore_start)
