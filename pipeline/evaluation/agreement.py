"""How far a model judge agrees with people, and what may be told of it because of that. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Any

from scipy.stats import spearmanr

from pipeline.evaluation.human import HIGHEST, SHARED_MINIMUM, HumanRating, weighted_kappa
from pipeline.evaluation.statistics.intervals import estimate_mean
from storage.evaluations import EvaluationCase

# Below this many answers rated by both, agreement itself is too uncertain to lean on.
COUNTING_MINIMUM = 50


def judge_layer(
    judged: Sequence[EvaluationCase], ratings: Sequence[HumanRating], systems: Sequence[str]
) -> dict[str, Any] | None:
    """Tell the judge's scores beside its agreement with people; None where nothing was judged.

    People's scores of one answer are put together by their median. Without SHARED_MINIMUM answers
    rated by both, the scores are withheld.
    """
    if not judged:
        return None
    scored = [row for row in judged if row.scores["score"] is not None]
    people: dict[tuple[str, str], list[int]] = defaultdict(list)
    for rating in ratings:
        people[rating.case_id, rating.system].append(rating.usefulness)
    pairs = [
        (row.scores["score"], round(median(people[key])))
        for row in scored
        if (key := (row.scores["case_id"], row.system)) in people
    ]
    told: dict[str, Any] = {
        "model": judged[0].scores["model"],
        "judged": len(judged),
        "unread": len(judged) - len(scored),
        "shared": len(pairs),
        "counts": len(pairs) >= COUNTING_MINIMUM,
        "agreement": None,
        "usefulness": {},
    }
    if len(pairs) < SHARED_MINIMUM:
        told["words"] = (
            f"{len(scored)} answers were judged by a model; the scores are withheld, because only"
            f" {len(pairs)} of them were rated by people too ({SHARED_MINIMUM} are needed to say"
            " how far the judge agrees with them)."
        )
        return told
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    varied = len(set(ours)) > 1 and len(set(theirs)) > 1
    spearman = round(float(spearmanr(ours, theirs).statistic), 3) if varied else None
    kappa = round(weighted_kappa(ours, theirs), 3)
    told["agreement"] = {"spearman": spearman, "weighted_kappa": kappa, "n": len(pairs)}
    for system in systems:
        own = [row for row in scored if row.system == system]
        estimate = estimate_mean(
            [float(row.scores["score"]) for row in own],
            [str(row.scores["family"]) for row in own],
            highest=HIGHEST,
        )
        if estimate is not None:
            told["usefulness"][system] = {
                "value": round(estimate.value, 3),
                "low": round(estimate.low, 3),
                "high": round(estimate.high, 3),
                "n": estimate.n,
            }
    weight = (
        "It gates nothing."
        if told["counts"]
        else f"Under {COUNTING_MINIMUM} shared answers it is only an impression; it gates nothing."
    )
    told["words"] = (
        f"A model judged {len(scored)} answers. Agreement with people over {len(pairs)} shared"
        f" answers: Spearman {'undefined' if spearman is None else spearman},"
        f" weighted kappa {kappa}. {weight}"
    )
    return told
