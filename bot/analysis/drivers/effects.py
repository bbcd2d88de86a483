"""From estimates to effects a reader understands: per step, with 95 % interval and corrected p.

Average marginal effects and their delta-method errors are computed here, because a level of a
many-level variable must be set against its reference, not against "not this level".
"""

from dataclasses import dataclass

import numpy as np

from bot.analysis.drivers.design import Array, Design, Term
from bot.analysis.drivers.fitting import Fit, Model

Z_95 = 1.959963984540054  # standard normal quantile for a two-sided 95 % interval
CLEAR_P = 0.05
CORRECTION = "Holm"  # Holm 1979: holds however the tests depend on each other


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Effect:
    """One term's result. `coefficient` is per step; `ratio` its exponential (None for OLS);
    `points` the average marginal effect in percentage points (None unless the outcome is binary).
    `weight` orders effects: the size for a step of one standard deviation or one level.
    """

    term: Term
    raw: float
    coefficient: Estimate
    ratio: Estimate | None
    points: Estimate | None
    p: float
    weight: float

    @property
    def is_clear(self) -> bool:
        """Whether the corrected p-value is under 0.05."""
        return self.p < CLEAR_P


def find_effects(design: Design, fit: Fit) -> list[Effect]:
    """Return every term's effect, clear ones first, then by size."""
    from statsmodels.stats.multitest import multipletests

    corrected = multipletests(fit.p_values[1:], method="holm")[1]
    effects = []
    for number, term in enumerate(design.terms):
        at = number + 1
        coefficient = _estimate(fit.params[at] * term.step, fit.errors[at] * term.step)
        ratio = None if fit.model is Model.OLS else _exponential(coefficient)
        points = marginal_effect(design, fit, at) if fit.model is Model.LOGIT else None
        spread = float(design.x[:, at].std()) / term.step if term.is_numeric else 1.0
        size = points.value if points else coefficient.value
        effects.append(
            Effect(
                term,
                float(fit.params[at]),
                coefficient,
                ratio,
                points,
                float(corrected[number]),
                abs(size * spread),
            )
        )
    return sorted(effects, key=lambda effect: (not effect.is_clear, -effect.weight))


def marginal_effect(design: Design, fit: Fit, at: int) -> Estimate:
    """Return the average marginal effect of column `at` in percentage points.

    Numeric: mean of p (1 - p) b, times the step. Level: mean difference of the predictions with
    everybody in the level and everybody in the reference. Errors by the delta method (Greene
    2018, section 17.3.2).
    """
    term = design.terms[at - 1]
    if term.is_numeric:
        p = _logistic(design.x @ fit.params)
        slope = p * (1 - p)
        value = float(slope.mean()) * fit.params[at] * term.step
        gradient = fit.params[at] * ((slope * (1 - 2 * p))[:, None] * design.x).mean(axis=0)
        gradient[at] += float(slope.mean())
        gradient *= term.step
    else:
        there, away = design.x.copy(), design.x.copy()
        own = design.positions(term.variable)
        there[:, own] = 0.0
        away[:, own] = 0.0
        there[:, at] = 1.0
        p_there, p_away = _logistic(there @ fit.params), _logistic(away @ fit.params)
        value = float((p_there - p_away).mean())
        gradient = (
            (p_there * (1 - p_there))[:, None] * there - (p_away * (1 - p_away))[:, None] * away
        ).mean(axis=0)
    error = float(np.sqrt(gradient @ fit.covariance @ gradient))
    return _estimate(100 * value, 100 * error)


def _estimate(value: float, error: float) -> Estimate:
    return Estimate(float(value), float(value - Z_95 * error), float(value + Z_95 * error))


def _exponential(estimate: Estimate) -> Estimate:
    ends = np.exp(np.clip([estimate.value, estimate.low, estimate.high], -700, 700))
    return Estimate(float(ends[0]), float(ends[1]), float(ends[2]))


def _logistic(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -700, 700))))
