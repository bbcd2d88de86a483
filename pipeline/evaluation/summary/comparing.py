"""The candidate beside each baseline: paired outcomes, slices, regressions, forgetting."""

from collections.abc import Callable
from typing import Any

from pipeline.evaluation.statistics.paired import (
    Comparison,
    Relation,
    compare_binary,
    compare_means,
    holm,
)
from pipeline.evaluation.summary.rows import (
    Results,
    Scores,
    families,
    is_format,
    is_sound,
    is_supported,
    precision_of,
    recall_of,
)

CANDIDATE = "candidate"
BINARY: dict[str, Callable[[Scores], bool]] = {
    "sound": is_sound,
    "format": is_format,
    "fully_supported": is_supported,
}
MEANS: dict[str, Callable[[Scores], float]] = {
    "claim_precision": precision_of,
    "fact_recall": recall_of,
}
# A slice of fewer pairs cannot show anything after Holm's correction.
SLICE_MINIMUM = 8


def compare_with(results: Results, baseline: str, stage: str, margin: float) -> dict[str, Any]:
    """Compare every outcome at a stage; the interval is ours minus theirs."""
    pairs = results.pairs(CANDIDATE, baseline)
    own = families([ours for ours, _ in pairs])
    told: dict[str, Any] = {}
    for name, is_met in BINARY.items():
        ours = [is_met(a.scores[stage]) for a, _ in pairs]
        theirs = [is_met(b.scores[stage]) for _, b in pairs]
        told[name] = describe(compare_binary(ours, theirs, own), margin)
    for name, score in MEANS.items():
        a_scores = [score(a.scores[stage]) for a, _ in pairs]
        b_scores = [score(b.scores[stage]) for _, b in pairs]
        told[name] = describe(compare_means(a_scores, b_scores, own), margin)
    return told


def describe(comparison: Comparison | None, margin: float) -> dict[str, Any]:
    """A comparison as plain data, with its one-word relation."""
    if comparison is None:
        return {"relation": Relation.CANNOT_TELL.value, "n": 0}
    rounded = {
        name: round(float(getattr(comparison, name)), 4)
        for name in ("difference", "low", "high", "floor", "ceiling", "p_value")
    }
    return {
        **rounded,
        "wins": comparison.wins,
        "losses": comparison.losses,
        "n": comparison.n,
        "relation": comparison.relation(margin).value,
        "non_inferior": comparison.is_non_inferior(margin),
    }


def compare_slices(results: Results, baseline: str, stage: str = "raw") -> list[dict[str, Any]]:
    """Sound answers by slice against a baseline, p-values corrected over all slices (Holm)."""
    groups: dict[tuple[str, str], list[tuple[bool, bool, str]]] = {}
    for ours, theirs in results.pairs(CANDIDATE, baseline):
        outcome = (is_sound(ours.scores[stage]), is_sound(theirs.scores[stage]))
        for axis, value in ours.scores["slices"].items():
            groups.setdefault((axis, value), []).append((*outcome, ours.scores["family"]))
    rows: list[dict[str, Any]] = []
    for (axis, value), members in sorted(groups.items()):
        compared = compare_binary(
            [m[0] for m in members], [m[1] for m in members], [m[2] for m in members]
        )
        if compared is None or compared.n < SLICE_MINIMUM:
            continue
        rows.append(
            {
                "slice": f"{axis}: {value}",
                "n": compared.n,
                "candidate": round(sum(m[0] for m in members) / len(members), 4),
                "baseline": round(sum(m[1] for m in members) / len(members), 4),
                "wins": compared.wins,
                "losses": compared.losses,
                "p_value": compared.p_value,
            }
        )
    for row, adjusted in zip(rows, holm([row["p_value"] for row in rows]), strict=True):
        row["p_holm"] = round(adjusted, 4)
        row["p_value"] = round(row["p_value"], 4)
    return rows


def list_turned(results: Results, baseline: str, stage: str = "raw") -> dict[str, list[str]]:
    """Case ids the candidate fails and the baseline passes (`regressions`), and the other way."""
    losses, wins = [], []
    for ours, theirs in results.pairs(CANDIDATE, baseline):
        a, b = is_sound(ours.scores[stage]), is_sound(theirs.scores[stage])
        if b and not a:
            losses.append(ours.case_id)
        if a and not b:
            wins.append(ours.case_id)
    return {"regressions": losses, "gains": wins}


def compare_general(results: Results, margin: float) -> dict[str, Any]:
    """Solved general tasks of each system, and the candidate beside the base."""
    told: dict[str, Any] = {
        name: {"solved": sum(bool(r.scores["solved"]) for r in rows), "n": len(rows)}
        for name, rows in sorted(results.general.items())
    }
    ours = {r.case_id: bool(r.scores["solved"]) for r in results.general.get(CANDIDATE, ())}
    base = {r.case_id: bool(r.scores["solved"]) for r in results.general.get("base", ())}
    shared = sorted(ours.keys() & base.keys())
    compared = compare_binary([ours[i] for i in shared], [base[i] for i in shared], shared)
    told["against_base"] = describe(compared, margin)
    told["lost"] = [i for i in shared if base[i] and not ours[i]]
    return told
