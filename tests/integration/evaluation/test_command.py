"""`analyst evaluate`: one JSON object, exit codes, plain sentences."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from deploy.commands.evaluate import evaluate
from deploy.stub_model import StubModel
from tests.integration.evaluation.conftest import GOOD

PROMISED = (
    "n", "layers", "rouge", "bertscore", "latency_ms", "cost_per_1000", "baselines", "gates",
    "report",
)  # fmt: skip


@pytest.fixture
def surroundings(tmp_path: Path, stub: StubModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYST_STORAGE__URL", f"sqlite:///{tmp_path / 'a.sqlite'}")
    monkeypatch.setenv("ANALYST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ANALYST_SERVING__BASE_URL", stub.base_url)
    monkeypatch.setenv("ANALYST_EVALUATION__BERTSCORE_MODEL", str(tmp_path / "none"))


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(evaluate)
    return CliRunner().invoke(app, [*arguments])


@pytest.mark.usefixtures("surroundings")
def test_json_keeps_its_promise_and_the_report_can_be_written_again() -> None:
    result = run("--adapter", GOOD, "--limit", "5", "--baselines", "base", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert all(key in told for key in PROMISED)
    assert all({"name", "value", "threshold", "passed"} <= gate.keys() for gate in told["gates"])
    assert "answers" in result.stderr
    report = Path(told["report"])
    report.unlink()
    again = run("--report", str(told["evaluation"]))
    assert again.exit_code == 0
    assert report.exists()
    assert GOOD in again.stdout


@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((), 2, "Name the adapter"),
        (("--adapter", "absent-1", "--limit", "2"), 2, "knows no adapter 'absent-1'"),
        (("--adapter", "../x", "--limit", "2"), 2, "knows no adapter '../x'"),
        (("--adapter", GOOD, "--cases", "absent.jsonl"), 2, "absent.jsonl cannot be read"),
        (("--adapter", GOOD, "--baselines", "gpt"), 2, "is no baseline"),
        (("--report", "7"), 2, "no finished evaluation 7"),
    ],
)
def test_bad_input_is_a_sentence(arguments: tuple[str, ...], code: int, sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert sentence in result.stderr


@pytest.mark.usefixtures("surroundings")
def test_server_that_is_down_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYST_SERVING__BASE_URL", "http://127.0.0.1:9/v1")
    result = run("--adapter", GOOD, "--limit", "2")
    assert result.exit_code == 1
    assert "Start the model server" in result.stderr
