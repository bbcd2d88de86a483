"""`analyst train` on bad input: a sentence, exit code 2 or 1, nothing left running."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from deploy.commands.train import train
from tests.integration.training.rows import write_dataset

pytestmark = pytest.mark.integration

MODEL_FOLDER = Path("models/smollm2-135m-instruct")


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder with its own database and a base model that only looks like one."""
    monkeypatch.chdir(tmp_path)
    MODEL_FOLDER.mkdir(parents=True)
    write_config("LlamaForCausalLM")
    (MODEL_FOLDER / "model.safetensors").write_bytes(b"no weights")


def write_config(architecture: str) -> None:
    text = json.dumps({"architectures": [architecture], "model_type": "llama"})
    (MODEL_FOLDER / "config.json").write_text(text)


def run_train(*arguments: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(train)
    return CliRunner().invoke(app, [*arguments, "--json"])


def check(result: Result, exit_code: int, said: str) -> None:
    assert result.exit_code == exit_code, result.output
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""
    assert "Traceback" not in result.output
    assert not list(Path("data").glob("training/*/process"))


def test_an_unknown_preset(tmp_path: Path) -> None:
    check(run_train("--preset", "huge"), 2, "choose cpu-demo, published-mistral-7b")


def test_no_dataset_at_all() -> None:
    check(run_train(), 2, "There is no dataset version at all. `analyst dataset build`")
    check(run_train("--dataset", "7"), 2, "There is no dataset version 7.")
    check(run_train("--dataset", "nowhere"), 2, "There is no dataset folder nowhere")


def test_one_bad_row(tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "d")
    lines = (data / "train.jsonl").read_text().splitlines()
    lines[4] = lines[4][:50]
    (data / "train.jsonl").write_text("\n".join(lines))
    check(run_train("--dataset", "d"), 2, "train.jsonl line 5: not a JSON object")


def test_a_missing_base_model(tmp_path: Path) -> None:
    write_dataset(tmp_path / "d")
    (MODEL_FOLDER / "config.json").unlink()
    check(run_train("--dataset", "d"), 2, "no base model at models/smollm2-135m-instruct")


def test_another_architecture(tmp_path: Path) -> None:
    write_dataset(tmp_path / "d")
    write_config("GPT2LMHeadModel")
    check(run_train("--dataset", "d"), 2, "holds a GPT2LMHeadModel, but preset cpu-demo")


@pytest.mark.timeout(120)
def test_what_the_process_finds_wrong_is_told_as_a_sentence(tmp_path: Path) -> None:
    write_dataset(tmp_path / "d")
    result = run_train("--dataset", "d")
    assert result.exit_code == 2
    assert "has no tokenizer that can be read; put the model there again." in result.stderr
    assert result.stdout == ""


@pytest.mark.timeout(120)
def test_damaged_weights_are_told_as_a_sentence(tmp_path: Path, base_model: Path) -> None:
    write_dataset(tmp_path / "d")
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(base_model.absolute() / name, MODEL_FOLDER / name)
    result = run_train("--dataset", "d")
    assert result.exit_code == 1
    assert "The weights in models/smollm2-135m-instruct are damaged" in result.stderr
    assert result.stdout == ""
