"""A real run with a step on corrections: few steps, short pairs, a small model."""

import json
from pathlib import Path

import pytest

from pipeline.training.job import TrainingJob
from pipeline.training.presets import PreferenceSettings, Preset
from tests.integration.training.rows import write_dataset
from tests.integration.training.runs import ForkedTrainer, largest_difference, read_weights

pytestmark = pytest.mark.integration

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
def preset(small_preset: Preset) -> Preset:
    """One step on the answers, two on eight pairs."""
    settings = PreferenceSettings(
        minimum_pairs=8, learning_rate=1e-3, max_steps=STEPS, accumulation=2,
        wall_clock_seconds=600,
    )  # fmt: skip
    changes = {"max_steps": 1, "evaluations": 1, "general_share": 0.0, "preference": settings}
    return small_preset.model_copy(update=changes)


def test_corrections_change_the_adapter_and_only_the_policy_is_saved(
    preset: Preset, trainer: ForkedTrainer, tmp_path: Path
) -> None:
    from safetensors.torch import load_file

    data = write_dataset(tmp_path / "data", train=8, validation=2)
    write_pairs(data, 8)
    job = TrainingJob(preset=preset, dataset=data)
    folder = tmp_path / "run"
    result = trainer.finish(folder, job)

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
    again = trainer.finish(folder, job)
    assert (folder / "progress.jsonl").read_text().count('"stage":"answers"') == lines
    assert again.preference is not None
    assert again.preference.eval_loss == pytest.approx(told.eval_loss, abs=1e-3)
    assert largest_difference(read_weights(folder), weights) <= 1e-3


def test_too_few_pairs_leave_the_adapter_of_the_answers(
    preset: Preset, trainer: ForkedTrainer, tmp_path: Path
) -> None:
    data = write_dataset(tmp_path / "data", train=8, validation=2)
    write_pairs(data, 7)
    folder = tmp_path / "run"
    result = trainer.finish(folder, TrainingJob(preset=preset, dataset=data))
    assert result.preference is None
    assert "7 of the 8 pairs" in result.preference_note
    assert "7 of the 8 pairs" in (folder / "adapter" / "README.md").read_text()
    assert not (folder / "preferred").exists()
