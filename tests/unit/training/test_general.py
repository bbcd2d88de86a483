"""General examples: the stated share, no example twice, the same ones for the same seed."""

import pytest

from pipeline.golden import GeneralExample, load_general_tasks, load_general_training
from pipeline.training import general
from pipeline.training.errors import TrainingInputError
from pipeline.training.general import mix_general, read_general
from pipeline.training.presets import PRESETS
from pipeline.training.rows import ChatMessage, TrainingRow

ROWS = [
    TrainingRow(
        prompt=(ChatMessage(role="user", content=f"question {n}"),),
        completion=(ChatMessage(role="assistant", content="Analysis: flat."),),
        example_id=f"row-{n}",
    )
    for n in range(180)
]
EXAMPLES = [GeneralExample(id=f"g-{n}", prompt=f"p {n}", completion=f"c {n}") for n in range(60)]


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.1, 20), (0.25, 60), (0.4, 60)])
def test_share_is_of_the_whole_and_no_example_comes_twice(share: float, expected: int) -> None:
    mixed = mix_general(ROWS, EXAMPLES, share, seed=17)
    added = [row.example_id for row in mixed[len(ROWS) :]]
    assert mixed[: len(ROWS)] == ROWS
    assert len(added) == len(set(added)) == expected
    if expected < len(EXAMPLES):
        assert len(added) / len(mixed) == share


def test_choice_depends_on_the_seed_alone() -> None:
    first = mix_general(ROWS, EXAMPLES, 0.1, seed=17)
    assert mix_general(ROWS, EXAMPLES, 0.1, seed=17) == first
    assert mix_general(ROWS, EXAMPLES, 0.1, seed=18) != first


def test_a_row_is_plain_chat() -> None:
    row = mix_general(ROWS, EXAMPLES, 0.1, seed=17)[-1]
    assert [message.role for message in row.prompt] == ["user"]
    assert row.answer.startswith("c ")


def test_presets_say_their_share() -> None:
    shares = {name: preset.general_share for name, preset in PRESETS.items()}
    assert shares["cpu-demo"] == shares["recommended-4b-24gb"] == 0.1
    assert shares["published-mistral-7b"] == shares["published-llama3-8b"] == 0.0


def test_what_is_trained_on_never_judges() -> None:
    asked = {task.prompt.casefold().strip() for task in load_general_tasks()}
    assert not asked & {row.prompt.casefold().strip() for row in load_general_training()}
    assert read_general(0.0) == ()
    assert len(read_general(0.1)) >= 100


def test_a_damaged_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise general.GoldenSetError("general_training.jsonl is missing; restore it.")

    monkeypatch.setattr(general, "load_general_training", refuse)
    with pytest.raises(TrainingInputError, match="restore it"):
        read_general(0.1)
