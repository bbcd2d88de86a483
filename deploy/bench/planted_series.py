"""Series with a known truth: patterns, noise and lengths, for measuring the findings.

Each series states what was planted (a step and its place, a slide, a dip, nothing) and what the
verdict may be. It judges nothing; `deploy.bench.findings_truth` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.analysis.facts import Verdict
from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange

LENGTHS = (5, 6, 8, 10, 12, 16, 26, 52, 104)
# Planted size in units of the noise: 8 is plain to see, 2 is hard, and both are reported.
NOISES = {"low": 8.0, "medium": 4.0, "high": 2.0}
LEVEL = 100.0
NOISE = 3.0  # standard deviation around a level of 100, like a busy weekly metric

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Planted:
    """One series and its truth; `places` hold the first index of each planted new level."""

    pattern: str
    noise: str
    question: MetricQuestion
    moved: bool
    verdicts: frozenset[Verdict]
    places: tuple[int, ...] = ()
    change_indexes: tuple[int, ...] = field(default=())

    @property
    def length(self) -> int:
        """Number of values."""
        return len(self.question.values)


_STILL = frozenset({Verdict.FLAT, Verdict.INSUFFICIENT_EVIDENCE})
_UP = frozenset({Verdict.IMPROVING})
_DOWN = frozenset({Verdict.WORSENING})


def plant_all(seed: int, repeats: int) -> Iterator[Planted]:
    """Yield every pattern at every noise and length it fits, `repeats` times each."""
    rng = np.random.default_rng(seed)
    for _ in range(repeats):
        for length in LENGTHS:
            for noise in NOISES:
                yield from _plant_one(rng, length, noise)


def _plant_one(rng: np.random.Generator, length: int, noise: str) -> Iterator[Planted]:
    size = NOISES[noise] * NOISE
    white = rng.normal(0, NOISE, length)
    yield _planted("noise", noise, white, False, _STILL)
    yield _planted("autocorrelated noise", noise, _smooth(rng, length, 0.4), False, _STILL)
    if length >= 8:
        yield _planted("one-period dip", noise, _dip(rng, white, size), False, _STILL)
    sign = float(rng.choice([-1, 1]))
    direction = _UP if sign > 0 else _DOWN
    slope = sign * size * np.linspace(0, 1, length)
    yield _planted("slide", noise, white + slope, True, direction)
    if length >= 6:
        yield _step(rng, white, sign * size, noise, direction)
    if length >= 10:
        yield from _longer(rng, white, sign * size, noise, direction)


def _step(
    rng: np.random.Generator,
    white: FloatArray,
    size: float,
    noise: str,
    direction: frozenset[Verdict],
) -> Planted:
    """A step with the change that made it and, half of the time, another one elsewhere."""
    length = len(white)
    place = _inner_place(rng, length)
    changes = [place]
    if rng.random() < 0.5:
        changes.append(int((place + length // 2) % length))
    values = white + size * (np.arange(length) >= place)
    return _planted("step", noise, values, True, direction, (place,), tuple(changes))


def _longer(
    rng: np.random.Generator,
    white: FloatArray,
    size: float,
    noise: str,
    direction: frozenset[Verdict],
) -> Iterator[Planted]:
    length = len(white)
    positions = np.arange(length)
    third = length // 3
    there = (positions >= third) & (positions < 2 * third)
    places = (third, 2 * third)
    yield _planted("dip and recovery", noise, white + size * there, True, _STILL, places)
    slide = 1.5 * abs(size) * np.linspace(0, 1, length)
    place = _inner_place(rng, length)
    stepped = white + slide + abs(size) * (positions >= place)
    yield _planted("step on slide", noise, stepped, True, _UP, (place,))
    several = size * (positions >= third) + size * (positions >= 2 * third)
    yield _planted("two steps", noise, white + several, True, direction, places)


def _dip(rng: np.random.Generator, white: FloatArray, size: float) -> FloatArray:
    values = white.copy()
    values[int(rng.integers(2, len(white) - 2))] -= size + 2 * NOISE
    return values


def _inner_place(rng: np.random.Generator, length: int) -> int:
    margin = max(2, length // 5)
    return int(rng.integers(margin, length - margin + 1))


def _smooth(rng: np.random.Generator, length: int, rho: float) -> FloatArray:
    values = np.empty(length)
    values[0] = rng.normal(0, NOISE)
    for place in range(1, length):
        fresh = rng.normal(0, NOISE * np.sqrt(1 - rho**2))
        values[place] = rho * values[place - 1] + fresh
    return values


def _planted(
    pattern: str,
    noise: str,
    deviations: FloatArray,
    moved: bool,
    verdicts: frozenset[Verdict],
    places: tuple[int, ...] = (),
    changes: tuple[int, ...] = (),
) -> Planted:
    question = MetricQuestion(
        metric="signups",
        kind=MetricKind.COUNT,
        unit="count",
        values=tuple(round(float(LEVEL + value), 2) for value in deviations),
        changes=tuple(RecordedChange(what=f"release {i}", index=i) for i in changes),
        higher_is_better=True,
    )
    return Planted(pattern, noise, question, moved, verdicts, places, changes)
