"""Every fact's own line verifies, and a changed number in it does not."""

import re

from bot.analysis.answer import Section
from bot.analysis.findings import compute_findings
from bot.analysis.verification import check_sentence
from pipeline.simulator.scenario import draw_training_scenarios


def test_a_models_copy_of_a_fact_is_never_refused() -> None:
    told = 0
    for scenario in draw_training_scenarios(40, seed=77):
        findings = compute_findings(scenario.question)
        for fact_id in findings.prompt_facts:
            text = f"{findings.fact(fact_id).text}."
            told += 1
            assert check_sentence(text, findings, Section.ANALYSIS, []).verified, text
    assert told > 200


def test_a_changed_copy_is_not_taken_for_the_fact() -> None:
    scenario = next(
        scenario
        for scenario in draw_training_scenarios(60, seed=77)
        if any("year earlier" in fact.text for fact in compute_findings(scenario.question).facts)
    )
    findings = compute_findings(scenario.question)
    fact = next(fact for fact in findings.facts if "year earlier" in fact.text)
    damaged = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), fact.text, count=3)
    assert damaged != fact.text
    assert not check_sentence(damaged, findings, Section.ANALYSIS, []).verified
