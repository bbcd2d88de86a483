"""Watching a run: progress lines, early stop, the wall-clock budget, and the stop on NaN.

One callback for transformers' Trainer; what it decides is in `stopping.py`.
"""

import math
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from pipeline.training.checkpoints import seal_checkpoint
from pipeline.training.errors import TrainingFailedError
from pipeline.training.plan import RunPlan
from pipeline.training.presets import Preset
from pipeline.training.progress import append_progress
from pipeline.training.stopping import count_stale, estimate_seconds_left

# Gradients beyond this before clipping mean that the run is lost, though the loss is still finite.
_ABSURD_GRADIENT = 1e6


class RunWatcher(TrainerCallback):  # type: ignore[misc]  # transformers ships no types we follow
    """Writes progress and stops the run for the reasons a preset names."""

    def __init__(
        self, preset: Preset, plan: RunPlan, progress: Path, *, seconds_before: float = 0.0
    ) -> None:
        """`seconds_before` is what earlier attempts of the same run took."""
        self.stopped_because = "all planned steps done"
        self._preset, self._plan, self._progress = preset, plan, progress
        self._seconds_before = seconds_before
        self._started = time.monotonic()
        self._first_step = 0

    @property
    def seconds(self) -> float:
        """Training time so far, earlier attempts included."""
        return self._seconds_before + time.monotonic() - self._started

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Start the clock at the step training goes on from."""
        self._first_step = state.global_step
        self._started = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Evaluate and save at the last step, and at the one where the time is up."""
        is_late = self.seconds >= self._preset.wall_clock_seconds
        if is_late and state.global_step < self._plan.steps:
            self.stopped_because = (
                f"the wall-clock budget of {self._preset.wall_clock_seconds / 60:g} min was spent"
            )
            control.should_training_stop = True
        if is_late or state.global_step >= self._plan.steps:
            control.should_evaluate = control.should_save = True

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, float], **kwargs: Any
    ) -> None:
        """Write a progress line; stop at once when loss or gradient are not numbers."""
        loss, gradient = logs.get("loss"), logs.get("grad_norm")
        eval_loss = logs.get("eval_loss")
        if loss is None and eval_loss is None:
            return
        for value in (loss, gradient, eval_loss):
            if value is not None and (not math.isfinite(value) or value > _ABSURD_GRADIENT):
                raise TrainingFailedError(
                    f"The loss diverged at step {state.global_step} (loss {loss}, validation loss "
                    f"{eval_loss}, gradient {gradient}). Try a third of the learning rate "
                    f"({self._preset.learning_rate:g}); nothing was published."
                )
        append_progress(
            self._progress,
            step=state.global_step,
            steps=self._plan.steps,
            epoch=round(state.global_step / self._plan.steps_per_epoch, 3),
            seconds=round(self.seconds, 1),
            seconds_left=estimate_seconds_left(
                state.global_step,
                self._plan.steps,
                time.monotonic() - self._started,
                self._first_step,
                self._preset.wall_clock_seconds - self.seconds,
            ),
            loss=loss,
            eval_loss=eval_loss,
            learning_rate=logs.get("learning_rate"),
        )

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: dict[str, float], **kwargs: Any
    ) -> None:
        """Stop at the plateau; the history comes from the state, so a resumed run counts on."""
        losses = [line["eval_loss"] for line in state.log_history if "eval_loss" in line]
        if count_stale(losses, self._preset.min_gain) >= self._preset.patience:
            if state.global_step < self._plan.steps:
                self.stopped_because = (
                    f"validation loss gained less than {self._preset.min_gain:g} in "
                    f"{self._preset.patience} evaluations"
                )
            control.should_training_stop = True

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Seal the checkpoint, so that a half-written one is known as such."""
        seal_checkpoint(Path(args.output_dir) / f"checkpoint-{state.global_step}")
