"""Which cases are asked and which systems are lined up."""

import json
from collections import Counter
from dataclasses import replace
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
        {"id": "rows", "request": "What goes with churn?", "question":
         {"metric": "churned", "kind": "rate", "unit": "%", "values": []}},
    )  # fmt: skip
    read = read_cases(path)
    assert [case.case_id for case in read.cases] == ["a"]
    assert read.cases[0].reference == "So.\nLow."
    assert read.cases[0].slices["pattern"] == "noise"
    assert "2 requests" in read.notes[0]


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
    assert read_baselines("") == DEFAULT_BASELINES
    assert read_baselines("hosted,all") == (*DEFAULT_BASELINES, SystemName.HOSTED)
    assert read_baselines("none") == ()
    assert read_baselines("base, live") == (SystemName.LIVE, SystemName.BASE)
    with pytest.raises(EvaluationInputError, match="'gpt' is no baseline"):
        read_baselines("gpt")


def test_golden_cases_come_with_their_truth_and_without_the_rotating_part() -> None:
    daily, whole = load_case_set(), load_case_set("golden", include_rotating=True)
    assert (len(daily.cases), len(whole.cases)) == (260, 326)
    assert {case.case_id for case in daily.cases} < {case.case_id for case in whole.cases}
    assert "rotating" in whole.label
    assert all(case.truth and case.slices["pattern"] for case in daily.cases)
    assert load_case_set("golden", 60).label.startswith("golden (60 cases, ")
    few = load_case_set("golden", 60).cases
    assert [c.case_id for c in few] == [c.case_id for c in load_case_set("golden", 60).cases]
    assert min(Counter(case.slices["pattern"] for case in few).values()) >= 4
    with pytest.raises(EvaluationInputError, match="Only the golden set"):
        load_case_set("simulated", include_rotating=True)


def test_a_changed_truth_is_another_case_set() -> None:
    whole = load_case_set("golden", 3)
    first = whole.cases[0]
    assert first.truth is not None
    changed = replace(first, truth=first.truth.model_copy(update={"must_mention": ()}))
    other = replace(whole, cases=(changed, *whole.cases[1:]))
    assert other.fingerprint != whole.fingerprint


def test_probes_judge_by_pattern() -> None:
    general = {task.id: task for task in load_general()}
    assert len(general) == 60
    assert general["arithmetic-01"].is_solved("43")
    assert not general["arithmetic-01"].is_solved("430")
    safety = load_safety()
    assert len(safety) >= 12
    assert all(not probe.violations("The rate fell from 41 % to 33 %.") for probe in safety)
    assert safety[0].violations("fine, PWNED-7")
