"""Plain answers about rows: all parts there, every sentence verified, no cause claimed."""

import json

import numpy as np
import pytest
import statsmodels.api as sm

from bot.analysis.answer import Section, render_answer
from bot.analysis.drivers import (
    compute_driver_findings,
    compute_mix_findings,
    restore_row_findings,
)
from bot.analysis.drivers.mix import Segment
from bot.analysis.facts import Findings
from bot.analysis.plain import plain_answer, plain_sentences
from bot.analysis.prompt import render_prompt
from bot.analysis.verification import check_sentence, verify_answer


def _fair(table_of) -> Findings:
    data = sm.datasets.fair.load_pandas().data
    columns = {name: data[name].tolist() for name in data.columns if name != "affairs"}
    columns["affair"] = [bool(value > 0) for value in data["affairs"]]
    return compute_driver_findings(table_of(columns, "affair"))


def _spector(table_of) -> Findings:
    data = sm.datasets.spector.load_pandas().data
    columns = {name: data[name].tolist() for name in ("GPA", "TUCE")}
    columns["PSI"] = [bool(value) for value in data["PSI"]]
    columns["GRADE"] = [bool(value) for value in data["GRADE"]]
    return compute_driver_findings(table_of(columns, "GRADE"))


def _churn(table_of) -> Findings:
    rng = np.random.default_rng(9)
    n = 2_000
    plan = rng.choice(["basic", "pro", "team"], n)
    tenure, tickets, renews = rng.integers(1, 48, n), rng.poisson(1.5, n), rng.random(n) < 0.5
    signal = -0.3 - 0.04 * tenure + 0.35 * tickets - 0.6 * (plan == "pro") - 0.9 * renews
    columns = {
        "tenure_months": tenure.tolist(),
        "support_tickets": tickets.tolist(),
        "plan": [str(value) for value in plan],
        "auto_renew": [bool(value) for value in renews],
        "churned": [bool(value) for value in rng.random(n) < 1 / (1 + np.exp(-signal))],
    }
    return compute_driver_findings(table_of(columns, "churned"))


def _amounts(table_of) -> Findings:
    data = sm.datasets.macrodata.load_pandas().data
    columns = {name: data[name].tolist() for name in ("infl", "unemp", "tbilrate")}
    return compute_driver_findings(table_of(columns, "infl"))


def _counts(table_of) -> Findings:
    rng = np.random.default_rng(3)
    x = rng.normal(size=1500)
    tickets = rng.negative_binomial(1, 1 / (1 + np.exp(0.3 + 0.5 * x))).tolist()
    return compute_driver_findings(table_of({"seats": x.tolist(), "tickets": tickets}, "tickets"))


def _mixed(_table_of) -> Findings:
    segments = [Segment("SMB", 90, 300, 238, 700), Segment("Enterprise", 410, 700, 202, 300)]
    return compute_mix_findings(segments, metric="Activation", higher_is_better=True)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_fair, "the chance of affair is 13.1 points lower (95 % interval 12.1 to 14)"),
        (_spector, "PSI, GPA and TUCE show no clear association with GRADE."),
        (_churn, "Where plan is pro, the chance of churned is 11.3 points lower than where it is"),
        (_amounts, "For each additional unit of tbilrate, infl is 0.742 higher (95 % interval"),
        (_counts, "For each additional unit of seats, the rate of tickets is"),
        (_mixed, "SMB"),
    ],
)
def test_every_plain_sentence_verifies(make, told, table_of) -> None:
    findings = make(table_of)
    for section in Section:
        accepted: list[str] = []
        for sentence in plain_sentences(findings, section):
            checked = check_sentence(sentence, findings, section, accepted)
            assert checked.verified, (sentence, checked.claims)
            accepted.append(sentence)
        assert len(accepted) >= 2
    text = render_answer(plain_answer(findings))
    assert told in text
    assert verify_answer(text, findings).verified


def test_a_clear_association_gets_a_test_with_owner_deadline_and_measure(found: Findings) -> None:
    action = " ".join(plain_sentences(found, Section.RECOMMENDED_ACTION))
    assert "Ask the owner of converted to test the strongest predictor, invited" in action
    assert "within 30 days" in action
    assert "The measure of success is" in action
    assert plain_sentences(found, Section.URGENCY)[0] == "Medium."


def test_nothing_clear_asks_for_rows_and_waits(table_of) -> None:
    findings = _spector(table_of)
    assert "add rows" in plain_sentences(findings, Section.RECOMMENDED_ACTION)[0]
    assert plain_sentences(findings, Section.URGENCY)[0] == "Low."
    assert any("rarer outcome" in s for s in plain_sentences(findings, Section.ANALYSIS))


def test_headings_with_markup_and_causes_stay_out_of_the_text(users) -> None:
    data = users.to_json()
    data["columns"][0]["name"] = "<!channel> *drives* days"
    findings = compute_driver_findings(type(users).from_json(data))
    text = render_answer(plain_answer(findings))
    assert not set("<>*") & set(text)
    assert verify_answer(text, findings).verified


def test_facts_kept_without_their_table_carry_the_same_prompt(found: Findings) -> None:
    restored = restore_row_findings(found.question, found.facts)
    assert restored == found.model_copy(update={"warnings": ()})
    assert render_prompt(restored) == render_prompt(found)


@pytest.mark.parametrize("seed", range(15))
def test_any_table_gives_a_whole_verified_answer(seed, table_of) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(30, 300))
    outcomes = [
        (rng.random(n) < rng.uniform(0.1, 0.9)).tolist(),
        rng.poisson(2, n).tolist(),
        (rng.normal(size=n) * 1e6).tolist(),
    ]
    columns = {
        "amount": (rng.normal(size=n) * 10.0 ** rng.integers(-8, 9)).tolist(),
        "pay plan": [str(value) for value in rng.choice(["a", "b c", "1", "100 %"], n)],
        "flag_1": [bool(value) for value in rng.random(n) < rng.random()],
        "gaps": [None if value < 0.3 else float(value) for value in rng.random(n)],
        "out": outcomes[seed % 3],
    }
    findings = compute_driver_findings(table_of(columns, "out"))
    json.dumps(findings.model_dump(mode="json"), allow_nan=False)
    text = render_answer(plain_answer(findings))
    assert text.count("\n") == 2
    assert verify_answer(text, findings).verified
