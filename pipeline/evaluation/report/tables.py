"""The tables of a report as plain rows of text; both formats print the same ones. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evaluation.human import NOT_RATED
from pipeline.evaluation.systems import SYSTEM_NAMES

# What earlier teams published, for the comparison table (few-shot large model, fine-tuned small).
PUBLISHED = {
    "Format, published checks (raw)": ("71 %", "96 %"),
    "Accuracy 0-5 by people": ("78 % accurate", "91 % accurate"),
    "Usefulness 0-5 by people": ("3.1", "4.3"),
    "Latency p50": ("2.1 s", "1.2 s"),
    "Cost per 1,000": ("$4.20", "$0.80"),
}

_LEVELS = {"blocking": "blocking", "alarm": "only warns"}


@dataclass(frozen=True)
class Table:
    """A table with its title; the first column names the row, others are right-aligned figures.

    `is_text`: they are sentences instead.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    is_text: bool = False


def percent(figure: dict[str, Any] | None) -> str:
    """Write a share with its interval."""
    if figure is None:
        return "none"
    return f"{figure['value']:.1%} ({figure['low']:.0%} to {figure['high']:.0%})"


def probability(p_value: float) -> str:
    """Write a p-value; none is zero."""
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"


def seconds(milliseconds: float | None) -> str:
    """Write a duration."""
    return "none" if milliseconds is None else f"{milliseconds / 1000:.2f} s"


def comparison_table(told: dict[str, Any]) -> Table:
    """The table like the published one: a column per system, published figures at the right."""
    systems = _systems(told)
    lines = [(name, *(read(s) for s in systems.values()), *PUBLISHED.get(name, ("", "")))
             for name, read in _LINES]  # fmt: skip
    header = ("", *(SYSTEM_NAMES.get(n, n) for n in systems))
    return Table(
        "Comparison",
        (*header, "published few-shot", "published fine-tuned"),
        tuple(lines),
        "Shares with 95 % intervals. Raw: what the model wrote before any sentence was checked."
        " Delivered: what a reader would have got. Published figures come from other models,"
        " machines and data.",
    )


def paired_table(told: dict[str, Any]) -> Table:
    """Candidate minus baseline on the same cases, raw answers."""
    rows = []
    for name, baseline in told["baselines"].items():
        for outcome, compared in baseline["comparison"]["raw"].items():
            if not compared["n"]:
                continue
            rows.append(
                (
                    f"{SYSTEM_NAMES.get(name, name)}: {outcome.replace('_', ' ')}",
                    f"{compared['difference']:+.1%}",
                    f"{compared['low']:+.1%} to {compared['high']:+.1%}",
                    f"{compared['wins']} : {compared['losses']}",
                    probability(compared["p_value"]),
                    compared["relation"],
                )
            )
    return Table(
        "Candidate minus baseline, case by case",
        ("baseline and outcome", "difference", "95 % interval", "wins : losses", "p", "relation"),
        tuple(rows),
        "Yes-or-no outcomes: exact sign-flip test over families (McNemar's where each is one case)"
        " and Tango's interval. Others: random sign-flip test and cluster-robust interval."
        " “No difference” means within the margin both ways; otherwise “cannot tell”.",
    )


def tell_verdict(gate: dict[str, Any]) -> str:
    """A gate's verdict; a failed one that only warns is called an alarm."""
    is_alarm = gate["level"] == "alarm" and gate["verdict"] == "fail"
    return "alarm" if is_alarm else str(gate["verdict"])


def gate_table(gates: Sequence[dict[str, Any]]) -> Table:
    """Every gate with its verdict, in words, and where its threshold comes from."""
    rows = tuple(
        (g["name"].replace("_", " "), _LEVELS[g["level"]], tell_verdict(g), g["words"], g["origin"])
        for g in gates
    )
    return Table(
        "Gates",
        ("gate", "kind", "verdict", "what was seen", "origin of the threshold"),
        rows,
        "Only a failed blocking gate keeps a candidate from being proposed; an alarm asks for a"
        " look, and “cannot tell” is shown and does not block.",
        is_text=True,
    )


