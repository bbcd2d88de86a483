"""Families of cases: how far their being alike reduces what the cases can show.

Cases of one family are alike, so fewer independent cases stand behind a figure than were run. The
families, not the cases, are what was sampled.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Floats = NDArray[np.float64]


def cluster_codes(families: Sequence[str]) -> NDArray[np.int64]:
    """Number the families; shape (cases,)."""
    return _number(tuple(families))


def family_sums(values: Floats, families: Sequence[str]) -> Floats:
    """Sum values (cases,) within each family; shape (families,)."""
    return np.bincount(cluster_codes(families), weights=values).astype(np.float64)


def design_effect(values: Floats, families: Sequence[str]) -> float:
    """Return how much the clustering inflates the variance of a mean, at least 1.

    Ratio of the between-family variance estimate to the one for independent cases (Rao and
    Scott 1992).
    """
    n, groups = len(values), len(set(families))
    if n < 2 or groups < 2 or groups == n:
        return 1.0
    residuals = values - values.mean()
    independent = float((residuals**2).sum()) * n / (n - 1)
    clustered = float((family_sums(residuals, families) ** 2).sum()) * groups / (groups - 1)
    return max(clustered / independent, 1.0) if independent > 0 else 1.0


def degrees_of_freedom(sizes: Floats) -> float:
    """Satterthwaite's degrees of freedom of a variance taken from sums over families.

    `sizes` (families,) are the cases (or claims) of each. Families of one size give their number
    less one; large families among small ones give fewer (Bell and McCaffrey 2002, Imbens and
    Kolesár 2016, for a mean whose cases are independent).
    """
    total = float(sizes.sum())
    if total <= 0:
        return 0.0
    squares = float((sizes**2).sum())
    first = total - squares / total
    second = squares - 2 * float((sizes**3).sum()) / total + (squares / total) ** 2
    return first**2 / second if second > 0 else 0.0


def family_degrees(families: Sequence[str]) -> float:
    """Degrees of freedom of a mean over these cases; see `degrees_of_freedom`."""
    return degrees_of_freedom(family_sums(np.ones(len(families)), families))


@lru_cache(maxsize=256)  # a quantile takes as long as the rest of a comparison
def student_quantile(probability: float, degrees: float) -> float:
    """Quantile of Student's t; infinite without a degree of freedom."""
    return float(student.ppf(probability, degrees)) if degrees > 0 else float("inf")


@lru_cache(maxsize=64)  # a report compares the same cases again and again
def _number(families: tuple[str, ...]) -> NDArray[np.int64]:
    known = {family: number for number, family in enumerate(dict.fromkeys(families))}
    return np.array([known[family] for family in families], dtype=np.int64)
