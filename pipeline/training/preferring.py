"""The step on corrections: DPO with an SFT term, from the adapter that the answers made.

The reference is a frozen copy of that adapter; only the trained one is saved. It is short and has
no checkpoints: a run killed here does this step anew and comes out the same.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import PeftModel
from transformers import TrainerCallback, set_seed
from trl import DPOConfig, DPOTrainer

from pipeline.training.errors import TrainingFailedError
from pipeline.training.job import PreferenceResult
from pipeline.training.pairs import TokenizedPair, count_steps
from pipeline.training.plan import WARMUP_SHARE, order_rows
from pipeline.training.presets import PreferenceSettings, Preset
from pipeline.training.progress import append_progress
from pipeline.training.stopping import estimate_seconds_left
from pipeline.training.tokens import TokenizedRow

POLICY, REFERENCE = "default", "ref"  # the names TRL gives to the two adapters


@dataclass(frozen=True)
class Preferred:
    """Where the adapter lies and how the step ended."""

    checkpoint: Path
    result: PreferenceResult


def fit_preferences(
    base: Any,
    answers: Path,
    tokenizer: Any,
    pairs: Sequence[TokenizedPair],
    validation: Sequence[TokenizedRow],
    preset: Preset,
    folder: Path,
    *,
    steps_before: int,
) -> Preferred:
    """Train the adapter of checkpoint `answers` on pairs; the result lies in `folder/preferred`.

    Raises:
        TrainingFailedError: the loss diverged.
    """
    settings = preset.preference
    if settings is None:
        raise ValueError(f"preset {preset.name} has no preference settings")
    set_seed(preset.seed)
    steps = count_steps(settings, len(pairs))
    watcher = _PreferenceWatcher(settings, folder / "progress.jsonl", steps_before, steps)
    trainer = _PreferenceTrainer(
        model=PeftModel.from_pretrained(base, str(answers), is_trainable=True),
        args=_configure(preset, settings, steps, folder / "preferring"),
        train_dataset=_lay_out(pairs, settings, steps, preset.seed),
        processing_class=tokenizer,
        callbacks=[watcher],
    )
    start_at_reference(trainer.model)
    before = measure_loss(trainer.model, validation)
    trainer.train()
    after = measure_loss(trainer.model, validation)
    if not math.isfinite(after):
        raise TrainingFailedError(_explain_divergence(settings, after))
    checkpoint = folder / "preferred"
    trainer.model.save_pretrained(checkpoint, selected_adapters=[POLICY])
    accuracy, margin = watcher.summarise()
    return Preferred(
        checkpoint=checkpoint,
        result=PreferenceResult(
            pairs=len(pairs),
            steps=trainer.state.global_step,
            seconds=round(watcher.seconds, 1),
            accuracy=accuracy,
            margin=margin,
            eval_loss_before=before,
            eval_loss=after,
            stopped_because=watcher.stopped_because,
        ),
    )


def start_at_reference(model: Any) -> None:
    """Make policy and reference equal in fp32; TRL rounds the policy of a QLoRA model to bf16."""
    for name, parameter in list(model.named_parameters()):
        if f".{REFERENCE}." in name:
            parameter.data = parameter.data.to(torch.float32)
            policy = model.get_parameter(name.replace(f".{REFERENCE}.", f".{POLICY}."))
            policy.data = parameter.data.clone()


@torch.no_grad()
def measure_loss(model: Any, rows: Sequence[TokenizedRow]) -> float:
    """Mean loss (nats) per completion token over rows, one row at a time."""
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    total, tokens = 0.0, 0
    with torch.autocast(device.type, dtype=torch.bfloat16):
        for row in rows:
            ids = torch.tensor([row.input_ids], device=device)
            labels = torch.tensor([row.labels], device=device)
            loss = float(model(input_ids=ids, labels=labels, use_cache=False).loss)
            total += loss * row.completion_tokens
            tokens += row.completion_tokens
    model.train(was_training)
    return total / tokens


class _PreferenceTrainer(DPOTrainer):  # type: ignore[misc]  # TRL's classes are untyped here
    """Takes our token ids as they are: TRL would train on what follows the end of a turn too."""

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
        return dataset


class _PreferenceWatcher(TrainerCallback):  # type: ignore[misc]  # as in watching.py
    """Writes progress, stops at the step's own time budget and when the loss diverges."""

    def __init__(
        self, settings: PreferenceSettings, progress: Path, steps_before: int, steps: int
    ) -> None:
        self.stopped_because = "all planned steps done"
        self._settings, self._progress = settings, progress
        self._steps_before, self._steps = steps_before, steps
        self._started = time.monotonic()
        self._measured: list[tuple[float, float]] = []

    @property
    def seconds(self) -> float:
        """Time this step took so far."""
        return time.monotonic() - self._started

    def summarise(self) -> tuple[float, float]:
        """Mean accuracy and margin over the last quarter of the steps."""
        last = self._measured[-max(1, len(self._measured) // 4) :]
        return (
            round(sum(accuracy for accuracy, _ in last) / len(last), 4),
            round(sum(margin for _, margin in last) / len(last), 4),
        )

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Start the clock."""
        self._started = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Stop when the time is up."""
        if self.seconds >= self._settings.wall_clock_seconds and state.global_step < self._steps:
            budget = self._settings.wall_clock_seconds / 60
            self.stopped_because = f"the wall-clock budget of {budget:g} min was spent"
            control.should_training_stop = True

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, float], **kwargs: Any
    ) -> None:
        """Write a progress line and keep what the result states."""
        if "loss" not in logs:
            return
        if not math.isfinite(logs["loss"]) or not math.isfinite(logs.get("grad_norm", 0.0)):
            raise TrainingFailedError(_explain_divergence(self._settings, logs["loss"]))
        self._measured.append((logs["rewards/accuracies"], logs["rewards/margins"]))
        append_progress(
            self._progress,
            stage="preferences",
            step=self._steps_before + state.global_step,
            steps=self._steps_before + self._steps,
            epoch=round(state.epoch or 0.0, 3),
            seconds=round(self.seconds, 1),
            seconds_left=estimate_seconds_left(
                state.global_step,
                self._steps,
                self.seconds,
                0,
                self._settings.wall_clock_seconds - self.seconds,
            ),
            loss=logs["loss"],
            learning_rate=logs.get("learning_rate"),
        )


