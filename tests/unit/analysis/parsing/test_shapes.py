"""Pasted shapes that must read right: values, unit, period and order."""

from datetime import date

import pytest

from bot.analysis.parsing import read_question
from bot.analysis.question import MetricKind, Period

TODAY = date(2026, 11, 23)

LISTS = [
    ("42%, 41%, 38%", (42, 41, 38), "%"),
    ("42 %; 41 %; 38 %", (42, 41, 38), "%"),
    ("[0.42, 0.41, 0.38]", (0.42, 0.41, 0.38), "proportion"),
    ("0,42; 0,41; 0,38", (0.42, 0.41, 0.38), "proportion"),
    ("42 -> 41 -> 38", (42, 41, 38), "count"),
    ("42, 41, and 38", (42, 41, 38), "count"),
    ("42,41,38,35", (42, 41, 38, 35), "count"),
    ("120 130 140 90", (120, 130, 140, 90), "count"),
    ("42%\n41%\n-\n38%", (42, 41, None, 38), "%"),
    ("42, n/a, 38, #N/A, 40", (42, None, 38, None, 40), "count"),
    ("10, 20,, 30", (10, 20, None, 30), "count"),
    ("- 42%\n- 41%\n- 38%", (42, 41, 38), "%"),
    ("1) 18.2%\n2) 17.9%\n3) 18.4%\ntrial conversion", (18.2, 17.9, 18.4), "%"),
    (
        "MRR moved from $182k in January to $185k in February and $181k in March.",
        (182000, 185000, 181000),
        "USD",
    ),
    ("1. 42%\n2. 41%\n3. 38%", (42, 41, 38), "%"),
    ("1 200; 1 300; 1 250", (1200, 1300, 1250), "count"),
    ("1'200, 1'300", (1200, 1300), "count"),
    ("1,20,000; 1,30,000", (120000, 130000), "count"),
    ("(3.1%), 2.0%, (1.5%)", (-3.1, 2.0, -1.5), "%"),
    ("$1,200.50; $1,310.00", (1200.5, 1310), "USD"),
    ("1.234,50 €; 1.310,00 €", (1234.5, 1310), "EUR"),
    ("R$ 1.200, R$ 1.300", (1200, 1300), "BRL"),
    ("1200 kr, 1300 kr", (1200, 1300), "SEK"),
    ("¥1,200 ¥1,300", (1200, 1300), "JPY"),
    ("£1.1k, £1.2k", (1100, 1200), "GBP"),
    ("1.2M, 1.3M, 1.25M", (1.2e6, 1.3e6, 1.25e6), "count"),
    ("12-, 13, 14", (-12, 13, 14), "count"),
    ("Load time: 2.1s, 2.3s, 2.8s", (2.1, 2.3, 2.8), "seconds"),
    ("Response time: 90s, 2m, 3m", (1.5, 2, 3), "minutes"),
    ("CAC payback: 12, 13, 15 months", (12, 13, 15), "months"),
    ("LTV/CAC: 3.1x, 3.0x, 2.8x", (3.1, 3.0, 2.8), "ratio"),
    ("NPS 42, 45, 39", (42, 45, 39), "points"),
    ("MRR (k€): 120, 125, 130", (120000, 125000, 130000), "EUR"),
    ("Activation rate\t42%\t41%\t38%", (42, 41, 38), "%"),
    ("Conversion 840/2000, 810/2000, 790/2000", (42, 40.5, 39.5), "%"),
    ("٤٢٪, ٤١٪", (42, 41), "%"),
    ("‘42%’, ‘41%’", (42, 41), "%"),
    ("$1,204 $1,310 $1,288", (1204, 1310, 1288), "USD"),
    ("CPL: 12,50 CHF / 12,80 CHF / 13,10 CHF", (12.5, 12.8, 13.1), "CHF"),
    ('{"metric": "churn", "unit": "%", "values": [2.1, null, 2.3]}', (2.1, None, 2.3), "%"),
    ('[{"week": "2026-06-01", "nps": 44}, {"week": "2026-06-08", "nps": 41}]', (44, 41), "points"),
    ("1\u202f200; 1\u202f300", (1200, 1300), "count"),
]


@pytest.mark.parametrize(("text", "values", "unit"), LISTS)
def test_list_reads_values_and_unit(text: str, values: tuple[float | None, ...], unit: str) -> None:
    question = read_question(text, today=TODAY)
    assert question.values == pytest.approx(values)
    assert question.unit == unit


