"""Seeds are the same for the same run, spread over examples, and never held-out families."""

from pipeline.augmentation.prompts import case_messages
from pipeline.augmentation.seeds import draw_example_seeds, draw_scenario_seeds
from pipeline.simulator.catalogue import HELD_OUT_METRICS
from pipeline.simulator.families import TRAINING_FAMILIES
from storage.examples import Example

EXAMPLES = [
    Example(
        id=n, key=f"k{n}", origin="curated", family_id=f"f{n}", metric_family="activation",
        pattern="decline", request_text=f"Activation of group {n}: 40, 38, 37",
    )
    for n in range(5)
]  # fmt: skip


def test_same_run_draws_the_same() -> None:
    assert draw_example_seeds("a", EXAMPLES, 12) == draw_example_seeds("a", EXAMPLES[::-1], 12)
    assert draw_example_seeds("a", EXAMPLES, 12) != draw_example_seeds("b", EXAMPLES, 12)
    assert draw_scenario_seeds("a", 9) == draw_scenario_seeds("a", 20)[:9]


def test_every_example_is_used_before_one_comes_again() -> None:
    seeds = draw_example_seeds("a", EXAMPLES, 5)
    assert {seed.example_key for seed in seeds} == {example.key for example in EXAMPLES}


def test_metric_and_pattern_are_new_and_not_held_out() -> None:
    for seed in draw_example_seeds("a", EXAMPLES, 60):
        assert seed.metric_family not in HELD_OUT_METRICS | {"activation"}
        assert seed.pattern != "decline"
        assert seed.family_id.startswith("f")


def test_scenarios_come_from_training_families() -> None:
    assert {seed.family for seed in draw_scenario_seeds("a", 200)} <= set(TRAINING_FAMILIES)


def test_case_prompt_holds_the_seed_and_the_new_aim() -> None:
    seed = draw_example_seeds("a", EXAMPLES, 1)[0]
    text = case_messages(seed)[-1]["content"]
    assert seed.request in text
    assert seed.metric in text
    assert seed.pattern in text
