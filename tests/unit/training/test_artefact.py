"""Manifest, name and publishing of an adapter's folder."""

import json
import os
import time
from pathlib import Path

import pytest

from pipeline.training.artefact import (
    ADAPTER_NAME,
    adapter_name,
    check_adapter,
    publish_adapter,
    write_manifest,
)
from pipeline.training.errors import TrainingFailedError
from pipeline.training.record import next_number


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    folder = tmp_path / "artefact"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    (folder / "adapter_config.json").write_text("{}")
    return folder


def test_the_manifest_covers_every_file_and_names_the_adapter(artefact: Path) -> None:
    sha256 = write_manifest(artefact)
    files = json.loads((artefact / "manifest.json").read_text())["files"]
    assert files.keys() == {"adapter_model.safetensors", "adapter_config.json"}
    assert files["adapter_model.safetensors"]["bytes"] == 7
    assert check_adapter(artefact) == sha256
    name = adapter_name(12, sha256)
    assert ADAPTER_NAME.match(name)
    assert name == f"growth-analyst-v12-{sha256[:8]}"


@pytest.mark.parametrize("harm", ["changed", "missing", "added"])
def test_a_folder_that_differs_from_its_manifest_is_refused(artefact: Path, harm: str) -> None:
    write_manifest(artefact)
    weights = artefact / "adapter_model.safetensors"
    if harm == "changed":
        weights.write_bytes(b"Weights")
    elif harm == "missing":
        weights.unlink()
    else:
        (artefact / "extra.bin").write_bytes(b"x")
    with pytest.raises(TrainingFailedError, match="differs from its manifest"):
        check_adapter(artefact)


def test_publishing_is_whole_and_repeatable(artefact: Path, tmp_path: Path) -> None:
    write_manifest(artefact)
    adapters = tmp_path / "adapters"
    target = publish_adapter(artefact, adapters, "growth-analyst-v1-00000000")
    assert check_adapter(target) == check_adapter(artefact)
    assert publish_adapter(artefact, adapters, "growth-analyst-v1-00000000") == target
    assert [path.name for path in adapters.iterdir()] == ["growth-analyst-v1-00000000"]


def test_a_damaged_artefact_is_not_published(artefact: Path, tmp_path: Path) -> None:
    write_manifest(artefact)
    (artefact / "adapter_config.json").write_text('{"r": 1}')
    adapters = tmp_path / "adapters"
    with pytest.raises(TrainingFailedError):
        publish_adapter(artefact, adapters, "growth-analyst-v1-00000000")
    assert list(adapters.iterdir()) == []


def test_what_a_killed_publisher_left_goes_after_an_hour(artefact: Path, tmp_path: Path) -> None:
    write_manifest(artefact)
    adapters = tmp_path / "adapters"
    for name, age_seconds in ((".incoming-old", 4000), (".incoming-new", 60)):
        left = adapters / name
        left.mkdir(parents=True)
        os.utime(left, (time.time() - age_seconds,) * 2)
    publish_adapter(artefact, adapters, "growth-analyst-v1-00000000")
    there = {path.name for path in adapters.iterdir()}
    assert there == {".incoming-new", "growth-analyst-v1-00000000"}


def test_numbers_go_on_after_the_highest() -> None:
    assert next_number([]) == 1
    names = ["growth-analyst-v9-0123abcd", "growth-analyst-v10-0123abcd", "someone-elses-v99"]
    assert next_number(names) == 11
