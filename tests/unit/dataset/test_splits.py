"""Families are placed once, whole, and evenly over patterns and metrics."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dataset.splits import Family, Split, assign_splits, group_families

PATTERNS = ("decline", "rise", "spike", "noise", "step_up")
METRICS = ("activation", "churn", "mrr", "nps")


def make_families(count: int, seed: int = 1) -> list[Family]:
    rng = random.Random(seed)
    return [
        Family(f"f{i:04}", rng.choice(PATTERNS), rng.choice(METRICS), rng.choice((1, 1, 1, 3)))
        for i in range(count)
    ]


def share(families: list[Family], sides: dict[str, Split]) -> float:
    validation = sum(f.examples for f in families if sides[f.family_id] is Split.VALIDATION)
    return validation / sum(f.examples for f in families)


@given(count=st.integers(2, 120), more=st.integers(0, 60), seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_nothing_ever_changes_side(count: int, more: int, seed: int) -> None:
    families = make_families(count + more, seed)
    before = assign_splits(families[:count], {})
    after = assign_splits(families, before)
    assert {key: after[key] for key in before} == before
    assert set(after) == {family.family_id for family in families}


@given(st.permutations(make_families(40)))
@settings(max_examples=25, deadline=None)
def test_order_does_not_matter(families: list[Family]) -> None:
    assert assign_splits(families, {}) == assign_splits(make_families(40), {})


def test_share_and_strata_are_near_ten_percent() -> None:
    families = make_families(400)
    sides = assign_splits(families, {})
    assert 0.09 <= share(families, sides) <= 0.11
    for pattern in PATTERNS:
        of_pattern = [f for f in families if f.pattern == pattern]
        assert 0.07 <= share(of_pattern, sides) <= 0.13, pattern
    for metric in METRICS:
        of_metric = [f for f in families if f.metric_family == metric]
        assert 0.07 <= share(of_metric, sides) <= 0.13, metric


def test_two_families_can_be_validated() -> None:
    sides = assign_splits(make_families(2), {})
    assert sorted(sides.values()) == [Split.TRAIN, Split.VALIDATION]


def test_single_family_trains() -> None:
    assert list(assign_splits(make_families(1), {}).values()) == [Split.TRAIN]


def test_family_takes_its_commonest_stratum() -> None:
    members = [("a", "rise", "mrr"), ("a", "rise", "mrr"), ("a", "spike", "nps")]
    assert group_families(members) == [Family("a", "rise", "mrr", 3)]
