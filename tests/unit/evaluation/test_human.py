"""Layer 3: nothing is claimed without raters, and raters are counted as people."""

import json
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from pipeline.evaluation.errors import EvaluationInputError
from pipeline.evaluation.human import (
    NOT_RATED,
    HumanRating,
    agreement,
    read_ratings,
    usefulness_layer,
    weighted_kappa,
)


def rating(case: int, rater: str, score: int, system: str = "candidate") -> HumanRating:
    return HumanRating(
        evaluation=1, case_id=f"c{case}", system=system, rater=rater, usefulness=score
    )


def test_without_ratings_it_is_not_rated() -> None:
    assert usefulness_layer([], "candidate") == NOT_RATED
    assert usefulness_layer([rating(1, "ann", 4, "live")], "candidate") == NOT_RATED


def test_one_keen_rater_does_not_count_as_many() -> None:
    keen = [rating(i, "keen", 5) for i in range(50)]
    others = [rating(i, name, 2) for i, name in enumerate(("ann", "bob", "cid"))]
    layer = usefulness_layer([*keen, *others], "candidate")
    assert isinstance(layer, dict)
    assert (layer["n"], layer["raters"]) == (53, 4)
    assert layer["usefulness"]["high"] - layer["usefulness"]["low"] > 1
    assert "accuracy" not in layer


def test_agreement_is_cohens_weighted_kappa() -> None:
    first, second = [0, 1, 2, 5, 4, 3, 3], [0, 2, 2, 4, 4, 3, 1]
    table = np.zeros((6, 6))
    for a, b in zip(first, second, strict=True):
        table[a, b] += 1
    theirs = cohens_kappa(table, wt="quadratic", return_results=False)
    assert weighted_kappa(first, second) == pytest.approx(theirs)
    assert weighted_kappa([3, 3], [3, 3]) == 1
    pairs = [rating(i, name, scores[i]) for name, scores in (("a", first), ("b", second))
             for i in range(7)]  # fmt: skip
    found = agreement(pairs)
    assert found is not None
    assert found["pairs"] == 1
    assert agreement(pairs[:9]) is None  # too few in common


def test_last_word_counts_and_bad_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ratings.jsonl"
    rows = [rating(1, "ann", 1), rating(1, "ann", 4), rating(1, "bob", 3)]
    other = rating(1, "ann", 0).model_copy(update={"evaluation": 2})
    path.write_text("\n".join(r.model_dump_json() for r in [*rows, other]))
    assert sorted(r.usefulness for r in read_ratings(path, 1)) == [3, 4]
    path.write_text(json.dumps({**rows[0].model_dump(), "usefulness": 6}))
    with pytest.raises(EvaluationInputError, match="line 1 is no rating"):
        read_ratings(path, 1)
