"""Simulated examples: read back as meant, proved sentence by sentence, and reproducible."""

from bot.analysis.answer import Section
from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.verification import check_sentence
from pipeline.simulation.examples import write_example
from pipeline.simulator.scenario import draw_training_scenarios


def test_every_analysis_is_proved_from_the_request_as_it_is_read() -> None:
    scenarios = draw_training_scenarios(12, seed=3)
    rows = [write_example(scenario, number) for number, scenario in enumerate(scenarios)]
    kept = [row for row in rows if row is not None]
    assert len(kept) >= 6
    assert rows == [write_example(scenario, n) for n, scenario in enumerate(scenarios)]
    for row in kept:
        question = read_question(row.request, today=row.written_on)
        findings = compute_findings(question)
        assert check_sentence(row.analysis, findings, Section.ANALYSIS, []).verified, row.analysis
        assert (row.origin, row.reviewed_by) == ("simulated", "")
        assert row.recommended_action
        assert row.urgency.split(".")[0] in {"High", "Medium", "Low"}
