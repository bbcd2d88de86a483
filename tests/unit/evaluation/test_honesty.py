"""A small run of the simulation: equal systems rarely differ, large differences are found."""

from pipeline.evaluation.statistics.honesty import Firing, simulate


def test_tests_fire_rarely_on_equal_systems_and_often_on_ten_points() -> None:
    families = [f"family-{i // 2}" for i in range(300)]
    patterns = [f"pattern-{i % 6}" for i in range(300)]
    rows = simulate(families, patterns, evaluations=40, seed=3)
    found = {row.name: row.share for row in rows}
    assert found["equal: paired pass/fail test"] <= 0.15
    assert found["equal: non-inferiority gate fails"] <= 0.15
    assert found["-10 points: paired pass/fail test finds it"] >= 0.7
    assert found["-10 points: non-inferiority gate stops it"] >= 0.7


def test_a_test_that_fires_too_often_is_called_so() -> None:
    assert Firing("x", 0.06, 0.05, 1000).is_honest
    assert not Firing("x", 0.07, 0.05, 1000).is_honest
    assert Firing("power", 0.99, None, 1000).is_honest
