"""A real run with a step on corrections: few steps, short pairs, the packaged model."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.launcher.local import LocalLauncher
from pipeline.launcher.port import RunState
from pipeline.training.environment import training_environment
from pipeline.training.job import TrainingJob, TrainingResult
from pipeline.training.presets import PreferenceSettings, Preset
from tests.integration.training.rows import write_dataset
from tests.integration.training.test_real_training import read_weights, start, wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1200)]

STEPS = 2
CLAUSE = " The growth team owns it."


def write_pairs(folder: Path, count: int) -> None:
    """Corrections of the dataset's own answers that add who owns the action."""
    lines = (folder / "train.jsonl").read_text().splitlines()[:count]
    pairs = []
    for row in map(json.loads, lines):
        [answer] = row.pop("completion")
        corrected = answer | {"content": answer["content"] + CLAUSE}
        pairs.append(json.dumps(row | {"chosen": [corrected], "rejected": [answer]}))
    (folder / "preferences.jsonl").write_text("\n".join(pairs) + "\n")


@pytest.fixture
def preset(tiny_preset: Preset) -> Preset:
    """One step on the answers, two on eight pairs."""
    settings = PreferenceSettings(
        minimum_pairs=8, learning_rate=1e-3, max_steps=STEPS, accumulation=2,
        wall_clock_seconds=600,
    )  # fmt: skip
    changes = {"max_steps": 1, "evaluations": 1, "general_share": 0.0, "preference": settings}
    return tiny_preset.model_copy(update=changes)


def finish(launcher: LocalLauncher, job: TrainingJob, token: int) -> TrainingResult:
    start(launcher, "run", job, token)
    assert wait(launcher, "run") is RunState.FINISHED, launcher.logs("run")
    return TrainingResult.model_validate_json((launcher.folder("run") / "result.json").read_text())


def largest_difference(one: dict[str, Any], other: dict[str, Any]) -> float:
    assert one.keys() == other.keys()
    return max(float((one[name].float() - other[name].float()).abs().max()) for name in one)


def test_corrections_change_the_adapter_and_only_the_policy_is_saved(
    preset: Preset, tmp_path: Path
) -> None:
    from safetensors.torch import load_file

    data = write_dataset(tmp_path / "data", train=8, validation=2)
    write_pairs(data, 8)
    job = TrainingJob(preset=preset, dataset=data)
    launcher = LocalLauncher(tmp_path / "runs", environment=training_environment())
    result = finish(launcher, job, token=1)
    folder = launcher.folder("run")

    told = result.preference
    assert told is not None, result.preference_note
    assert (told.pairs, told.steps) == (8, STEPS)
    assert told.eval_loss_before == pytest.approx(result.best_eval_loss, abs=0.02)  # same adapter
    assert told.eval_loss != told.eval_loss_before
    assert told.margin > 0

    weights = read_weights(folder)
    names = " ".join(path.name for path in (folder / "adapter").rglob("*"))
    assert "ref" not in names
    assert not any(".ref." in name or ".default." in name for name in weights)
    answers = load_file(folder / "checkpoints" / "checkpoint-1" / "adapter_model.safetensors")
    assert largest_difference(weights, answers) > 5e-4  # two steps at 1e-3; rounding is below

    # Killed after the answers were learned: they are not learned again, and it ends the same.
    (folder / "result.json").unlink()
    lines = (folder / "progress.jsonl").read_text().count('"stage":"answers"')
    again = finish(launcher, job, token=2)
    assert (folder / "progress.jsonl").read_text().count('"stage":"answers"') == lines
    assert again.preference is not None
    assert again.preference.eval_loss == pytest.approx(told.eval_loss, abs=1e-3)
    assert largest_difference(read_weights(folder), weights) <= 1e-3


def test_too_few_pairs_leave_the_adapter_of_the_answers(preset: Preset, tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", train=8, validation=2)
    write_pairs(data, 7)
    launcher = LocalLauncher(tmp_path / "runs", environment=training_environment())
    result = finish(launcher, TrainingJob(preset=preset, dataset=data), token=1)
    assert result.preference is None
    assert "7 of the 8 pairs" in result.preference_note
    assert "7 of the 8 pairs" in (launcher.folder("run") / "adapter" / "README.md").read_text()
    assert not (launcher.folder("run") / "preferred").exists()
