"""Fitting the adapter: TRL's trainer with our tokens, our order of rows, our watcher.

It knows token ids and a model; where they come from and where the result goes is `run.py`.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import set_seed
from trl import SFTConfig

from pipeline.launcher.files import write_whole
from pipeline.training.base_model import lora_config
from pipeline.training.checkpoints import find_checkpoint, is_sound
from pipeline.training.completion_loss import CompletionTrainer
from pipeline.training.errors import TrainingFailedError
from pipeline.training.plan import RunPlan, order_rows
from pipeline.training.presets import Preset
from pipeline.training.progress import read_progress
from pipeline.training.tokens import TokenizedRow
from pipeline.training.watching import RunWatcher

FITTED = "fitted.json"


@dataclass(frozen=True)
class Fitted:
    """How the fit ended; losses are means over completion tokens."""

    best_checkpoint: Path
    best_step: int
    best_eval_loss: float
    first_eval_loss: float | None
    steps: int
    seconds: float
    resumed_from_step: int
    stopped_because: str


def fit_adapter(
    model: Any,
    tokenizer: Any,
    train: Sequence[TokenizedRow],
    validation: Sequence[TokenizedRow],
    preset: Preset,
    plan: RunPlan,
    folder: Path,
    *,
    report_to: str = "none",
) -> Fitted:
    """Train until the plan, the plateau or the clock ends it; resume where an earlier try stopped.

    Checkpoints and `progress.jsonl` go into `folder`.

    Raises:
        TrainingFailedError: the loss diverged, or no evaluation was ever reached.
    """
    checkpoints = folder / "checkpoints"
    checkpoint = find_checkpoint(checkpoints)
    step_before, seconds_before = _read_earlier(checkpoint, folder / "progress.jsonl")
    set_seed(preset.seed)
    watcher = RunWatcher(preset, plan, folder / "progress.jsonl", seconds_before=seconds_before)
    trainer = CompletionTrainer(
        model=model,
        args=_configure(preset, plan, checkpoints, report_to, is_fresh=checkpoint is None),
        train_dataset=_lay_out(train, preset, plan),
        eval_dataset=_as_dataset(sorted(validation, key=lambda row: len(row.input_ids))),
        processing_class=tokenizer,
        peft_config=lora_config(preset),
        callbacks=[watcher],
    )
    _keep_adapter_in_fp32(trainer.model)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    state = trainer.state
    if state.best_model_checkpoint is None:
        raise TrainingFailedError("The run ended before its first evaluation; nothing to publish.")
    first = next((line["eval_loss"] for line in state.log_history if "eval_loss" in line), None)
    best = checkpoints / Path(state.best_model_checkpoint).name
    return Fitted(
        best_checkpoint=best,
        best_step=int(best.name.removeprefix("checkpoint-")),
        best_eval_loss=float(state.best_metric),
        first_eval_loss=first,
        steps=state.global_step,
        seconds=watcher.seconds,
        resumed_from_step=step_before,
        stopped_because=watcher.stopped_because,
    )


def keep_fitted(fitted: Fitted, folder: Path) -> None:
    """Write down that the answers are learned, so that a later kill does not train them again."""
    text = json.dumps(asdict(fitted) | {"best_checkpoint": fitted.best_checkpoint.name})
    write_whole(folder / FITTED, text)


def read_fitted(folder: Path) -> Fitted | None:
    """Return what an earlier attempt of this run fitted, if its checkpoint is sound."""
    try:
        told = json.loads((folder / FITTED).read_text("utf-8"))
    except FileNotFoundError:
        return None
    checkpoint = folder / "checkpoints" / told.pop("best_checkpoint")
    return Fitted(best_checkpoint=checkpoint, **told) if is_sound(checkpoint) else None


def _configure(
    preset: Preset, plan: RunPlan, output: Path, report_to: str, *, is_fresh: bool
) -> Any:
    every = plan.eval_every_steps
    return SFTConfig(
        output_dir=str(output),
        max_steps=plan.steps,
        per_device_train_batch_size=preset.batch_size,
        per_device_eval_batch_size=preset.batch_size,
        gradient_accumulation_steps=preset.accumulation,
        train_sampling_strategy="sequential",  # the order is laid out in plan.order_rows
        learning_rate=preset.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=plan.warmup_steps,
        weight_decay=preset.weight_decay,
        max_grad_norm=preset.max_grad_norm,
        gradient_checkpointing=preset.gradient_checkpointing,
        completion_only_loss=True,
        max_length=None,  # rows over the budget were left out; none is cut
        eval_strategy="steps",
        eval_steps=every,
        eval_on_start=is_fresh,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,  # keeps the best checkpoint from being rotated away
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=1,
        logging_nan_inf_filter=False,  # we want to see a NaN, and stop
        disable_tqdm=True,
        report_to=report_to,
        bf16=True,
        use_cpu=preset.device == "cpu",
        dataloader_pin_memory=preset.device == "gpu",
        seed=preset.seed,
        data_seed=preset.seed,
    )


def _lay_out(rows: Sequence[TokenizedRow], preset: Preset, plan: RunPlan) -> Any:
    lengths = [len(row.input_ids) for row in rows]
    batches = plan.steps * preset.accumulation
    order = order_rows(lengths, preset.batch_size, batches, preset.seed)
    return _as_dataset([rows[at] for at in order])


def _as_dataset(rows: Sequence[TokenizedRow]) -> Any:
    return Dataset.from_list([{"input_ids": r.input_ids, "labels": r.labels} for r in rows])


def _keep_adapter_in_fp32(model: Any) -> None:
    """TRL rounds a QLoRA adapter to bf16, where late, small updates are lost; undo it."""
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(torch.float32)


def _read_earlier(checkpoint: Path | None, progress: Path) -> tuple[int, float]:
    if checkpoint is None:
        progress.unlink(missing_ok=True)
        return 0, 0.0
    step = int(json.loads((checkpoint / "trainer_state.json").read_text())["global_step"])
    seconds = max((ln.seconds for ln in read_progress(progress) if ln.step <= step), default=0.0)
    return step, seconds
