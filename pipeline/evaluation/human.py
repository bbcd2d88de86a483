"""Layer 3: what people said who rated answers blind. Without their ratings it is "not rated".

Ratings come from the blind rating command, or as JSON lines (evaluation, case_id, system, rater,
usefulness 0-5 and, where given, accuracy, relevance, quality, style). Intervals count a rater as
one, because one person's scores are alike.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scipy.stats import spearmanr
from sqlmodel import Session

from pipeline.evaluation.errors import EvaluationInputError
from pipeline.evaluation.statistics.intervals import estimate_mean
from storage.blind_ratings import list_blind

NOT_RATED = "not rated"
SCALES = ("usefulness", "accuracy", "relevance", "quality", "style")
HIGHEST = 5
# Fewer answers rated by both say nothing about agreement.
SHARED_MINIMUM = 5

Score = Annotated[int, Field(ge=0, le=HIGHEST)]


class HumanRating(BaseModel):
    """One person's blind verdict on one answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    evaluation: int
    case_id: str
    system: str
    rater: str
    usefulness: Score
    accuracy: Score | None = None
    relevance: Score | None = None
    quality: Score | None = None
    style: Score | None = None


def read_ratings(path: Path, evaluation_id: int) -> list[HumanRating]:
    """Read the ratings of one evaluation; a rater's last word on an answer counts.

    Raises:
        EvaluationInputError: no such file, or a line that is no rating.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationInputError(f"The ratings {path} cannot be read.") from error
    last: dict[tuple[str, str, str], HumanRating] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rating = HumanRating.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise EvaluationInputError(
                f"{path} line {number} is no rating; it needs evaluation, case_id, system, rater"
                f" and usefulness from 0 to {HIGHEST}."
            ) from error
        if rating.evaluation == evaluation_id:
            last[rating.case_id, rating.system, rating.rater] = rating
    return list(last.values())


def find_blind_ratings(
    session: Session, evaluation_id: int, adapters: Mapping[str, str | None]
) -> list[HumanRating]:
    """Read what people rated blind where they work; `adapters` says who stands for which system.

    Those answers were given to real questions, so `case_id` is the answer's own id.
    """
    systems = {adapter: system for system, adapter in adapters.items()}
    return [
        HumanRating(
            evaluation=evaluation_id,
            case_id=rating.answer_id,
            system=systems[rating.adapter],
            rater=rating.user_id,
            **{scale: getattr(rating, scale) for scale in SCALES},
        )
        for rating in list_blind(session)
        if rating.adapter in systems
    ]


def usefulness_layer(ratings: Sequence[HumanRating], system: str) -> dict[str, Any] | str:
    """Summarise the ratings of a system's answers, or say that there are none."""
    ours = [rating for rating in ratings if rating.system == system]
    if not ours:
        return NOT_RATED
    layer: dict[str, Any] = {
        "n": len(ours),
        "answers": len({rating.case_id for rating in ours}),
        "raters": len({rating.rater for rating in ours}),
        "agreement": agreement(ratings),
    }
    for scale in SCALES:
        scored = [(float(value), r.rater) for r in ours if (value := getattr(r, scale)) is not None]
        estimate = estimate_mean(
            [v for v, _ in scored], [rater for _, rater in scored], highest=HIGHEST
        )
        if estimate is not None:
            layer[scale] = {
                "value": round(estimate.value, 3),
                "low": round(estimate.low, 3),
                "high": round(estimate.high, 3),
                "n": estimate.n,
            }
    return layer


def agreement(ratings: Sequence[HumanRating]) -> dict[str, Any] | None:
    """Mean weighted kappa and Spearman correlation of usefulness over pairs of raters.

    Only pairs with SHARED_MINIMUM answers in common count; None when there is none.
    """
    by_rater: dict[str, dict[tuple[str, str], int]] = {}
    for rating in ratings:
        key = (rating.case_id, rating.system)
        by_rater.setdefault(rating.rater, {})[key] = rating.usefulness
    kappas, correlations = [], []
    for first, second in combinations(sorted(by_rater), 2):
        shared = sorted(by_rater[first].keys() & by_rater[second].keys())
        if len(shared) < SHARED_MINIMUM:
            continue
        a = [by_rater[first][key] for key in shared]
        b = [by_rater[second][key] for key in shared]
        kappas.append(weighted_kappa(a, b))
        if len(set(a)) > 1 and len(set(b)) > 1:
            correlations.append(float(spearmanr(a, b).statistic))
    if not kappas:
        return None
    return {
        "pairs": len(kappas),
        "weighted_kappa": round(float(np.mean(kappas)), 3),
        "spearman": round(float(np.mean(correlations)), 3) if correlations else None,
    }


def weighted_kappa(first: Sequence[int], second: Sequence[int]) -> float:
    """Agreement beyond chance with quadratic weights (Cohen 1968); 1 where all scores are one."""
    size = HIGHEST + 1
    seen = np.zeros((size, size))
    for a, b in zip(first, second, strict=True):
        seen[a, b] += 1
    expected = np.outer(seen.sum(1), seen.sum(0)) / seen.sum()
    distance = np.subtract.outer(np.arange(size), np.arange(size)) ** 2
    chance = float((distance * expected).sum())
    return 1.0 if chance == 0 else 1 - float((distance * seen).sum()) / chance


def add_ratings(told: dict[str, Any], ratings: Sequence[HumanRating]) -> dict[str, Any]:
    """Return a summary with layer 3 filled in for every system."""

    def rated(system: dict[str, Any], name: str) -> dict[str, Any]:
        return {
            **system,
            "layers": {**system["layers"], "usefulness": usefulness_layer(ratings, name)},
        }

    baselines = {name: rated(system, name) for name, system in told["baselines"].items()}
    return {**rated(told, "candidate"), "baselines": baselines}
