"""How sure a share, a ratio or a mean is, with the families as what was sampled.

Each formula was chosen by how often it errs in `honesty`: a percentile bootstrap over families let
the claim precision of 60 cases pass 6.7 % of the time where 2.5 % are meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from pipeline.evaluation.statistics.families import (
    Floats,
    degrees_of_freedom,
    design_effect,
    family_degrees,
    family_sums,
    student_quantile,
)

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; `n` is the number of cases (or pairs) behind it."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Robust:
    """A ratio of sums over families: its value, standard error, skewness, degrees of freedom."""

    value: float
    error: float
    skewness: float
    degrees: float
    groups: int

    def bounds(self, probability: float) -> tuple[float, float]:
        """Return lower and upper bound, each reached with `probability`, by Student's t."""
        half = student_quantile(probability, self.degrees) * self.error
        return self.value - half, self.value + half

    def strict_bounds(self, probability: float, *, skewed: bool) -> tuple[float, float]:
        """Bounds whose variance is taken about the bound itself (Binder and Patak 1994).

        A figure near its limit has too small a variance about itself. `skewed` also removes
        skewness, by Hall's transformation (1992, J. R. Statist. Soc. B 54). Infinite for so few
        families that no figure could be excluded.
        """
        t = student_quantile(probability, self.degrees)
        if self.groups <= t * t:
            return -np.inf, np.inf
        t *= float(np.sqrt((self.groups - 1) / (self.groups - t * t)))
        up, down = (self._unskew(t), self._unskew(-t)) if skewed else (t, -t)
        return self.value - up * self.error, self.value - down * self.error

    def _unskew(self, quantile: float) -> float:
        tilt = self.skewness / np.sqrt(self.groups)
        if abs(tilt) < 1e-9:
            return quantile
        return float(3 / tilt * (np.cbrt(1 + tilt * (quantile - tilt / 6)) - 1))


def measure_ratio(above: Floats, below: Floats, families: Sequence[str]) -> Robust:
    """Return sum(above) / sum(below) over cases (cases,), linearised (Cochran 1977, section 6.4).

    The variance is the cluster-robust one, with its correction for the number of families.
    """
    value = float(above.sum() / below.sum())
    sizes = family_sums(below, families)
    residuals = family_sums(above, families) - value * sizes
    groups = len(residuals)
    spread = float((residuals**2).mean())
    if groups < 2 or spread <= 1e-18:
        return Robust(value, 0.0, 0.0, degrees_of_freedom(sizes), groups)
    error = float(np.sqrt(groups / (groups - 1) * spread * groups) / below.sum())
    skewness = float((residuals**3).mean()) / spread**1.5
    return Robust(value, error, skewness, degrees_of_freedom(sizes), groups)


def clopper_pearson(
    successes: float, n: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson 1934); n need not be whole."""
    if n <= 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if successes <= 1e-9 else beta.ppf(tail, successes, n - successes + 1)
    high = 1.0 if successes >= n - 1e-9 else beta.ppf(1 - tail, successes + 1, n - successes)
    return float(low), float(high)


def estimate_share(passed: Sequence[bool], families: Sequence[str]) -> Estimate | None:
    """Return a share of cases with the exact interval of as many independent cases.

    Their number is discounted by the design effect and for the few families it is known from
    (Korn and Graubard 1998).
    """
    n = len(passed)
    if n == 0:
        return None
    values = np.array(passed, dtype=np.float64)
    effective = n / design_effect(values, families)
    degrees = family_degrees(families)
    if degrees == 0:
        return Estimate(float(values.mean()), 0.0, 1.0, n)
    tail = 0.5 + CONFIDENCE / 2
    few = student_quantile(tail, n - 1) / student_quantile(tail, degrees)
    effective *= min(few, 1.0) ** 2
    low, high = clopper_pearson(float(values.mean()) * effective, effective)
    return Estimate(float(values.mean()), low, high, n)


def estimate_ratio(
    above: Sequence[float], below: Sequence[float], families: Sequence[str]
) -> Estimate | None:
    """Return sum(above) / sum(below), a share between 0 and 1, such as claims that are proved."""
    if not above or sum(below) == 0:
        return None
    found = measure_ratio(np.array(above, dtype=float), np.array(below, dtype=float), families)
    if found.error == 0:
        low, high = clopper_pearson(found.value * found.groups, found.groups)
    else:
        low, high = found.strict_bounds(0.5 + CONFIDENCE / 2, skewed=True)
    return Estimate(found.value, max(low, 0.0), min(high, 1.0), len(above))


def estimate_mean(
    values: Sequence[float], families: Sequence[str], *, highest: float = 1.0
) -> Estimate | None:
    """Return the mean of scores from 0 to `highest`, with Student's interval over families."""
    if not values:
        return None
    found = measure_ratio(np.array(values, dtype=float), np.ones(len(values)), families)
    if found.error == 0:
        # Nothing varied, so nothing tells the spread: count each family as one case of a share.
        share = min(found.value / highest, 1.0)
        low, high = (e * highest for e in clopper_pearson(share * found.groups, found.groups))
    else:
        low, high = found.bounds(0.5 + CONFIDENCE / 2)
    return Estimate(found.value, max(low, 0.0), min(high, highest), len(values))
