"""Points at which the real trainer can be killed by SIGKILL.

A point is entered by wrapping one of the trainer's own parts; up to there nothing differs.
"""

import os
import signal
from pathlib import Path
from typing import Any

import torch

from pipeline.training import run
from pipeline.training.completion_loss import CompletionTrainer
from pipeline.training.watching import RunWatcher

CUT_STEP = 2


def die(*_: Any, **__: Any) -> Any:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_the_first_step() -> None:
    """The model is loaded, nothing is trained."""
    RunWatcher.on_train_begin = die  # type: ignore[method-assign]


def die_within_a_step() -> None:
    """The gradient of step 2 is there, the weights are not changed yet."""
    whole_step = CompletionTrainer.training_step

    def step(self: Any, *given: Any, **named: Any) -> Any:
        loss = whole_step(self, *given, **named)
        return die() if self.state.global_step + 1 == CUT_STEP else loss

    CompletionTrainer.training_step = step


def die_while_saving() -> None:
    """Half of the optimizer's state of step 2 is written."""
    write = torch.save

    def save(content: Any, file: Any, *given: Any, **named: Any) -> None:
        write(content, file, *given, **named)
        if f"checkpoint-{CUT_STEP}" in str(file):
            os.truncate(file, Path(file).stat().st_size // 2)
            die()

    torch.save = save


def die_after_a_checkpoint() -> None:
    """The checkpoint of step 2 is sealed."""
    seal = RunWatcher.on_save

    def on_save(self: Any, args: Any, state: Any, control: Any, **named: Any) -> None:
        seal(self, args, state, control, **named)
        if state.global_step == CUT_STEP:
            die()

    RunWatcher.on_save = on_save  # type: ignore[method-assign]


def die_while_saving_the_adapter() -> None:
    """All is learned; weights and card lie in the draft, the manifest does not."""
    run.write_manifest = die


POINTS = {
    "before the first step": die_before_the_first_step,
    "within a step": die_within_a_step,
    "while saving a checkpoint": die_while_saving,
    "right after a checkpoint": die_after_a_checkpoint,
    "while saving the adapter": die_while_saving_the_adapter,
}
