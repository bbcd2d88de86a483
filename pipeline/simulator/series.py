"""The numbers of a scenario: shape, autocorrelated noise, and how a level is observed.

A latent level (logit for rates, log for counts, money, ratios and durations, plain for scores)
carries shape and AR(1) noise; the observation adds what measuring adds: binomial sampling for
rates, overdispersed counts. Knows no texts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.analysis.question import MetricKind
from pipeline.simulator.families import Pattern

Floats = NDArray[np.float64]

RATE_SAMPLING_SHARE = 0.4  # of the noise variance that comes from sampling people
COUNT_SAMPLING_SHARE = 0.5  # of the noise variance that is Poisson and its overdispersion
COHORT_LIMITS = (60, 250_000)  # people per period in businesses the product is for
COHORT_SPREAD = 0.06  # coefficient of variation of the cohort from period to period
SCORE_LIMITS = (-100.0, 100.0)


@dataclass(frozen=True)
class Shape:
    """What truly happens, on the latent scale.

    `delta` is the signed size of the effect, `start` the first period it touches, `duration` how
    long a spike or dip lasts, `noise_sd` the total standard deviation of one observation around
    the shape, `phi` the AR(1) coefficient of the part of the noise that carries over.
    """

    pattern: Pattern
    length: int
    delta: float
    start: int
    duration: int
    noise_sd: float
    phi: float
    season_length: int = 0


@dataclass(frozen=True)
class Trace:
    """What the generator knows and the reader of a series does not."""

    mean_latent: Floats  # (length,) shape without noise
    noise: Floats  # (length,) AR(1) part
    expected: Floats  # (length,) level on the natural scale with noise, before sampling
    observed: Floats  # (length,) what was measured, unrounded
    cohorts: NDArray[np.int64] | None  # (length,) people behind each rate


def shape_latent(shape: Shape) -> Floats:
    """Draw the shape without noise around 0; (length,)."""
    time = np.arange(shape.length)
    after = (time >= shape.start).astype(float)
    span = max(shape.length - 1 - shape.start, 1)
    match shape.pattern:
        case Pattern.DECLINE | Pattern.RISE:
            return shape.delta * np.clip((time - shape.start) / span, 0, None)
        case Pattern.PLATEAU:
            return shape.delta * np.minimum(time / max(shape.start, 1), 1.0)
        case Pattern.SPIKE | Pattern.DIP_RECOVERY:
            return shape.delta * after * (time < shape.start + shape.duration)
        case Pattern.STEP_UP | Pattern.STEP_DOWN | Pattern.CONFLICTING | Pattern.INSTRUMENT_BREAK:
            return shape.delta * after
        case Pattern.SEASONAL:
            phase = 2 * np.pi * (time - shape.start) / max(shape.season_length, 2)
            return 0.5 * shape.delta * np.cos(phase)
        case _:  # noise, short_noisy, incomplete_last: nothing truly moved
            return np.zeros(shape.length)


def draw_ar1(rng: np.random.Generator, length: int, phi: float, sd: float) -> Floats:
    """Draw a stationary AR(1) series with marginal standard deviation `sd`; (length,)."""
    shocks = rng.normal(0.0, sd * np.sqrt(1 - phi**2), length)
    noise = np.empty(length)
    noise[0] = rng.normal(0.0, sd)
    for step in range(1, length):
        noise[step] = phi * noise[step - 1] + shocks[step]
    return noise


def simulate_series(
    rng: np.random.Generator, kind: MetricKind, base: float, shape: Shape
) -> tuple[Trace, int | None]:
    """Simulate one series around `base`; returns its trace and, for rates, the usual cohort.

    `base` is a share between 0 and 1 for rates, otherwise in the metric's unit.
    """
    mean = shape_latent(shape)
    if kind is MetricKind.RATE:
        return _observe_rate(rng, base, shape, mean)
    if kind is MetricKind.COUNT:
        return _observe_count(rng, base, shape, mean), None
    noise = draw_ar1(rng, shape.length, shape.phi, shape.noise_sd)
    if kind is MetricKind.SCORE:
        level = np.clip(base + mean + noise, *SCORE_LIMITS)
    else:
        level = base * np.exp(mean + noise)
    return Trace(mean, noise, level, level, None), None


def _observe_rate(
    rng: np.random.Generator, base: float, shape: Shape, mean: Floats
) -> tuple[Trace, int]:
    variance = shape.noise_sd**2
    noise = draw_ar1(
        rng, shape.length, shape.phi, float(np.sqrt(variance * (1 - RATE_SAMPLING_SHARE)))
    )
    # Variance of an observed logit is about 1 / (n p (1 - p)); solved for n.
    wanted = 1 / (base * (1 - base) * RATE_SAMPLING_SHARE * variance)
    cohort = _round_two_digits(float(np.clip(wanted, *COHORT_LIMITS)))
    probability = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + mean + noise)))
    spread = rng.normal(1.0, COHORT_SPREAD, shape.length)
    cohorts = np.maximum(np.rint(cohort * spread), 20).astype(np.int64)
    observed = rng.binomial(cohorts, probability) / cohorts
    return Trace(mean, noise, probability, observed, cohorts), cohort


def _observe_count(rng: np.random.Generator, base: float, shape: Shape, mean: Floats) -> Trace:
    variance = shape.noise_sd**2
    noise = draw_ar1(
        rng, shape.length, shape.phi, float(np.sqrt(variance * (1 - COUNT_SAMPLING_SHARE)))
    )
    level = base * np.exp(mean + noise)
    # Negative binomial as a gamma mixture of Poissons: relative variance 1/mean + 1/dispersion.
    extra = max(COUNT_SAMPLING_SHARE * variance - 1 / base, 0.1 * variance)
    rate = level * rng.gamma(1 / extra, extra, shape.length)
    return Trace(mean, noise, level, rng.poisson(rate).astype(float), None)


def _round_two_digits(number: float) -> int:
    digits = max(len(str(int(number))) - 2, 0)
    return int(round(number, -digits))
