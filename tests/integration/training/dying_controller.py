"""A controller killed by SIGKILL while it publishes: `dying_controller.py POINT FOLDER`.

FOLDER holds the database, the runs and the adapters of a finished run called "run".
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from pipeline.launcher.local import LocalLauncher
from pipeline.training import artefact, record
from pipeline.training.job import TrainingJob
from storage.database import open_database


def die(*_: Any, **__: Any) -> Any:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def copy_half(source: Path, target: Path, **_: Any) -> None:
    """Copy the weights and no more."""
    shutil.copy(source / artefact.WEIGHTS, target / artefact.WEIGHTS)
    die()


def main(point: str, folder: Path) -> None:
    """Take the run over and publish it, as the command does."""
    if point == "while copying":
        shutil.copytree = copy_half  # type: ignore[assignment]
    elif point == "before it is registered":
        record.register_adapter = die
    launcher = LocalLauncher(folder / "runs")
    job = TrainingJob.model_validate_json((folder / "runs" / "run" / "job.json").read_text())
    engine = open_database(f"sqlite:///{folder / 'a.sqlite'}")
    held = record.hold_run(engine, launcher, job, "run", "f" * 64)
    record.publish_run(engine, launcher, held, folder / "adapters")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
