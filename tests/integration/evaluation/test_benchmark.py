"""The benchmark of evaluation speed sees batching where the server takes its time."""

from bot.analysis.findings import compute_findings
from bot.answering import Author
from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from deploy.stub_model import StubModel
from pipeline.evaluation.benchmark import measure_speed
from pipeline.evaluation.cases import load_case_set
from tests.integration.evaluation.conftest import GOOD, write_good


def test_answers_written_at_once_take_less_time() -> None:
    asked = [compute_findings(case.question) for case in load_case_set("simulated", 6).cases]
    author = Author(adapter=GOOD, sha256=None, label=GOOD, shots=())
    slow = StubModel(script=write_good, adapters={GOOD}, first_token_seconds=0.4)
    with slow as stub, ModelClient(ServingSettings(base_url=stub.base_url)) as model:
        found = measure_speed(model, author, asked, 6)
    assert found["batched_over_one_by_one"] > 2
    assert found["batched"]["tokens"] > 0
    assert found["one_by_one"]["tokens"] == found["batched"]["tokens"]
