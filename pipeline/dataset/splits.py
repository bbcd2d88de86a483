"""Which side a family is on: train or validation. A family never changes side.

Families placed by an earlier version keep their side. New ones are placed so that every pattern
and metric family gets its share of validation as nearly as whole families allow; ties are broken
by a hash of the family's name, so the same families always fall the same way.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

VALIDATION_SHARE = 0.10  # the published 90/10 split


class Split(StrEnum):
    """The two sides of a dataset version."""

    TRAIN = "train"
    VALIDATION = "validation"


@dataclass(frozen=True)
class Family:
    """A family with the stratum it belongs to and its number of examples."""

    family_id: str
    pattern: str
    metric_family: str
    examples: int


def group_families(members: Iterable[tuple[str, str, str]]) -> list[Family]:
    """Group (family id, pattern, metric family) triples; a family's stratum is its commonest."""
    strata: dict[str, Counter[tuple[str, str]]] = {}
    for family_id, pattern, metric_family in members:
        strata.setdefault(family_id, Counter())[(pattern, metric_family)] += 1
    families = []
    for family_id, counted in sorted(strata.items()):
        pattern, metric_family = min(counted, key=lambda s: (-counted[s], s))
        families.append(Family(family_id, pattern, metric_family, counted.total()))
    return families


def assign_splits(
    families: Iterable[Family],
    placed: Mapping[str, Split],
    *,
    validation_share: float = VALIDATION_SHARE,
) -> dict[str, Split]:
    """Return each family's side: the earlier one where it has one, otherwise a balanced choice."""
    everything = sorted(families, key=lambda family: family.family_id)
    sides = {f.family_id: placed[f.family_id] for f in everything if f.family_id in placed}
    free = sorted((f for f in everything if f.family_id not in placed), key=_stable_order)
    ledger = _Ledger(everything, validation_share)
    for family in everything:
        if sides.get(family.family_id) is Split.VALIDATION:
            ledger.take(family)
    while (chosen := ledger.choose(free)) is not None:
        ledger.take(chosen)
        free.remove(chosen)
        sides[chosen.family_id] = Split.VALIDATION
    return sides | {family.family_id: Split.TRAIN for family in free}


class _Ledger:
    """How much validation each stratum has and should have."""

    def __init__(self, families: list[Family], share: float) -> None:
        self._share = share
        self._total = sum(family.examples for family in families)
        self._taken = 0
        self._size: Counter[str] = Counter()
        self._has: Counter[str] = Counter()
        for family in families:
            for stratum in _strata(family):
                self._size[stratum] += family.examples

    def take(self, family: Family) -> None:
        self._taken += family.examples
        for stratum in _strata(family):
            self._has[stratum] += family.examples

    def choose(self, free: list[Family]) -> Family | None:
        """The family whose strata lack validation most and that still fits; None when full."""
        lacking = self._share * self._total - self._taken
        # Half a family too many is nearer the share than half too few; one always fits when two
        # families exist, so that a small set can be validated at all.
        fitting = [f for f in free if f.examples / 2 <= lacking]
        if not fitting and self._taken == 0 and len(free) > 1:
            fitting = [min(free, key=lambda f: (f.examples, free.index(f)))]
        return max(fitting, key=self._need, default=None)

    def _need(self, family: Family) -> float:
        return sum(
            self._share * self._size[stratum] - self._has[stratum] for stratum in _strata(family)
        )


def _strata(family: Family) -> tuple[str, str, str]:
    return (
        f"pattern {family.pattern}",
        f"metric {family.metric_family}",
        f"cell {family.pattern} {family.metric_family}",
    )


def _stable_order(family: Family) -> str:
    return hashlib.sha256(f"split:{family.family_id}".encode()).hexdigest()
