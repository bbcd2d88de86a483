"""An evaluation killed with SIGKILL goes on: same result, and no stored case is run twice."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import Engine

from bot.serving.client import ModelClient
from deploy.stub_model import StubModel
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.opening import EvaluationRequest
from pipeline.evaluation.run import evaluate
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.evaluation.systems import SystemName
from storage.database import reading
from storage.evaluations import EvaluationCase, list_cases
from tests.integration.evaluation.conftest import GOOD

ROOT = Path(__file__).parents[3]
STORED_BEFORE_KILL = 4
PROGRAM = """
import sys
from pathlib import Path
from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.opening import EvaluationRequest
from pipeline.evaluation.run import evaluate
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.evaluation.systems import SystemName
from storage.database import open_database
url, base_url, folder, adapter = sys.argv[1:]
settings = EvaluationSettings(folder=Path(folder), concurrency=2, bertscore_model=Path(folder))
request = EvaluationRequest(
    adapter, load_case_set("simulated", 8), (SystemName.BASE,), with_probes=False
)
with ModelClient(ServingSettings(base_url=base_url)) as model:
    evaluate(open_database(url), model, request, settings, on_progress=lambda done, total: None)
"""


def read_rows(engine: Engine, evaluation_id: int) -> dict[tuple[str, str], EvaluationCase]:
    with reading(engine) as session:
        return {(r.case_id, r.system): r for r in list_cases(session, evaluation_id)}


def test_killed_evaluation_goes_on(
    sqlite: Engine, stub: StubModel, model: ModelClient, tmp_path: Path
) -> None:
    folder = tmp_path / "evaluations"
    arguments = [f"sqlite:///{tmp_path / 'a.sqlite'}", stub.base_url, str(folder), GOOD]
    stub.first_token_seconds = 0.15
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=ROOT, env={**os.environ}
    )
    deadline = time.monotonic() + 60
    while len(read_rows(sqlite, 1)) < STORED_BEFORE_KILL and time.monotonic() < deadline:
        assert running.poll() is None
        time.sleep(0.05)
    running.kill()
    running.wait()
    before = read_rows(sqlite, 1)
    assert STORED_BEFORE_KILL <= len(before) < 24
    assert not folder.exists()

    stub.first_token_seconds = 0
    settings = EvaluationSettings(folder=folder, concurrency=2, bertscore_model=folder)
    cases = load_case_set("simulated", 8)
    request = EvaluationRequest(GOOD, cases, (SystemName.BASE,), with_probes=False)
    resumed = evaluate(sqlite, model, request, settings, on_progress=lambda _done, _total: None)
    after = read_rows(sqlite, 1)
    assert resumed.id == 1
    assert len(after) == 8 + 8 + 8  # two systems, and the timed answers of the candidate
    assert all(after[key].recorded_at == row.recorded_at for key, row in before.items())

    fresh = EvaluationRequest(GOOD, cases, (SystemName.BASE,), with_probes=False, again=1)
    whole = evaluate(sqlite, model, fresh, settings, on_progress=lambda _done, _total: None)
    assert whole.id != resumed.id
    for key in ("layers", "rouge", "slices", "regressions", "drift"):
        assert whole.summary[key] == resumed.summary[key]
    assert (
        whole.summary["baselines"]["base"]["comparison"]
        == (resumed.summary["baselines"]["base"]["comparison"])
    )
