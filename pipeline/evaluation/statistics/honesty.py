"""Are the tests honest? Thousands of simulated evaluations whose truth is known.

`python -m pipeline.evaluation.statistics.honesty` prints how often each test fires when two
adapters are equal, how often non-inferiority is granted to one that is worse by the whole margin,
and the power to find 5 and 10 points. Outcomes are clustered by the golden set's own families.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.statistics.intervals import Floats, cluster_codes
from pipeline.evaluation.statistics.paired import ALPHA, compare_binary, compare_means, holm

EVALUATIONS = 1000
MARGIN = 0.05
BASE_RATE = 0.85
# Spread on the log-odds scale: families differ in difficulty, cases within them too, and each
# system has families it finds easier. Together about 15 % of the cases differ between two equal
# systems, as between two draws of one adapter at temperature 0.2.
FAMILY_SPREAD = 1.0
CASE_SPREAD = 2.0
SYSTEM_FAMILY_SPREAD = 0.5
CLAIMS_PER_ANSWER = 6


@dataclass(frozen=True)
class Firing:
    """Share of the simulated evaluations in which a test said so, and what it may be at most."""

    name: str
    share: float
    allowed: float | None  # None: a power, which is only reported
    evaluations: int

    @property
    def is_honest(self) -> bool:
        """At most the nominal rate, with two standard errors of the simulation for luck."""
        if self.allowed is None:
            return True
        luck = 2 * float(np.sqrt(self.allowed * (1 - self.allowed) / self.evaluations))
        return self.share <= self.allowed + luck


@dataclass(frozen=True)
class World:
    """The fixed part of a simulation: families of the cases, slices, chance of a pass."""

    families: tuple[str, ...]
    patterns: tuple[str, ...]
    rng: np.random.Generator

    def draw(self, shift: float, centre: float) -> tuple[Floats, Floats]:
        """Draw each system's chance to pass each case; ours is shifted on the log-odds scale."""
        codes = cluster_codes(self.families)
        groups = int(codes.max()) + 1
        shared = self.rng.normal(0, FAMILY_SPREAD, groups)[codes]
        shared = shared + self.rng.normal(0, CASE_SPREAD, len(codes))
        own = self.rng.normal(0, SYSTEM_FAMILY_SPREAD, (2, groups))[:, codes]
        return _logistic(centre + shift + shared + own[0]), _logistic(centre + shared + own[1])


def simulate(
    families: Sequence[str], patterns: Sequence[str], *, evaluations: int, seed: int
) -> list[Firing]:
    """Run all simulations; the same seed gives the same shares."""
    world = World(tuple(families), tuple(patterns), np.random.default_rng(seed))
    centre = _centre_for(BASE_RATE)
    equal = [_evaluate(world, 0.0, centre) for _ in range(evaluations)]
    told = [
        Firing("McNemar, equal systems", _share(equal, "mcnemar"), ALPHA, evaluations),
        Firing("Tango interval excludes 0, equal", _share(equal, "tango"), ALPHA, evaluations),
        Firing("sign-flip test of means, equal", _share(equal, "means"), ALPHA, evaluations),
        Firing("any slice after Holm, equal", _share(equal, "slice"), ALPHA, evaluations),
        Firing("non-inferiority gate fails, equal", _share(equal, "fails"), ALPHA, evaluations),
        Firing(
            "non-inferiority granted, equal (power)", _share(equal, "granted"), None, evaluations
        ),
    ]
    at_margin = _evaluate_many(world, BASE_RATE - MARGIN, centre, evaluations)
    told.append(
        Firing(
            "non-inferiority granted, 5 points worse",
            _share(at_margin, "granted"),
            ALPHA,
            evaluations,
        )
    )
    for points in (5, 10):
        better = _evaluate_many(world, BASE_RATE + points / 100, centre, evaluations)
        told.append(
            Firing(f"McNemar finds +{points} points", _share(better, "mcnemar"), None, evaluations)
        )
        worse = _evaluate_many(world, BASE_RATE - points / 100, centre, evaluations)
        told.append(
            Firing(f"McNemar finds -{points} points", _share(worse, "mcnemar"), None, evaluations)
        )
        told.append(
            Firing(f"gate stops -{points} points", _share(worse, "fails"), None, evaluations)
        )
    return told


def main(arguments: list[str] | None = None) -> int:
    """Print the table; exit 1 when a test fires above its nominal rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default="golden", help="golden, simulated or a file")
    parser.add_argument("--limit", type=int, help="only so many of them")
    parser.add_argument("--evaluations", type=int, default=EVALUATIONS)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", type=Path, help="also write the table as JSON")
    options = parser.parse_args(arguments)
    case_set = load_case_set(options.cases, options.limit)
    cases = case_set.cases
    told = simulate(
        [case.family for case in cases],
        [case.slices["pattern"] for case in cases],
        evaluations=options.evaluations,
        seed=options.seed,
    )
    sys.stdout.write(f"{case_set.label}, {options.evaluations} evaluations each\n")
    for row in told:
        bound = "reported" if row.allowed is None else f"at most {row.allowed:.0%}"
        mark = "" if row.is_honest else "  TOO OFTEN"
        sys.stdout.write(f"{row.name:44} {row.share:6.1%}  {bound}{mark}\n")
    if options.write:
        rows = [{"name": r.name, "share": r.share, "allowed": r.allowed} for r in told]
        found = {"cases": case_set.label, "evaluations": options.evaluations, "rows": rows}
        options.write.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.is_honest for row in told) else 1


def _evaluate_many(
    world: World, rate: float, centre: float, evaluations: int
) -> list[dict[str, bool]]:
    shift = _centre_for(rate) - centre
    return [_evaluate(world, shift, centre) for _ in range(evaluations)]


def _evaluate(world: World, shift: float, centre: float) -> dict[str, bool]:
    """Draw one evaluation and say which tests fired."""
    ours_chance, theirs_chance = world.draw(shift, centre)
    ours = world.rng.random(len(ours_chance)) < ours_chance
    theirs = world.rng.random(len(theirs_chance)) < theirs_chance
    binary = compare_binary(ours.tolist(), theirs.tolist(), world.families)
    ours_share = world.rng.binomial(CLAIMS_PER_ANSWER, ours_chance) / CLAIMS_PER_ANSWER
    theirs_share = world.rng.binomial(CLAIMS_PER_ANSWER, theirs_chance) / CLAIMS_PER_ANSWER
    means = compare_means(ours_share.tolist(), theirs_share.tolist(), world.families)
    if binary is None or means is None:
        raise ValueError("A simulation needs cases.")
    judged = binary.is_non_inferior(MARGIN)
    return {
        "mcnemar": binary.p_value < ALPHA,
        "tango": binary.low > 0 or binary.high < 0,
        "means": means.p_value < ALPHA,
        "slice": _any_slice(world, ours, theirs),
        "granted": judged is True,
        "fails": judged is False,
    }


def _any_slice(world: World, ours: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> bool:
    patterns = np.array(world.patterns)
    p_values = []
    for pattern in sorted(set(world.patterns)):
        inside = patterns == pattern
        families = [f for f, kept in zip(world.families, inside, strict=True) if kept]
        compared = compare_binary(ours[inside].tolist(), theirs[inside].tolist(), families)
        if compared is not None:
            p_values.append(compared.p_value)
    return min(holm(p_values)) < ALPHA


def _centre_for(rate: float) -> float:
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


def _share(evaluations: Sequence[dict[str, bool]], name: str) -> float:
    return sum(found[name] for found in evaluations) / len(evaluations)


if __name__ == "__main__":
    sys.exit(main())
