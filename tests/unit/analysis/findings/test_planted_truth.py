"""The planted-truth benchmark, small: the figures a change of thresholds must not worsen."""

from bot.analysis.findings import compute_findings
from deploy.bench.findings_truth import judge, render_table, summarise
from deploy.bench.planted_series import plant_all


def test_hits_and_false_alarms_stay_within_bounds() -> None:
    planted = list(plant_all(seed=99, repeats=3))
    assert len(planted) >= 500
    outcomes = [judge(item, compute_findings(item.question)) for item in planted]
    rows = {row.group: row for row in summarise(outcomes, lambda outcome: outcome.pattern)}
    # Bounds leave about three standard errors around the figures of the full run.
    assert (rows["noise"].verdict_alarm or 0) < 0.10
    assert (rows["noise"].break_alarm or 0) < 0.07
    assert (rows["one-period dip"].verdict_alarm or 0) < 0.10
    assert (rows["step"].break_hit or 0) > 0.55
    assert (rows["two steps"].verdict_hit or 0) > 0.85
    assert (rows["slide"].verdict_hit or 0) > 0.6
    low = [row for row in summarise(outcomes, lambda o: o.noise) if row.group == "low"]
    assert (low[0].verdict_hit or 0) > 0.92
    assert "| noise |" in render_table("pattern", list(rows.values()))
