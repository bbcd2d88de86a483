"""Scenarios are reproducible, plausible, and say in words what their question says in data."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.facts import Verdict
from bot.analysis.question import MetricKind, MetricQuestion
from pipeline.simulator.families import ALL_FAMILIES, HELD_OUT_FAMILIES, CauseKind, Pattern
from pipeline.simulator.golden_voice import GOLDEN_VOICE
from pipeline.simulator.scenario import (
    draw_golden_scenarios,
    draw_scenario,
    draw_training_scenarios,
)
from pipeline.simulator.training_voice import TRAINING_VOICE
from pipeline.simulator.truth import Stance
from pipeline.simulator.voice import format_number, place_change

families = st.sampled_from(ALL_FAMILIES)
seeds = st.integers(0, 10_000)


@settings(max_examples=40, deadline=None)
@given(families, seeds)
def test_same_family_and_seed_give_the_same_scenario(family: str, seed: int) -> None:
    first, second = draw_scenario(family, seed), draw_scenario(family, seed)
    assert first.question == second.question
    assert first.request_text == second.request_text
    assert first.truth == second.truth
    assert draw_scenario(family, seed + 1).question.values != first.question.values


@settings(max_examples=150, deadline=None)
@given(families, seeds)
def test_values_stay_in_their_bounds(family: str, seed: int) -> None:
    question = draw_scenario(family, seed).question
    given_values = [value for value in question.values if value is not None]
    assert 5 <= len(question.values) <= 60
    top = {MetricKind.RATE: 100.0 if question.unit == "%" else 1.0, MetricKind.SCORE: 100.0}
    bottom = -100.0 if question.kind is MetricKind.SCORE else 0.0
    assert all(bottom <= v <= top.get(question.kind, float("inf")) for v in given_values)
    if question.kind is MetricKind.COUNT:
        assert all(value == int(value) for value in given_values)
    if question.kind in {MetricKind.MONEY, MetricKind.DURATION, MetricKind.RATIO}:
        assert min(given_values) > 0
    if question.dates is not None:
        assert len(question.dates) == len(question.values)
        assert list(question.dates) == sorted(set(question.dates))
    assert MetricQuestion.model_validate_json(question.model_dump_json()) == question


@settings(max_examples=100, deadline=None)
@given(families, seeds)
def test_the_text_carries_values_changes_and_question(family: str, seed: int) -> None:
    scenario = draw_scenario(family, seed)
    text, question = scenario.request_text.lower(), scenario.question
    position = 0
    for value in question.values:
        if value is not None:
            position = text.find(format_number(question, value), position)
            assert position >= 0, (value, scenario.request_text)
    assert question.question.lower() in text
    for change in question.changes:
        assert change.what.lower() in text
        assert place_change(question, change) in text
    assert question.source_text == scenario.request_text


@settings(max_examples=100, deadline=None)
@given(families, seeds)
def test_truth_points_at_the_break(family: str, seed: int) -> None:
    scenario = draw_scenario(family, seed)
    truth, question = scenario.truth, scenario.question
    assert truth.verdict not in truth.verdict_also
    if truth.explained_by is not None:
        index = question.changes[truth.explained_by].index
        assert index is not None
        assert truth.cause is not CauseKind.NOTHING
        assert truth.break_index is not None
        if truth.pattern is not Pattern.PLATEAU:
            assert index + truth.lag == truth.break_index
    if truth.pattern in {Pattern.STEP_UP, Pattern.RISE}:
        assert truth.effect is not None
        assert truth.effect > 0
        good = question.higher_is_better
        assert truth.verdict is (Verdict.IMPROVING if good else Verdict.WORSENING)
    if truth.pattern in {Pattern.NOISE, Pattern.SHORT_NOISY}:
        assert truth.break_index is None
        assert truth.stance is Stance.WAIT_OR_MEASURE


def test_voices_share_no_wording_and_are_varied() -> None:
    for voice in (TRAINING_VOICE, GOLDEN_VOICE):
        assert len(voice.styles) >= 12
    assert not set(TRAINING_VOICE.styles) & set(GOLDEN_VOICE.styles)
    assert not set(TRAINING_VOICE.questions) & set(GOLDEN_VOICE.questions)
    assert not set(TRAINING_VOICE.segments) & set(GOLDEN_VOICE.segments)
    for kind, wordings in TRAINING_VOICE.changes.items():
        assert not set(wordings) & set(GOLDEN_VOICE.changes[kind])


def test_each_side_draws_only_from_its_own_families() -> None:
    training = {s.family for s in draw_training_scenarios(130, 5)}
    golden = {s.family for s in draw_golden_scenarios(130, 5)}
    assert golden <= HELD_OUT_FAMILIES
    assert not training & HELD_OUT_FAMILIES
    assert len({family.split("/")[1] for family in training}) == len(Pattern)


def test_an_unknown_family_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="nonsense/step_up/price"):
        draw_scenario("nonsense/step_up/price", 1)
    with pytest.raises(ValueError, match="seasonal has no cause price"):
        draw_scenario("nps/seasonal/price", 1)
