"""Sign-flip tests: if two systems are equal, swapping them within a family changes nothing.

The signs of whole families are turned (Fisher 1935; Winkler and others 2014 for blocks that stay
together), so a test fires at most at its nominal rate whatever binds the cases of a family.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.stats import binom

from pipeline.evaluation.statistics.families import Floats, family_sums

DRAWS = 2000


def flip_exactly(wins_less_losses: Floats) -> float:
    """Two-sided p-value over all flips of whole-numbered family sums (families,).

    With one case in every family this is McNemar's exact test (McNemar 1947).
    """
    sums = np.rint(wins_less_losses).astype(np.int64)
    counts = np.bincount(np.abs(sums))  # how many families differ by 0, 1, 2 cases
    chances: Floats = np.ones(1)  # of the flipped sum, from -most to most
    most = 0
    for size, count in enumerate(counts.tolist()):
        if size == 0 or count == 0:
            continue
        spaced = np.zeros(2 * size * count + 1)
        spaced[:: 2 * size] = _coin(count)
        chances = np.convolve(chances, spaced).astype(np.float64)
        most += size * count
    below = most - abs(int(sums.sum()))
    return float(min(1.0, 2 * chances[: below + 1].sum()))


def flip_at_random(spread: Floats, families: Sequence[str]) -> float:
    """Two-sided p-value of paired differences (cases,), over DRAWS random flips.

    What was seen counts as one of the draws (Phipson and Smyth 2010). The draws depend on the
    families only, so a report can be made again.
    """
    sums = family_sums(spread, families)
    flipped = _draw_signs(tuple(families)) @ sums
    beyond = int((np.abs(flipped) >= abs(sums.sum()) - 1e-9).sum())
    return min(1.0, (beyond + 1) / (DRAWS + 1))


@lru_cache(maxsize=512)
def _coin(count: int) -> Floats:
    chances: Floats = binom.pmf(np.arange(count + 1), count, 0.5)
    return chances


@lru_cache(maxsize=8)
def _draw_signs(families: tuple[str, ...]) -> Floats:
    seed = hashlib.sha256("\n".join(families).encode()).digest()[:8]
    rng = np.random.default_rng(int.from_bytes(seed, "big"))
    signs: Floats = rng.choice(np.array([-1.0, 1.0]), size=(DRAWS, len(set(families))))
    return signs
