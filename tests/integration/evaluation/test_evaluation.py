"""Whole evaluations over HTTP against a stub model: verdicts, baselines, safety, reports."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.analysis.prompt import Shot
from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from bot.shots import load_shots
from deploy.stub_model import StubFault, StubModel
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.evaluation.opening import EvaluationRequest
from pipeline.evaluation.opinions import rewrite_report
from pipeline.evaluation.replay import be_patient
from pipeline.evaluation.run import compare_evaluations, evaluate
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.evaluation.systems import SystemName
from storage.adapters import AdapterState, change_adapter_state, register_adapter
from storage.aliases import LIVE, point_alias
from storage.database import reading, transaction
from storage.evaluations import Evaluation, list_cases
from tests.integration.evaluation.conftest import GOOD, SHUFFLED, TWIN, UNSAFE

CASES = load_case_set("golden", 60)
FEW = load_case_set("golden", 6)


def quiet(_done: int, _total: int) -> None:
    return


def ask(adapter: str, **fields: Any) -> EvaluationRequest:
    return EvaluationRequest(adapter=adapter, shots=load_shots(), **{"cases": CASES, **fields})


def go_live(engine: Engine, name: str) -> None:
    with transaction(engine) as session:
        sha = "a" * 64
        register_adapter(
            session, name=name, sha256=sha, directory="x", base_model="models/smollm2-135m-instruct"
        )
        change_adapter_state(session, name, AdapterState.LIVE, "test")
        point_alias(session, LIVE, name, sha, "test", "first")


def gate(evaluation: Evaluation, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(g for g in evaluation.gates if g["name"] == name)
    return found


def test_good_adapter_beats_the_bases(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings
) -> None:
    done = evaluate(sqlite, model, ask(GOOD), settings, on_progress=quiet)
    told = done.summary
    assert done.n == 60
    assert done.has_passed
    assert set(told["baselines"]) == {"few_shot_base", "base"}
    assert any("stands for live" in note for note in told["notes"])
    compared = told["baselines"]["few_shot_base"]["comparison"]["raw"]["sound"]
    assert compared["relation"] == "better"
    assert compared["losses"] == 0
    assert "recommended" in told["conclusion"]
    assert told["layers"]["usefulness"] == "not rated"
    assert told["bertscore"]["missing"]
    assert told["rouge"]["reference"] == {"plain facts": 60}
    assert told["latency_ms"]["p50"] <= told["latency_ms"]["p95"]
    assert told["cost_per_1000"] > 0
    # the guard lets nothing unproved through, whoever wrote
    for system in (told, *told["baselines"].values()):
        assert system["layers"]["facts"]["delivered"]["claim_precision"]["value"] == 1


def test_shuffled_adapter_fails_and_a_copy_of_live_does_not_differ(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings
) -> None:
    go_live(sqlite, GOOD)
    beside_live: dict[str, Any] = {"baselines": (SystemName.LIVE,), "with_probes": False}
    shuffled = evaluate(sqlite, model, ask(SHUFFLED, **beside_live), settings, on_progress=quiet)
    assert shuffled.has_passed is False
    assert gate(shuffled, "claim_precision")["verdict"] == "fail"
    assert gate(shuffled, "non_inferiority")["verdict"] == "fail"
    assert shuffled.summary["conclusion"].startswith("Do not promote. ")
    assert "live adapter" in shuffled.summary["conclusion"]
    assert len(shuffled.summary["regressions"]) > 35
    page = Path(shuffled.report).read_text(encoding="utf-8")
    assert "moon campaign" in page
    assert "Lost to the live adapter" in page
    assert "Regressions: the live adapter is sound, the candidate is not" in page
    listed = page.partition("Regressions:")[2].partition("</table>")[0]
    assert all(case_id in listed for case_id in shuffled.summary["regressions"])
    assert "matches no fact" in listed or "9,000" in listed

    copy = evaluate(sqlite, model, ask(TWIN, **beside_live), settings, on_progress=quiet)
    compared = copy.summary["baselines"]["live"]["comparison"]["raw"]["sound"]
    assert compared["relation"] == "no difference"
    assert "No difference from the live adapter" in copy.summary["conclusion"]
    assert copy.summary["regressions"] == []

    two = compare_evaluations(sqlite, copy.id, shuffled.id, settings)
    assert two["first_minus_second"]["raw"]["sound"]["relation"] == "better"
    assert len(two["gains"]) == len(shuffled.summary["regressions"])
    with pytest.raises(EvaluationInputError, match="no evaluation 99"):
        compare_evaluations(sqlite, copy.id, 99, settings)


def test_obeyed_injection_blocks(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings
) -> None:
    done = evaluate(
        sqlite, model, ask(UNSAFE, cases=FEW, baselines=()), settings, on_progress=quiet
    )
    assert done.has_passed is False
    assert gate(done, "safety")["verdict"] == "fail"
    assert "safety:trigger-phrase" in gate(done, "safety")["words"]
    assert gate(done, "non_inferiority")["verdict"] == "cannot tell"


def test_interrupted_evaluation_goes_on_without_asking_twice(
    engine: Engine, stub: StubModel, model: ModelClient, settings: EvaluationSettings
) -> None:
    """On both databases: the server dies in the middle, the same request goes on later."""
    request = ask(GOOD, cases=FEW)
    seen: list[int] = []

    def break_after_five(done: int, _total: int) -> None:
        seen.append(done)
        if done == 5:
            stub.fail_next(StubFault.SERVER_ERROR, times=50)

    with pytest.raises(EvaluationInterruptedError, match="are stored"):
        evaluate(engine, model, request, settings, on_progress=break_after_five)
    with reading(engine) as session:
        first = {(r.case_id, r.system, r.recorded_at) for r in list_cases(session, 1)}
    assert 5 <= len(first) < 18
    stub._faults.clear()
    prompts = len(stub.requests)
    done = evaluate(engine, model, request, settings, on_progress=quiet)
    with reading(engine) as session:
        rows = list_cases(session, done.id)
    assert done.id == 1
    assert first <= {(r.case_id, r.system, r.recorded_at) for r in rows}
    assert max(Counter((r.case_id, r.system) for r in rows).values()) == 1
    # each fresh draft after the restart is one that was not stored: 18 answers, 14 + 120 probes
    fresh = [r for r in stub.requests[prompts:] if not r.prefix]
    total = len(rows) - len(first)
    assert total <= len(fresh) <= total + 3 + 2 * total  # smoke tests; redrafts from the start
    # and a third time nothing is asked at all
    prompts = len(stub.requests)
    again = evaluate(engine, model, request, settings, on_progress=quiet)
    assert len(stub.requests) == prompts
    assert again.summary == done.summary


def test_report_is_the_same_when_made_again(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings, tmp_path: Path
) -> None:
    done = evaluate(sqlite, model, ask(GOOD, cases=FEW), settings, on_progress=quiet)
    rewrite_report(sqlite, done.id, tmp_path / "again")
    for name in ("report.html", "report.md", "summary.json", "cases.jsonl"):
        first = (Path(done.report).parent / name).read_bytes()
        assert (tmp_path / "again" / name).read_bytes() == first
    page = (tmp_path / "again" / "report.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("https?://", "")
    assert "<script" not in page
    summary = json.loads((tmp_path / "again" / "summary.json").read_text(encoding="utf-8"))
    assert summary["n"] == 6


def test_unknown_adapter_is_bad_input(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings
) -> None:
    with pytest.raises(EvaluationInputError, match="knows no adapter 'absent-1'"):
        evaluate(sqlite, model, ask("absent-1", cases=FEW), settings, on_progress=quiet)


def test_requests_the_server_refuses_count_as_unanswered(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings
) -> None:
    shots = (Shot(prompt="far " * 7000, completion="x"),)  # longer than the server's context
    request = EvaluationRequest(GOOD, FEW, (SystemName.FEW_SHOT_BASE,), shots, with_probes=False)
    done = evaluate(sqlite, model, request, settings, on_progress=quiet)
    baseline = done.summary["baselines"]["few_shot_base"]
    assert (done.summary["failed"], baseline["failed"], baseline["n"]) == (0, 6, 6)
    assert baseline["layers"]["facts"]["raw"]["sound"]["value"] == 0
    assert baseline["layers"]["facts"]["raw"]["fully_supported"]["value"] == 0
    assert baseline["latency_ms"]["n"] == 0


def test_a_server_that_is_too_slow_is_not_the_candidates_fault(
    sqlite: Engine, stub: StubModel, settings: EvaluationSettings
) -> None:
    hasty = ServingSettings(
        base_url=stub.base_url, first_token_timeout_seconds=0.5, retry_pause_seconds=0.01
    )
    request = ask(GOOD, cases=FEW, baselines=(), with_probes=False)
    one_at_a_time = settings.model_copy(update={"concurrency": 1})

    def stall_after_two(done: int, _total: int) -> None:
        if done == 2:
            stub.fail_next(StubFault.STALL, times=2)

    with (
        ModelClient(hasty) as model,
        pytest.raises(EvaluationInterruptedError, match="of 12 answers are stored"),
    ):
        evaluate(sqlite, model, request, one_at_a_time, on_progress=stall_after_two)
    with ModelClient(be_patient(hasty)) as model:
        done = evaluate(sqlite, model, request, one_at_a_time, on_progress=quiet)
    assert (done.n, done.summary["failed"]) == (6, 0)
