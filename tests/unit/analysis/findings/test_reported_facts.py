"""Facts users found false or misleading: each line must be literally true."""

from datetime import date

import pytest

from bot.analysis.facts import FactKind, Findings, Verdict
from bot.analysis.findings import compute_findings
from bot.analysis.parsing.calendar import add_periods
from bot.analysis.question import MetricKind, MetricQuestion, Period, RecordedChange

STEP = (41.2, 41.0, 41.4, 41.1, 41.3, 41.2, 36.1, 36.0, 36.3, 36.2, 36.1, 36.2)


def findings(values: tuple[float, ...], **more: object) -> Findings:
    fields = {"metric": "Activation", "kind": MetricKind.RATE, "unit": "%", "values": values}
    return compute_findings(MetricQuestion.model_validate({**fields, **more}))


@pytest.mark.parametrize(("index", "is_told"), [(None, False), (0, True)])
def test_no_change_near_is_only_said_where_every_change_is_placed(
    index: int | None, is_told: bool
) -> None:
    found = findings(STEP, changes=(RecordedChange(what="price rise", index=index),))
    ids = [fact.id for fact in found.facts]
    assert "break.0" in ids
    assert ("break.0.no_change_near" in ids) is is_told


def dated(values: list[float], period: Period, first: date) -> Findings:
    dates = tuple(add_periods(first, place, period) for place in range(len(values)))
    return findings(
        tuple(values), period=period, dates=dates, kind=MetricKind.COUNT, unit="count",
        higher_is_better=True,
    )  # fmt: skip


def breaks(found: Findings) -> list[str]:
    return [fact.text for fact in found.facts if fact.kind is FactKind.BREAK]


def test_two_years_of_a_season_that_ends_high_show_no_break_in_month_13() -> None:
    year = [1000, 982, 1043, 1096, 1152, 1217, 1304, 1277, 1183, 1118, 1397, 1654]
    grown = [round(value * 1.1) for value in year]
    found = dated([*map(float, year), *map(float, grown)], Period.MONTH, date(2024, 1, 1))
    assert breaks(found) == []
    assert found.verdict is Verdict.IMPROVING


@pytest.mark.parametrize("weeks", [2, 3, 5])
def test_weeks_that_end_on_a_quiet_sunday_show_no_break_on_mondays(weeks: int) -> None:
    noise = [3, -7, 5, -2, 8, -4, 1, -6, 2, 7, -3]
    week = [1000, 1040, 1030, 1020, 990, 700, 650]
    values = [float(week[i % 7] + noise[i % 11]) for i in range(7 * weeks)]
    found = dated(values, Period.DAY, date(2026, 5, 4))
    assert breaks(found) == []
    assert found.verdict is Verdict.FLAT
    season = next(fact for fact in found.facts if fact.id == "seasonality.swing")
    assert "low on Sundays" in season.text


def test_a_real_step_inside_a_season_is_still_found() -> None:
    noise = [3, -7, 5, -2, 8, -4, 1, -6, 2, 7, -3]
    week = [1000, 1040, 1030, 1020, 990, 700, 650]
    values = [week[i % 7] + noise[i % 11] - (120.0 if i >= 16 else 0.0) for i in range(28)]
    found = dated(values, Period.DAY, date(2026, 5, 4))
    assert len(breaks(found)) == 1
    assert "on 20 May" in breaks(found)[0]
    assert found.verdict is Verdict.WORSENING


@pytest.mark.parametrize("place", range(1, 8))
def test_one_spike_on_a_flat_series_leaves_it_flat_wherever_it_stands(place: int) -> None:
    values = [100.0, 101, 99, 100, 101, 100, 99, 101, 100]
    values[place] = 150
    found = findings(tuple(values), kind=MetricKind.COUNT, unit="count")
    assert found.verdict is Verdict.FLAT
    assert f"outlier.{place}" in [fact.id for fact in found.facts]


def test_a_mean_of_a_part_of_the_series_names_that_part() -> None:
    found = findings((40, 41, 40, 39, 30, 31, 30, 31, 36, 36.5, 36.2, 36.1))
    assert breaks(found) == [
        "Level break in week 9: mean 30.5 % from week 5 to week 8, 36.2 % from then on",
        "Level break in week 5: mean 40 % before, 30.5 % from week 5 to week 8",
    ]
