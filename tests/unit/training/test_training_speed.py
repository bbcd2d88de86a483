"""The comparison with the published recipe: what is compared, from measured points."""

from deploy.bench.training_speed import ARMS, SAME_SETTINGS, choose_preset, compare, seconds_to
from pipeline.training.presets import CPU_DEMO, PUBLISHED_MISTRAL_7B

OURS = [(0, 1.0, 3.0), (1, 10.0, 2.6), (2, 20.0, 2.0)]
PUBLISHED = [(0, 1.0, 3.0), (1, 60.0, 2.9), (2, 120.0, 2.7)]
WHOLE_TEXT = [(0, 1.0, 3.0), (1, 20.0, 2.7), (2, 40.0, 1.9)]


def test_the_target_is_what_both_reached() -> None:
    measured = {
        arm: {"points": points, "peak_memory_bytes": 4e9}
        for arm, points in zip(ARMS, (OURS, PUBLISHED, WHOLE_TEXT), strict=True)
    }
    rows = {row.figure: row for row in compare(measured, "limited")}
    ratio = rows["published / ours, seconds to the loss both reach"]
    assert ratio.value == 12.0
    assert "from settings" in ratio.how
    assert rows["published and ours: loss to reach"].value == 2.7
    assert rows["published: seconds to that loss"].value == 120.0
    assert rows["ours: seconds to published's loss"].value == 10.0
    assert rows[f"{SAME_SETTINGS} and ours: loss to reach"].value == 2.0
    assert rows[f"{SAME_SETTINGS} / ours, seconds to the loss both reach"].value == 2.0
    assert seconds_to(PUBLISHED, 2.95) == 60.0


def test_the_third_arm_has_our_settings() -> None:
    assert choose_preset(SAME_SETTINGS, 1) == choose_preset("ours", 1)


def test_both_arms_train_the_same_model_and_keep_their_recipe() -> None:
    ours, published = choose_preset("ours", 1), choose_preset("published", 1)
    assert ours.base_model == published.base_model == CPU_DEMO.base_model
    assert ours.seed == published.seed
    assert ours.quantize == published.quantize
    assert published.target_modules == ("q_proj", "v_proj")
    assert published.learning_rate == PUBLISHED_MISTRAL_7B.learning_rate
    assert ours.learning_rate == CPU_DEMO.learning_rate
