"""The comparison with the published recipe: what is compared, from measured points."""

from deploy.bench.training_speed import choose_preset, compare, seconds_to
from pipeline.training.presets import CPU_DEMO, PUBLISHED_MISTRAL_7B

OURS = [(0, 1.0, 3.0), (1, 10.0, 2.6), (2, 20.0, 2.0)]
PUBLISHED = [(0, 1.0, 3.0), (1, 60.0, 2.9), (2, 120.0, 2.7)]


def test_the_target_is_what_both_reached() -> None:
    measured = {
        "ours": {"points": OURS, "peak_memory_bytes": 4e9},
        "published": {"points": PUBLISHED, "peak_memory_bytes": 8e9},
    }
    rows = {row.figure: row.value for row in compare(measured, "limited")}
    assert rows["validation loss to reach"] == 2.7
    assert rows["ours: seconds to that loss"] == 10.0
    assert rows["published: seconds to that loss"] == 120.0
    assert rows["published / ours, seconds to that loss"] == 12.0
    assert seconds_to(PUBLISHED, 2.95) == 60.0


def test_both_arms_train_the_same_model_and_keep_their_recipe() -> None:
    ours, published = choose_preset("ours", 1), choose_preset("published", 1)
    assert ours.base_model == published.base_model == CPU_DEMO.base_model
    assert ours.seed == published.seed
    assert ours.quantize == published.quantize
    assert published.target_modules == ("q_proj", "v_proj")
    assert published.learning_rate == PUBLISHED_MISTRAL_7B.learning_rate
    assert ours.learning_rate == CPU_DEMO.learning_rate
