"""Changes and beginnings users wrote that were not placed, cut short or swallowed."""

from datetime import date

import pytest

from bot.analysis.parsing import read_question
from bot.analysis.question import MetricQuestion

TODAY = date(2026, 6, 22)
VALUES = "42%, 41%, 40%, 38%, 37%, 36%"


def read(text: str) -> MetricQuestion:
    return read_question(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        f"Activation: {VALUES}\nStart 2026-03-16\nChanges: new form 2026-04-06",
        f"Activation: {VALUES}\nweeks from 2026-03-16\nChanges: new form 2026-04-06",
        f"Activation: {VALUES} (weeks from 16 March)\nChanges: new form on 6 April",
        f"Metric: Activation\nValues: {VALUES}\nFirst week: 16 March\nChanges: 6 April, new form",
    ],
)
def test_a_stated_beginning_dates_the_series(text: str) -> None:
    question = read(text)
    assert question.dates is not None
    assert question.dates[0] == date(2026, 3, 16)
    assert question.dates[-1] == date(2026, 4, 20)
    assert [(change.what, change.index) for change in question.changes] == [("new form", 3)]


def test_a_beginning_that_would_end_in_the_future_is_not_used() -> None:
    assert read(f"Activation: {VALUES}\nStart 2026-06-15").dates is None


def test_the_start_of_a_campaign_is_no_beginning_of_the_series() -> None:
    assert read(f"Activation: {VALUES}\nCampaign start 2026-03-16").dates is None


@pytest.mark.parametrize(
    ("told", "what", "index"),
    [
        ("new pricing, Sep 2025", "new pricing", 3),
        ("new pricing, Sep", "new pricing", 3),
        ("2025-09 price rise", "price rise", 3),
        ("2025-08 freemium launched", "freemium launched", 2),
        ("Q3 2025 rebrand", "rebrand", 1),
    ],
)
def test_a_month_places_a_change(told: str, what: str, index: int) -> None:
    months = ", ".join(f"2025-{month:02d} 3%" for month in range(6, 12))
    question = read(f"Metric: churn\nPeriod: month\nValues: {months}\nChanges: {told}")
    assert len(question.values) == 6
    assert [(change.what, change.index) for change in question.changes] == [(what, index)]


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (
            "on 2026-05-21 first-line chat went from 12 to 9 people",
            "first-line chat went from 12 to 9 people",
        ),
        (
            "3 weeks ago raised the number of steps from 3 to 5",
            "raised the number of steps from 3 to 5",
        ),
        ("On 3 June the banner was removed", "banner was removed"),
    ],
)
def test_a_listed_change_is_told_whole(told: str, what: str) -> None:
    question = read(f"Metric: CSAT\nValues: 80, 81, 80, 79, 75, 74\nChanges: {told}")
    assert question.changes[0].what.removeprefix("the ") == what


@pytest.mark.parametrize(
    "told", ["none that I know of", "nothing we are aware of", "no recent changes", "None known"]
)
def test_no_change_is_no_change(told: str) -> None:
    assert read(f"Metric: CSAT\nValues: 80, 81, 80, 79\nChanges: {told}").changes == ()


@pytest.mark.parametrize("bullet", ["- ", ""])
def test_a_list_of_changes_ends_at_a_cohort_or_a_question(bullet: str) -> None:
    question = read(
        "Metric: CSAT\nValues: 80, 81, 80, 79, 75, 74\nChanges:\n"
        f"{bullet}new chat 3 weeks ago\n{bullet}120 accounts a week\nWhy did it fall?"
    )
    assert [change.what for change in question.changes] == ["new chat"]
    assert question.cohort_size == 120
    assert question.question == "Why did it fall?"


@pytest.mark.parametrize(
    ("text", "metric", "period", "first"),
    [
        (f"Weekly activation from 4 May: {VALUES}", "Weekly activation", "week", date(2026, 5, 4)),
        (f"Activation (weekly, from 4 May 2026): {VALUES}", "Activation", "week", date(2026, 5, 4)),
        (f"Activation\nMonths from January 2026: {VALUES}", None, "month", date(2026, 1, 1)),
    ],
)
def test_a_beginning_in_the_name_or_with_its_unit(
    text: str, metric: str | None, period: str, first: date
) -> None:
    question = read(text)
    assert metric is None or question.metric == metric
    assert question.period.value == period
    assert question.dates is not None
    assert question.dates[0] == first
    assert question.definition == ""


def test_a_name_with_from_keeps_its_words() -> None:
    assert read(f"conversion from trials: {VALUES}").metric == "conversion from trials"


def test_none_but_one_is_one_change() -> None:
    told = "none known, except a bank holiday on 1 June"
    changes = read(f"Metric: CSAT\nValues: 80, 81, 80, 79\nChanges: {told}").changes
    assert [change.what for change in changes] == ["bank holiday"]
