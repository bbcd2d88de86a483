"""Intervals and paired tests against known values, and against what a wrong one would say."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from pipeline.evaluation.statistics.intervals import (
    design_effect,
    estimate_mean,
    estimate_ratio,
    estimate_share,
    wilson,
)
from pipeline.evaluation.statistics.paired import (
    Relation,
    compare_binary,
    compare_means,
    holm,
    mcnemar_exact,
    tango_interval,
)


def own(n: int) -> list[str]:
    return [f"family-{i}" for i in range(n)]


@pytest.mark.parametrize(("passed", "n"), [(0, 12), (8, 10), (30, 30), (151, 300)])
def test_wilson_is_the_textbook_interval(passed: int, n: int) -> None:
    assert wilson(passed, n) == pytest.approx(proportion_confint(passed, n, method="wilson"))


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (3, 9), (12, 2), (5, 5)])
def test_mcnemar_is_the_exact_test(wins: int, losses: int) -> None:
    table = [[40, wins], [losses, 40]]
    assert mcnemar_exact(wins, losses) == pytest.approx(mcnemar(table, exact=True).pvalue)


@pytest.mark.parametrize(("wins", "losses", "n"), [(1, 3, 44), (12, 2, 100), (7, 0, 60)])
def test_ends_of_tango_interval_lie_on_the_score_test(wins: int, losses: int, n: int) -> None:
    """At each end the score statistic is 1.96, with the nuisance found by plain maximisation."""
    for delta, sign in zip(tango_interval(wins, losses, n, confidence=0.95), (1, -1), strict=True):

        def surprise(losing: float, delta: float = delta) -> float:
            rest = 1 - 2 * losing - delta
            if min(losing, losing + delta, rest) <= 0:
                return 1e9
            return -float(
                wins * np.log(losing + delta)
                + losses * np.log(losing)
                + (n - wins - losses) * np.log(rest)
            )

        low, high = max(0, -delta), (1 - delta) / 2
        losing = minimize_scalar(
            surprise, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
        ).x
        variance = n * (2 * losing + delta * (1 - delta))
        score = (wins - losses - n * delta) / np.sqrt(variance)
        assert score == pytest.approx(sign * 1.96, abs=0.01)


def test_pairs_that_never_differ_leave_room_that_shrinks_with_their_number() -> None:
    few, many = tango_interval(0, 0, 30, confidence=0.9), tango_interval(0, 0, 300, confidence=0.9)
    assert few[1] == -few[0] == pytest.approx(0.0827, abs=0.001)
    assert many[1] == pytest.approx(0.0089, abs=0.001)
    same = [True] * 30
    compared = compare_binary(same, same, own(30))
    assert compared is not None
    assert compared.relation(0.05) is Relation.CANNOT_TELL
    assert compared.is_non_inferior(0.05) is None
    same = [True, False] * 150
    compared = compare_binary(same, same, own(300))
    assert compared is not None
    assert compared.relation(0.05) is Relation.EQUIVALENT
    assert compared.is_non_inferior(0.05) is True


def test_means_that_never_differ_are_not_called_equal_on_few_cases() -> None:
    few = compare_means([0.5] * 20, [0.5] * 20, own(20))
    assert few is not None
    assert few.relation(0.05) is Relation.CANNOT_TELL


def test_a_clear_loss_fails_and_a_clear_win_is_better() -> None:
    good, bad = [True] * 60 + [False] * 20, [True] * 20 + [False] * 60
    worse, better = compare_binary(bad, good, own(80)), compare_binary(good, bad, own(80))
    assert worse is not None
    assert better is not None
    assert (worse.wins, worse.losses) == (0, 40)
    assert worse.is_non_inferior(0.05) is False
    assert worse.relation(0.05) is Relation.WORSE
    assert better.relation(0.05) is Relation.BETTER
    assert worse.difference == pytest.approx(-0.5)


def test_families_that_move_together_widen_the_interval() -> None:
    values = np.repeat(np.array([1.0, 0.0] * 10), 5)
    families = [f"f{i // 5}" for i in range(100)]
    assert design_effect(values, families) == pytest.approx(5, abs=0.4)
    assert design_effect(values, own(100)) == 1
    together = estimate_share(list(values > 0), families)
    apart = estimate_share(list(values > 0), own(100))
    assert together is not None
    assert apart is not None
    assert together.high - together.low > 1.8 * (apart.high - apart.low)


def test_ratio_weighs_by_claims_and_never_claims_certainty() -> None:
    estimate = estimate_ratio([9, 1], [10, 10], ["a", "b"])
    assert estimate is not None
    assert estimate.value == pytest.approx(0.5)
    certain = estimate_mean([1.0] * 10, own(10))
    assert certain is not None
    assert certain.low == pytest.approx(wilson(10, 10)[0])
    assert estimate_ratio([], [], []) is None
    assert estimate_ratio([0], [0], ["a"]) is None


def test_the_same_cases_give_the_same_interval() -> None:
    values = [0.1, 0.5, 0.9, 0.4]
    assert estimate_mean(values, own(4)) == estimate_mean(values, own(4))


def test_holm_is_monotone_and_capped() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
