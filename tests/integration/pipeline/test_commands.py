"""The commands about training data: one JSON object, exit codes, plain sentences."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from deploy.commands import augment, dataset, examples

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a fresh database of its own."""
    monkeypatch.setenv("ANALYST_STORAGE__URL", f"sqlite:///{tmp_path / 'a.sqlite'}")
    monkeypatch.setenv("ANALYST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ANALYST_SERVING__BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ANALYST_AUGMENTATION__FIRST_PAUSE_SECONDS", "0.01")
    app = typer.Typer()
    app.add_typer(dataset.app, name="dataset")
    app.add_typer(examples.app, name="examples")
    app.command()(augment.augment)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments])

    return call


@pytest.fixture
def rows_file(tmp_path: Path, make_row: Any) -> Path:
    path = tmp_path / "rows.jsonl"
    lines = [make_row(n).model_dump_json() for n in range(12)]
    path.write_text("\n".join([*lines, "{broken"]) + "\n", encoding="utf-8")
    return path


def test_import_build_show_diff(run: Run, rows_file: Path, tmp_path: Path, make_row: Any) -> None:
    imported = run("examples", "import", str(rows_file), "--reviewed-by", "ann", "--json")
    assert imported.exit_code == 0
    assert "line 13" in imported.stderr
    told = json.loads(imported.stdout)
    assert (told["added"], told["rejected"]) == (12, {"not_an_example": 1})

    built = json.loads(run("dataset", "build", "--no-curated", "--json").stdout)
    assert {"version", "fingerprint", "counts", "splits", "rejected"} <= built.keys()
    assert built["splits"] == {"train": 11, "validation": 1}
    assert built["tokens"]["longest"] == 0 or 200 < built["tokens"]["longest"] < 1000
    shown = json.loads(run("dataset", "show", "--json").stdout)
    assert shown["fingerprint"] == built["fingerprint"]
    assert shown["files_intact"] is True

    extra = tmp_path / "extra.jsonl"
    extra.write_text(make_row(40).model_dump_json() + "\n", encoding="utf-8")
    run("examples", "import", str(extra), "--reviewed-by", "ann")
    run("dataset", "build", "--no-curated")
    diff = json.loads(run("dataset", "diff", "1", "2", "--json").stdout)
    assert [key.split(":")[1] for key in diff["added"]] == ["row-0040"]
    assert diff["removed"] == diff["moved"] == diff["rewritten"] == []


def test_candidates_are_shown_and_decided(run: Run, rows_file: Path) -> None:
    run("examples", "import", str(rows_file))
    listed = json.loads(run("examples", "list", "--json").stdout)
    assert listed["counts"]["candidate"] == 12
    first = json.loads(run("examples", "review", "--json").stdout)["example"]["id"]
    assert run("examples", "review", str(first), "--approve").exit_code == 0
    other = run("examples", "review", str(first + 1), "--reject", "misleading", "--json")
    assert json.loads(other.stdout)["counts"] == {
        "candidate": 10, "approved": 1, "rejected": 1, "removed": 0,
    }  # fmt: skip
    listed = json.loads(run("examples", "list", "--json").stdout)
    assert listed["by_reason"] == {"misleading": 1}
    shown = json.loads(run("examples", "show", str(first), "--json").stdout)
    assert len(shown["checks"]) == 9


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("dataset", "build", "--no-curated"), "no approved examples"),
        (("dataset", "show", "7"), "no dataset version 7"),
        (("dataset", "diff", "1", "2"), "no dataset version"),
        (("examples", "show", "5"), "no example 5"),
        (("examples", "show", "abcdef12"), "no answer with the reference “abcdef12”"),
        (("examples", "import", "absent.jsonl"), "no file absent.jsonl"),
        (("examples", "review", "5", "--approve", "--skip"), "Give one of"),
        (("examples", "review", "--approve"), "number"),
        (("augment", "--count", "2"), "no approved example"),
    ],
)
def test_bad_input_is_a_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_augment_without_a_teacher_fails_plainly(run: Run) -> None:
    result = run("augment", "--count", "6", "--from", "scenarios", "--run", "silent", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["requested"] == 6
    assert told["queued_for_review"] == 0
    assert {"generated", "rejected", "cost"} <= told.keys()
