"""Preference pairs: what is read, what is trained on, and when there are too few."""

import json
from pathlib import Path

import pytest

from pipeline.training.card import write_card
from pipeline.training.errors import TrainingInputError
from pipeline.training.pairs import (
    PreferencePair,
    count_steps,
    read_pairs,
    tokenize_pairs,
    why_not,
)
from pipeline.training.presets import CPU_DEMO, PRESETS, PreferenceSettings
from pipeline.training.progress import append_progress, describe, read_progress
from pipeline.training.rows import read_training_data
from tests.unit.training.test_rows import write_dataset
from tests.unit.training.test_tokens import END, NEWLINE, START, CharacterTokenizer


def make_pair(chosen: str = "up", rejected: str = "down") -> dict[str, object]:
    return {
        "prompt": [{"role": "user", "content": "?"}],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
        "example_id": "c1",
        "family_id": "f",
    }


def read(*pairs: dict[str, object]) -> list[PreferencePair]:
    return [PreferencePair.model_validate(pair) for pair in pairs]


def test_both_answers_follow_the_same_prompt_and_end_with_the_turn() -> None:
    [pair] = tokenize_pairs(read(make_pair()), CharacterTokenizer(), 100)
    assert pair.prompt_ids == [START, ord("?"), END, NEWLINE, START]
    assert pair.chosen_ids == [ord("u"), ord("p"), END]
    assert pair.rejected_ids == [*map(ord, "down"), END]
    assert pair.longest == 5 + 5


def test_pairs_that_say_nothing_or_are_too_long_are_left_out() -> None:
    given = read(make_pair("same", " same\n"), make_pair(rejected="x" * 30), make_pair())
    assert len(tokenize_pairs(given, CharacterTokenizer(), 30)) == 1


def test_a_version_without_the_file_has_no_pairs_and_a_bad_line_is_named(tmp_path: Path) -> None:
    assert read_pairs(tmp_path) == []
    path = tmp_path / "preferences.jsonl"
    path.write_text(json.dumps(make_pair()) + "\n" + json.dumps(make_pair() | {"chosen": []}))
    with pytest.raises(TrainingInputError, match=r"preferences\.jsonl line 2: chosen"):
        read_pairs(tmp_path)
    as_user = make_pair() | {"rejected": [{"role": "user", "content": "x"}]}
    path.write_text(json.dumps(as_user))
    with pytest.raises(TrainingInputError, match=r"preferences\.jsonl line 1: the prompt must end"):
        read_pairs(tmp_path)


def test_pairs_are_part_of_what_a_folder_is(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "a")
    before = read_training_data(folder).fingerprint
    (folder / "preferences.jsonl").write_text(json.dumps(make_pair()))
    assert read_training_data(folder).fingerprint != before


def test_too_few_pairs_are_said_in_a_sentence() -> None:
    said = why_not(CPU_DEMO, usable=12, given=15)
    assert said is not None
    assert "12 of the 50 pairs" in said
    assert "(3 more were too long or changed nothing)" in said
    assert why_not(CPU_DEMO, usable=50, given=50) is None
    published = why_not(PRESETS["published-mistral-7b"], usable=900, given=900)
    assert published is not None
    assert "has no preference step" in published


def test_steps_stay_in_the_budget() -> None:
    settings = PreferenceSettings(learning_rate=1e-5, max_steps=16, wall_clock_seconds=1)
    assert [count_steps(settings, pairs) for pairs in (1, 8, 50, 1000)] == [1, 2, 12, 16]


def test_the_stage_is_told_and_older_lines_are_still_read(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    path.write_text(
        '{"at":"2026-11-20T10:00:00Z","step":1,"steps":6,"epoch":0.5,"seconds":3.0,"loss":2.0}\n'
    )
    append_progress(path, stage="preferences", step=7, steps=8, epoch=0.5, seconds=1.0, loss=0.69)
    answers, preferences = read_progress(path)
    assert answers.stage == "answers"
    assert describe(preferences) == "corrections, step 7/8, epoch 0.5, loss 0.6900"


def test_the_card_tells_the_step_on_corrections_or_why_there_was_none() -> None:
    record = {
        "dataset": {
            "version": 3, "fingerprint": "f" * 64, "train_rows": 9, "validation_rows": 2,
            "train_tokens": 900, "completion_tokens": 90, "left_out": [],
        },
        "result": {
            "first_eval_loss": 2.0, "best_eval_loss": 1.5, "best_step": 4, "steps": 6,
            "stopped_because": "all planned steps done", "seconds": 60,
            "peak_memory_bytes": 2_000_000_000,
        },
        "plan": {"notes": []},
        "versions": {"torch": "2"},
        "preference": {
            "pairs": 60, "steps": 15, "accuracy": 0.75, "margin": 0.12,
            "eval_loss_before": 1.5, "eval_loss": 1.51,
        },
    }  # fmt: skip
    card = write_card(CPU_DEMO, record)
    assert "60 pairs of a correction" in card
    assert "75% of the pairs" in card
    assert "1.5000" in card
    assert "| preference |" not in card
    skipped = write_card(CPU_DEMO, record | {"preference": None, "preference_note": "12 of 50."})
    assert "## Corrections\n12 of 50." in skipped