def slice_table(told: dict[str, Any], alarm_below: float) -> Table:
    """Sound raw answers by slice, beside the reference baseline; worst ones are marked."""
    rows = tuple(
        (
            row["slice"],
            str(row["n"]),
            f"{row['candidate']:.0%}",
            f"{row['baseline']:.0%}",
            f"{row['wins']} : {row['losses']}",
            probability(row["p_holm"]),
            _tell_slice(row, alarm_below),
        )
        for row in told["slices"]
    )
    reference = SYSTEM_NAMES.get(told["reference_baseline"] or "", "no baseline")
    return Table(
        "Slices: sound raw answers",
        ("slice", "n", "candidate", reference, "wins : losses", "p (Holm)", ""),
        rows,
        "Sign-flip test over families, corrected for the number of slices looked at (Holm 1979)."
        " A slice holds few cases: one without a mark is not shown to be alike.",
    )


def regression_table(told: dict[str, Any], rows: Sequence[tuple[str, str, str]]) -> Table:
    """Every case that the reference passes and the candidate fails: case, slices, what is wrong."""
    reference = SYSTEM_NAMES.get(told["reference_baseline"] or "", "no baseline")
    return Table(
        f"Regressions: the {reference} is sound, the candidate is not",
        ("case", "slices", "what is wrong with the candidate's answer"),
        tuple(rows),
        f"{len(rows)} of {told['n']} cases.",
        is_text=True,
    )


def error_table(told: dict[str, Any]) -> Table:
    """Unsupported claims of the raw answers by kind and system."""
    systems = _systems(told)
    counts = {n: s["layers"]["facts"]["raw"]["errors_by_kind"] for n, s in systems.items()}
    kinds = sorted({kind for found in counts.values() for kind in found})
    rows = [(kind, *(str(found.get(kind, 0)) for found in counts.values())) for kind in kinds]
    totals = ("claims in all", *(str(s["layers"]["facts"]["raw"]["claims"])
                                 for s in systems.values()))  # fmt: skip
    header = ("kind of error", *(SYSTEM_NAMES.get(n, n) for n in systems))
    return Table("Unproved claims by kind (raw)", header, (*rows, totals))


def check_table(told: dict[str, Any]) -> Table:
    """Share of raw answers that pass each single format check."""
    systems = _systems(told)
    layers = [s["layers"]["format"]["raw"] for s in systems.values()]
    rows = []
    for group, title in (("published_checks", "published"), ("our_checks", "ours")):
        for check in layers[0][group]:
            shares = (f"{layer[group].get(check, 0):.0%}" for layer in layers)
            rows.append((f"{title}: {check.replace('_', ' ')}", *shares))
    header = ("check", *(SYSTEM_NAMES.get(n, n) for n in systems))
    return Table("Format checks one by one (raw)", header, tuple(rows))


def general_table(told: dict[str, Any]) -> Table:
    """General tasks solved, and how the raw answers drift in length and variety."""
    systems = _systems(told)
    rows = []
    for name, system in systems.items():
        general = told["forgetting"].get(name)
        solved = f"{general['solved']} of {general['n']}" if general else "not run"
        drift = system["drift"]
        rows.append(
            (
                SYSTEM_NAMES.get(name, name),
                solved,
                f"{drift['words_median']:.0f}",
                f"{drift['distinct_openings']:.0%}",
                f"{drift['distinct_3_grams']:.0%}",
            )
        )
    lost = told["forgetting"].get("lost") or []
    return Table(
        "Forgetting and drift",
        ("system", "general tasks solved", "median words", "distinct openings", "distinct 3-grams"),
        tuple(rows),
        f"General tasks that the base solves and the candidate does not: {', '.join(lost)}."
        if lost
        else "",
    )


def judge_table(told: dict[str, Any]) -> Table:
    """A model judge's scores, only where its agreement with people is known."""
    judge = told.get("judge") or {"usefulness": {}, "words": ""}
    rows = tuple(
        (
            SYSTEM_NAMES.get(name, name),
            f"{figure['value']:.2f} ({figure['low']:.1f} to {figure['high']:.1f})",
            str(figure["n"]),
        )
        for name, figure in judge["usefulness"].items()
    )
    return Table("Judged by a model", ("system", "usefulness 0-5", "n"), rows, judge["words"])


