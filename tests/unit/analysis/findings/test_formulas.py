"""Formulas against independent computations."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import kendalltau
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.findings.cohort import wilson_interval
from bot.analysis.findings.trend import mann_kendall, measure_trend
from bot.analysis.question import MetricKind, MetricQuestion


def ask_rate(values: tuple[float, ...], **fields: object) -> Findings:
    base = {"metric": "m", "kind": MetricKind.RATE, "unit": "%", "higher_is_better": True}
    return compute_findings(MetricQuestion.model_validate(base | {"values": values} | fields))


@pytest.mark.parametrize(("share", "size"), [(0.31, 2000), (0.0, 50), (1.0, 10), (0.5, 1)])
def test_wilson_agrees_with_statsmodels(share: float, size: float) -> None:
    expected = proportion_confint(share * size, size, method="wilson")
    assert wilson_interval(share, size) == pytest.approx(expected, abs=1e-6)


def test_difference_of_rates_agrees_with_statsmodels() -> None:
    findings = ask_rate((42.0, 40.0, 31.0), cohort_size=2000)
    low, high = confint_proportions_2indep(620, 2000, 840, 2000, method="newcomb")
    interval = findings.fact("interval.change").interval
    assert interval == pytest.approx((low * 100, high * 100), abs=1e-4)


def test_exact_rank_test_agrees_with_counting_orders() -> None:
    y = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
    x = np.arange(5.0)

    def rank_sum(order: tuple[float, ...]) -> int:
        return sum(int(np.sign(b - a)) for a, b in itertools.combinations(order, 2))

    observed = rank_sum(tuple(y))
    sums = [abs(rank_sum(order)) for order in itertools.permutations(y)]
    expected = sum(total >= abs(observed) for total in sums) / math.factorial(5)
    p_value, total, _ = mann_kendall(x, y, 0.5)
    assert (p_value, total) == (pytest.approx(expected), observed)


def test_rank_test_agrees_with_kendalls_tau_on_white_noise() -> None:
    y = np.random.default_rng(4).permutation(40).astype(float)
    x = np.arange(40.0)
    p_value, total, adjusted = mann_kendall(x, y, 0.0)
    tau = kendalltau(x, y)
    assert total == pytest.approx(tau.statistic * 40 * 39 / 2)
    if not adjusted:
        assert p_value == pytest.approx(tau.pvalue, abs=0.02)


def test_autocorrelation_makes_the_rank_test_more_careful() -> None:
    rng = np.random.default_rng(8)
    walk = np.cumsum(rng.normal(size=60))
    x = np.arange(60.0)
    slope = float(np.polyfit(x, walk, 1)[0])
    p_value, _, adjusted = mann_kendall(x, walk, slope)
    assert adjusted
    assert p_value > kendalltau(x, walk).pvalue


def test_one_wild_value_does_not_tilt_the_slope() -> None:
    x = np.arange(20.0)
    y = 2 * x
    y[10] = 500
    trend = measure_trend(x, y)
    assert trend is not None
    assert trend.slope == pytest.approx(2)


def test_rate_against_volume_adds_up() -> None:
    findings = ask_rate((40.0, 38.0, 36.0, 30.0), denominators=(1000, 1100, 1200, 1500))
    parts = [findings.fact(f"volume.{name}_effect").value for name in ("rate", "volume")]
    assert sum(parts) == pytest.approx(0.30 * 1500 - 0.40 * 1000)
    assert findings.fact("volume.change").value == 500


def test_xmr_limits() -> None:
    findings = ask_rate((10.0, 12.0, 11.0, 13.0, 12.0))
    low, high = findings.fact("xmr.limits").interval or (0, 0)
    reach = 2.66 * (2 + 1 + 2 + 1) / 4
    assert (low, high) == pytest.approx((11.6 - reach, 11.6 + reach))
