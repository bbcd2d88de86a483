"""Comparing two systems on the same cases: who is better, and is the new one no worse.

Binary outcomes: an exact sign-flip test over families, and the score interval for a paired
difference (Tango 1998), which stays honest when the two never differ. Other outcomes: a random
sign-flip test, and a cluster-robust interval. How often each errs is measured in `honesty`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from scipy.optimize import brentq

from pipeline.evaluation.statistics.families import (
    Floats,
    design_effect,
    family_degrees,
    family_sums,
    student_quantile,
)
from pipeline.evaluation.statistics.flips import flip_at_random, flip_exactly
from pipeline.evaluation.statistics.intervals import measure_ratio

ALPHA = 0.05
_EDGE = 1e-9


class Relation(StrEnum):
    """What a comparison says, at 95 %."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "no difference"  # within the margin both ways (two one-sided tests)
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Comparison:
    """Ours minus theirs over paired cases; `low` and `high` are the 95 % interval.

    `floor` and `ceiling` are the one-sided 95 % bounds that non-inferiority and equivalence use.
    """

    difference: float
    low: float
    high: float
    floor: float
    ceiling: float
    p_value: float
    wins: int
    losses: int
    n: int

    def relation(self, margin: float) -> Relation:
        """Say in one word how the two compare, given the margin that does not matter."""
        if self.low > 0:
            return Relation.BETTER
        if self.high < 0:
            return Relation.WORSE
        if self.floor > -margin and self.ceiling < margin:
            return Relation.EQUIVALENT
        return Relation.CANNOT_TELL

    def is_non_inferior(self, margin: float) -> bool | None:
        """True: no worse than the margin; False: worse, and perhaps by more; None: open."""
        if self.floor > -margin:
            return True
        return False if self.ceiling < 0 else None


def compare_binary(
    ours: Sequence[bool], theirs: Sequence[bool], families: Sequence[str]
) -> Comparison | None:
    """Compare pass/fail outcomes; wins are cases only we pass.

    The interval counts as many cases as the design effect leaves (Rao and Scott 1992) and uses
    Student's quantile for the number of families (Bell and McCaffrey 2002).
    """
    n = len(ours)
    if n == 0:
        return None
    spread = _subtract(ours, theirs)
    wins, losses = int((spread > 0).sum()), int((spread < 0).sum())
    effect = design_effect(spread, families)
    degrees = family_degrees(families)
    scaled = (wins / effect, losses / effect, n / effect)
    low, high = tango_interval(*scaled, student_quantile(1 - ALPHA / 2, degrees))
    floor, ceiling = tango_interval(*scaled, student_quantile(1 - ALPHA, degrees))
    return Comparison(
        difference=(wins - losses) / n,
        low=low,
        high=high,
        floor=floor,
        ceiling=ceiling,
        p_value=find_binary_p(ours, theirs, families),
        wins=wins,
        losses=losses,
        n=n,
    )


def find_binary_p(ours: Sequence[bool], theirs: Sequence[bool], families: Sequence[str]) -> float:
    """Two-sided exact p-value that pass/fail outcomes differ; see `flips.flip_exactly`."""
    return flip_exactly(family_sums(_subtract(ours, theirs), families)) if len(ours) else 1.0


def compare_means(
    ours: Sequence[float], theirs: Sequence[float], families: Sequence[str]
) -> Comparison | None:
    """Compare scores (0 to 1): a cluster-robust interval and a sign-flip test.

    A percentile bootstrap excluded an equal system's zero up to 9.6 % of the time at a nominal
    5 %. Of the plain interval and the one freed of skewness the wider end is taken: the first is
    too sure of a system that loses much on few cases, the second of two that are alike.
    """
    n = len(ours)
    if n == 0:
        return None
    spread = _subtract(ours, theirs)
    found = measure_ratio(spread, np.ones(n), families)
    effect = design_effect(spread, families)
    ends = []
    for tail in (ALPHA / 2, ALPHA):
        plain = found.strict_bounds(1 - tail, skewed=False)
        freed = found.strict_bounds(1 - tail, skewed=True)
        # Where nothing differs both would be sure of zero. The score interval of as many pairs
        # that never differ is the least that they leave open.
        quantile = student_quantile(1 - tail, found.degrees)
        least = tango_interval(0, 0, n / effect, quantile)[1]
        ends.append(max(-1.0, min(plain[0], freed[0], found.value - least)))
        ends.append(min(1.0, max(plain[1], freed[1], found.value + least)))
    low, high, floor, ceiling = ends
    return Comparison(
        difference=found.value,
        low=float(low),
        high=float(high),
        floor=float(floor),
        ceiling=float(ceiling),
        p_value=flip_at_random(spread, families),
        wins=int((spread > 0).sum()),
        losses=int((spread < 0).sum()),
        n=n,
    )


def tango_interval(wins: float, losses: float, n: float, quantile: float) -> tuple[float, float]:
    """Score interval for a difference of paired shares (Tango 1998, Statistics in Medicine 17).

    `quantile` is how many standard errors to either side are left open, 1.96 for 95 %.
    """

    def distance(delta: float) -> float:
        return _tango_score(wins, losses, n, delta)

    observed = (wins - losses) / n
    low = -1.0
    if distance(-1 + _EDGE) > quantile:
        low = float(brentq(lambda d: distance(d) - quantile, -1 + _EDGE, min(observed, 1 - _EDGE)))
    high = 1.0
    if distance(1 - _EDGE) < -quantile:
        high = float(brentq(lambda d: distance(d) + quantile, max(observed, -1 + _EDGE), 1 - _EDGE))
    return low, high


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for looking at several slices (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, running = [1.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        running = max(running, (len(p_values) - rank) * p_values[index])
        adjusted[index] = min(1.0, running)
    return adjusted


def _subtract(ours: Sequence[float], theirs: Sequence[float]) -> Floats:
    spread: Floats = np.array(ours, dtype=np.float64) - np.array(theirs, dtype=np.float64)
    return spread


def _tango_score(wins: float, losses: float, n: float, delta: float) -> float:
    a = 2 * n
    b = -wins - losses + (2 * n - wins + losses) * delta
    c = -losses * delta * (1 - delta)
    losing = (sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
    variance = n * (2 * losing + delta * (1 - delta))
    gap = wins - losses - n * delta
    if variance <= 0:
        return 0.0 if gap == 0 else float(np.copysign(np.inf, gap))
    return gap / sqrt(variance)
