"""A training run as a story: read -> check -> tokenise -> plan -> fit -> prefer -> save.

It runs in its own process and writes into its run folder only; naming, publishing and recording
the adapter is the controller's part (`record.py`).
"""

import gc
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
from pipeline.training.pairs import TokenizedPair, read_pairs, tokenize_pairs, why_not
from pipeline.training.plan import plan_run
from pipeline.training.presets import Preset
from pipeline.training.progress import read_progress
from pipeline.training.rows import TrainingData, read_training_data
from pipeline.training.tokens import TokenizedRow, tokenize_rows

if TYPE_CHECKING:
    from pipeline.training.fitting import Fitted
    from pipeline.training.preferring import Preferred

logger = logging.getLogger(__name__)

DRAFT = "adapter.draft"  # what the adapter is written into before it is whole
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
    given = read_pairs(job.dataset) if preset.preference else []
    pairs = tokenize_pairs(given, tokenizer, preset.row_tokens)
    note = why_not(preset, len(pairs), len(given))
    plan = plan_run(preset, len(train))
    for said in (*plan.notes, *([note] if note else [])):
        report(said)
    report(
        f"{len(train)} training rows ({len(mixed) - len(data.train)} of them general chat), "
        f"{plan.steps} steps ({plan.epochs:.1f} epochs), "
        f"evaluation every {plan.eval_every_steps}"
    )

    # torch and TRL: after all cheap checks
    from pipeline.training.fitting import fit_adapter, keep_fitted, read_fitted

    fitted = read_fitted(folder)
    if fitted is None:
        fitted = fit_adapter(
            load_model(preset), tokenizer, train, validation, preset, plan, folder,
            report_to=job.report_to,
        )  # fmt: skip
        keep_fitted(fitted, folder)
    report(f"stopped because {fitted.stopped_because}")
    preferred = None
    if note is None:
        report(f"{len(pairs)} corrections as preference pairs")
        preferred = _prefer(preset, fitted, tokenizer, pairs, validation, folder)
    record: dict[str, Any] = {
        "preset": preset.model_dump(mode="json"),
        "plan": plan.model_dump(mode="json"),
        "dataset": _describe_data(data, train, validation, [*too_long, *too_long_here]),
        "base": {"string": preset.base_model, "sha256": _hash_weights(base)},
        "result": _describe_result(fitted),
        "preference": preferred.result.model_dump() if preferred else None,
        "preference_note": note or "",
        "versions": {name: version(name) for name in _PACKAGES}
        | {"python": platform.python_version()},
    }
    weights = preferred.checkpoint if preferred else fitted.best_checkpoint
    sha256 = _save(job, folder, tokenizer, record, weights, fitted.best_step)
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
        preference=preferred.result if preferred else None,
        preference_note=note or "",
    )


def _prefer(
    preset: Preset,
    fitted: "Fitted",
    tokenizer: Any,
    pairs: Sequence[TokenizedPair],
    validation: Sequence[TokenizedRow],
    folder: Path,
) -> "Preferred":
    from pipeline.training.preferring import fit_preferences

    gc.collect()  # the first trainer's model hangs in a circle
    return fit_preferences(
        load_model(preset), fitted.best_checkpoint, tokenizer, pairs, validation, preset, folder,
        steps_before=fitted.steps,
    )  # fmt: skip


def _save(
    job: TrainingJob,
    folder: Path,
    tokenizer: Any,
    record: dict[str, Any],
    weights: Path,
    best_step: int,
) -> str:
    draft = folder / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    write_adapter(weights, tokenizer, job.preset, draft)
    answers = [ln for ln in read_progress(folder / "progress.jsonl") if ln.stage == "answers"]
    draw_curves(answers, best_step, draft / "curves.png")
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
