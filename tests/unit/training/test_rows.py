"""A dataset folder is read whole, or the bad place is named."""

import json
from pathlib import Path

import pytest

from pipeline.training.errors import TrainingInputError
from pipeline.training.rows import read_training_data


def make_row(number: int, text: str = "Analysis: flat.") -> dict[str, object]:
    return {
        "prompt": [
            {"role": "system", "content": "You are an analyst."},
            {"role": "user", "content": f"Metric {number}"},
        ],
        "completion": [{"role": "assistant", "content": text}],
        "example_id": f"e{number}",
        "family_id": "f",
    }


def write_dataset(folder: Path, train: list[str] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    lines = train or [json.dumps(make_row(n)) for n in range(8)]
    (folder / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    validation = [json.dumps(make_row(n)) for n in range(100, 102)]
    (folder / "validation.jsonl").write_text("\n".join(validation), encoding="utf-8")
    return folder


def test_rows_are_read_with_a_fingerprint(tmp_path: Path) -> None:
    data = read_training_data(write_dataset(tmp_path / "a"))
    assert (len(data.train), len(data.validation)) == (8, 2)
    assert data.train[3].answer == "Analysis: flat."
    assert data.version is None
    again = read_training_data(write_dataset(tmp_path / "b"))
    assert again.fingerprint == data.fingerprint
    changed = [json.dumps(make_row(n, "Analysis: up.")) for n in range(8)]
    other = read_training_data(write_dataset(tmp_path / "c", changed))
    assert other.fingerprint != data.fingerprint


def test_a_line_separator_inside_a_text_is_no_end_of_line(tmp_path: Path) -> None:
    lines = [json.dumps(make_row(n, "one\u2028two"), ensure_ascii=False) for n in range(8)]
    data = read_training_data(write_dataset(tmp_path / "a", lines))
    assert data.train[0].answer == "one\u2028two"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "train.jsonl line 4: not a JSON object"),
        ('{"prompt": []}', "train.jsonl line 4: prompt"),
        (json.dumps(make_row(1) | {"completion": []}), "line 4: completion"),
        (
            json.dumps(make_row(1) | {"completion": [{"role": "user", "content": "x"}]}),
            "line 4: the prompt must end with a user message",
        ),
        (json.dumps(make_row(1, "")), "line 4: completion.0.content"),
    ],
)
def test_one_bad_row_is_named_by_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    lines = [json.dumps(make_row(n)) for n in range(8)]
    lines[3] = line
    with pytest.raises(TrainingInputError, match=said):
        read_training_data(write_dataset(tmp_path / "a", lines))


def test_too_few_rows_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    few = write_dataset(tmp_path / "a", [json.dumps(make_row(1))])
    with pytest.raises(TrainingInputError, match="1 rows; training needs at least 8"):
        read_training_data(few)
    with pytest.raises(TrainingInputError, match="no dataset folder"):
        read_training_data(tmp_path / "none")


def test_a_changed_version_is_refused(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "a")
    manifest = {"version": 3, "fingerprint": "f" * 64, "files": {"train.jsonl": "0" * 64}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(TrainingInputError, match=r"train\.jsonl changed"):
        read_training_data(folder)
