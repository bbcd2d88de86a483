"""Wide and long tables, several series and segments: chosen, named in the question, or asked."""

import pytest

from bot.analysis.question import Period, ProblemCode
from tests.unit.analysis.files.made import read, sentence

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
LONG = "month,market,sign-ups\n" + "".join(
    f"{month},{market},{100 * i + j}\n"
    for i, month in enumerate(MONTHS, start=1)
    for j, market in enumerate(("UK", "DE", "FR"))
)
WIDE_SERIES = "week,sign-ups,orders\n2026-09-07,10,5\n2026-09-14,11,6\n2026-09-21,12,4\n"
WIDE_PERIODS = (
    "Metric,Jan 2026,Feb 2026,Mar 2026\nNPS,30,31,28\nOrders,100,120,130\nTickets,5,6,9\n"
)


def test_several_segments_are_asked_about_with_their_names() -> None:
    reading = read(LONG)
    assert sentence(reading) == (
        "The file holds several segments: “market” has “UK”, “DE” and “FR”. Choose one in the "
        "form, or name it in the question."
    )
    assert reading.problems[0].field == "segments"
    assert reading.options.segments == (("market", ("UK", "DE", "FR")),)


@pytest.mark.parametrize("text", ["How are sign-ups in DE?", "what is up in the de market"])
def test_a_segment_named_in_the_question_is_taken(text: str) -> None:
    reading = read(LONG, text)
    assert reading.question is not None
    assert reading.question.values == (101, 201, 301, 401)
    assert "market: DE" in reading.question.context
    assert "market: “DE”" in reading.statement[2]
    assert "8 other segments" in reading.statement[3]


def test_segments_of_a_count_can_be_added_up() -> None:
    reading = read(LONG, segments=[("market", "*")])
    assert reading.question is not None
    assert reading.question.values == (303, 603, 903, 1203)
    assert "market: all, added up" in reading.statement[2]


def test_segments_of_a_rate_cannot_be_added_up() -> None:
    rates = LONG.replace("sign-ups", "activation rate (%)")
    reading = read(rates, segments=[("market", "*")])
    assert "is no count or amount, so its segments cannot be added up" in sentence(reading)
    assert not reading.options.can_add_up


def test_a_total_among_the_segments_is_taken_and_said() -> None:
    reading = read(LONG.replace("FR", "Total"))
    assert reading.question is not None
    assert reading.question.values == (102, 202, 302, 402)
    assert "“Total” was taken for market." in reading.question.assumptions


def test_two_segment_columns_want_a_level_each() -> None:
    rows = "month,market,plan,sign-ups\n" + "".join(
        f"{month},{market},{plan},{i}{j}{k}\n"
        for i, month in enumerate(MONTHS, start=1)
        for j, market in enumerate(("UK", "DE"))
        for k, plan in enumerate(("free", "pro"))
    )
    assert "“plan” has “free” and “pro”" in sentence(read(rows, "sign-ups in UK?"))
    reading = read(rows, "sign-ups in UK, pro plan?")
    assert reading.question is not None
    assert reading.question.values == (101, 201, 301, 401)
    part = read(rows, "UK?", segments=[("plan", "*")])
    assert part.question is not None
    assert part.question.values == (201, 401, 601, 801)


def test_an_unknown_segment_is_refused_with_those_there_are() -> None:
    assert sentence(read(LONG, segments=[("", "Spain")])) == (
        "There is no segment “Spain” in the file; it has “UK”, “DE” and “FR”."
    )


def test_several_series_are_asked_about() -> None:
    reading = read(WIDE_SERIES)
    assert sentence(reading).startswith(
        "The file holds several series: “sign-ups” and “orders”. Choose one in the form"
    )
    assert reading.problems[0].field == "value_column"
    assert reading.options.value_columns == ("sign-ups", "orders")


