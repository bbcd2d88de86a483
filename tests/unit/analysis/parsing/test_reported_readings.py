"""Requests users saw read wrongly: each is read as its writer meant it."""

from datetime import date

import pytest

from bot.analysis.parsing import read_question
from bot.analysis.question import MetricQuestion

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
