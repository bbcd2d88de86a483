"""A large hosted model as one more column: plain protocol, one draft, cost by tokens, opt-in."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.serving.client import ModelClient
from bot.shots import load_shots
from deploy.stub_model import StubFault, StubModel
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.evaluation.hosted import check_hosted
from pipeline.evaluation.opening import EvaluationRequest
from pipeline.evaluation.run import evaluate
from pipeline.evaluation.settings import EvaluationSettings, HostedSettings
from pipeline.evaluation.systems import DEFAULT_BASELINES, SystemName, read_baselines
from tests.integration.evaluation.conftest import GOOD, write_shuffled

CASES = load_case_set("golden", 3)
LARGE = "large-model-1"
VLLM_ONLY = {"continue_final_message", "add_generation_prompt", "repetition_penalty", "seed"}


def quiet(_done: int, _total: int) -> None:
    return


def test_hosted_model_is_a_column_beside_the_others(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings
) -> None:
    with StubModel(script=write_shuffled, base_model=LARGE) as large:
        hosted = HostedSettings(
            base_url=large.base_url, model=LARGE, input_price=3, output_price=15, concurrency=2
        )
        chosen = settings.model_copy(update={"hosted": hosted, "redrafts": True, "timed_cases": 1})
        baselines = read_baselines("base,hosted")
        request = EvaluationRequest(GOOD, CASES, baselines, load_shots(), with_probes=False)
        done = evaluate(sqlite, model, request, chosen, on_progress=quiet)
        asked = [sent.body for sent in large.requests]
    assert len(asked) == 1 + 3 + 1  # a sign of life, every case once, the timed ones
    assert not any(VLLM_ONLY & body.keys() for body in asked)
    assert all(body["model"] == LARGE for body in asked)
    assert len(asked[1]["messages"]) > 2 * len(load_shots())  # the worked examples went along

    told = done.summary["baselines"]["hosted"]
    assert told["label"] == LARGE
    assert told["n"] == 3
    assert told["latency_ms"]["concurrency"] == 2
    assert told["tokens"]["completions_per_answer"] == 1
    spent = told["tokens"]["prompt"] * 3 + told["tokens"]["completion"] * 15
    assert told["cost_per_1000"] == pytest.approx(spent / 1000, rel=0.01)
    assert told["layers"]["facts"]["delivered"]["claim_precision"]["value"] == 1
    assert told["comparison"]["raw"]["sound"]["losses"] == 0
    assert done.summary["reference_baseline"] == "base"
    page = Path(str(done.report)).read_text(encoding="utf-8")
    assert "hosted few-shot model" in page
    assert "$3 and $15 a million" in page
    assert "api_key" not in str(done.config)


def test_hosted_model_that_fails_is_named_and_leaves_nothing_half_judged(
    sqlite: Engine, model: ModelClient, settings: EvaluationSettings
) -> None:
    with StubModel(base_model=LARGE) as large:
        wrong = HostedSettings(base_url=large.base_url, model="small")
        chosen = settings.model_copy(update={"hosted": wrong})
        request = EvaluationRequest(GOOD, CASES, (SystemName.HOSTED,), with_probes=False)
        with pytest.raises(EvaluationInputError, match="HOSTED__MODEL"):
            evaluate(sqlite, model, request, chosen, on_progress=quiet)
        large.fail_next(StubFault.DISCONNECT, times=2)
        right = wrong.model_copy(update={"model": LARGE})
        chosen = settings.model_copy(update={"hosted": right})
        with pytest.raises(EvaluationInterruptedError, match="hosted model"):
            evaluate(sqlite, model, request, chosen, on_progress=quiet)


def test_nothing_leaves_the_machine_unless_the_settings_say_so() -> None:
    assert SystemName.HOSTED not in DEFAULT_BASELINES
    assert read_baselines("all") == DEFAULT_BASELINES
    away = HostedSettings(base_url="https://models.example.com/v1", model=LARGE)
    with pytest.raises(EvaluationInputError, match="No hosted model is set"):
        check_hosted(HostedSettings(), CASES)
    with pytest.raises(EvaluationInputError, match="ALLOW_EXTERNAL=true"):
        check_hosted(away, CASES)
    allowed = away.model_copy(update={"allow_external": True})
    check_hosted(allowed, CASES)
    with pytest.raises(EvaluationInputError, match="ALLOW_COLLECTED=true"):
        check_hosted(allowed, replace(CASES, is_own=True))
    check_hosted(allowed.model_copy(update={"allow_collected": True}), replace(CASES, is_own=True))
