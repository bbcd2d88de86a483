"""Does the simulator do what it says? Asked-for properties beside achieved ones.

Run as `python -m pipeline.simulator check`. Bounds of acceptance are wide enough for the number of
scenarios drawn and stated with each row.
"""

from dataclasses import dataclass

import numpy as np

from bot.analysis.question import MetricKind
from pipeline.simulator.catalogue import METRIC_FAMILIES
from pipeline.simulator.families import TRAINING_FAMILIES, Pattern, parse_family
from pipeline.simulator.scenario import Scenario, draw_scenario
from pipeline.simulator.series import draw_ar1, simulate_series

STEPS = {Pattern.STEP_UP, Pattern.STEP_DOWN, Pattern.INSTRUMENT_BREAK}
AR_TOLERANCE = 0.03  # four standard errors at 200 series of 400 values
RATIO_RANGE = (0.9, 1.1)  # of variances pooled over some thousand observations
EFFECT_RANGE = (0.93, 1.10)  # redrawing faint effects leaves the rest a little large


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    asked: str
    achieved: str
    passed: bool


def check_plausibility(count: int, seed: int) -> list[Row]:
    """Draw `count` scenarios over all training families and measure them."""
    scenarios = [
        draw_scenario(TRAINING_FAMILIES[number % len(TRAINING_FAMILIES)], seed + number)
        for number in range(count)
    ]
    return [
        *(_check_autocorrelation(seed, phi) for phi in (0.1, 0.35, 0.6)),
        _check_bounds(scenarios),
        _check_integers(scenarios),
        _check_positive(scenarios),
        _check_binomial_variance(seed),
        _check_overdispersion(seed),
        _check_effect(scenarios),
        _check_lag(scenarios),
    ]


def _check_autocorrelation(seed: int, phi: float) -> Row:
    rng = np.random.default_rng([seed, int(phi * 100)])
    noise = np.array([draw_ar1(rng, 400, phi, 1.0) for _ in range(200)])
    # The mean is known to be 0, so no small-sample bias enters.
    achieved = float((noise[:, 1:] * noise[:, :-1]).mean() / (noise**2).mean())
    passed = abs(achieved - phi) < AR_TOLERANCE
    return Row("lag-1 autocorrelation of the noise", f"{phi:.2f}", f"{achieved:.3f}", passed)


def _of_kind(scenarios: list[Scenario], *kinds: MetricKind) -> list[Scenario]:
    return [scenario for scenario in scenarios if scenario.question.kind in kinds]


def _given(scenario: Scenario) -> list[float]:
    return [value for value in scenario.question.values if value is not None]


def _check_bounds(scenarios: list[Scenario]) -> Row:
    rates = _of_kind(scenarios, MetricKind.RATE)
    tops = {"%": 100.0, "proportion": 1.0}
    outside = sum(
        not 0 <= value <= tops[scenario.question.unit]
        for scenario in rates
        for value in _given(scenario)
    )
    scores = _of_kind(scenarios, MetricKind.SCORE)
    outside += sum(abs(value) > 100 for scenario in scores for value in _given(scenario))
    total = sum(len(_given(scenario)) for scenario in [*rates, *scores])
    return Row("rates and scores outside their bounds", "0", f"{outside} of {total}", outside == 0)


def _check_integers(scenarios: list[Scenario]) -> Row:
    values = [v for s in _of_kind(scenarios, MetricKind.COUNT) for v in _given(s)]
    broken = sum(value != int(value) or value < 0 for value in values)
    asked = "0"
    return Row("counts not whole or negative", asked, f"{broken} of {len(values)}", broken == 0)


def _check_positive(scenarios: list[Scenario]) -> Row:
    kinds = (MetricKind.MONEY, MetricKind.RATIO, MetricKind.DURATION)
    values = [v for s in _of_kind(scenarios, *kinds) for v in _given(s)]
    broken = sum(value <= 0 for value in values)
    name = "money, ratios, durations not above 0"
    return Row(name, "0", f"{broken} of {len(values)}", broken == 0)


def _unselected(seed: int, kind: MetricKind, count: int) -> list[Scenario]:
    families = [f for f in TRAINING_FAMILIES if METRIC_FAMILIES[parse_family(f)[0]].kind is kind]
    return [draw_scenario(families[i % len(families)], seed + i) for i in range(count)]


def _check_binomial_variance(seed: int) -> Row:
    rng = np.random.default_rng([seed, 7])
    squares = []
    for scenario in _unselected(seed, MetricKind.RATE, 150):
        # Fresh numbers for the same shape: scenarios themselves were chosen for clear labels.
        trace, _ = simulate_series(rng, MetricKind.RATE, scenario.base, scenario.shape)
        if trace.cohorts is not None:
            variance = trace.expected * (1 - trace.expected) / trace.cohorts
            squares.append((trace.observed - trace.expected) ** 2 / variance)
    ratio = float(np.concatenate(squares).mean())
    passed = RATIO_RANGE[0] < ratio < RATIO_RANGE[1]
    return Row("variance of rates over binomial", "1.00", f"{ratio:.3f}", passed)


def _check_overdispersion(seed: int) -> Row:
    rng = np.random.default_rng([seed, 8])
    squares = []
    for scenario in _unselected(seed, MetricKind.COUNT, 150):
        trace, _ = simulate_series(rng, MetricKind.COUNT, scenario.base, scenario.shape)
        squares.append((trace.observed - trace.expected) ** 2 / trace.expected)
    ratio = float(np.concatenate(squares).mean())
    return Row("variance of counts over Poisson", "> 1", f"{ratio:.2f}", ratio > 1.05)


def _latent(scenario: Scenario) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    observed, kind = scenario.trace.observed, scenario.question.kind
    if kind is MetricKind.SCORE:
        return observed
    if kind is MetricKind.RATE:
        share = np.clip(observed, 1e-4, 1 - 1e-4)
        return np.asarray(np.log(share / (1 - share)))
    return np.asarray(np.log(np.maximum(observed, 0.5)))


def _check_effect(scenarios: list[Scenario]) -> Row:
    ratios = []
    for scenario in scenarios:
        if scenario.truth.pattern in STEPS:
            level, start = _latent(scenario), scenario.shape.start
            step = level[start:].mean() - level[:start].mean()
            ratios.append(step / scenario.shape.delta)
    mean, spread = float(np.mean(ratios)), float(np.std(ratios))
    passed = EFFECT_RANGE[0] < mean < EFFECT_RANGE[1]
    achieved = f"{mean:.3f} (sd {spread:.2f}, {len(ratios)} steps)"
    return Row("step recovered over step asked", "1.00", achieved, passed)


def _check_lag(scenarios: list[Scenario]) -> Row:
    wrong = total = 0
    for scenario in scenarios:
        truth = scenario.truth
        if truth.explained_by is None or truth.pattern is Pattern.PLATEAU:
            continue
        total += 1
        index = scenario.question.changes[truth.explained_by].index
        wrong += index is None or index + truth.lag != truth.break_index
    return Row("recorded cause plus lag misses the break", "0", f"{wrong} of {total}", wrong == 0)