DATED = [
    ("3 June: 42\n10 June: 41\n17 June: 38", (42, 41, 38), Period.WEEK, date(2026, 6, 3)),
    ("Week 3: 42\nWeek 2: 41\nWeek 1: 40", (40, 41, 42), Period.WEEK, None),
    ("janv.: 42 %\nfévr.: 41 %\nmars: 38 %", (42, 41, 38), Period.MONTH, date(2026, 1, 1)),
    ("KW 23: 42\nKW 24: 41\nKW 25: 40", (42, 41, 40), Period.WEEK, None),
    ("2026-W23 42%\n2026-W24 41%", (42, 41), Period.WEEK, date(2026, 6, 1)),
    ("01/02/2026,42\n08/02/2026,41\n15/02/2026,40", (42, 41, 40), Period.WEEK, date(2026, 2, 1)),
    ("06/03/2026 42%\n06/10/2026 41%\n06/17/2026 38%", (42, 41, 38), Period.WEEK, date(2026, 6, 3)),
    ("Nov: 10\nDec: 11\nJan: 12", (10, 11, 12), Period.MONTH, date(2025, 11, 1)),
    ("Jan 2026 42\nFeb 2026 41\nMar 2026 39", (42, 41, 39), Period.MONTH, date(2026, 1, 1)),
    ("Q1 2026: $1.2M\nQ2 2026: $1.3M", (1.2e6, 1.3e6), Period.QUARTER, date(2026, 1, 1)),
    ("2022 120\n2023 130\n2024 140", (120, 130, 140), Period.YEAR, date(2022, 1, 1)),
    ("Mon 12\nTue 13\nWed 14", (12, 13, 14), Period.DAY, None),
    ("6月3日 42\n6月10日 41", (42, 41), Period.WEEK, date(2026, 6, 3)),
    ("46300\t42\n46307\t41", (42, 41), Period.WEEK, date(2026, 10, 5)),
    ("2026-06-01,42\n2026-06-08,n/a\n2026-06-15,41", (42, None, 41), Period.WEEK, date(2026, 6, 1)),
    ("Nov 24: 10\nDec 24: 11\nJan 25: 12", (10, 11, 12), Period.MONTH, date(2024, 11, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "period", "first"), DATED)
def test_dated_lines_come_oldest_first(
    text: str, values: tuple[float | None, ...], period: Period, first: date | None
) -> None:
    question = read_question(text, today=TODAY)
    assert question.values == values
    assert question.period is period
    assert (question.dates[0] if question.dates else None) == first
    assert question.dates is None or len(question.dates) == len(question.values)


def test_newest_first_table_is_turned_round_and_told() -> None:
    text = "date,value\n2026-10-19,42%\n2026-10-12,41%\n2026-10-05,38%"
    question = read_question(text, today=TODAY)
    assert question.values == (38, 41, 42)
    assert any("turned round" in note for note in question.assumptions)


def test_table_with_rate_and_people_gives_denominators() -> None:
    text = "week,activation rate,sign-ups\n2026-06-01,42%,2000\n2026-06-08,41%,2100"
    question = read_question(text, today=TODAY)
    assert question.values == (42, 41)
    assert question.denominators == (2000, 2100)
    assert question.metric == "activation rate"


def test_wide_table_is_read_across() -> None:
    question = read_question("Metric\tJan\tFeb\tMar\nActivation\t42%\t41%\t38%", today=TODAY)
    assert question.values == (42, 41, 38)
    assert question.metric == "Activation"
    assert question.period is Period.MONTH


def test_markdown_table_is_read() -> None:
    text = "| Month | NPS |\n|---|---|\n| Jan | 42 |\n| Feb | 45 |"
    question = read_question(text, today=TODAY)
    assert question.values == (42, 45)
    assert question.kind is MetricKind.SCORE


def test_sentence_with_values_tied_to_weeks() -> None:
    text = "Sign-ups were 120 in week 1, 130 in week 2 and 90 in week 3."
    assert read_question(text, today=TODAY).values == (120, 130, 90)


def test_counts_beside_values_are_people_not_values() -> None:
    question = read_question("42% (n=2,000), 41% (n=2,100)", today=TODAY)
    assert question.values == (42, 41)
    assert question.denominators == (2000, 2100)
