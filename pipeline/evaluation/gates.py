"""Gates: what keeps a candidate from being proposed, what only warns, and what cannot be told.

A gate is failed when the data show that the bound is missed, passed when they show that it is
met, and open otherwise. Open gates are shown and do not block: few cases must not stop a team.
"""

from typing import Any

from pipeline.evaluation.settings import GateSetting, GateSettings
from pipeline.evaluation.systems import SYSTEM_NAMES

Gate = dict[str, Any]
PASS, FAIL, OPEN = "pass", "fail", "cannot tell"


def judge(told: dict[str, Any], gates: GateSettings) -> list[Gate]:
    """Judge a summary by every gate, blocking ones first."""
    raw_format = told["layers"]["format"]["raw"]["ours"]
    raw_facts = told["layers"]["facts"]["raw"]
    return [
        _lower_bound("format", raw_format, gates.format_compliance, "raw answers hold our format"),
        _lower_bound(
            "claim_precision",
            raw_facts["claim_precision"],
            gates.claim_precision,
            "claims in raw answers are proved",
        ),
        _non_inferior(
            "non_inferiority", told, "sound", gates.non_inferiority_margin, "sound raw answers"
        ),
        _safety(told["safety"], gates.safety_violations),
        _slices(told, gates.slice_drop),
        _non_inferior(
            "fact_recall", told, "fact_recall", gates.fact_recall_drop, "facts mentioned"
        ),
        _forgetting(told["forgetting"], gates.forgetting_drop),
        _latency(told, gates.latency_ratio),
    ]


def has_passed(judged: list[Gate]) -> bool:
    """Tell whether no blocking gate is failed."""
    return not any(g["level"] == "blocking" and g["verdict"] == FAIL for g in judged)


def conclude(judged: list[Gate], told: dict[str, Any]) -> str:
    """Say in one or two sentences what a maintainer should know."""
    failed = [g for g in judged if g["level"] == "blocking" and g["verdict"] == FAIL]
    open_gates = [g["name"] for g in judged if g["level"] == "blocking" and g["verdict"] == OPEN]
    if failed:
        reasons = " ".join(g["words"] for g in failed)
        return f"Do not promote. {reasons}{_name_alarms(judged)}"
    reference = told["reference_baseline"]
    relation = told["baselines"][reference]["comparison"]["raw"]["sound"]["relation"] if reference \
        else "cannot tell"  # fmt: skip
    name = f"the {SYSTEM_NAMES[reference]}" if reference else "any baseline"
    words = {
        "better": f"It beats {name}: recommended.",
        "no difference": f"No difference from {name} within the margin.",
        "worse": f"It is worse than {name}, though perhaps within the margin.",
        "cannot tell": f"These cases cannot tell it from {name}.",
    }[relation]
    undecided = f" Open, not blocking: {', '.join(open_gates)}." if open_gates else ""
    return f"No blocking gate failed. {words}{undecided}{_name_alarms(judged)}"


def _name_alarms(judged: list[Gate]) -> str:
    alarms = [g for g in judged if g["level"] == "alarm" and g["verdict"] == FAIL]
    named = ", ".join(g["name"].replace("_", " ") for g in alarms)
    return f" Look at these alarms before you decide: {named}." if alarms else ""


def _gate(
    name: str, value: Any, setting: GateSetting, verdict: str, words: str, threshold: Any = None
) -> Gate:
    return {
        "name": name,
        "value": value,
        "threshold": setting.threshold if threshold is None else threshold,
        "passed": {PASS: True, FAIL: False, OPEN: None}[verdict],
        "verdict": verdict,
        "level": setting.level,
        "origin": setting.origin,
        "words": words,
    }


def _lower_bound(
    name: str, measured: dict[str, Any] | None, setting: GateSetting, what: str
) -> Gate:
    if measured is None:
        return _gate(name, None, setting, OPEN, "There is nothing to judge.")
    verdict = OPEN
    if measured["low"] >= setting.threshold:
        verdict = PASS
    elif measured["high"] < setting.threshold:
        verdict = FAIL
    words = (
        f"{measured['value']:.1%} of the {what} (95 % interval {measured['low']:.1%} to"
        f" {measured['high']:.1%}, n = {measured['n']}); asked: {setting.threshold:.0%}."
    )
    return _gate(name, measured["value"], setting, verdict, words)


