"""The whole loop in seconds: real filter, review, dataset and evaluation; model, trainer are stubs.

Stub adapters of both arms write the same, so the report must not credit the verdicts.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from deploy.loop_parts import build_arm
from deploy.settings import AnalystSettings
from deploy.stub_model import StubModel, StubRequest, continue_text
from pipeline.curated import CURATED_FOLDER, import_curated
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.simulation.loop import ArmParts, run_arm
from pipeline.simulation.plan import Arm, LoopPlan
from pipeline.simulation.report import summarise_loop, write_loop_report
from scheduler.settings import SchedulerSettings
from storage.database import reading
from storage.examples import Example, ExampleStatus
from storage.ratings import Rating
from tests.integration.evaluation.conftest import write_good

TRAINER = Path(__file__).parents[1] / "scheduler" / "stub_trainer.py"
PLAN = LoopPlan(cycles=1, questions=13, cases=13, raters=3)


def write_by_name(request: StubRequest) -> str:
    """Adapters state the facts; the base says one plain sentence."""
    if request.model.startswith("growth-analyst-"):
        return write_good(request)
    return continue_text("It went up and down.", request.prefix)


@pytest.fixture
def stub(tmp_path: Path) -> Iterator[StubModel]:
    (tmp_path / "loop" / "adapters").mkdir(parents=True)
    with StubModel(script=write_by_name, adapters_dir=tmp_path / "loop" / "adapters") as server:
        yield server


def build(arm: Arm, stub: StubModel, model: ModelClient, tmp_path: Path) -> ArmParts:
    """An arm on stubs that knows six curated examples and no starter."""
    settings = AnalystSettings(
        _env_file=None,
        data_dir=tmp_path / "data",
        serving=model.settings,
        scheduler=SchedulerSettings(trainer=(sys.executable, str(TRAINER))),
        evaluation=EvaluationSettings(bertscore_model=tmp_path / "none", concurrency=4),
    )
    parts = build_arm(arm, PLAN, settings, model, tmp_path / "loop", lambda _: None)
    curated = tmp_path / "curated"
    curated.mkdir(exist_ok=True)
    lines = (CURATED_FOLDER / "a.jsonl").read_text("utf-8").splitlines()[:6]
    (curated / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    learning = replace(
        parts.learning,
        import_examples=lambda: import_curated(parts.engine, PRODUCT_ANALYSIS, curated),
        check_room=lambda: None,
        poll_seconds=0.05,
    )
    return replace(parts, learning=learning, install_start=lambda: None)


def test_loop_learns_from_true_verdicts_and_goes_on_after_a_stop(
    stub: StubModel, tmp_path: Path
) -> None:
    serving = ServingSettings(base_url=stub.base_url, retry_pause_seconds=0.0)
    with ModelClient(serving) as model:
        rows = []
        for arm in PLAN.arms:
            rows += run_arm(build(arm, stub, model, tmp_path), PLAN)
        asked = len(stub.requests)
        again = [
            row for arm in PLAN.arms for row in run_arm(build(arm, stub, model, tmp_path), PLAN)
        ]
        assert len(stub.requests) == asked, "what is remembered is not asked again"
    assert json.dumps(again) == json.dumps(rows)
    true, control = rows
    assert true["verdicts"]["approved_now"] > control["verdicts"]["approved_now"]
    assert true["decision"] == "promoted: nothing was live"
    assert set(true["baselines"]) == {"few_shot_base", "base"}
    told = summarise_loop(rows, PLAN)
    assert told["gains"]["true"]["low"] > 0
    assert "does not come from the verdicts" in told["conclusion"]
    page = write_loop_report(tmp_path / "out", told)
    assert "Simulated" in page.read_text(encoding="utf-8")
    assert "few-shot base" in (tmp_path / "out" / "loop.md").read_text(encoding="utf-8")

    parts = build(Arm.TRUE, stub, model, tmp_path)
    with reading(parts.engine) as session:
        learned = session.exec(
            select(Example).where(
                Example.status == ExampleStatus.APPROVED, Example.origin != "curated"
            )
        ).all()
        raters = {rating.user_id for rating in session.exec(select(Rating))}
    assert learned
    assert all(example.provenance["simulated"] is True for example in learned)
    assert all(rater.startswith("simulated:") for rater in raters)
