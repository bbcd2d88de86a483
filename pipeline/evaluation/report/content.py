"""What a report says, in order, independent of its format. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evaluation.report.tables import (
    Table,
    check_table,
    comparison_table,
    error_table,
    gate_table,
    general_table,
    judge_table,
    paired_table,
    regression_table,
    slice_table,
    tell_verdict,
)
from pipeline.evaluation.summary.rows import is_sound
from pipeline.evaluation.systems import SYSTEM_NAMES
from storage.evaluations import Evaluation, EvaluationCase

SHOWN_SIDE_BY_SIDE = 5  # wins and losses each; every loss is listed with what was wrong


@dataclass(frozen=True)
class SideBySide:
    """One case on which candidate and baseline differ, with what was wrong with each."""

    case_id: str
    slices: str
    ours: str
    theirs: str
    ours_faults: str
    theirs_faults: str


@dataclass(frozen=True)
class Content:
    """A report before it is typeset."""

    title: str
    conclusion: str
    has_passed: bool
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    losses: tuple[SideBySide, ...]
    wins: tuple[SideBySide, ...]
    reference: str  # as readers call it
    notes: tuple[str, ...]


def build_content(
    evaluation: Evaluation,
    told: dict[str, Any],
    gates: Sequence[dict[str, Any]],
    rows: Sequence[EvaluationCase],
) -> Content:
    """Put a report together from what is stored."""
    reference = told["reference_baseline"] or ""
    by_key = {(row.case_id, row.system): row for row in rows}
    turned = told["baselines"].get(reference, {"regressions": [], "gains": []})
    config = evaluation.config
    facts = (
        ("Adapter", str(evaluation.adapter_name)),
        ("Checksum", evaluation.adapter_sha256 or "not registered"),
        ("Cases", evaluation.case_set),
        ("Base model", str(config["base_model"])),
        ("Prompt version, rules version", f"{config['prompt_version']}, {config['rules_version']}"),
        ("Answers at once", str(config["concurrency"])),
        ("Price", f"${config['hourly_price_usd']:.2f} an hour: {config['price_note']}"),
        ("Begun", f"{evaluation.started_at:%Y-%m-%d %H:%M} UTC"),
    )
    return Content(
        title=f"Evaluation {evaluation.id}: {evaluation.adapter_name}",
        conclusion=str(told["conclusion"]),
        has_passed=all(g["verdict"] != "fail" for g in gates if g["level"] == "blocking"),
        facts=facts,
        tables=(
            gate_table(gates),
            comparison_table(told),
            paired_table(told),
            slice_table(told, _slice_threshold(gates)),
            regression_table(told, _list_faults(turned["regressions"], by_key)),
            error_table(told),
            check_table(told),
            general_table(told),
            judge_table(told),
        ),
        losses=_pairs(turned["regressions"], reference, by_key),
        wins=_pairs(turned["gains"], reference, by_key),
        reference=SYSTEM_NAMES.get(reference, reference),
        notes=(*told["notes"], *_standing_notes(told)),
    )


def summary_message(told: dict[str, Any], gates: Sequence[dict[str, Any]], name: str) -> str:
    """The few lines that a maintainer gets in Slack."""
    raw = told["layers"]["facts"]["raw"]
    marks = {"pass": "passed", "fail": "FAILED", "alarm": "alarm", "cannot tell": "cannot tell"}
    judged = "; ".join(f"{g['name'].replace('_', ' ')}: {marks[tell_verdict(g)]}" for g in gates)
    precision = raw["claim_precision"]
    shown = f"{precision['value']:.1%}" if precision else "no claims"
    sound = raw["sound"]["value"] if raw["sound"] else 0.0
    useful = told["layers"]["usefulness"]
    rated = useful if isinstance(useful, str) else f"{useful['usefulness']['value']:.1f} of 5"
    return (
        f"*{name}*: {told['conclusion']}\n"
        f"{told['n']} cases; sound raw answers {sound:.1%}, claims proved {shown},"
        f" usefulness {rated}.\n{judged}"
    )


def _slice_threshold(gates: Sequence[dict[str, Any]]) -> float:
    return next((float(g["threshold"]) for g in gates if g["name"] == "slices"), 0.0)


def _list_faults(
    case_ids: Sequence[str], by_key: dict[tuple[str, str], EvaluationCase]
) -> list[tuple[str, str, str]]:
    rows = [by_key[case_id, "candidate"] for case_id in case_ids]
    return [(r.case_id, _describe_slices(r), describe_faults(r)) for r in rows]


def _describe_slices(row: EvaluationCase) -> str:
    return ", ".join(row.scores["slices"].values())


def _pairs(
    case_ids: Sequence[str], reference: str, by_key: dict[tuple[str, str], EvaluationCase]
) -> tuple[SideBySide, ...]:
    shown = []
    for case_id in case_ids[:SHOWN_SIDE_BY_SIDE]:
        ours, theirs = by_key[case_id, "candidate"], by_key[case_id, reference]
        shown.append(
            SideBySide(
                case_id=case_id,
                slices=_describe_slices(ours),
                ours=ours.raw_text,
                theirs=theirs.raw_text,
                ours_faults=describe_faults(ours),
                theirs_faults=describe_faults(theirs),
            )
        )
    return tuple(shown)


def describe_faults(row: EvaluationCase) -> str:
    """Say what keeps a raw answer from being sound."""
    scores = row.scores["raw"]
    if is_sound(scores):
        return "sound"
    if row.scores["failed"]:
        return f"no answer: {row.scores['failed']}"
    form = [
        n.replace("_", " ") for n, ok in scores["format"].items() if not ok and n != "compliant"
    ]
    faults = [f"format: {', '.join(form)}"] if form else []
    wrong = [claim for claim in row.claims if claim["status"] == "unsupported"]
    faults += [f"“{claim['text']}”: {claim['reason']}" for claim in wrong[:3]]
    faults += [f"the truth rules out: {claim}" for claim in scores["unacceptable"]]
    if not scores["action_grounded"]:
        faults.append("the action has no owner, measure or ground in the evidence")
    return "; ".join(faults) or "no number is proved"


def _standing_notes(told: dict[str, Any]) -> list[str]:
    kinds = told["rouge"]["reference"]
    notes = [f"Latency was {told['latency_ms']['note']}."]
    if kinds.get("plain facts"):
        notes.append(
            f"{kinds['plain facts']} of {told['n']} cases have no written reference; ROUGE and"
            " BERTScore compare those with the plain statement of the facts."
        )
    if "missing" in told["bertscore"]:
        notes.append(f"BERTScore was not computed: {told['bertscore']['missing']}.")
    useful = told["layers"]["usefulness"]
    if isinstance(useful, str):
        notes.append("Usefulness was not rated: no person has rated these answers blind.")
    else:
        shared = useful["agreement"]
        agreed = (
            f"weighted kappa {shared['weighted_kappa']} over {shared['pairs']} pairs"
            if shared
            else "too few answers rated by two people to say"
        )
        notes.append(
            f"{useful['raters']} people gave {useful['n']} blind ratings of the candidate;"
            f" agreement between raters: {agreed}. Intervals count each rater as one."
        )
    if "judge" in told:
        notes.append(told["judge"]["words"])
    return notes
