"""Progress lines, the time left, and when a run stops."""

from pathlib import Path

import pytest

from pipeline.training.curves import draw_curves, smooth
from pipeline.training.job import run_key
from pipeline.training.presets import CPU_DEMO
from pipeline.training.progress import append_progress, describe, read_progress
from pipeline.training.stopping import count_stale, estimate_seconds_left


def test_lines_are_read_back_in_order_and_a_torn_one_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    assert read_progress(path) == []
    append_progress(path, step=1, steps=9, epoch=0.1, seconds=5, loss=2.0, seconds_left=400)
    append_progress(path, step=1, steps=9, epoch=0.1, seconds=9, eval_loss=1.9)
    append_progress(path, step=2, steps=9, epoch=0.2, seconds=12, loss=1.8)
    with path.open("a") as file:
        file.write('{"step": 3, "lo')
    lines = read_progress(path)
    assert [(line.step, line.loss, line.eval_loss) for line in lines] == [
        (1, 2.0, None),
        (1, None, 1.9),
        (2, 1.8, None),
    ]
    assert describe(lines[0]) == "step 1/9, epoch 0.1, loss 2.0000, about 7 min left"
    assert describe(lines[1]) == "step 1/9, epoch 0.1, validation loss 1.9000"


def test_a_step_done_again_after_a_crash_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    for loss in (2.0, 1.5):
        append_progress(path, step=4, steps=9, epoch=0.4, seconds=5, loss=loss)
    assert [line.loss for line in read_progress(path)] == [1.5]


def test_stale_evaluations_are_counted_from_the_last_real_gain() -> None:
    assert count_stale([], 0.01) == 0
    assert count_stale([2.0, 1.5, 1.2], 0.01) == 0
    assert count_stale([2.0, 1.5, 1.495, 1.6], 0.01) == 2
    assert count_stale([1.5, 1.495, 1.48], 0.01) == 0
    assert count_stale([1.5, 1.496, 1.492, 1.489], 0.01) == 0  # small gains add up


def test_the_time_left_follows_the_own_pace_and_the_budget() -> None:
    assert estimate_seconds_left(0, 10, 0.0, 0, 999) is None
    assert estimate_seconds_left(5, 10, 50.0, 0, 999) == pytest.approx(50)
    assert estimate_seconds_left(8, 10, 6.0, 6, 999) == pytest.approx(6)  # resumed at step 6
    assert estimate_seconds_left(5, 10, 50.0, 0, 20) == pytest.approx(20)


def test_a_run_is_named_by_what_goes_into_it() -> None:
    key = run_key(CPU_DEMO, "ab" * 32)
    assert run_key(CPU_DEMO.model_copy(update={"memory_gib": 1.0}), "ab" * 32) == key
    assert run_key(CPU_DEMO.model_copy(update={"seed": 5}), "ab" * 32) != key
    assert run_key(CPU_DEMO.model_copy(update={"learning_rate": 5e-4}), "ab" * 32) != key
    assert run_key(CPU_DEMO, "cd" * 32) != key
    assert run_key(CPU_DEMO, "ab" * 32, again=2) == f"{key}-again2"


def test_curves_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    for step in range(1, 10):
        append_progress(path, step=step, steps=9, epoch=step / 9, seconds=step, loss=3 / step)
    append_progress(path, step=9, steps=9, epoch=1.0, seconds=9, eval_loss=0.5)
    draw_curves(read_progress(path), 9, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert smooth([1.0, 3.0, 5.0, 7.0], width=2) == [1.0, 2.0, 4.0, 6.0]
