"""The model judge: nothing shown without people to measure it by, and agreement as computed."""

import pytest

from pipeline.evaluation.agreement import judge_layer
from pipeline.evaluation.errors import EvaluationInputError
from pipeline.evaluation.human import HumanRating
from pipeline.evaluation.judging import check_judge, read_verdict
from pipeline.evaluation.settings import JudgeSettings
from storage.evaluations import EvaluationCase


def judged(number: int, score: int | None, system: str = "candidate") -> EvaluationCase:
    scores = {"case_id": f"c{number}", "family": f"f{number}", "model": "m", "score": score}
    return EvaluationCase(
        case_id=f"judge:m:c{number}", system=system, evaluation_id=1, scores=scores
    )


def rated(number: int, score: int) -> HumanRating:
    return HumanRating(
        evaluation=1, case_id=f"c{number}", system="candidate", rater="ann", usefulness=score
    )


def test_scores_are_withheld_without_people() -> None:
    assert judge_layer([], [], ["candidate"]) is None
    told = judge_layer([judged(i, 5) for i in range(30)], [rated(1, 4)], ["candidate"])
    assert told is not None
    assert (told["usefulness"], told["agreement"], told["shared"]) == ({}, None, 1)
    assert "withheld" in told["words"]


def test_agreement_is_shown_and_counts_from_fifty_shared() -> None:
    scores = [i % 6 for i in range(60)]
    rows = [judged(i, score) for i, score in enumerate(scores)] + [judged(99, None)]
    same = judge_layer(rows, [rated(i, score) for i, score in enumerate(scores)], ["candidate"])
    assert same is not None
    assert same["agreement"] == {"spearman": 1.0, "weighted_kappa": 1.0, "n": 60}
    assert (same["counts"], same["unread"], same["judged"]) == (True, 1, 61)
    assert same["usefulness"]["candidate"]["value"] == 2.5
    against = judge_layer(rows, [rated(i, 5 - s) for i, s in enumerate(scores[:20])], ["candidate"])
    assert against is not None
    assert against["agreement"]["spearman"] == -1
    assert against["counts"] is False
    assert "only an impression" in against["words"]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ('{"score": 4, "reason": "clear"}', 4),
        ('{"score": 9, "reason": ""}', None),
        ('{"score": true}', None),
        ('{"score": "4"}', None),
        ("five", None),
        ("[]", None),
    ],
)
def test_only_a_score_of_the_scale_is_read(text: str, score: int | None) -> None:
    assert read_verdict(text)["score"] == score


def test_a_judge_elsewhere_needs_leave() -> None:
    with pytest.raises(EvaluationInputError, match="No judge is set"):
        check_judge(JudgeSettings())
    elsewhere = JudgeSettings(base_url="https://models.example.com/v1", model="m")
    with pytest.raises(EvaluationInputError, match="ALLOW_EXTERNAL"):
        check_judge(elsewhere)
    check_judge(elsewhere.model_copy(update={"allow_external": True}))
    check_judge(JudgeSettings(base_url="http://127.0.0.1:1/v1", model="m"))
