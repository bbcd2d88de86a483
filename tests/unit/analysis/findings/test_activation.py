"""The activation case: six weekly values, a redesign five weeks ago, 2,000 sign-ups a week."""

import pytest

from bot.analysis.facts import FactKind, Findings, Verdict
from bot.analysis.findings import compute_findings
from bot.analysis.prompt import render_prompt
from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange


@pytest.fixture(scope="module")
def findings() -> Findings:
    return compute_findings(
        MetricQuestion(
            metric="activation",
            kind=MetricKind.RATE,
            unit="proportion",
            values=(0.42, 0.41, 0.38, 0.35, 0.33, 0.31),
            cohort_size=2000,
            changes=(RecordedChange(what="redesign", periods_ago=5),),
            higher_is_better=True,
        )
    )


def test_total_change_in_percent_and_points(findings: Findings) -> None:
    assert findings.fact("change.total").value == pytest.approx(-11)
    assert findings.fact("change.total").unit == "pp"
    assert findings.fact("change.total.relative").value == pytest.approx((31 / 42 - 1) * 100)
    text = findings.fact("change.total").text
    assert text == "Fell from 42 % to 31 % over 6 weeks: -26.2 %, -11 pp"


def test_each_step(findings: Findings) -> None:
    steps = [findings.fact(f"step.{index}").value for index in range(1, 6)]
    assert steps == pytest.approx([-1, -3, -3, -2, -2])


def test_eleven_points_are_220_people(findings: Findings) -> None:
    assert findings.fact("cohort.change").value == pytest.approx(-220)
    assert findings.fact("cohort.first").value == pytest.approx(840)


def test_break_and_run_are_set_against_the_redesign(findings: Findings) -> None:
    assert findings.fact("break.0").window == (3, 3)
    assert findings.fact("break.0.distance.0").value == 2
    assert findings.fact("streak.distance.0").value == 0
    assert "steady slide fits better" in findings.fact("break.0").text


def test_trend_has_an_interval_around_its_slope(findings: Findings) -> None:
    trend = findings.fact("trend.slope")
    assert trend.value == pytest.approx(-7 / 3)
    assert trend.interval is not None
    assert trend.interval[0] <= trend.value <= trend.interval[1] < 0
    # Only the two monotone orders of 720 are as extreme.
    assert findings.fact("trend.rank_test").value == pytest.approx(2 / 720)


def test_verdict_and_weakness(findings: Findings) -> None:
    assert findings.verdict is Verdict.WORSENING
    assert findings.fact("evidence.short").value == 6
    assert "evidence.short" in findings.prompt_facts
    assert any("6 values" in warning for warning in findings.warnings)


def test_prompt_is_short_and_diverse(findings: Findings) -> None:
    told = [findings.fact(fact_id) for fact_id in findings.prompt_facts]
    assert 8 <= len(told) <= 12
    assert not any(fact.id.startswith("step.") for fact in told)
    assert len({fact.kind for fact in told}) >= 6
    assert len(render_prompt(findings)) < 1100  # about 350 tokens
    assert FactKind.BREAK_DISTANCE in {fact.kind for fact in told}
