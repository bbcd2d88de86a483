"""The layers of one system: format, facts, overlap, speed, effort."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.evaluation.overlap import ROUGE_KINDS
from pipeline.evaluation.statistics.intervals import (
    Estimate,
    estimate_mean,
    estimate_ratio,
    estimate_share,
)
from pipeline.evaluation.summary.rows import (
    STAGES,
    families,
    is_format,
    is_published_format,
    is_sound,
    is_supported,
    pick,
)
from storage.evaluations import EvaluationCase

Rows = Sequence[EvaluationCase]


def figure(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate as plain data."""
    if estimate is None:
        return None
    return {
        "value": round(estimate.value, 4),
        "low": round(estimate.low, 4),
        "high": round(estimate.high, 4),
        "n": estimate.n,
    }


def format_layer(rows: Rows) -> dict[str, Any]:
    """Layer 1 by stage: published and ours, and each check's own share."""
    own, layer = families(rows), {}
    for stage in STAGES:
        layer[stage] = {
            "published": figure(estimate_share(pick(rows, stage, is_published_format), own)),
            "ours": figure(estimate_share(pick(rows, stage, is_format), own)),
            "words_median": _median(pick(rows, stage, lambda s: s["words"])),
            "published_checks": _shares(pick(rows, stage, lambda s: s["published_format"])),
            "our_checks": _shares(pick(rows, stage, lambda s: s["format"])),
        }
    return layer


def facts_layer(rows: Rows) -> dict[str, Any]:
    """Layer 2 by stage: the published rule and ours."""
    own = families(rows)
    layer: dict[str, Any] = {}
    for stage in STAGES:
        recalled = [(r, f) for r, f in zip(rows, own, strict=True)
                    if r.scores[stage]["fact_recall"] is not None]  # fmt: skip
        layer[stage] = {
            "published_factuality": figure(
                estimate_mean(pick(rows, stage, lambda s: s["published_factuality"]), own)
            ),
            "claim_precision": figure(
                estimate_ratio(
                    pick(rows, stage, lambda s: s["supported"]),
                    pick(rows, stage, lambda s: s["claims"]),
                    own,
                )
            ),
            "fully_supported": figure(estimate_share(pick(rows, stage, is_supported), own)),
            "answers_with_direction_error": figure(
                estimate_share(pick(rows, stage, lambda s: s["direction_errors"] > 0), own)
            ),
            "answers_with_unacceptable_claim": figure(
                estimate_share(pick(rows, stage, lambda s: bool(s["unacceptable"])), own)
            ),
            "fact_recall": figure(
                estimate_mean(
                    [row.scores[stage]["fact_recall"] for row, _ in recalled],
                    [family for _, family in recalled],
                )
            ),
            "action_grounded": figure(
                estimate_share(pick(rows, stage, lambda s: bool(s["action_grounded"])), own)
            ),
            "sound": figure(estimate_share(pick(rows, stage, is_sound), own)),
            "claims": sum(pick(rows, stage, lambda s: s["claims"])),
            "errors_by_kind": dict(
                Counter(kind for row in rows for kind in row.scores[stage]["errors"]).most_common()
            ),
        }
    shares = [float(row.scores.get("model_written_share", 0.0)) for row in rows]
    layer["model_written_share"] = figure(estimate_mean(shares, own))
    return layer


def served_layer(rows: Rows) -> dict[str, Any] | None:
    """Share of sentences the model wrote in answers written as in use; None where none were."""
    answered = [row for row in rows if "model_written_share" in row.scores]
    shares = [float(row.scores["model_written_share"]) for row in answered]
    return figure(estimate_mean(shares, [row.case_id for row in answered]))


def rouge_layer(rows: Rows) -> dict[str, Any]:
    """Mean ROUGE F1 by stage, and what the references were."""
    kinds = Counter(row.scores["rouge"]["reference_kind"] for row in rows)
    return {
        "reference": dict(kinds),
        **{
            stage: {
                name: round(float(np.mean([row.scores["rouge"][stage][name] for row in rows])), 4)
                for name in ROUGE_KINDS
            }
            for stage in STAGES
            if rows
        },
    }


def latency_layer(rows: Rows, concurrency: int) -> dict[str, Any]:
    """p50 and p95 in milliseconds over the answered cases, at the concurrency they ran under."""
    answered = [row for row in rows if row.latency_ms is not None]
    first = [row.scores["first_sentence_ms"] for row in answered]
    return {
        "concurrency": concurrency,
        "n": len(answered),
        **_percentiles([float(row.latency_ms or 0) for row in answered], ""),
        **_percentiles([float(ms) for ms in first if ms is not None], "first_sentence_"),
    }


def effort_layer(rows: Rows, concurrency: int, hourly_price_usd: float) -> dict[str, Any]:
    """Tokens, requests a second and the price of 1,000 requests.

    With `concurrency` answers always in the making, throughput is concurrency over the mean
    latency (Little 1961); it holds across an interruption too.
    """
    answered = [row for row in rows if row.latency_ms]
    if not answered:
        return {"requests_per_second": None, "cost_per_1000": None, "tokens": None}
    mean_seconds = float(np.mean([row.latency_ms for row in answered])) / 1000
    per_second = min(concurrency, len(answered)) / mean_seconds
    return {
        "requests_per_second": round(per_second, 3),
        "cost_per_1000": round(hourly_price_usd / 3600 / per_second * 1000, 4),
        "tokens": {
            "prompt": round(float(np.mean([r.scores["prompt_tokens"] for r in answered])), 1),
            "completion": round(
                float(np.mean([r.scores["completion_tokens"] for r in answered])), 1
            ),
            "completions_per_answer": round(
                float(np.mean([r.scores["completions"] for r in answered])), 2
            ),
        },
    }


def drift_layer(rows: Rows) -> dict[str, Any]:
    """Length and variety of the raw answers: distinct openings and distinct 3-grams (share)."""
    texts = [row.raw_text.lower().split() for row in rows if row.raw_text.strip()]
    grams = [tuple(words[i : i + 3]) for words in texts for i in range(len(words) - 2)]
    openings = {tuple(words[:6]) for words in texts}
    return {
        "words_median": float(np.median([len(words) for words in texts])) if texts else 0.0,
        "distinct_openings": round(len(openings) / len(texts), 3) if texts else 0.0,
        "distinct_3_grams": round(len(set(grams)) / len(grams), 3) if grams else 0.0,
    }


def _shares(checks: Sequence[dict[str, bool]]) -> dict[str, float]:
    if not checks:
        return {}
    return {
        name: round(float(np.mean([check[name] for check in checks])), 4)
        for name in checks[0]
        if name != "compliant"
    }


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _percentiles(values: Sequence[float], prefix: str) -> dict[str, float | None]:
    if not values:
        return {f"{prefix}p50": None, f"{prefix}p95": None}
    low, high = np.percentile(values, [50, 95])
    return {f"{prefix}p50": round(float(low), 1), f"{prefix}p95": round(float(high), 1)}
