"""The files of a run folder, shared by the launcher and the program it starts."""

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """Why a run failed; `is_input` when what was given to it was wrong."""

    model_config = ConfigDict(frozen=True)

    message: str
    is_input: bool = False


@dataclass(frozen=True)
class RunFiles:
    """Where everything of a run lies."""

    folder: Path

    @property
    def job(self) -> Path:
        """What to do; never changes."""
        return self.folder / "job.json"

    @property
    def result(self) -> Path:
        """There when the run has finished; written last."""
        return self.folder / "result.json"

    @property
    def problem(self) -> Path:
        """There when the run has failed and could say why."""
        return self.folder / "problem.json"

    @property
    def cancelled(self) -> Path:
        """There when somebody cancelled the run."""
        return self.folder / "cancelled.json"

    @property
    def progress(self) -> Path:
        """One JSON object a line while the run goes."""
        return self.folder / "progress.jsonl"

    @property
    def log(self) -> Path:
        """Everything the process said."""
        return self.folder / "log.txt"

    @property
    def fence(self) -> Path:
        """The largest controller token seen."""
        return self.folder / "fence"

    @property
    def process(self) -> Path:
        """The process group, valid while `alive` is locked."""
        return self.folder / "process"

    @property
    def alive(self) -> Path:
        """Locked for as long as the process lives."""
        return self.folder / "alive.lock"

    @property
    def submitting(self) -> Path:
        """Locked while a controller changes the run."""
        return self.folder / "submit.lock"


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is there whole or not at all, also after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
