"""How values and periods are written, and the plain answer's words."""

from datetime import date, timedelta

import pytest

from bot.analysis.answer import Section
from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.periods import count_periods, name_period, period_aliases
from bot.analysis.plain import plain_answer, plain_sentences
from bot.analysis.question import MetricKind, MetricQuestion, Period, RecordedChange
from bot.analysis.units import change_text, relative_text, value_text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (31.0, "%", "31 %"),
        (40.33333, "%", "40.3 %"),
        (0.4567, "%", "0.457 %"),
        (99.96, "%", "99.96 %"),
        (1240, "count", "1,240"),
        (2_500_000, "count", "2.5M"),
        (12_400, "USD", "12.4k USD"),
        (9.99, "USD", "9.99 USD"),
        (-11, "pp", "-11 pp"),
        (1, "people", "1 person"),
        (5, "weeks", "5 weeks"),
        (0.7381, "ratio", "0.738x"),
        (0.0002, "p", "p < 0.001"),
        (0.0, "count", "0"),
    ],
)
def test_values(value: float, unit: str, text: str) -> None:
    assert value_text(value, unit) == text


def test_signs_of_changes() -> None:
    assert change_text(1240, "count") == "+1,240"
    assert change_text(0, "pp") == "0 pp"
    assert relative_text(-26.19) == "-26.2 %"
    assert relative_text(0.25) == "+0.25 %"


def dated(period: Period, first: date, days: int, count: int = 3) -> MetricQuestion:
    return MetricQuestion(
        metric="m",
        kind=MetricKind.COUNT,
        unit="count",
        values=(1,) * count,
        period=period,
        dates=tuple(first + timedelta(days=days * i) for i in range(count)),
    )


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (dated(Period.WEEK, date(2024, 6, 3), 7), "the week of 10 Jun"),
        (dated(Period.WEEK, date(2024, 12, 23), 7), "the week of 30 Dec 2024"),
        (dated(Period.DAY, date(2024, 6, 3), 1), "4 Jun"),
        (dated(Period.MONTH, date(2024, 5, 1), 31), "June 2024"),
        (dated(Period.QUARTER, date(2024, 1, 1), 92), "Q2 2024"),
        (dated(Period.YEAR, date(2023, 1, 1), 365), "2024"),
    ],
)
def test_period_names(question: MetricQuestion, name: str) -> None:
    assert name_period(question, 1) == name
    assert name.lower() in period_aliases(question, 1)
    assert f"{question.period.value} 2" in period_aliases(question, 1)


def test_period_counts() -> None:
    question = dated(Period.WEEK, date(2024, 6, 3), 7)
    assert [count_periods(question, n) for n in (1, 6, 2.5)] == ["1 week", "6 weeks", "2.5 weeks"]


def ask(*values: float, **fields: object) -> Findings:
    base = {"metric": "trial starts", "kind": MetricKind.COUNT, "unit": "count"}
    base |= {"values": values, "higher_is_better": True}
    return compute_findings(MetricQuestion.model_validate(base | fields))


def test_large_decline_is_urgent_and_names_the_suspect() -> None:
    values = (100, 102, 99, 101, 100, 103, 80, 82, 79, 81, 80, 78)
    answer = plain_answer(ask(*values, changes=(RecordedChange(what="checkout rewrite", index=5),)))
    assert answer.urgency.startswith("High.")
    assert "1 week after the checkout rewrite" in answer.analysis
    assert "suspect but not a proof" in answer.analysis
    assert "the checkout rewrite" in answer.recommended_action
    assert "within 7 days" in answer.recommended_action


def test_short_noise_gets_no_trend_and_no_action_but_waiting() -> None:
    findings = ask(10, 14, 9, 13)
    assert plain_answer(findings).urgency.startswith("Low.")
    assert "Keep collecting" in plain_answer(findings).recommended_action
    analysis = " ".join(plain_sentences(findings, Section.ANALYSIS))
    assert "The trend is" not in analysis
    assert "only 4 values" in analysis
