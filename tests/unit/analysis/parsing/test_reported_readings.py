"""Requests users saw read wrongly: each is read as its writer meant it."""

from datetime import date

import pytest

from bot.analysis.parsing import read_question
from bot.analysis.parsing.cohorts import find_cohort
from bot.analysis.question import (
    MetricQuestion,
    Period,
    ProblemCode,
    UnreadableQuestionError,
)

TODAY = date(2026, 6, 22)


def read(text: str) -> MetricQuestion:
    return read_question(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Sign-ups, weekly\n2026-03-09: 1,240\n2026-03-16: 1,310", (1240, 1310)),
        ("Revenue, all\n2026-03-09: 1,240,100\n2026-03-16: 1,310,100", (1240100, 1310100)),
        ("orders\nweek of Apr 13: 3,310\nweek of Apr 20: 3,200", (3310, 3200)),
        ("orders: week of Apr 13: 3,310, week of Apr 20: 3,200", (3310, 3200)),
        ("win rate\nJan 2026: 5 of 10\nFeb 2026: 4 of 10", (50, 40)),
        ("win rate: Jan 2026: 5 of 10, Feb 2026: 4 of 10", (50, 40)),
        ("Our CSAT by month: Sep 74.9, Oct 75.3, Nov 74.8. Why?", (74.9, 75.3, 74.8)),
        ("LTV/CAC by month 1.82 / 1.79 / 1.75", (1.82, 1.79, 1.75)),
    ],
)
def test_digits_of_dates_and_thousands_stay_whole(text: str, values: tuple[float, ...]) -> None:
    assert read(text).values == values


@pytest.mark.parametrize(
    "text",
    [
        "NPS dropped to 22 this month; before that 34, 30, 33, 35. Why?",
        "NPS dropped to 22 this month. Before that it was 34, 30, 33, 35.",
        "NPS was 34, 30, 33, 35. This month it dropped to 22.",
    ],
)
def test_a_newest_value_told_apart_is_put_last_and_said_so(text: str) -> None:
    question = read(text)
    assert question.values == (34, 30, 33, 35, 22)
    assert any("22" in note for note in question.assumptions)


def test_a_newest_value_already_in_the_row_is_not_added_again() -> None:
    assert read("NPS was 34, 30, 33, 22. It dropped to 22 this month.").values == (34, 30, 33, 22)


@pytest.mark.parametrize(
    "text",
    [
        "conversion %\ncontrol 42 41 43 42\nvariant 44 45 43 46",
        "A/B test on checkout\ncontrol 42, 41, 43\nvariant 44, 45, 43",
        "conversion, control 42 41 43 42 / variant 44 45 43 46",
        "Metric: conversion\nValues:\ncontrol 42 41 43\nvariant 44 45 43",
    ],
)
def test_two_arms_are_several_series(text: str) -> None:
    with pytest.raises(UnreadableQuestionError) as error:
        read(text)
    assert error.value.problems[0].code is ProblemCode.SEVERAL_SERIES
    assert "variant" in str(error.value)


def test_a_sentence_with_a_comma_below_a_table_is_no_row() -> None:
    question = read("date,activation\n2026-05-04,42\n2026-05-11,41\nWe moved it, is it that?")
    assert question.values == (42, 41)
    assert question.question == "We moved it, is it that?"


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Activation, UK\ndate,value\n2026-05-04,42\n2026-05-11,41", "Activation, UK"),
        ("Activation rate, weekly\n2026-05-04,42\n2026-05-11,41", "Activation rate"),
    ],
)
def test_a_title_with_a_comma_is_no_header(text: str, metric: str) -> None:
    question = read(text)
    assert question.values == (42, 41)
    assert question.metric == metric


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("orders: 6,100 a week", 6100),
        ("visitors ~ 2,600 a day", 18200),
        ("Trials per week: ~520", 520),
        ("210 gyms a week", 210),
        ("trials ~ 240 a week", 240),
        ("per 100 accounts a week", None),
        ("12 hires a week", None),
        ("sign-ups per week: 520, 530, 540, 550", None),
    ],
)
def test_a_cohort_line_below_bare_values(line: str, size: float | None) -> None:
    question = read(f"Checkout conversion, weekly: 3.9, 3.7, 3.6, 4.0\n{line}") if size else None
    if question is None:
        assert find_cohort(line) is None
        return
    assert question.values == (3.9, 3.7, 3.6, 4.0)
    assert question.cohort_size == size
    assert question.period is Period.WEEK


def test_a_rate_by_the_hundred_has_no_cohort_of_a_hundred() -> None:
    question = read("tickets per 100 accounts a week\n12, 13, 14, 15")
    assert question.cohort_size is None


@pytest.mark.parametrize("text", ["(1,000.00)\n2,000.00", "(1,000)\n2,000"])
def test_brackets_round_thousands_on_their_own_lines(text: str) -> None:
    values = read(f"Metric: order value\nUnit: EUR\nValues: {text}").values
    assert values == (-1000, 2000)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("signups were 120, 130, 125. Last week only 80.", (120, 130, 125, 80)),
        ("CSAT was steady (81, 82, 81, 80), then 74 this week", (81, 82, 81, 80, 74)),
        ("churn 2.1 %, 2.2 %, 2.0 %; it is up 0.4 % this week", (2.1, 2.2, 2.0)),
    ],
)
def test_the_newest_value_beside_a_row(text: str, values: tuple[float, ...]) -> None:
    assert read(text).values == values


def test_visitors_by_the_day_after_a_slash() -> None:
    assert read("Activation 41, 42, 41, 36, 35\nvisitors: 2,600/day").cohort_size == 18200


@pytest.mark.parametrize(
    "sentence",
    [
        "Our target is 45 this quarter.",
        "Since 1 June the goal is 45 this month.",
        "Team size is 12 this week.",
    ],
)
def test_a_target_or_another_number_is_no_newest_value(sentence: str) -> None:
    assert read(f"Activation was 40, 41, 39, 38. {sentence}").values == (40, 41, 39, 38)
