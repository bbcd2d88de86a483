"""The evidence of a fall: never early when nothing fell, in time when something did."""

import numpy as np
import pytest

from deploy.bench import watch_alarms
from scheduler.evidence import BETS, e_value_of_drop, lower_bound, pair_arms

ALPHA = 0.05
HISTORIES = 1_000
LOOKS = 400  # ratings after each of which somebody looks
# Shares of scores 0..5 with means 4.2 and 3.4, as in "fell from 4.2 to 3.4".
GOOD = (0.01, 0.02, 0.05, 0.12, 0.26, 0.54)
WORSE = (0.04, 0.08, 0.12, 0.20, 0.26, 0.30)


def draw_scores(rng: np.random.Generator, shares: tuple[float, ...], shape: object) -> np.ndarray:
    """Scores on the 0-1 scale."""
    return rng.choice(6, p=shares, size=shape) / 5


def first_alarm(differences: np.ndarray, threshold: float) -> int | None:
    """The look at which the e-value first reaches the threshold; looked at after every pair."""
    bets = np.array(BETS)
    capital = np.cumsum(np.log1p(np.outer(differences, bets)), axis=0)
    crossed = np.flatnonzero(np.exp(capital).mean(axis=1) >= threshold)
    return int(crossed[0]) + 1 if len(crossed) else None


def test_the_simulation_computes_what_the_product_computes() -> None:
    rng = np.random.default_rng(1)
    differences = rng.uniform(-1, 1, 60)
    bets = np.array(BETS)
    expected = np.exp(np.log1p(np.outer(differences, bets)).sum(axis=0)).mean()
    assert e_value_of_drop(differences) == pytest.approx(expected)


def test_the_benchmark_computes_what_the_product_computes() -> None:
    rng = np.random.default_rng(6)
    differences = rng.uniform(-1, 1, (3, 60))
    for row, computed in zip(differences, watch_alarms.e_values(differences), strict=True):
        assert computed[-1] == pytest.approx(e_value_of_drop(row))
        assert computed[9] == pytest.approx(e_value_of_drop(row[:10]))
    values = draw_scores(rng, GOOD, (3, 100))
    for row, computed in zip(values, watch_alarms.lower_bounds(values, 0.01), strict=True):
        assert computed == pytest.approx(lower_bound(list(row), 0.01), abs=1e-5)


@pytest.mark.parametrize("up", [0.5, 0.8])
def test_looking_all_the_time_raises_no_more_false_alarms_than_promised(up: float) -> None:
    rng = np.random.default_rng(2)
    alarms = 0
    for _ in range(HISTORIES):
        old, new = rng.random((2, LOOKS)) < up
        alarms += first_alarm(old.astype(float) - new, 1 / ALPHA) is not None
    # One-sided 99.9 % bound of a binomial with the promised rate.
    assert alarms <= HISTORIES * ALPHA + 3.09 * (HISTORIES * ALPHA * (1 - ALPHA)) ** 0.5


def test_a_drop_of_four_fifths_of_a_point_is_found_within_fifty_ratings() -> None:
    rng = np.random.default_rng(3)
    found = [
        first_alarm(
            draw_scores(rng, GOOD, (LOOKS, 9)).mean(axis=1) - draw_scores(rng, WORSE, LOOKS),
            2 / ALPHA,  # only one of the two streams is spoken in
        )
        for _ in range(300)
    ]
    seen = sorted(n if n is not None else LOOKS + 1 for n in found)
    assert seen[len(seen) // 2] <= 50
    assert seen[int(0.9 * len(seen))] <= 90


def test_a_fifth_fewer_thumbs_up_is_found_within_a_hundred_ratings() -> None:
    rng = np.random.default_rng(4)
    found = []
    for _ in range(300):
        old = (rng.random((LOOKS, 9)) < 0.8).mean(axis=1)
        found.append(first_alarm(old - (rng.random(LOOKS) < 0.6), 2 / ALPHA))
    seen = sorted(n if n is not None else LOOKS + 1 for n in found)
    assert seen[len(seen) // 2] <= 100


def test_the_lower_bound_is_rarely_above_the_truth_and_nears_it() -> None:
    rng = np.random.default_rng(5)
    bounds = [lower_bound(list(draw_scores(rng, GOOD, 100)), 0.05) for _ in range(200)]
    truth = sum(share * score for score, share in enumerate(GOOD)) / 5
    assert sum(bound > truth for bound in bounds) <= 20
    assert np.median(bounds) > truth - 0.12


def test_pairs_hold_each_rating_once_and_wait_for_both_arms() -> None:
    events = [(False, 1.0), (False, 0.5), (True, 0.5), (True, 0.0), (True, 1.0), (False, 1.0)]
    assert pair_arms(events) == [0.25, 0.5]
    assert pair_arms([(False, 1.0)] * 5) == []


def test_without_ratings_there_is_no_evidence() -> None:
    assert e_value_of_drop([]) == 1.0
    assert lower_bound([], 0.05) == 0.0


def test_differences_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.2"):
        e_value_of_drop([1.2])
