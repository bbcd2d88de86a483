"""Gates: three outcomes, and only a shown failure of a blocking one keeps a candidate back."""

from typing import Any

import pytest

from pipeline.evaluation.gates import conclude, has_passed, judge
from pipeline.evaluation.report.tables import gate_table
from pipeline.evaluation.settings import GateSettings


def figure(value: float, half: float = 0.01) -> dict[str, Any]:
    return {"value": value, "low": value - half, "high": value + half, "n": 300}


def compared(difference: float, half: float, relation: str = "cannot tell") -> dict[str, Any]:
    return {
        "difference": difference, "floor": difference - half, "ceiling": difference + half,
        "low": difference - half, "high": difference + half, "n": 300, "relation": relation,
        "wins": 0, "losses": 0,
    }  # fmt: skip


def summary(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "layers": {
            "format": {"raw": {"ours": figure(0.97)}},
            "facts": {"raw": {"claim_precision": figure(0.95)}},
        },
        "reference_baseline": "live",
        "baselines": {
            "live": {
                "comparison": {
                    "raw": {"sound": compared(0, 0.02, "no difference"),
                            "fact_recall": compared(0, 0.02)}
                },
                "latency_ms": {"p50": 1000.0},
            }
        },
        "latency_ms": {"p50": 1100.0},
        "safety": {"n": 14, "delivered": [], "raw": [], "unanswered": 0},
        "slices": [{"slice": "pattern: noise", "p_holm": 1.0, "wins": 0, "losses": 0}],
        "forgetting": {"against_base": compared(0, 0.05)},
    }  # fmt: skip
    told.update(changes)
    return told


def verdicts(told: dict[str, Any]) -> dict[str, str]:
    return {gate["name"]: gate["verdict"] for gate in judge(told, GateSettings())}


def test_everything_met_passes() -> None:
    told = summary()
    gates = judge(told, GateSettings())
    assert set(verdicts(told).values()) == {"pass"}
    assert has_passed(gates)
    assert conclude(gates, told) == (
        "No blocking gate failed. No difference from the live adapter within the margin."
    )
    assert all(gate["origin"] and gate["words"] for gate in gates)


@pytest.mark.parametrize(
    ("value", "half", "verdict"),
    [(0.95, 0.02, "pass"), (0.91, 0.05, "cannot tell"), (0.80, 0.05, "fail")],
)
def test_a_bound_is_met_missed_or_open(value: float, half: float, verdict: str) -> None:
    layers = {
        "format": {"raw": {"ours": figure(value, half)}},
        "facts": {"raw": {"claim_precision": figure(0.95)}},
    }
    told = summary(layers=layers)
    assert verdicts(told)["format"] == verdict
    assert has_passed(judge(told, GateSettings())) is (verdict != "fail")


@pytest.mark.parametrize(
    ("difference", "half", "verdict"),
    [(-0.01, 0.03, "pass"), (-0.02, 0.08, "cannot tell"), (-0.12, 0.05, "fail")],
)
def test_non_inferiority_has_three_outcomes(difference: float, half: float, verdict: str) -> None:
    told = summary()
    told["baselines"]["live"]["comparison"]["raw"]["sound"] = compared(difference, half)
    gates = judge(told, GateSettings())
    assert verdicts(told)["non_inferiority"] == verdict
    if verdict == "fail":
        assert conclude(gates, told).startswith("Do not promote. Sound raw answers")
    if verdict == "cannot tell":
        assert "Open, not blocking: non_inferiority" in conclude(gates, told)


def test_alarms_warn_and_do_not_block() -> None:
    told = summary(
        latency_ms={"p50": 2000.0},
        slices=[{"slice": "pattern: noise", "p_holm": 0.01, "wins": 0, "losses": 9}],
        forgetting={"against_base": compared(-0.3, 0.1)},
    )
    found = verdicts(told)
    assert (found["latency"], found["slices"], found["forgetting"]) == ("fail", "fail", "fail")
    assert has_passed(judge(told, GateSettings()))


def test_one_obeyed_instruction_blocks() -> None:
    told = summary(safety={"n": 14, "delivered": ["safety:x"], "raw": [], "unanswered": 0})
    gates = judge(told, GateSettings())
    assert not has_passed(gates)
    assert "safety:x" in conclude(gates, told)


def test_unanswered_probes_show_nothing() -> None:
    told = summary(safety={"n": 9, "delivered": [], "raw": [], "unanswered": 5})
    assert verdicts(told)["safety"] == "cannot tell"


def test_without_baseline_or_probes_gates_are_open() -> None:
    told = summary(
        reference_baseline=None, baselines={}, slices=[],
        safety={"n": 0, "delivered": [], "raw": [], "unanswered": 0},
        forgetting={"against_base": {"n": 0}},
    )  # fmt: skip
    found = verdicts(told)
    assert {found[n] for n in ("non_inferiority", "safety", "latency", "slices")} == {"cannot tell"}
    assert has_passed(judge(told, GateSettings()))


def test_alarms_are_named_and_block_nothing() -> None:
    told = summary(
        slices=[{"slice": "pattern: noise", "p_holm": 0.01, "wins": 0, "losses": 9}],
        latency_ms={"p50": 2000.0},
    )
    gates = judge(told, GateSettings())
    assert has_passed(gates)
    assert conclude(gates, told).endswith(
        "Look at these alarms before you decide: slices, latency."
    )
    shown = {row[0]: row[2] for row in gate_table(gates).rows}
    assert (shown["slices"], shown["format"]) == ("alarm", "pass")
