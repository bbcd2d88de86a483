"""Token and span scores against human marks, beside the published rule."""

import pytest

from bot.analysis.score_checker import UnreadableRowError, score_rows

SERIES = "date,value\n2026-01-05,42\n2026-01-12,40\n2026-01-19,31\n"


def test_a_derived_number_is_wrong_only_for_the_published_rule():
    text = "It fell from 42 % to 31 %, down 11 points."
    score = score_rows([{"series": SERIES, "text": text, "spans": [], "unit": "%"}])
    assert score["checker"]["span"]["precision"] == 0.0  # nothing marked, nothing said
    assert score["published_rule"]["token"]["precision"] == 0.0
    assert score["rows"] == 1


def test_a_right_number_on_the_wrong_week_is_found_only_by_the_checker():
    text = "In week 2 it was 31 %."
    start = text.index("31")
    row = {"series": SERIES, "text": text, "spans": [[start, start + 4]], "unit": "%"}
    score = score_rows([row])
    assert score["checker"]["span"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert score["published_rule"]["span"]["recall"] == 0.0


def test_token_scores_count_tokens():
    text = "It was 33 % in week 3."
    row = {"series": SERIES, "text": text, "spans": [[7, 9]], "unit": "%"}
    tokens = score_rows([row])["checker"]["token"]
    assert tokens["recall"] == 1.0
    assert tokens["precision"] == pytest.approx(0.5)  # "33 %" against the marked "33"


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ({"series": "a,b\nx,y\n", "text": "t", "spans": []}, "no numbers"),
        ({"series": SERIES, "spans": []}, "'text'"),
        ({"series": SERIES, "text": "t"}, "'spans'"),
        ({"series": SERIES, "text": "t", "spans": [[3]]}, "[start, end]"),
        ({"series": SERIES, "text": "t", "spans": [[3, 1]]}, "rising"),
    ],
)
def test_an_unreadable_row_is_named(row, part):
    with pytest.raises(UnreadableRowError, match="Row 1") as caught:
        score_rows([row])
    assert part in str(caught.value)
