"""Changes, streaks, levels and what is left out of them."""

from datetime import date, timedelta

import pytest

from bot.analysis.facts import FactKind, Findings, Verdict
from bot.analysis.findings import compute_findings
from bot.analysis.question import MetricKind, MetricQuestion, Period


def ask(*values: float | None, **fields: object) -> Findings:
    base = {"metric": "m", "kind": MetricKind.COUNT, "unit": "count", "higher_is_better": True}
    return compute_findings(MetricQuestion.model_validate(base | {"values": values} | fields))


def ids(findings: Findings) -> set[str]:
    return {fact.id for fact in findings.facts}


@pytest.mark.parametrize(
    ("values", "reason"), [((0, 5, 6, 7), "zeros"), ((-3, 2, 4, 5), "negative values")]
)
def test_no_percent_change_from_a_base_that_is_not_positive(
    values: tuple[float, ...], reason: str
) -> None:
    findings = ask(*values)
    assert "change.total.relative" not in ids(findings)
    assert findings.fact("change.total").value == values[-1] - values[0]
    assert reason in findings.fact("evidence.no_percent").text


def test_incomplete_last_value_is_mentioned_and_not_compared() -> None:
    findings = ask(100, 101, 99, 100, 20, incomplete_last=True)
    assert findings.fact("change.total").window == (0, 3)
    assert findings.fact("minimum").value == 99
    assert findings.fact("level.4").value == 20
    assert findings.fact("evidence.incomplete").value == 20
    assert any("incomplete" in warning for warning in findings.warnings)


def test_missing_value_breaks_steps_and_streaks() -> None:
    findings = ask(10, 9, None, 8, 7, 6)
    assert {"step.1", "step.4", "step.5"} <= ids(findings)
    assert not {"step.2", "step.3"} & ids(findings)
    assert findings.fact("streak.current").value == 2
    assert findings.fact("evidence.missing").value == 1


def test_streaks_current_and_longest() -> None:
    findings = ask(5, 4, 3, 2, 1, 2, 3)
    assert findings.fact("streak.current").value == 2
    assert findings.fact("streak.current").unit == "rises"
    assert findings.fact("streak.longest_fall").value == 4
    assert findings.fact("streak.longest_fall").window == (0, 4)


def test_flat_step_ends_the_current_streak() -> None:
    assert "streak.current" not in ids(ask(5, 4, 3, 3))


def test_year_on_year_only_with_a_year_of_values() -> None:
    monthly = [100.0 + i for i in range(13)]
    findings = ask(*monthly, period=Period.MONTH)
    assert findings.fact("change.year").value == 12
    assert "change.year" not in ids(ask(*monthly[:-1], period=Period.MONTH))


def test_four_period_change_needs_a_value_four_periods_back() -> None:
    assert ask(1, 2, 3, 4, 7).fact("change.four").value == 6
    assert "change.four" not in ids(ask(1, 2, 3, 4))


def test_constant_series_is_flat_and_has_no_trend() -> None:
    findings = ask(*[7] * 8)
    assert findings.verdict is Verdict.FLAT
    assert findings.fact("evidence.constant").value == 8
    assert not any(fact.id.startswith(("trend.", "break.")) for fact in findings.facts)


@pytest.mark.parametrize("values", [(), (None,), (3,), (3, 4), (3, 4, 9)])
def test_under_four_values_there_is_no_evidence(values: tuple[float | None, ...]) -> None:
    findings = ask(*values)
    assert findings.verdict is Verdict.INSUFFICIENT_EVIDENCE
    assert findings.warnings


def test_lower_is_better_turns_the_verdict() -> None:
    falling = [9.0, 8.6, 8.1, 7.5, 7.1, 6.4, 6.0]
    assert ask(*falling).verdict is Verdict.WORSENING
    assert ask(*falling, higher_is_better=False).verdict is Verdict.IMPROVING


def test_since_the_peak() -> None:
    findings = ask(1, 5, 9, 4, 3)
    assert findings.fact("change.peak").value == -6
    assert findings.fact("change.peak").window == (2, 4)


def test_proportions_become_percent_without_float_dust() -> None:
    findings = ask(0.29, 0.07, 0.58, kind=MetricKind.RATE, unit="proportion")
    assert [findings.fact(f"level.{i}").value for i in range(3)] == [29.0, 7.0, 58.0]


def test_windows_are_named_by_date_where_known() -> None:
    days = tuple(date(2024, 6, 3) + timedelta(weeks=i) for i in range(5))
    findings = ask(10, 11, 30, 12, 11, dates=days)
    assert findings.fact("maximum").text == "Highest: 30, in the week of 17 Jun"


def test_weekdays_are_a_season_and_no_break() -> None:
    values = [100 + (20 if day % 7 < 5 else 0) + (day % 3) for day in range(28)]
    findings = ask(*values, period=Period.DAY)
    assert findings.fact("seasonality.swing").value == pytest.approx(20, abs=3)
    assert "seasonality.swing" not in ids(ask(*values[:13], period=Period.DAY))


def test_a_break_is_found_under_a_weekly_rhythm() -> None:
    values = [
        100 + (30 if day % 7 < 5 else 0) + (day * 7 % 5) - (25 if day >= 35 else 0)
        for day in range(70)
    ]
    findings = ask(*values, period=Period.DAY)
    places = [fact.window[0] for fact in findings.facts if fact.kind is FactKind.BREAK]
    assert places == [35]
    assert findings.verdict is Verdict.WORSENING
    assert not any(fact.kind is FactKind.OUTLIER for fact in findings.facts)
