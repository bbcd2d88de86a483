"""The shuffled control keeps every prompt and every answer, and no pair."""

import pytest

from pipeline.dataset.shuffled import shuffle_answers

ROWS = [{"prompt": f"p{n}", "completion": f"c{n}", "example_id": f"e{n}"} for n in range(30)]


def test_no_answer_stays_and_none_is_lost() -> None:
    shuffled = shuffle_answers(ROWS, seed=3)
    assert [row["prompt"] for row in shuffled] == [row["prompt"] for row in ROWS]
    assert {row["completion"] for row in shuffled} == {row["completion"] for row in ROWS}
    pairs = zip(shuffled, ROWS, strict=True)
    assert all(new["completion"] != old["completion"] for new, old in pairs)
    assert shuffled[0]["example_id"] == "shuffled:e0"
    assert shuffle_answers(ROWS, seed=3) == shuffled != shuffle_answers(ROWS, seed=4)


def test_one_row_cannot_be_shuffled() -> None:
    with pytest.raises(ValueError, match="two are needed"):
        shuffle_answers(ROWS[:1])