def _configure(preset: Preset, settings: PreferenceSettings, steps: int, output: Path) -> Any:
    return DPOConfig(
        output_dir=str(output),
        max_steps=steps,
        per_device_train_batch_size=settings.batch_size,
        gradient_accumulation_steps=settings.accumulation,
        train_sampling_strategy="sequential",  # the order is laid out in plan.order_rows
        learning_rate=settings.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=int(steps * WARMUP_SHARE),
        max_grad_norm=preset.max_grad_norm,
        gradient_checkpointing=preset.gradient_checkpointing,
        loss_type=["sigmoid", "sft"],
        loss_weights=[1.0, settings.sft_weight],
        beta=settings.beta,
        max_length=None,  # pairs over the budget were left out; none is cut
        eval_strategy="no",
        save_strategy="no",
        logging_steps=1,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to="none",
        bf16=True,
        use_cpu=preset.device == "cpu",
        dataloader_pin_memory=preset.device == "gpu",
        seed=preset.seed,
        data_seed=preset.seed,
    )


def _lay_out(
    pairs: Sequence[TokenizedPair], settings: PreferenceSettings, steps: int, seed: int
) -> Any:
    lengths = [pair.longest for pair in pairs]
    order = order_rows(lengths, settings.batch_size, steps * settings.accumulation, seed)
    names = ("prompt_ids", "chosen_ids", "rejected_ids")
    return Dataset.from_list([{n: getattr(pairs[at], n) for n in names} for at in order])


def _explain_divergence(settings: PreferenceSettings, loss: float) -> str:
    return (
        f"The step on corrections diverged (loss {loss}). Try a third of its learning rate "
        f"({settings.learning_rate:g}), or train without it (--no-preferences); nothing was "
        "published."
    )
