"""A model judge behind the real protocol: asked once per answer, blind, withheld without people."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.serving.client import ModelClient
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.evaluation.opening import EvaluationRequest
from pipeline.evaluation.opinions import ask_judge, rewrite_report
from pipeline.evaluation.run import evaluate
from pipeline.evaluation.settings import EvaluationSettings, JudgeSettings
from pipeline.evaluation.systems import SystemName
from tests.integration.evaluation.conftest import GOOD

CASES = load_case_set("golden", 6)


class StubJudge(ThreadingHTTPServer):
    """Gives 4 to answers that begin with the first fact word by word, else 1; fails on request."""

    asked: list[dict[str, Any]]
    fail_after: int | None = None


class _Handler(BaseHTTPRequestHandler):
    server: StubJudge

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        limit = self.server.fail_after
        if limit is not None and len(self.server.asked) >= limit:
            self.send_error(503)
            return
        self.server.asked.append(body)
        good = re.search(r"Analysis: (?:Rose|Fell) from", body["messages"][-1]["content"])
        content = json.dumps({"score": 4 if good else 1, "reason": "stub"})
        reply = {
            "id": "j", "object": "chat.completion", "created": 0, "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": content}}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }  # fmt: skip
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def judge() -> Iterator[StubJudge]:
    server = StubJudge(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def quiet(_done: int, _total: int) -> None:
    return


def test_judge_scores_once_and_is_shown_beside_people(
    sqlite: Engine,
    model: ModelClient,
    settings: EvaluationSettings,
    judge: StubJudge,
    tmp_path: Path,
) -> None:
    request = EvaluationRequest(GOOD, CASES, (SystemName.BASE,), with_probes=False)
    done = evaluate(sqlite, model, request, settings, on_progress=quiet)
    setup = JudgeSettings(
        base_url=f"http://127.0.0.1:{judge.server_address[1]}/v1", model="judge-1", concurrency=2
    )
    judge.fail_after = 5
    with pytest.raises(EvaluationInterruptedError, match="go on"):
        ask_judge(sqlite, done.id, CASES, setup, on_progress=quiet)
    judge.fail_after = None
    ask_judge(sqlite, done.id, CASES, setup, on_progress=quiet)
    asked = [body["messages"][-1]["content"] for body in judge.asked]
    assert len(asked) == len(set(asked)) == 12  # two systems, six cases, none asked twice
    assert not any(name in json.dumps(judge.asked) for name in (GOOD, "candidate", "base"))

    withheld = rewrite_report(sqlite, done.id, tmp_path / "alone")
    assert withheld.summary["judge"]["usefulness"] == {}
    assert "withheld" in (tmp_path / "alone" / "report.md").read_text(encoding="utf-8")
    assert withheld.gates == done.gates

    ratings = tmp_path / "ratings.jsonl"
    ratings.write_text(
        "\n".join(
            json.dumps(
                {"evaluation": done.id, "case_id": case.case_id, "system": system, "rater": "ann",
                 "usefulness": score}
            )
            for case in CASES.cases
            for system, score in (("candidate", 5), ("base", 2))
        )
    )  # fmt: skip
    shown = rewrite_report(sqlite, done.id, tmp_path / "people", ratings).summary["judge"]
    assert shown["agreement"]["n"] == 12
    assert shown["agreement"]["spearman"] == 1
    assert shown["usefulness"]["candidate"]["value"] == 4
    page = (tmp_path / "people" / "report.html").read_text(encoding="utf-8")
    assert "Judged by a model" in page
    assert "only an impression" in page

    with pytest.raises(EvaluationInputError, match="name those cases with --cases"):
        ask_judge(sqlite, done.id, load_case_set("simulated", 3), setup, on_progress=quiet)
