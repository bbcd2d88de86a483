"""The plan of a run: a preset's figures fitted to the number of rows, and the order of rows.

Pure. Whatever is changed from the preset is said in `notes`, which go into log and model card.
"""

import math
import random
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from pipeline.training.presets import Preset

# Smith (2017) and most recipes since warm up for 3-10 % of the run.
WARMUP_SHARE = 0.1
# Batches are cut from shuffled pools of this many batches sorted by length: nearly no padding,
# and still another mixture in every epoch (the idea of fairseq's and transformers' samplers).
POOL_BATCHES = 8


class RunPlan(BaseModel):
    """What one run will do; steps are optimizer steps."""

    model_config = ConfigDict(frozen=True)

    steps: int
    steps_per_epoch: float
    warmup_steps: int
    eval_every_steps: int
    notes: tuple[str, ...] = ()

    @property
    def epochs(self) -> float:
        """Epochs the whole plan makes."""
        return self.steps / self.steps_per_epoch


def plan_run(preset: Preset, rows: int) -> RunPlan:
    """Fit warm-up, evaluation interval and length to a run of `rows` training rows."""
    steps_per_epoch = rows / (preset.batch_size * preset.accumulation)
    by_epochs = max(1, math.ceil(steps_per_epoch * preset.epochs))
    steps = min(by_epochs, preset.max_steps or by_epochs)
    warmup = min(preset.warmup_steps, int(steps * WARMUP_SHARE))
    every = min(preset.eval_every_steps, max(1, steps // preset.evaluations))
    notes = []
    if steps < by_epochs:
        notes.append(
            f"Stopped by the step budget at {steps} steps ({steps / steps_per_epoch:.1f} epochs) "
            f"instead of {by_epochs} ({preset.epochs:g} epochs)."
        )
    if warmup < preset.warmup_steps:
        notes.append(
            f"Warm-up is {warmup} steps instead of {preset.warmup_steps}: the run has {steps}."
        )
    if every < preset.eval_every_steps:
        notes.append(
            f"Evaluation is every {every} steps instead of {preset.eval_every_steps}, "
            f"so that a run of {steps} steps has at least {preset.evaluations}."
        )
    return RunPlan(
        steps=steps,
        steps_per_epoch=steps_per_epoch,
        warmup_steps=warmup,
        eval_every_steps=every,
        notes=tuple(notes),
    )


def order_rows(lengths: Sequence[int], batch_size: int, batches: int, seed: int) -> list[int]:
    """Lay out the whole run: row indices, `batch_size` at a time, rows of like length together.

    Every row comes once per epoch. The order depends on the seed alone, so a resumed run goes on
    exactly where it was cut.
    """
    source = random.Random(seed)  # noqa: S311  reproducible order, nothing secret
    order: list[int] = []
    waiting: list[int] = []  # rows that did not fill a batch wait for the next epoch
    while len(order) < batches * batch_size:
        epoch = list(range(len(lengths)))
        source.shuffle(epoch)
        stream = waiting + epoch
        whole = len(stream) // batch_size * batch_size
        waiting = stream[whole:]
        order.extend(_group(stream[:whole], lengths, batch_size, source))
    return order[: batches * batch_size]


def _group(
    rows: list[int], lengths: Sequence[int], batch_size: int, source: random.Random
) -> list[int]:
    batches: list[list[int]] = []
    pool_rows = batch_size * POOL_BATCHES
    for start in range(0, len(rows), pool_rows):
        pool = sorted(rows[start : start + pool_rows], key=lambda row: lengths[row])
        batches += [pool[at : at + batch_size] for at in range(0, len(pool), batch_size)]
    source.shuffle(batches)
    return [row for batch in batches for row in batch]
