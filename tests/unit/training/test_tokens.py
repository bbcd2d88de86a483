"""Which tokens carry loss, with a small tokenizer that can be read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from pipeline.training.errors import TrainingInputError
from pipeline.training.rows import TrainingRow
from pipeline.training.tokens import IGNORED, tokenize_row, tokenize_rows

END, NEWLINE, START = 1, 2, 3


class CharacterTokenizer:
    """One token a character; a turn is START text END NEWLINE."""

    eos_token_id = END

    def __init__(self, *, is_consistent: bool = True, has_end: bool = True) -> None:
        self._is_consistent, self._has_end = is_consistent, has_end

    def apply_chat_template(
        self, messages: Sequence[Mapping[str, str]], **options: Any
    ) -> list[int]:
        end = [END, NEWLINE] if self._has_end else [NEWLINE]
        ids = [] if self._is_consistent else [len(messages) + 10]
        for message in messages:
            ids += [START, *(ord(char) for char in message["content"]), *end]
        return ids + ([START] if options.get("add_generation_prompt") else [])


def make_row(answer: str = "up") -> TrainingRow:
    return TrainingRow.model_validate(
        {
            "prompt": [{"role": "user", "content": "?"}],
            "completion": [{"role": "assistant", "content": answer}],
            "example_id": answer,
        }
    )


def test_loss_lies_on_answer_and_end_of_turn_only() -> None:
    row = tokenize_row(make_row(), CharacterTokenizer())
    prompt = [START, ord("?"), END, NEWLINE, START]
    answer = [ord("u"), ord("p"), END]
    assert row.input_ids == prompt + answer
    assert row.labels == [IGNORED] * len(prompt) + answer
    assert row.completion_tokens == 3


def test_a_template_that_serving_could_not_match_is_refused() -> None:
    with pytest.raises(TrainingInputError, match="same tokens"):
        tokenize_row(make_row(), CharacterTokenizer(is_consistent=False))


def test_a_template_without_an_end_is_refused() -> None:
    with pytest.raises(TrainingInputError, match="never learn to stop"):
        tokenize_row(make_row(), CharacterTokenizer(has_end=False))


def test_long_rows_are_left_out_whole_and_named() -> None:
    rows = [make_row("a"), make_row("b"), make_row("c" * 50)]
    kept, left_out = tokenize_rows(rows, CharacterTokenizer(), row_tokens=20)
    assert [row.example_id for row in kept] == ["a", "b"]
    assert left_out == ["c" * 50]
    with pytest.raises(TrainingInputError, match="2 of 3 rows are longer"):
        tokenize_rows([rows[0], rows[2], rows[2]], CharacterTokenizer(), row_tokens=20)
