"""Memory, base model and checkpoints are looked at before anything is started or resumed."""

import errno
import json
import os
from pathlib import Path

import pytest

from pipeline.training.base_model import check_base_model
from pipeline.training.checkpoints import (
    drop_unfinished,
    find_checkpoint,
    is_sound,
    seal_checkpoint,
)
from pipeline.training.checks import check_room, free_memory_bytes, is_disk_full
from pipeline.training.errors import TrainingFailedError, TrainingInputError
from pipeline.training.presets import CPU_DEMO, PUBLISHED_LLAMA3_8B, Preset


def with_base(folder: Path) -> Preset:
    return CPU_DEMO.model_copy(update={"base_model": str(folder)})


def test_free_memory_is_the_smaller_of_machine_and_container(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n")
    assert free_memory_bytes(meminfo, tmp_path) == 8000 * 1024
    (tmp_path / "memory.max").write_text("max\n")
    assert free_memory_bytes(meminfo, tmp_path) == 8000 * 1024
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert free_memory_bytes(meminfo, tmp_path) == 2_000_000
    assert free_memory_bytes(tmp_path / "none", tmp_path) is None


def test_too_little_room_is_said_before_the_start(tmp_path: Path) -> None:
    check_room(CPU_DEMO.model_copy(update={"memory_gib": 0.001, "disk_mb": 1}), tmp_path)
    with pytest.raises(TrainingFailedError, match="needs 5000 GiB of memory"):
        check_room(CPU_DEMO.model_copy(update={"memory_gib": 5000, "disk_mb": 1}), tmp_path)
    with pytest.raises(TrainingFailedError, match="needs 900000000 MB of disk"):
        check_room(CPU_DEMO.model_copy(update={"disk_mb": 900_000_000}), tmp_path)


def test_a_full_disk_is_known_by_the_error_or_by_what_is_left(tmp_path: Path) -> None:
    no_space = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    wrapped = RuntimeError("the writer failed")
    wrapped.__context__ = no_space
    assert is_disk_full(tmp_path, no_space, full_below=0)
    assert is_disk_full(tmp_path, wrapped, full_below=0)
    text = "I/O error: No space left on device (os error 28)"  # as safetensors says it
    assert is_disk_full(tmp_path, RuntimeError(text), full_below=0)
    assert not is_disk_full(tmp_path, PermissionError(errno.EACCES, "no"), full_below=0)
    assert is_disk_full(tmp_path, RuntimeError("file write failed"), full_below=1 << 60)
    assert not is_disk_full(tmp_path / "none", RuntimeError("other"), full_below=1 << 60)


def test_a_missing_base_model_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(TrainingInputError, match="hf download meta-llama/Meta-Llama-3-8B"):
        check_base_model(PUBLISHED_LLAMA3_8B)
    with pytest.raises(TrainingInputError, match="no base model"):
        check_base_model(with_base(tmp_path / "none"))


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["GPT2LMHeadModel"]}))
    with pytest.raises(TrainingInputError, match="GPT2LMHeadModel, but preset cpu-demo"):
        check_base_model(with_base(tmp_path))


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    with pytest.raises(TrainingInputError, match="safetensors"):
        check_base_model(with_base(tmp_path))
    (tmp_path / "model.safetensors").touch()
    assert check_base_model(with_base(tmp_path)) == tmp_path


def make_checkpoint(root: Path, step: int, best: int) -> Path:
    folder = root / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    state = {"global_step": step, "best_model_checkpoint": f"elsewhere/checkpoint-{best}"}
    (folder / "trainer_state.json").write_text(json.dumps(state))
    seal_checkpoint(folder)
    return folder


def test_the_newest_sound_checkpoint_is_taken(tmp_path: Path) -> None:
    assert find_checkpoint(tmp_path) is None
    older = make_checkpoint(tmp_path, 9, best=9)
    newer = make_checkpoint(tmp_path, 12, best=9)
    assert find_checkpoint(tmp_path) == newer
    (newer / "adapter_model.safetensors").write_bytes(b"half")
    assert not is_sound(newer)
    assert find_checkpoint(tmp_path) == older
    assert (tmp_path / "damaged-checkpoint-12").is_dir()


def test_a_checkpoint_whose_best_one_is_damaged_is_not_taken(tmp_path: Path) -> None:
    oldest = make_checkpoint(tmp_path, 3, best=3)
    best = make_checkpoint(tmp_path, 6, best=6)
    make_checkpoint(tmp_path, 9, best=6)
    (best / "trainer_state.json").write_text("{")
    assert find_checkpoint(tmp_path) == oldest


def test_what_was_cut_while_being_written_is_deleted(tmp_path: Path) -> None:
    whole = make_checkpoint(tmp_path, 3, best=3)
    cut = make_checkpoint(tmp_path, 6, best=6)
    (cut / "sealed.json").unlink()
    drop_unfinished(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [whole.name]
