"""What a training process is given and what it gives back, as files in its run folder."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.training.presets import Preset


class TrainingJob(BaseModel):
    """One run, fully described; written as job.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: Preset
    dataset: Path
    report_to: Literal["none", "wandb"] = "none"


class PreferenceResult(BaseModel):
    """How the step on corrections ended; accuracy and margin are means over its last quarter.

    `accuracy` is the share of pairs (0-1) whose correction gained more than the answer it
    replaced, `margin` by how much (beta times nats). Losses are means per completion token of the
    validation rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pairs: int
    steps: int
    seconds: float
    accuracy: float
    margin: float
    eval_loss_before: float
    eval_loss: float
    stopped_because: str


class TrainingResult(BaseModel):
    """How a finished run ended; written as result.json. Losses are means per completion token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    dataset_fingerprint: str
    dataset_version: int | None
    steps: int
    best_step: int
    best_eval_loss: float
    first_eval_loss: float | None
    seconds: float
    peak_memory_bytes: int
    stopped_because: str
    resumed_from_step: int
    preference: PreferenceResult | None = None
    preference_note: str = ""  # why there was no step on corrections


def run_key(preset: Preset, fingerprint: str, again: int = 0) -> str:
    """Name a run by what goes into it: the same preset, data and seed are the same run.

    `again` makes another run of the same; its settings digest leaves out what changes no weight.
    """
    told = preset.model_dump_json(exclude={"purpose", "memory_gib", "disk_mb"})
    digest = hashlib.sha256(told.encode()).hexdigest()[:8]
    key = f"{preset.name}-{fingerprint[:8]}-s{preset.seed}-{digest}"
    return f"{key}-again{again}" if again else key
