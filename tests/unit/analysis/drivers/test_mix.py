"""Segments before and after: parts that add up, intervals as statsmodels has them, sentences."""

import pytest

from bot.analysis.answer import Section, render_answer
from bot.analysis.drivers import compute_mix_findings, restore_row_findings
from bot.analysis.drivers.mix import Segment
from bot.analysis.drivers.mix_intervals import find_clear_changes, newcombe_interval
from bot.analysis.facts import FactKind, Findings, Verdict
from bot.analysis.plain import plain_answer
from bot.analysis.prompt import render_prompt
from bot.analysis.verification import check_sentence, verify_answer

SEGMENTS = (
    Segment("UK", 1007, 3300, 1344, 4200),
    Segment("DE", 2115, 4200, 1701, 3300),
    Segment("US", 817, 2160, 700, 2190),
)
RIGHT = """
Conversion rate fell by 2.13 points.
Of that, -0.281 points come from the segments' own rates and -1.85 points from the mix.
The mix effect accounts for -1.85 points of the fall.
The mix effect is -1.85 points (95 % interval -1.99 to -1.7).
The conversion rate in the US fell from 37.8 % to 32 %.
US's conversion rate fell by 5.86 points.
The US accounts for -1.33 points.
The US is the largest contributor with -1.33 points.
UK's share of all grew from 34.2 % to 43.3 %.
DE's rise is not significant.
The US fall is clear.
The fall of 2.13 points is clear.
DE converts 19.6 points better than the US.
""".strip().splitlines()
WRONG = """
Conversion rate fell by 1.85 points.
Conversion rate rose by 2.13 points.
The mix effect is -0.281 points.
The mix effect is -1.85 points (95 % interval -1.64 to 1.08).
The conversion rate in the US fell from 32 % to 37.8 %.
US's conversion rate fell by 1.32 points.
The rate effect of the US is -5.86 points.
The UK is the largest contributor.
UK's share of all grew from 43.3 % to 34.2 %.
DE's rise is significant.
The US fall is not clear.
The fall of 2.13 points is not clear.
DE adds the most.
The UK rose from 30.5 % to 32 % (95 % interval -8.68 to -3.03).
The changed mix caused the fall.
""".strip().splitlines()


@pytest.fixture(scope="module")
def split() -> Findings:
    return compute_mix_findings(SEGMENTS, "conversion rate", higher_is_better=True)


def test_parts_add_up_and_the_formula_is_told(split: Findings) -> None:
    parts = [split.fact("total.rate"), split.fact("total.mix")]
    assert sum(part.value for part in parts) == pytest.approx(split.fact("total.change").value)
    for fact in parts:
        assert "Kitagawa 1955" in fact.method
        assert fact.interval is not None
    own = [f.value for f in split.facts if f.id.endswith(".contribution")]
    assert sum(own) == pytest.approx(split.fact("total.change").value)
    assert parts[1].arithmetic == "(w1 - w0) x (r0 + r1) / 2, summed over 3 segments"


@pytest.mark.parametrize(
    ("counts", "ends"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ],
)
def test_intervals_are_the_published_ones(
    counts: tuple[int, int, int, int], ends: tuple[float, float]
) -> None:
    assert newcombe_interval(*counts) == pytest.approx([100 * end for end in ends], abs=0.01)


def test_a_change_is_clear_only_after_holms_correction() -> None:
    # |z| = 2.2, p = 0.028: clear alone, not beside two segments that did not move.
    moved = Segment("A", 100, 1000, 131, 1000)
    still = [Segment(name, 100, 1000, 100, 1000) for name in ("B", "C")]
    everyone = Segment("D", 50, 50, 60, 60)  # all before and after: nothing to test
    assert find_clear_changes([moved]) == [True]
    assert find_clear_changes([moved, *still]) == [False, False, False]
    assert find_clear_changes([everyone]) == [False]


def test_segments_say_whether_their_change_is_clear(split: Findings) -> None:
    told = {f.subject.level: f for f in split.facts if f.id.endswith(".change") and f.subject}
    assert told["US"].subject.is_clear
    assert not told["DE"].text.endswith(")")


@pytest.mark.parametrize(("sentences", "holds"), [(RIGHT, True), (WRONG, False)])
def test_sentences_are_proved_or_refused(
    split: Findings, sentences: list[str], *, holds: bool
) -> None:
    odd = [s for s in sentences if check_sentence(s, split, Section.ANALYSIS).verified != holds]
    assert odd == []


def test_every_fact_passes_its_own_check_and_the_plain_answer_too(split: Findings) -> None:
    for fact in split.facts:
        checked = check_sentence(f"{fact.text}.", split, Section.ANALYSIS)
        assert checked.verified, (fact.text, checked.claims)
    text = render_answer(plain_answer(split))
    assert "Conversion rate fell from 40.8 % to 38.6 %, -2.13 points (95 % interval -3.5" in text
    assert "find out within 14 days, for " in text
    checked = verify_answer(text, split)
    assert checked.verified
    assert len(checked.claims) > 20


def test_kept_facts_give_the_same_findings(split: Findings) -> None:
    assert restore_row_findings(split.question, split.facts) == split
    assert split.verdict is Verdict.WORSENING
    prompt = render_prompt(split)
    assert "Metric: conversion rate (segments, before and after, higher is better)" in prompt
    assert "(mix effect, 95 % " in prompt


def test_an_unclear_change_is_flat_and_waits() -> None:
    few = [Segment("a", 30, 100, 31, 100), Segment("b", 50, 100, 48, 100)]
    found = compute_mix_findings(few, "activation")
    assert found.verdict is Verdict.FLAT
    assert found.fact("total.change").text.endswith("not clear")
    assert not any(f.kind is FactKind.CHANGE and f.subject.is_clear for f in found.facts)
    assert plain_answer(found).urgency.startswith("Low.")
