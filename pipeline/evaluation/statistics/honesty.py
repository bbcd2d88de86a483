"""Are the tests honest? Thousands of simulated evaluations whose truth is known.

`python -m pipeline.evaluation.statistics.honesty` prints how often each test and gate errs: with
two equal adapters, with one that is worse by the whole margin, with one exactly at a gate's
threshold; and the power to find 5 and 10 points. Three sets of cases: the golden set with its own
families, a part of it, and as many cases in few large families. Set OPENBLAS_NUM_THREADS=1 where
other work runs beside it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.evaluation.cases import Case, load_case_set
from pipeline.evaluation.statistics.intervals import clopper_pearson
from pipeline.evaluation.statistics.paired import ALPHA
from pipeline.evaluation.statistics.world import MARGIN, Fired, World

EVALUATIONS = 5_000  # a true rate of 5 % is then seen within 0.6 points
POWER_SHARE = 5  # powers are only reported, so every fifth of them will do
BASE_RATE = 0.85
THRESHOLD = 0.90  # of the gates on format and claim precision
PART = 60
LARGE_FAMILY = 8


@dataclass(frozen=True)
class Firing:
    """Share of the simulated evaluations in which a test said so, and what it may be at most."""

    name: str
    share: float
    allowed: float | None  # None: a power, which is only reported
    evaluations: int

    @property
    def interval(self) -> tuple[float, float]:
        """Exact 95 % interval of the share: the luck of the simulation."""
        return clopper_pearson(self.share * self.evaluations, self.evaluations)

    @property
    def is_honest(self) -> bool:
        """At most the nominal rate, as far as the simulation can tell."""
        return self.allowed is None or self.interval[0] <= self.allowed


Asked = tuple[str, str, float | None]  # how it is told, which test, how often at most

# What may be said of two systems, by what is true of them.
_EQUAL: tuple[Asked, ...] = (
    ("equal: paired pass/fail test", "binary test", ALPHA),
    ("equal: interval of pass/fail excludes 0", "binary interval", ALPHA),
    ("equal: non-inferiority gate fails", "binary fails", ALPHA),
    ("equal: paired test of means", "means test", ALPHA),
    ("equal: interval of means excludes 0", "means interval", ALPHA),
    ("equal: non-inferiority of means fails", "means fails", ALPHA),
    ("equal: any slice after Holm", "slice", ALPHA),
    ("equal: non-inferiority granted (power)", "binary granted", None),
    ("equal: granted on means (power)", "means granted", None),
    ("equal: called no difference (power)", "binary equal", None),
)
_AT_MARGIN: tuple[Asked, ...] = (
    ("5 points worse: non-inferiority granted", "binary granted", ALPHA),
    ("5 points worse: called no difference", "binary equal", ALPHA),
    ("5 points worse: granted on means", "means granted", ALPHA),
)
_AT_THRESHOLD: tuple[Asked, ...] = (
    ("at the threshold: format gate fails", "share fails", ALPHA / 2),
    ("at the threshold: format gate passes", "share passes", ALPHA / 2),
    ("at the threshold: precision gate fails", "precision fails", ALPHA / 2),
    ("at the threshold: precision gate passes", "precision passes", ALPHA / 2),
)
_POWER: tuple[Asked, ...] = (
    ("paired pass/fail test finds it", "binary test", None),
    ("non-inferiority gate stops it", "binary fails", None),
)


def simulate(
    families: Sequence[str], patterns: Sequence[str], *, evaluations: int, seed: int
) -> list[Firing]:
    """Run all simulations; the same seed gives the same shares."""
    world = World(tuple(families), tuple(patterns), np.random.default_rng(seed))

    def count(ours: float, asked: Sequence[Asked], n: int, prefix: str = "") -> list[Firing]:
        drawn = [world.compare(ours, BASE_RATE) for _ in range(n)]
        return _count(drawn, asked, prefix)

    told = count(BASE_RATE, _EQUAL, evaluations)
    told += count(BASE_RATE - MARGIN, _AT_MARGIN, evaluations)
    told += _count([world.judge_one(THRESHOLD) for _ in range(evaluations)], _AT_THRESHOLD)
    fewer = max(evaluations // POWER_SHARE, 1)
    for points in (5, -5, 10, -10):
        asked = _POWER if points < 0 else _POWER[:1]
        told += count(BASE_RATE + points / 100, asked, fewer, f"{points:+d} points: ")
    return told


def _count(drawn: Sequence[Fired], asked: Sequence[Asked], prefix: str = "") -> list[Firing]:
    return [
        Firing(prefix + name, sum(d[test] for d in drawn) / len(drawn), allowed, len(drawn))
        for name, test, allowed in asked
    ]


def list_designs(cases: Sequence[Case], label: str, part: Sequence[Case]) -> dict[str, World]:
    """Name the sets of cases that are simulated: all, a part, as many in few large families."""
    rng = np.random.default_rng(0)  # never drawn from; `simulate` brings its own

    def world(chosen: Sequence[Case]) -> World:
        families = tuple(case.family for case in chosen)
        return World(families, tuple(case.slices["pattern"] for case in chosen), rng)

    whole = world(cases)
    large = tuple(f"family-{i // LARGE_FAMILY}" for i in range(len(cases)))
    return {
        label: whole,
        f"{len(part)} cases of it": world(part),
        f"{len(cases)} cases in families of {LARGE_FAMILY}": World(large, whole.patterns, rng),
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; exit 1 when a test fires above its nominal rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default="golden", help="golden, simulated or a file")
    parser.add_argument("--evaluations", type=int, default=EVALUATIONS)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", type=Path, help="also write the tables as JSON")
    options = parser.parse_args(arguments)
    rotating = options.cases == "golden"
    case_set = load_case_set(options.cases, include_rotating=rotating)
    part = load_case_set(options.cases, PART, include_rotating=rotating).cases
    sets, honest = [], True
    for name, world in list_designs(case_set.cases, case_set.label, part).items():
        told = simulate(
            world.families, world.patterns, evaluations=options.evaluations, seed=options.seed
        )
        groups = len(set(world.families))
        sys.stdout.write(f"\n{name}, {groups} families, {options.evaluations} evaluations each\n")
        for row in told:
            bound = "reported" if row.allowed is None else f"at most {row.allowed:.1%}"
            low, high = row.interval
            mark = "" if row.is_honest else "  TOO OFTEN"
            sys.stdout.write(
                f"{row.name:46} {row.share:6.2%} ({low:.2%} to {high:.2%})  {bound}{mark}\n"
            )
        sys.stdout.flush()
        honest = honest and all(row.is_honest for row in told)
        sets.append(
            {"cases": name, "n": len(world.families), "families": groups, "rows": _as_rows(told)}
        )
    if options.write:
        found = {
            "command": "python -m pipeline.evaluation.statistics.honesty"
            f" --cases {options.cases} --evaluations {options.evaluations} --seed {options.seed}",
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "honest": honest,
            "sets": sets,
        }
        options.write.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if honest else 1


def _as_rows(told: Sequence[Firing]) -> list[dict[str, Any]]:
    return [
        asdict(row)
        | {"low": round(row.interval[0], 4), "high": round(row.interval[1], 4)}
        | {"honest": row.is_honest}
        for row in told
    ]


if __name__ == "__main__":
    sys.exit(main())
