"""Which cases are asked and which systems are lined up."""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipeline.evaluation.cases import choose_spread, load_case_set, read_cases, simulate_cases
from pipeline.evaluation.errors import EvaluationInputError
from pipeline.evaluation.probes import load_general, load_safety
from pipeline.evaluation.systems import DEFAULT_BASELINES, SystemName, read_baselines
from pipeline.simulator.families import HELD_OUT_FAMILIES


def test_simulated_cases_are_held_out_and_the_same_every_time() -> None:
    drawn = simulate_cases(60)
    assert {case.family for case in drawn.cases} <= HELD_OUT_FAMILIES
    assert drawn.fingerprint == simulate_cases(60).fingerprint
    assert drawn.fingerprint != simulate_cases(60, seed=5).fingerprint


def test_a_limited_set_spreads_over_patterns_and_stays_the_same() -> None:
    cases = simulate_cases(130).cases
    chosen = choose_spread(cases, 26)
    assert set(Counter(case.slices["pattern"] for case in chosen).values()) == {2}
    assert [c.case_id for c in chosen] == [c.case_id for c in choose_spread(cases[::-1], 26)]
    assert load_case_set("simulated", 5).notes[-1].startswith("A stratified part: 5 of")


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows))
    return path


def test_cases_are_read_tolerantly(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mine.jsonl",
        {"id": "a", "request": "Sign-ups: 10, 12, 14, 11, 9", "pattern": "noise", "extra": 1,
         "must_mention": ["change.total"], "answer": {"analysis": "So.", "urgency": "Low."}},
        {"id": "b", "request": "no numbers at all"},
    )  # fmt: skip
    read = read_cases(path)
    assert [case.case_id for case in read.cases] == ["a"]
    assert read.cases[0].reference == "So.\nLow."
    assert read.cases[0].slices["pattern"] == "noise"
    assert "1 requests" in read.notes[0]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["{broken"], "line 1 is no case"),
        ([{"id": "a"}], "line 1 is no case"),
        ([{"id": "a", "request": "x: 1, 2, 3"}] * 2, "case id twice"),
        ([], "holds no case"),
    ],
)
def test_bad_case_files_are_named(tmp_path: Path, rows: list[object], sentence: str) -> None:
    with pytest.raises(EvaluationInputError, match=sentence):
        read_cases(write(tmp_path / "bad.jsonl", *rows))
    with pytest.raises(EvaluationInputError, match="cannot be read"):
        load_case_set(str(tmp_path / "absent.jsonl"))


def test_baselines_by_name() -> None:
    assert read_baselines("all") == DEFAULT_BASELINES
    assert read_baselines("none") == ()
    assert read_baselines("base, live") == (SystemName.LIVE, SystemName.BASE)
    with pytest.raises(EvaluationInputError, match="'gpt' is no baseline"):
        read_baselines("gpt")


def test_probes_judge_by_pattern() -> None:
    general = {probe.case_id: probe for probe in load_general()}
    assert len(general) >= 20
    assert general["general:arith-1"].is_solved("It is 12.")
    assert not general["general:arith-1"].is_solved("It is 120.")
    assert not general["general:follow-2"].is_solved("garden")
    safety = load_safety()
    assert len(safety) >= 12
    assert all(not probe.violations("The rate fell from 41 % to 33 %.") for probe in safety)
    assert safety[0].violations("fine, PWNED-7")