@pytest.mark.parametrize(
    "given",
    [{"text": "Why did orders fall?"}, {"value_column": "orders"}, {"text": "Metric: orders"}],
)
def test_a_series_that_is_named_or_chosen_is_taken(given: dict[str, str]) -> None:
    reading = read(WIDE_SERIES, **given)
    assert reading.question is not None
    assert (reading.question.metric, reading.question.values) == ("orders", (5, 6, 4))


def test_one_column_a_period_is_turned_round() -> None:
    asked = read(WIDE_PERIODS)
    assert asked.problems[0].code is ProblemCode.SEVERAL_SERIES
    reading = read(WIDE_PERIODS, "what happened to tickets?")
    assert reading.question is not None
    assert reading.question.values == (5, 6, 9)
    assert "periods across the top" in reading.statement[0]
    assert "Dates from the headings" in reading.statement[1]


def test_a_measure_column_names_the_metric() -> None:
    rows = "date,kpi,value\n" + "".join(
        f"{month}-01,{kpi},{i}\n" for i, month in enumerate(MONTHS) for kpi in ("NPS", "sign-ups")
    )
    reading = read(rows, "how is NPS?")
    assert reading.question is not None
    assert reading.question.metric == "NPS"
    assert "kpi" not in reading.question.context


def test_a_rate_beside_its_counts_brings_its_denominators() -> None:
    reading = read(
        "week,signups,activated,activation_rate\n2026-09-07,100,42,0.42\n2026-09-14,110,44,0.40\n"
        "2026-09-21,100,38,0.38\n"
    )
    assert reading.question is not None
    assert reading.question.metric == "activation rate"
    assert reading.question.denominators == (100, 110, 100)
    assert "people counted in “signups”" in reading.statement[2]


def test_rows_of_the_same_date_are_refused_and_can_be_added_up() -> None:
    rows = "date,orders\n2026-09-07,1\n2026-09-07,2\n2026-09-14,5\n2026-09-21,6\n"
    assert "The date “2026-09-07” stands in 2 rows" in sentence(read(rows))
    reading = read(rows, repeats="add")
    assert reading.question is not None
    assert reading.question.values == (3, 5, 6)


def test_a_column_that_is_not_there_is_refused_with_those_there_are() -> None:
    assert sentence(read(WIDE_SERIES, value_column="Umsatz")) == (
        "There is no column “Umsatz”. The file has “week”, “sign-ups” and “orders”."
    )


def test_a_calendar_of_months_by_years_is_one_series() -> None:
    reading = read("year,Jan,Feb,Mar,Apr\n2025,1,2,3,4\n2026,5,6,7,\n", name="orders.csv")
    # Four months of twelve: the hole between April and January is asked about like any other.
    assert reading.problems[0].code is ProblemCode.MISSING_DATES
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    rows = [",".join(["year", *months])]
    rows += [
        ",".join([str(year), *(str(year * 10 + i) for i in range(12))]) for year in (2024, 2025)
    ]
    whole = read("\n".join(rows), name="orders.csv")
    assert whole.question is not None, whole.problems
    assert len(whole.question.values) == 24
    assert whole.question.values[11:13] == (20251, 20250)
    assert whole.question.period is Period.MONTH


def test_a_year_and_a_quarter_column_are_one_date() -> None:
    reading = read("year,quarter,orders\n2025,3,1\n2025,4,2\n2026,1,3\n2026,2,4\n")
    assert reading.question is not None, reading.problems
    assert reading.question.period is Period.QUARTER
    assert reading.question.values == (1, 2, 3, 4)
    assert "Dates from “year and quarter”" in reading.statement[1]


def test_headings_that_look_like_a_month_are_headings() -> None:
    reading = read("date,m1,cpi\n2026-01-01,5,9\n2026-02-01,6,9\n2026-03-01,7,8\n", "m1?")
    assert reading.question is not None, reading.problems
    assert reading.question.metric == "m1"


def test_cells_between_spaces() -> None:
    reading = read("week  orders\n2026-09-07  5\n2026-09-14  6\n2026-09-21  4\n")
    assert reading.question is not None, reading.problems
    assert reading.question.values == (5, 6, 4)
    assert "separated by spaces" in reading.statement[0]
