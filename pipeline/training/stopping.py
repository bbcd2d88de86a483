"""When a run has had enough, and how long it still takes. Pure."""

import math
from collections.abc import Sequence


def count_stale(eval_losses: Sequence[float], min_gain: float) -> int:
    """How many of the last evaluations brought no gain of at least `min_gain` over the best."""
    best, stale = math.inf, 0
    for loss in eval_losses:
        if loss < best - min_gain:
            best, stale = loss, 0
        else:
            stale += 1
    return stale


def estimate_seconds_left(
    step: int, steps: int, seconds: float, first_step: int, budget_left: float
) -> float | None:
    """Time left by this process's own pace, never more than the wall-clock budget leaves."""
    done = step - first_step
    if done <= 0:
        return None
    return round(max(0.0, min((steps - step) * seconds / done, budget_left)), 1)
