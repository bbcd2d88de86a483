"""Simulated evaluations whose truth is known: two systems answer the same cases, in families.

Families differ in difficulty, cases within them too, and each system has families that it finds
easier. Draws and applies the tests once; `honesty` counts how often they fire.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from pipeline.evaluation.statistics.families import Floats, cluster_codes
from pipeline.evaluation.statistics.intervals import estimate_ratio, estimate_share
from pipeline.evaluation.statistics.paired import (
    ALPHA,
    Relation,
    compare_binary,
    compare_means,
    find_binary_p,
    holm,
)

MARGIN = 0.05
# Spread on the log-odds scale. Together about 17 % of the cases differ between two equal systems,
# as between two draws of one adapter at temperature 0.2.
FAMILY_SPREAD = 1.0
CASE_SPREAD = 2.0
SYSTEM_FAMILY_SPREAD = 0.5
CLAIMS_PER_ANSWER = 6  # on average, at least one

Fired = dict[str, bool]


@dataclass(frozen=True)
class World:
    """The fixed part of a simulation: families of the cases, and their patterns (slices)."""

    families: tuple[str, ...]
    patterns: tuple[str, ...]
    rng: np.random.Generator

    def compare(self, ours_rate: float, theirs_rate: float) -> Fired:
        """Draw two systems with these true rates of passing; say which tests fired."""
        ours_chance, theirs_chance = self._draw_chances(ours_rate, theirs_rate)
        ours = self.rng.random(len(ours_chance)) < ours_chance
        theirs = self.rng.random(len(theirs_chance)) < theirs_chance
        binary = compare_binary(ours.tolist(), theirs.tolist(), self.families)
        means = compare_means(
            self._draw_scores(ours_chance), self._draw_scores(theirs_chance), self.families
        )
        if binary is None or means is None:
            raise ValueError("A simulation needs cases.")
        return {
            "binary test": binary.p_value < ALPHA,
            "binary interval": binary.low > 0 or binary.high < 0,
            "binary granted": binary.is_non_inferior(MARGIN) is True,
            "binary fails": binary.is_non_inferior(MARGIN) is False,
            "binary equal": binary.relation(MARGIN) is Relation.EQUIVALENT,
            "means test": means.p_value < ALPHA,
            "means interval": means.low > 0 or means.high < 0,
            "means granted": means.is_non_inferior(MARGIN) is True,
            "means fails": means.is_non_inferior(MARGIN) is False,
            "slice": self._any_slice(ours, theirs),
        }

    def judge_one(self, rate: float) -> Fired:
        """Draw one system whose true rate is a gate's threshold; say which gates decide."""
        chance, _ = self._draw_chances(rate, rate)
        share = estimate_share((self.rng.random(len(chance)) < chance).tolist(), self.families)
        claims = 1 + self.rng.poisson(CLAIMS_PER_ANSWER - 1, len(chance))
        proved = self.rng.binomial(claims, chance)
        precision = estimate_ratio(proved.tolist(), claims.tolist(), self.families)
        if share is None or precision is None:
            raise ValueError("A simulation needs cases.")
        return {
            "share passes": share.low >= rate,
            "share fails": share.high < rate,
            "precision passes": precision.low >= rate,
            "precision fails": precision.high < rate,
        }

    @cached_property
    def _codes(self) -> NDArray[np.int64]:
        return cluster_codes(self.families)

    @cached_property
    def _slices(self) -> list[tuple[NDArray[np.int64], tuple[str, ...]]]:
        patterns = np.array(self.patterns)
        inside = [np.flatnonzero(patterns == pattern) for pattern in sorted(set(self.patterns))]
        return [(found, tuple(self.families[i] for i in found)) for found in inside]

    def _draw_chances(self, ours_rate: float, theirs_rate: float) -> tuple[Floats, Floats]:
        codes, groups = self._codes, int(self._codes.max()) + 1
        shared = self.rng.normal(0, FAMILY_SPREAD, groups)[codes]
        shared = shared + self.rng.normal(0, CASE_SPREAD, len(codes))
        own = self.rng.normal(0, SYSTEM_FAMILY_SPREAD, (2, groups))[:, codes]
        ours, theirs = centre_for(ours_rate), centre_for(theirs_rate)
        return _logistic(ours + shared + own[0]), _logistic(theirs + shared + own[1])

    def _draw_scores(self, chance: Floats) -> Sequence[float]:
        scores: list[float] = (
            self.rng.binomial(CLAIMS_PER_ANSWER, chance) / CLAIMS_PER_ANSWER
        ).tolist()
        return scores

    def _any_slice(self, ours: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> bool:
        p_values = [
            find_binary_p(ours[inside].tolist(), theirs[inside].tolist(), families)
            for inside, families in self._slices
        ]
        return min(holm(p_values)) < ALPHA


@lru_cache
def centre_for(rate: float) -> float:
    """Return the log-odds at which the average chance over all spreads is `rate`."""
    spread = float(np.sqrt(FAMILY_SPREAD**2 + CASE_SPREAD**2 + SYSTEM_FAMILY_SPREAD**2))
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / weights.sum()

    def gap(centre: float) -> float:
        return float(weights @ _logistic(centre + spread * nodes)) - rate

    return float(brentq(gap, -20, 20))


def _logistic(log_odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-log_odds))
    return chance
