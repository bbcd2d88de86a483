"""The plausibility check passes on the simulator and notices a generator that is off."""

import numpy as np
import pytest

from bot.analysis.question import MetricKind
from pipeline.simulator.families import Pattern
from pipeline.simulator.plausibility import check_plausibility
from pipeline.simulator.series import Shape, draw_ar1, shape_latent, simulate_series


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_property_holds(seed: int) -> None:
    rows = check_plausibility(420, seed)
    assert [row for row in rows if not row.passed] == []


def test_noise_has_the_asked_spread() -> None:
    noise = draw_ar1(np.random.default_rng(3), 20_000, 0.5, 2.0)
    assert noise.std() == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (Pattern.STEP_UP, [0, 0, 0, 1, 1, 1]),
        (Pattern.SPIKE, [0, 0, 0, 1, 0, 0]),
        (Pattern.DECLINE, [0, 0, 0, 0, 0.5, 1]),
        (Pattern.PLATEAU, [0, 1 / 3, 2 / 3, 1, 1, 1]),
        (Pattern.NOISE, [0, 0, 0, 0, 0, 0]),
    ],
)
def test_shapes(pattern: Pattern, expected: list[float]) -> None:
    shape = Shape(pattern, 6, 1.0, 3, 1, 0.1, 0.3)
    assert shape_latent(shape) == pytest.approx(expected)


def test_a_season_repeats() -> None:
    shape = Shape(Pattern.SEASONAL, 28, 1.0, 2, 0, 0.1, 0.3, season_length=7)
    level = shape_latent(shape)
    assert level[:7] == pytest.approx(level[7:14])
    assert level.max() - level.min() == pytest.approx(1.0, abs=0.06)


def test_rates_come_with_the_people_behind_them() -> None:
    shape = Shape(Pattern.NOISE, 50, 0.0, 0, 0, 0.08, 0.3)
    trace, cohort = simulate_series(np.random.default_rng(1), MetricKind.RATE, 0.3, shape)
    assert cohort is not None
    assert trace.cohorts is not None
    people = trace.observed * trace.cohorts
    assert people == pytest.approx(np.rint(people))
    assert trace.cohorts.mean() == pytest.approx(cohort, rel=0.1)
