"""How sure a share or a mean is: Wilson for shares, a bootstrap over families for the rest.

Cases of one family are alike, so fewer independent cases stand behind a figure than were run.
Shares are discounted by a design effect, means by resampling whole families.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
BOOTSTRAP_DRAWS = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; `n` is the number of cases (or pairs) behind it."""

    value: float
    low: float
    high: float
    n: int


def cluster_codes(families: Sequence[str]) -> NDArray[np.int64]:
    """Number the families; shape (cases,)."""
    known = {family: number for number, family in enumerate(dict.fromkeys(families))}
    return np.array([known[family] for family in families], dtype=np.int64)


def design_effect(values: Floats, families: Sequence[str]) -> float:
    """Return how much the clustering inflates the variance of a mean, at least 1.

    Ratio of the between-family variance estimate to the one for independent cases (Rao and
    Scott 1992).
    """
    n = len(values)
    codes = cluster_codes(families)
    groups = int(codes.max()) + 1 if n else 0
    if n < 2 or groups < 2 or groups == n:
        return 1.0
    residuals = values - values.mean()
    sums = np.bincount(codes, weights=residuals)
    independent = float((residuals**2).sum()) * n / (n - 1)
    clustered = float((sums**2).sum()) * groups / (groups - 1)
    return max(clustered / independent, 1.0) if independent > 0 else 1.0


def wilson(successes: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927); (0, 1) for no cases."""
    if n <= 0:
        return 0.0, 1.0
    z = float(norm.ppf(0.5 + confidence / 2))
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def estimate_share(passed: Sequence[bool], families: Sequence[str]) -> Estimate | None:
    """Return a share of cases with its Wilson interval at the effective number of cases."""
    if not passed:
        return None
    values = np.array(passed, dtype=np.float64)
    effective = len(values) / design_effect(values, families)
    low, high = wilson(float(values.mean()) * effective, effective)
    return Estimate(float(values.mean()), low, high, len(values))


def estimate_ratio(
    above: Sequence[float], below: Sequence[float], families: Sequence[str]
) -> Estimate | None:
    """Return sum(above) / sum(below) with a bootstrap interval over families."""
    if not above or sum(below) == 0:
        return None
    top, bottom = np.array(above, dtype=np.float64), np.array(below, dtype=np.float64)
    draws = resample_families(np.stack([top, bottom]), families)
    ratios = draws[:, 0] / np.where(draws[:, 1] > 0, draws[:, 1], np.nan)
    low, high = np.nanpercentile(ratios, [2.5, 97.5])
    if low == high and 0 <= low <= 1:
        # Nothing varied, so resampling learns nothing: count each family as one case of a share.
        groups = len(set(families))
        low, high = wilson(float(low) * groups, groups)
    return Estimate(float(top.sum() / bottom.sum()), float(low), float(high), len(top))


def estimate_mean(values: Sequence[float], families: Sequence[str]) -> Estimate | None:
    """Return a mean with a bootstrap interval over families."""
    return estimate_ratio(values, [1.0] * len(values), families)


def resample_families(columns: Floats, families: Sequence[str]) -> Floats:
    """Sum `columns` (k, cases) over families drawn with replacement; (draws, k).

    The draws depend on the families only, so a report can be made again.
    """
    codes, chosen = _draw_families(tuple(families))
    groups = chosen.shape[1]
    sums = np.stack([np.bincount(codes, weights=column, minlength=groups) for column in columns])
    summed: Floats = chosen @ sums.T
    return summed


def flip_families(spread: Floats, families: Sequence[str]) -> Floats:
    """Sum paired differences (cases,) with the signs of whole families turned at random; (draws,).

    If two systems are equal, swapping them within a family changes nothing that matters.
    """
    codes, chosen = _draw_families(tuple(families))
    sums = np.bincount(codes, weights=spread, minlength=chosen.shape[1])
    flipped: Floats = _draw_signs(tuple(families)) @ sums
    return flipped


@lru_cache(maxsize=8)
def _draw_signs(families: tuple[str, ...]) -> Floats:
    groups = len(set(families))
    rng = np.random.default_rng(_seed(families))
    signs: Floats = rng.choice(np.array([-1.0, 1.0]), size=(BOOTSTRAP_DRAWS, groups))
    return signs


def _seed(families: Sequence[str]) -> int:
    return int.from_bytes(hashlib.sha256("\n".join(families).encode()).digest()[:8], "big")


@lru_cache(maxsize=8)  # a draw takes 20 ms, and one report asks for the same families often
def _draw_families(families: tuple[str, ...]) -> tuple[NDArray[np.int64], Floats]:
    codes = cluster_codes(families)
    groups = int(codes.max()) + 1
    rng = np.random.default_rng(_seed(families))
    chosen = rng.multinomial(groups, np.full(groups, 1 / groups), size=BOOTSTRAP_DRAWS)
    return codes, chosen.astype(np.float64)
