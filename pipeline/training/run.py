"""A training run as a story: read -> check -> tokenise -> plan -> fit -> save.

It runs in its own process and writes into its run folder only; naming, publishing and recording
the adapter is the controller's part (`record.py`).
"""

import hashlib
import json
import logging
import platform
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.training.artefact import write_adapter, write_manifest
from pipeline.training.base_model import check_base_model, load_model, load_tokenizer
from pipeline.training.card import write_card
from pipeline.training.checks import check_room, peak_memory_bytes
from pipeline.training.curves import draw_curves
from pipeline.training.general import mix_general, read_general
from pipeline.training.job import TrainingJob, TrainingResult
from pipeline.training.plan import RunPlan, plan_run
from pipeline.training.progress import read_progress
from pipeline.training.rows import TrainingData, read_training_data
from pipeline.training.tokens import TokenizedRow, tokenize_rows

if TYPE_CHECKING:
    from pipeline.training.fitting import Fitted

logger = logging.getLogger(__name__)

_PACKAGES = ("torch", "transformers", "trl", "peft", "bitsandbytes", "datasets")


def train_adapter(
    job: TrainingJob, folder: Path, report: Callable[[str], None] = logger.info
) -> TrainingResult:
    """Run one job in `folder`; leaves the artefact in `folder/adapter`.

    Raises:
        TrainingInputError: dataset or base model is wrong; nothing was started.
        TrainingFailedError: no room, or the run failed; it can be resumed or told why not.
    """
    preset = job.preset
    data = read_training_data(job.dataset)
    general = read_general(preset.general_share)
    base = check_base_model(preset)
    check_room(preset, folder)
    tokenizer = load_tokenizer(preset)
    mixed = mix_general(data.train, general, preset.general_share, preset.seed)
    train, too_long = tokenize_rows(mixed, tokenizer, preset.row_tokens)
    validation, too_long_here = tokenize_rows(data.validation, tokenizer, preset.row_tokens)
    plan = plan_run(preset, len(train))
    for note in plan.notes:
        report(note)
    report(
        f"{len(train)} training rows ({len(mixed) - len(data.train)} of them general chat), "
        f"{plan.steps} steps ({plan.epochs:.1f} epochs), "
        f"evaluation every {plan.eval_every_steps}"
    )

    from pipeline.training.fitting import fit_adapter  # torch and TRL: after all cheap checks

    fitted = fit_adapter(
        load_model(preset), tokenizer, train, validation, preset, plan, folder,
        report_to=job.report_to,
    )  # fmt: skip
    report(f"stopped because {fitted.stopped_because}")
    record = {
        "preset": preset.model_dump(mode="json"),
        "plan": plan.model_dump(mode="json"),
        "dataset": _describe_data(data, train, validation, [*too_long, *too_long_here]),
        "base": {"string": preset.base_model, "sha256": _hash_weights(base)},
        "result": _describe_result(fitted),
        "versions": {name: version(name) for name in _PACKAGES}
        | {"python": platform.python_version()},
    }
    sha256 = _save(job, folder, tokenizer, record, fitted, plan)
    return TrainingResult(
        sha256=sha256,
        dataset_fingerprint=data.fingerprint,
        dataset_version=data.version,
        steps=fitted.steps,
        best_step=fitted.best_step,
        best_eval_loss=fitted.best_eval_loss,
        first_eval_loss=fitted.first_eval_loss,
        seconds=round(fitted.seconds, 1),
        peak_memory_bytes=record["result"]["peak_memory_bytes"],
        stopped_because=fitted.stopped_because,
        resumed_from_step=fitted.resumed_from_step,
    )


def _save(
    job: TrainingJob,
    folder: Path,
    tokenizer: Any,
    record: dict[str, Any],
    fitted: "Fitted",
    plan: RunPlan,
) -> str:
    draft = folder / "adapter.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    write_adapter(fitted.best_checkpoint, tokenizer, job.preset, draft)
    draw_curves(read_progress(folder / "progress.jsonl"), fitted.best_step, draft / "curves.png")
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True)
    (draft / "training.json").write_text(text + "\n", encoding="utf-8")
    (draft / "README.md").write_text(write_card(job.preset, record), encoding="utf-8")
    sha256 = write_manifest(draft)
    shutil.rmtree(folder / "adapter", ignore_errors=True)
    draft.rename(folder / "adapter")
    return sha256


def _describe_data(
    data: TrainingData,
    train: Sequence[TokenizedRow],
    validation: Sequence[TokenizedRow],
    left_out: list[str],
) -> dict[str, Any]:
    return {
        "fingerprint": data.fingerprint,
        "version": data.version,
        "train_rows": len(train),
        "general_rows": sum(row.example_id.startswith("general:") for row in train),
        "validation_rows": len(validation),
        "train_tokens": sum(len(row.input_ids) for row in train),
        "completion_tokens": sum(row.completion_tokens for row in train),
        "longest_row_tokens": max(len(row.input_ids) for row in train),
        "left_out": left_out,
    }


def _describe_result(fitted: "Fitted") -> dict[str, Any]:
    told = asdict(fitted) | {"peak_memory_bytes": peak_memory_bytes()}
    del told["best_checkpoint"]
    told["seconds"] = round(fitted.seconds, 1)
    return told


def _hash_weights(base: Path) -> dict[str, str]:
    sums = {}
    for path in sorted(base.glob("*.safetensors")):
        with path.open("rb") as file:
            sums[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums
