"""What a run tells while it goes: one JSON object a line, with the time that is left.

Readers (launcher, command line, scheduler) need no torch.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class ProgressLine(BaseModel):
    """One step or evaluation; seconds since the process began to train.

    Steps of the preference stage are counted on from the last step of the answers.
    """

    model_config = ConfigDict(extra="forbid")

    at: datetime
    stage: Literal["answers", "preferences"] = "answers"
    step: int
    steps: int
    epoch: float
    seconds: float
    seconds_left: float | None = None
    loss: float | None = None
    eval_loss: float | None = None
    learning_rate: float | None = None


def append_progress(path: Path, **fields: Any) -> None:
    """Append one line; appended whole, so that a reader never meets half of one."""
    line = ProgressLine(at=datetime.now(UTC), **fields)
    with path.open("a", encoding="utf-8") as file:
        file.write(line.model_dump_json(exclude_none=True) + "\n")


def read_progress(path: Path) -> list[ProgressLine]:
    """Read all lines; a line cut by a crash is skipped. A repeated step counts once, the last."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    lines: dict[tuple[int, bool], ProgressLine] = {}
    for line in text.split("\n"):
        try:
            read = ProgressLine.model_validate(json.loads(line))
        except ValueError:
            continue
        lines[read.step, read.eval_loss is not None] = read
    return sorted(lines.values(), key=lambda read: (read.step, read.eval_loss is not None))


def describe(line: ProgressLine) -> str:
    """Say a line to people: "step 12/90, epoch 0.4, loss 1.234, about 18 min left"."""
    said = ["corrections"] if line.stage == "preferences" else []
    said += [f"step {line.step}/{line.steps}", f"epoch {line.epoch:.1f}"]
    if line.eval_loss is not None:
        said.append(f"validation loss {line.eval_loss:.4f}")
    elif line.loss is not None:
        said.append(f"loss {line.loss:.4f}")
    if line.seconds_left is not None:
        minutes = line.seconds_left / 60
        said.append(f"about {minutes:.0f} min left" if minutes >= 1 else "less than a minute left")
    return ", ".join(said)
