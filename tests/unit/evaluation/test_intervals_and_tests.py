"""Intervals and paired tests against known values, and against what a wrong one would say."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from pipeline.evaluation.statistics.families import (
    degrees_of_freedom,
    design_effect,
    family_degrees,
)
from pipeline.evaluation.statistics.flips import flip_at_random, flip_exactly
from pipeline.evaluation.statistics.intervals import (
    clopper_pearson,
    estimate_mean,
    estimate_ratio,
    estimate_share,
    measure_ratio,
)
from pipeline.evaluation.statistics.paired import (
    Relation,
    compare_binary,
    compare_means,
    holm,
    tango_interval,
)


def own(n: int) -> list[str]:
    return [f"family-{i}" for i in range(n)]


@pytest.mark.parametrize(("passed", "n"), [(0, 12), (8, 10), (30, 30), (151, 300)])
def test_share_of_independent_cases_has_the_textbook_interval(passed: int, n: int) -> None:
    expected = proportion_confint(passed, n, method="beta")
    assert clopper_pearson(passed, n) == pytest.approx(expected)
    found = estimate_share([True] * passed + [False] * (n - passed), own(n))
    assert found is not None
    assert (found.low, found.high) == pytest.approx(expected)


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (3, 9), (12, 2), (5, 5)])
def test_flips_of_single_cases_are_mcnemars_exact_test(wins: int, losses: int) -> None:
    spread = np.array([1.0] * wins + [-1.0] * losses + [0.0] * 80)
    table = [[40, wins], [losses, 40]]
    assert flip_exactly(spread) == pytest.approx(mcnemar(table, exact=True).pvalue)


@pytest.mark.parametrize("sums", [(3, -1, 2, 2), (1, 1, 1, 4), (-2, -2, 0, -5), (2, -2)])
def test_exact_flips_are_the_share_of_all_flips(sums: tuple[int, ...]) -> None:
    flips = [np.dot(signs, sums) for signs in product((1, -1), repeat=len(sums))]
    beyond = np.mean([abs(flip) >= abs(sum(sums)) for flip in flips])
    assert flip_exactly(np.array(sums, dtype=float)) == pytest.approx(beyond)
    random = flip_at_random(np.array(sums, dtype=float), own(len(sums)))
    assert random == pytest.approx(beyond, abs=0.04)


def test_a_large_family_counts_as_one() -> None:
    """Eight wins in one family are one coin's toss; alone they are not."""
    ours, theirs = [True] * 8 + [False] * 20, [False] * 28
    together = compare_binary(ours, theirs, ["large"] * 8 + own(20))
    apart = compare_binary(ours, theirs, own(28))
    assert together is not None
    assert apart is not None
    assert together.p_value == pytest.approx(1)
    assert apart.p_value == pytest.approx(2 / 2**8)
    assert together.high - together.low > apart.high - apart.low


def test_degrees_of_freedom_are_families_less_one_unless_one_outweighs_them() -> None:
    assert family_degrees(own(12)) == pytest.approx(11)
    assert degrees_of_freedom(np.full(12, 27.0)) == pytest.approx(11)
    assert degrees_of_freedom(np.array([20.0, 20, *[1] * 60])) < 14  # of 62 families
    assert family_degrees(["one"] * 5) == 0


def test_robust_error_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(4)
    values, groups = rng.random(60), np.repeat(np.arange(20), 3)
    families = [str(group) for group in groups]
    theirs = OLS(values, np.ones(60)).fit(cov_type="cluster", cov_kwds={"groups": groups})
    # statsmodels also multiplies by (n - 1) / (n - k), which is 1 for a mean
    found = measure_ratio(values, np.ones(60), families)
    assert found.error == pytest.approx(float(theirs.bse[0]))
    assert found.bounds(0.975)[0] == pytest.approx(found.value - 2.0930 * found.error, abs=1e-4)


@pytest.mark.parametrize(("wins", "losses", "n"), [(1, 3, 44), (12, 2, 100), (7, 0, 60)])
def test_ends_of_tango_interval_lie_on_the_score_test(wins: int, losses: int, n: int) -> None:
    """At each end the score statistic is 1.96, with the nuisance found by plain maximisation."""
    for delta, sign in zip(tango_interval(wins, losses, n, 1.96), (1, -1), strict=True):

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
    few, many = tango_interval(0, 0, 30, 1.645), tango_interval(0, 0, 300, 1.645)
    assert (few[1], -few[0]) == pytest.approx((0.0827, 0.0827), abs=0.001)
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
    assert certain.low == pytest.approx(clopper_pearson(10, 10)[0])
    assert certain.high == 1
    rated = estimate_mean([4.0] * 10, own(10), highest=5)
    assert rated is not None
    assert rated.low < 3 < 4.5 < rated.high < 5
    assert estimate_ratio([], [], []) is None
    assert estimate_ratio([0], [0], ["a"]) is None


def test_the_same_cases_give_the_same_interval() -> None:
    values = [0.1, 0.5, 0.9, 0.4]
    assert estimate_mean(values, own(4)) == estimate_mean(values, own(4))


def test_holm_is_monotone_and_capped() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