def _non_inferior(
    name: str, told: dict[str, Any], outcome: str, setting: GateSetting, what: str
) -> Gate:
    reference = told["reference_baseline"]
    if reference is None:
        return _gate(name, None, setting, OPEN, "No baseline was run to compare with.")
    compared = told["baselines"][reference]["comparison"]["raw"][outcome]
    if not compared["n"]:
        return _gate(
            name, None, setting, OPEN, f"No case was answered by the {SYSTEM_NAMES[reference]} too."
        )
    met = compared["floor"] > -setting.threshold
    worse = compared["ceiling"] < 0
    verdict = PASS if met else FAIL if worse else OPEN
    words = (
        f"{what.capitalize()} against {SYSTEM_NAMES[reference]}:"
        f" {compared['difference']:+.1%} (90 % interval {compared['floor']:+.1%} to"
        f" {compared['ceiling']:+.1%}, n = {compared['n']}); may lose"
        f" {setting.threshold:.0%} at most."
    )
    return _gate(name, compared["difference"], setting, verdict, words, -setting.threshold)


def _safety(safety: dict[str, Any], setting: GateSetting) -> Gate:
    if not safety["n"]:
        return _gate("safety", None, setting, OPEN, "No safety probe was run.")
    count = len(safety["delivered"])
    verdict = FAIL if count > setting.threshold else OPEN if safety["unanswered"] else PASS
    missing = f" {safety['unanswered']} got no answer." if safety["unanswered"] else ""
    raw = f" The guard stopped {len(safety['raw'])} more." if safety["raw"] else ""
    named = f" Obeyed: {', '.join(safety['delivered'])}." if count else ""
    words = f"{count} of {safety['n']} hidden instructions reached a reader.{named}{raw}{missing}"
    return _gate("safety", count, setting, verdict, words)


def _slices(told: dict[str, Any], setting: GateSetting) -> Gate:
    rows = told["slices"]
    if not rows:
        return _gate("slices", None, setting, OPEN, "No slice holds enough paired cases.")
    dropped = [r for r in rows if r["p_holm"] < setting.threshold and r["losses"] > r["wins"]]
    verdict = FAIL if dropped else PASS
    named = ", ".join(row["slice"] for row in dropped) or "none"
    least = min(row["p_holm"] for row in rows)
    words = f"Slices that got worse, corrected for {len(rows)} looks: {named}."
    return _gate("slices", least, setting, verdict, words)


def _forgetting(forgetting: dict[str, Any], setting: GateSetting) -> Gate:
    compared = forgetting["against_base"]
    if not compared["n"]:
        return _gate("forgetting", None, setting, OPEN, "The general set was not run on both.")
    met = compared["floor"] > -setting.threshold
    fell = compared["ceiling"] < 0 and compared["difference"] < -setting.threshold
    verdict = PASS if met else FAIL if fell else OPEN
    words = (
        f"General tasks against the base: {compared['difference']:+.1%} (90 % interval"
        f" {compared['floor']:+.1%} to {compared['ceiling']:+.1%}, n = {compared['n']})."
    )
    return _gate("forgetting", compared["difference"], setting, verdict, words, -setting.threshold)


def _latency(told: dict[str, Any], setting: GateSetting) -> Gate:
    reference = told["reference_baseline"]
    ours = told["latency_ms"]["p50"]
    theirs = told["baselines"][reference]["latency_ms"]["p50"] if reference else None
    if not ours or not theirs:
        return _gate("latency", None, setting, OPEN, "There is no baseline's latency to compare.")
    ratio, name = round(ours / theirs, 3), SYSTEM_NAMES[str(reference)]
    verdict = FAIL if ratio > setting.threshold else PASS
    words = f"Median answer {ours / 1000:.2f} s beside {theirs / 1000:.2f} s of the {name}."
    return _gate("latency", ratio, setting, verdict, words)
