"""The rubric as a simulated rater applies it, from the known truth and the checked text. Pure.

A stand-in for a person: it sees what the checks see. Its mean over raw answers is the usefulness
proxy of the loop's report.
"""

from typing import Any

ACT_NOW, CLARIFY, VAGUE, MISLEADS, WRONG, NOTHING = 5, 4, 3, 2, 1, 0


def rate_by_truth(scores: dict[str, Any]) -> int:
    """Score one text 0-5; `scores` are those of `pipeline.evaluation.scoring.answer`.

    0 no answer, 1 a wrong direction or more wrong claims than right ones, 2 something unproved or
    ruled out by the truth, 3 no action that can be acted on, 4 a fact that had to be told is
    missing or the form is not kept, 5 nothing to add.
    """
    if not scores["words"] or not scores["format"]["parts_and_urgency"]:
        return NOTHING
    wrong = scores["claims"] - scores["supported"]
    if scores["direction_errors"] or wrong > scores["supported"]:
        return WRONG
    if wrong or scores["unacceptable"]:
        return MISLEADS
    if not scores["action_grounded"]:
        return VAGUE
    recall = scores["fact_recall"]
    is_whole = recall is None or recall == 1
    return ACT_NOW if is_whole and scores["format"]["compliant"] else CLARIFY
