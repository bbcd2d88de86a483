"""Presets fitted to a run's size, and the order of rows."""

from collections import Counter

import pytest

from pipeline.training.errors import TrainingInputError
from pipeline.training.plan import order_rows, plan_run
from pipeline.training.presets import CPU_DEMO, PRESETS, PUBLISHED_MISTRAL_7B, find_preset


def test_a_published_preset_is_scaled_to_a_short_run_and_says_so() -> None:
    plan = plan_run(PUBLISHED_MISTRAL_7B, rows=414)
    assert plan.steps == 78  # 414 rows at 4 x 4 are 25.9 steps an epoch, three epochs
    assert plan.warmup_steps == 7  # a tenth, not 100
    assert plan.steps // plan.eval_every_steps >= PUBLISHED_MISTRAL_7B.evaluations
    told = " ".join(plan.notes)
    assert "7 steps instead of 100" in told
    assert f"every {plan.eval_every_steps} steps instead of 200" in told


def test_a_long_run_keeps_the_published_figures() -> None:
    plan = plan_run(PUBLISHED_MISTRAL_7B, rows=16_000)
    assert (plan.steps, plan.warmup_steps, plan.eval_every_steps) == (3000, 100, 200)
    assert plan.notes == ()


def test_the_step_budget_cuts_a_run_and_says_so() -> None:
    plan = plan_run(CPU_DEMO, rows=1_000)
    assert plan.steps == CPU_DEMO.max_steps
    assert plan.epochs == pytest.approx(0.768)
    assert "step budget" in plan.notes[0]


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("rows", [8, 9, 160, 414, 5000])
def test_every_preset_evaluates_at_any_size(name: str, rows: int) -> None:
    plan = plan_run(PRESETS[name], rows)
    assert 1 <= plan.eval_every_steps <= plan.steps
    assert plan.warmup_steps < plan.steps


def test_published_presets_keep_their_figures() -> None:
    for name in ("published-mistral-7b", "published-llama3-8b"):
        preset = PRESETS[name]
        assert (preset.lora_rank, preset.lora_alpha, preset.lora_dropout) == (16, 32, 0.05)
        assert preset.target_modules == ("q_proj", "v_proj")
        assert (preset.batch_size, preset.accumulation, preset.epochs) == (4, 4, 3)
        assert (preset.learning_rate, preset.warmup_steps) == (2e-4, 100)
        assert preset.eval_every_steps == 200
        assert preset.quantize


def test_an_unknown_preset_is_answered_with_all_names() -> None:
    with pytest.raises(TrainingInputError, match="cpu-demo"):
        find_preset("cpu")


def test_every_row_comes_once_an_epoch_and_lengths_stay_together() -> None:
    lengths = [(37 * at) % 500 + 100 for at in range(64)]
    order = order_rows(lengths, batch_size=4, batches=32, seed=5)
    assert Counter(order[:64]) == Counter(range(64))
    assert Counter(order) == Counter(dict.fromkeys(range(64), 2))
    assert order[:64] != order[64:]
    spread = [
        max(lengths[row] for row in order[at : at + 4])
        - min(lengths[row] for row in order[at : at + 4])
        for at in range(0, len(order), 4)
    ]
    assert sum(spread) / len(spread) < 120  # unsorted batches of four spread about 300


def test_the_order_depends_on_the_seed_alone() -> None:
    lengths = list(range(30))
    whole = order_rows(lengths, 4, 40, seed=1)
    assert order_rows(lengths, 4, 40, seed=1) == whole
    assert order_rows(lengths, 4, 10, seed=1) == whole[:40]
    assert order_rows(lengths, 4, 40, seed=2) != whole