def _tell_slice(row: dict[str, Any], alarm_below: float) -> str:
    if row["p_holm"] >= alarm_below:
        return ""
    return "alarm" if row["losses"] > row["wins"] else "better"


def _systems(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {"candidate": told, **told["baselines"]}


def _fact(stage: str, name: str) -> Any:
    return lambda s: percent(s["layers"]["facts"][stage][name])


def _form(stage: str, name: str) -> Any:
    return lambda s: percent(s["layers"]["format"][stage][name])


def _human(scale: str) -> Any:
    def read(system: dict[str, Any]) -> str:
        layer = system["layers"]["usefulness"]
        if isinstance(layer, str) or scale not in layer:
            return NOT_RATED
        figure = layer[scale]
        return f"{figure['value']:.1f} ({figure['low']:.1f} to {figure['high']:.1f})"

    return read


def _rouge(s: dict[str, Any]) -> str:
    found = s["rouge"].get("raw")
    return "none" if not found else " / ".join(f"{value:.2f}" for value in found.values())


def _bert(s: dict[str, Any]) -> str:
    value = s["bertscore"].get("raw")
    return "no encoder" if value is None else f"{value:.3f}"


def _cost(s: dict[str, Any]) -> str:
    cost = s["cost_per_1000"]
    return "none" if cost is None else f"${cost:.2f}" if cost >= 0.01 else f"${cost:.4f}"


def _tokens(s: dict[str, Any]) -> str:
    tokens = s["tokens"]
    return "none" if not tokens else f"{tokens['prompt']:.0f} + {tokens['completion']:.0f}"


_LINES: tuple[tuple[str, Any], ...] = (
    ("Cases", lambda s: f"{s['n']}" + (f" ({s['failed']} unanswered)" if s["failed"] else "")),
    ("Sound answers (raw)", _fact("raw", "sound")),
    ("Sound answers (delivered)", _fact("delivered", "sound")),
    ("Format, published checks (raw)", _form("raw", "published")),
    ("Format, ours (raw)", _form("raw", "ours")),
    ("Median words (raw)", lambda s: f"{s['layers']['format']['raw']['words_median'] or 0:.0f}"),
    ("Format, ours (delivered)", _form("delivered", "ours")),
    ("Published factuality (raw)", _fact("raw", "published_factuality")),
    ("Claim precision (raw)", _fact("raw", "claim_precision")),
    ("Claim precision (delivered)", _fact("delivered", "claim_precision")),
    ("Answers fully supported (raw)", _fact("raw", "fully_supported")),
    ("Answers with a wrong direction (raw)", _fact("raw", "answers_with_direction_error")),
    (
        "Answers with a claim the truth rules out (raw)",
        _fact("raw", "answers_with_unacceptable_claim"),
    ),
    ("Fact recall (raw)", _fact("raw", "fact_recall")),
    ("Fact recall (delivered)", _fact("delivered", "fact_recall")),
    ("Action grounded (raw)", _fact("raw", "action_grounded")),
    ("Written by the model, timed answers as in use", lambda s: percent(s["written_as_served"])),
    ("Written by the model", lambda s: percent(s["layers"]["facts"]["model_written_share"])),
    ("Accuracy 0-5 by people", _human("accuracy")),
    ("Usefulness 0-5 by people", _human("usefulness")),
    ("ROUGE-1 / 2 / L (raw)", _rouge),
    ("BERTScore F1 (raw)", _bert),
    ("Latency p50", lambda s: seconds(s["latency_ms"]["p50"])),
    ("Latency p95", lambda s: seconds(s["latency_ms"]["p95"])),
    ("First sentence p50", lambda s: seconds(s["latency_ms"]["first_sentence_p50"])),
    ("First sentence p95", lambda s: seconds(s["latency_ms"]["first_sentence_p95"])),
    ("Tokens, prompt + answer", _tokens),
    ("Requests per second", lambda s: f"{s['requests_per_second'] or 0:.2f}"),
    ("Cost per 1,000", _cost),
)
