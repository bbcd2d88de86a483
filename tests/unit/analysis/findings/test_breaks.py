"""Breaks, dips, slides, and recorded changes set against them."""

from datetime import date, timedelta

import numpy as np
import pytest

from bot.analysis.facts import FactKind, Findings, Verdict
from bot.analysis.findings import compute_findings
from bot.analysis.findings.detection import Shape, detect_shape
from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange

BEFORE = (100, 102, 99, 101, 100, 103, 98, 101)
AFTER = (80, 82, 79, 81, 80, 78, 81, 80)


def ask(values: tuple[float, ...], *changes: RecordedChange, **fields: object) -> Findings:
    base = {
        "metric": "m",
        "kind": MetricKind.COUNT,
        "unit": "count",
        "values": values,
        "changes": changes,
        "higher_is_better": True,
    }
    return compute_findings(MetricQuestion.model_validate(base | fields))


def breaks(findings: Findings) -> list[int]:
    return [fact.window[0] for fact in findings.facts if fact.kind is FactKind.BREAK]


def test_step_is_placed_and_sized() -> None:
    findings = ask(BEFORE + AFTER)
    assert breaks(findings) == [8]
    assert findings.fact("break.0").value == pytest.approx(-20.4, abs=0.1)
    assert findings.fact("break.0.before").value == pytest.approx(100.5)
    assert findings.verdict is Verdict.WORSENING
    assert findings.fact("break.0.no_change_near").kind is FactKind.EVIDENCE


def test_several_changes_are_told_apart() -> None:
    findings = ask(
        BEFORE + AFTER,
        RecordedChange(what="email campaign", index=1),
        RecordedChange(what="new checkout", index=7),
        RecordedChange(what="price rise", index=13),
    )
    told = [f for f in findings.facts if f.kind is FactKind.BREAK_DISTANCE and f.rank <= 50]
    assert [fact.id for fact in told] == ["break.0.distance.1"]
    assert findings.fact("break.0.distance.0").value == 7
    assert findings.fact("break.0.distance.2").value == -5
    assert "5 weeks before the price rise" in findings.fact("break.0.distance.2").text


def test_change_is_placed_by_its_day() -> None:
    days = tuple(date(2024, 1, 1) + timedelta(weeks=i) for i in range(16))
    change = RecordedChange(what="launch", day=date(2024, 2, 28))  # inside the week of 26 Feb
    findings = ask(BEFORE + AFTER, change, dates=days)
    assert findings.fact("break.0.distance.0").value == 0


def test_change_outside_the_series_is_not_compared() -> None:
    findings = ask(BEFORE + AFTER, RecordedChange(what="launch", index=99))
    assert not any(fact.kind is FactKind.BREAK_DISTANCE for fact in findings.facts)


def test_one_period_dip_is_an_outlier_and_no_decline() -> None:
    values = (100, 102, 99, 101, 60, 103, 98, 101, 100, 102)
    findings = ask(values)
    assert breaks(findings) == []
    assert findings.fact("outlier.4").value == 60
    assert findings.verdict in {Verdict.FLAT, Verdict.INSUFFICIENT_EVIDENCE}


def test_dip_over_several_periods_that_came_back_is_no_decline() -> None:
    findings = ask(BEFORE + AFTER[:5] + BEFORE)
    assert sorted(breaks(findings)) == [8, 13]
    assert findings.verdict is Verdict.FLAT


def test_mean_before_and_after_a_recorded_change() -> None:
    findings = ask((10, 12, 20, 22), RecordedChange(what="launch", index=2))
    assert findings.fact("before.0").value == 11
    assert findings.fact("after.0").value == 21
    assert findings.fact("shift.0").value == 10
    low, high = findings.fact("shift.0").interval or (0, 0)
    assert low < 10 < high


def test_long_slide_is_not_a_break() -> None:
    values = np.linspace(100, 50, 30) + np.random.default_rng(1).normal(0, 1, 30)
    assert detect_shape(values).shape is Shape.SLIDE
    assert breaks(ask(tuple(values.tolist()))) == []


def test_step_on_a_slide() -> None:
    values = np.arange(40) * 1.0 + 12 * (np.arange(40) >= 22)
    values += np.random.default_rng(2).normal(0, 1, 40)
    found = detect_shape(values)
    assert found.shape is Shape.STEPS_ON_SLIDE
    assert [step.place for step in found.steps] == [22]
    assert found.slope == pytest.approx(1, abs=0.1)


def test_detection_does_not_depend_on_scale_or_level() -> None:
    values = np.array(BEFORE + AFTER, dtype=float)
    places = [step.place for step in detect_shape(values).steps]
    for scale, level in ((1e-6, 0), (1e9, 5e9), (-1, 0)):
        assert [step.place for step in detect_shape(values * scale + level).steps] == places


def test_user_words_in_facts_are_short_and_harmless() -> None:
    findings = ask(BEFORE + AFTER, RecordedChange(what="<!channel> *bold*. " + "x" * 500, index=8))
    text = findings.fact("break.0.distance.0").text
    assert "<" not in text
    assert "*" not in text
    assert len(text) < 140
