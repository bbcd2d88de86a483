"""The fits themselves, by statsmodels: Logit, OLS with HC3 errors, Poisson, negative binomial.

Returns numbers only when the fit converged to finite ones; otherwise None, and the caller says so.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from bot.analysis.drivers.design import Array, Design

OVERDISPERSION_ALPHA = 0.05
LARGEST_COUNT_MEAN = 50.0  # whole numbers with a larger mean are treated as amounts
MOST_ITERATIONS = 100


class Model(StrEnum):
    """Which regression was fitted."""

    LOGIT = "logit"
    OLS = "ols"
    POISSON = "poisson"
    NEGATIVE_BINOMIAL = "negative binomial"


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates in the order of the design's columns, constant first.

    `covariance` is (columns, columns); `p_values` are uncorrected; `fit_measure` is McFadden's
    pseudo-R2, for OLS R2; `dispersion_p` the overdispersion test's p-value for counts.
    """

    model: Model
    params: Array
    covariance: Array
    p_values: Array
    fit_measure: float
    dispersion_p: float | None = None

    @property
    def errors(self) -> Array:
        """Standard errors."""
        return np.sqrt(np.diag(self.covariance))


def is_count(y: Array) -> bool:
    """Whether an outcome is a count: whole, not negative, mostly small."""
    return bool((y >= 0).all() and (y == np.round(y)).all() and y.mean() < LARGEST_COUNT_MEAN)


def fit_design(design: Design, *, is_binary: bool) -> Fit | None:
    """Fit the regression that suits the outcome; None when it does not converge."""
    from statsmodels.tools.sm_exceptions import MissingDataError

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # statsmodels warns; the result is judged below
        try:
            if is_binary:
                fit = _fit_scaled(design, _fit_logit)
            elif is_count(design.y):
                fit = _fit_scaled(design, _fit_counts)
            else:
                fit = _fit_ols(design)
        except (np.linalg.LinAlgError, ValueError, OverflowError, MissingDataError):
            return None  # a singular or overflowing fit: said in words by the caller
    if fit is None or not np.isfinite(fit.params).all() or not np.isfinite(fit.errors).all():
        return None
    return fit if (fit.errors > 0).all() else None


def overdispersion_p(y: Array, mean: Array) -> float:
    """Test variance = mean against variance above it (Cameron and Trivedi 1990, one-sided).

    Regresses ((y - m)^2 - y) / m on m without a constant.
    """
    import statsmodels.api as sm

    auxiliary = ((y - mean) ** 2 - y) / mean
    found = sm.OLS(auxiliary, mean).fit()
    p = float(found.pvalues[0]) / 2
    return p if float(found.params[0]) > 0 else 1 - p


def _fit_scaled(design: Design, fit_as: Callable[[Design], Fit | None]) -> Fit | None:
    """Fit on columns of mean 0 and spread 1, then bring the estimates back to the columns' units.

    The likelihood has the same maximum; exponentials of an amount in millions overflow on the way.
    """
    means, spreads = design.x.mean(axis=0), design.x.std(axis=0)
    means[0], spreads[0] = 0.0, 1.0
    spreads[spreads == 0] = 1.0
    fit = fit_as(replace(design, x=(design.x - means) / spreads))
    if fit is None:
        return None
    back = np.diag(1 / spreads)
    back[0, 1:] = -means[1:] / spreads[1:]
    return replace(fit, params=back @ fit.params, covariance=back @ fit.covariance @ back.T)


def _fit_logit(design: Design) -> Fit | None:
    import statsmodels.api as sm

    found = sm.Logit(design.y, design.x).fit(disp=0, maxiter=MOST_ITERATIONS)
    if not found.mle_retvals["converged"]:
        return None
    return Fit(
        Model.LOGIT,
        np.asarray(found.params),
        np.asarray(found.cov_params()),
        np.asarray(found.pvalues),
        float(found.prsquared),
    )


def _fit_ols(design: Design) -> Fit:
    import statsmodels.api as sm

    found = sm.OLS(design.y, design.x).fit(cov_type="HC3")
    return Fit(
        Model.OLS,
        np.asarray(found.params),
        np.asarray(found.cov_params()),
        np.asarray(found.pvalues),
        float(found.rsquared),
    )


def _fit_counts(design: Design) -> Fit | None:
    import statsmodels.api as sm

    columns = design.x.shape[1]
    found = sm.Poisson(design.y, design.x).fit(disp=0, maxiter=MOST_ITERATIONS)
    if not found.mle_retvals["converged"]:
        return None
    model = Model.POISSON
    dispersion_p = overdispersion_p(design.y, np.asarray(found.predict()))
    if dispersion_p < OVERDISPERSION_ALPHA:
        model = Model.NEGATIVE_BINOMIAL
        found = sm.NegativeBinomial(design.y, design.x).fit(disp=0, maxiter=10 * MOST_ITERATIONS)
        if not found.mle_retvals["converged"]:
            return None
    return Fit(
        model,
        np.asarray(found.params)[:columns],
        np.asarray(found.cov_params())[:columns, :columns],
        np.asarray(found.pvalues)[:columns],
        float(found.prsquared),
        dispersion_p,
    )
