"""Names, definitions, units, directions and periods users saw read wrongly."""

from datetime import date

import pytest

from bot.analysis.parsing import read_question
from bot.analysis.question import MetricKind, MetricQuestion, Period

TODAY = date(2026, 6, 22)
DEFINED = "activation rate (share of sign-ups that finish setup within 7 days)"


def read(text: str) -> MetricQuestion:
    return read_question(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        f"{DEFINED}\n42%, 41%, 40%, 38%",
        f"{DEFINED}: 42%, 41%, 40%, 38%",
        f"Metric: {DEFINED}\nValues: 42%, 41%, 40%, 38%",
    ],
)
def test_brackets_behind_a_name_hold_its_definition(text: str) -> None:
    question = read(text)
    assert question.metric == "activation rate"
    assert question.definition == "share of sign-ups that finish setup within 7 days"


@pytest.mark.parametrize("brackets", ["(UK SMB)", "(weekly, last 8 weeks)", "(%)"])
def test_short_brackets_are_no_definition(brackets: str) -> None:
    assert read(f"activation rate {brackets}\n42, 41, 40, 38").definition == ""


@pytest.mark.parametrize(
    ("text", "metric", "unit"),
    [
        ("LCP p75 in seconds\n2.1, 2.2, 2.4", "LCP p75", "seconds"),
        ("CAC in £, weekly\n210, 220, 215", "CAC", "GBP"),
        ("CAC in £, weekly: 210, 220, 215", "CAC", "GBP"),
        ("monthly ARPU EUR\n21, 22, 21.5", "monthly ARPU", "EUR"),
        ("weekly MRR growth %\n2.1, 2.2, 1.9", "weekly MRR growth", "%"),
        ("weekly MRR growth % was 2.1, 2.2, 1.9", "weekly MRR growth", "%"),
        ("Our MRR growth was 2.1, 2.2, 1.9", "MRR growth", "%"),
        ("average handle time in minutes was 8.1, 8.4, 8.8", "average handle time", "minutes"),
        ("Metric: handle time (minutes per ticket)\nValues: 8.1, 8.4", "handle time", "minutes"),
        ("DAU/MAU: 0.284, 0.281, 0.279", "DAU/MAU", "proportion"),
        ("DAU/MAU ratio: 28.4, 28.1, 27.9", "DAU/MAU ratio", "%"),
        ("support cost EUR per ticket: 5, 6, 7", "support cost per ticket", "EUR"),
        ("ratio of DAU to MAU: 0.3, 0.31, 0.29", "ratio of DAU to MAU", "proportion"),
        ("LTV to CAC by month was 1.82 / 1.79 / 1.75", "LTV to CAC", "ratio"),
    ],
)
def test_units_beside_names(text: str, metric: str, unit: str) -> None:
    question = read(text)
    assert (question.metric, question.unit) == (metric, unit)


def test_stickiness_is_a_rate() -> None:
    assert read("DAU/MAU: 0.284, 0.281, 0.279").kind is MetricKind.RATE


@pytest.mark.parametrize(
    ("metric", "higher"),
    [
        ("page speed score", True),
        ("CSAT after support ticket", True),
        ("ticket deflection", True),
        ("page speed", False),
        ("support tickets", False),
        ("LCP p75", False),
    ],
)
def test_direction_of_scores_and_waits(metric: str, higher: bool) -> None:
    assert read(f"{metric}: 81, 82, 79, 75").higher_is_better is higher


@pytest.mark.parametrize(
    "text",
    [
        "NRR. Months: 103 %, 102 %, 101 %",
        "Metric: NRR\nMonths: 103 %, 102 %, 101 %",
        "Quarterly business review, NRR monthly\n103 %, 102 %, 101 %",
    ],
)
def test_months_are_read_as_months(text: str) -> None:
    question = read(text)
    assert question.period is Period.MONTH
    assert "NRR" in question.metric


@pytest.mark.parametrize(
    "last",
    ["31.7 % (partial)", "31.7% (incomplete, still inside 7 days)"],
)
@pytest.mark.parametrize("row", ["| {} | {} |", "{}: {}"])
def test_an_incomplete_last_value_is_seen(row: str, last: str) -> None:
    cells = [("4 May", "31.2 %"), ("11 May", "31.9 %"), ("18 May", last)]
    question = read("\n".join(row.format(*cell) for cell in cells))
    assert question.incomplete_last
    assert question.changes == ()


@pytest.mark.parametrize(
    "text",
    [
        "Metric: US unemployment rate, percent, lower is better\nQuarterly: 5.8, 5.1, 5.3, 5.6",
        "US unemployment rate, %, lower is better: 5.8, 5.1, 5.3, 5.6 per quarter",
        "US unemployment rate (the lower, the better)\n5.8 %, 5.1 %, 5.3 %, 5.6 %, quarterly",
    ],
)
def test_the_good_direction_may_stand_beside_the_name(text: str) -> None:
    question = read(text)
    assert question.metric.endswith("unemployment rate")
    assert question.unit == "%"
    assert question.higher_is_better is False


def test_a_title_with_a_comma_above_thousands_is_no_table() -> None:
    question = read("Revenue, weekly:\n1,200\n1,310\n1,290\n1,150\nWhy?")
    assert (question.metric, question.period) == ("Revenue", Period.WEEK)
    assert question.values == (1_200, 1_310, 1_290, 1_150)


@pytest.mark.parametrize(
    ("text", "metric", "unit"),
    [
        ("CAC weekly, EUR, B2B invoicing\n120\n125\n131", "CAC, B2B invoicing", "EUR"),
        ("ARPU (EUR, weekly), mobile game: 2.1, 2.2, 2.4", "ARPU, mobile game", "EUR"),
    ],
)
def test_a_unit_may_stand_in_the_middle_of_a_heading(text: str, metric: str, unit: str) -> None:
    question = read(text)
    assert question.unit == unit
    assert question.metric == metric
