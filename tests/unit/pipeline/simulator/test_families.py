"""The split of scenario families is disjoint, stable and leaves enough to both sides."""

from pipeline.simulator.catalogue import HELD_OUT_METRICS, METRIC_FAMILIES
from pipeline.simulator.families import (
    ALL_FAMILIES,
    HELD_OUT_FAMILIES,
    TRAINING_FAMILIES,
    is_held_out,
    parse_family,
)


def test_families_are_disjoint_and_complete() -> None:
    assert not HELD_OUT_FAMILIES & set(TRAINING_FAMILIES)
    assert HELD_OUT_FAMILIES | set(TRAINING_FAMILIES) == set(ALL_FAMILIES)
    assert len(ALL_FAMILIES) == len(set(ALL_FAMILIES))


def test_both_sides_are_broad() -> None:
    for side in (HELD_OUT_FAMILIES, TRAINING_FAMILIES):
        parsed = [parse_family(family) for family in side]
        assert len({metric for metric, _, _ in parsed}) >= 12
        assert len({pattern for _, pattern, _ in parsed}) >= 12


def test_held_out_metrics_are_never_trained_on() -> None:
    assert set(METRIC_FAMILIES) >= HELD_OUT_METRICS
    assert not {f.split("/")[0] for f in TRAINING_FAMILIES} & HELD_OUT_METRICS


def test_the_side_of_a_family_does_not_change() -> None:
    # Written down once: a family that changed side would leak golden material into training.
    assert not is_held_out("activation/rise/release")
    assert not is_held_out("signups/step_down/price")
    assert is_held_out("refund/noise/nothing")
    assert sum(is_held_out(family) for family in ALL_FAMILIES) == 254
