"""Score the checker on the checking corpus: recall by kind of damage, false alarms.

    python tests/corpora/score_checking.py --half dev [--json] [--misses]

The third corpus is split by whole series: the series in the order of their ids' SHA-256, the first
half of them is `third-a` (for tuning), the rest `third-b` (held out). The fourth is kept whole.

A damaged sentence counts as caught when at least one of its claims is unsupported; a correct one
counts as a false alarm when any of its claims is. The sentences of a series that stand before the
one being checked are given as context, as they would be in a streamed answer; sentences that
damage nothing but were added (predictions, benchmarks) stand alone.
"""

import argparse
import csv
import hashlib
import io
import json
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from bot.analysis.answer import Section
from bot.analysis.facts import Findings, Verdict
from bot.analysis.question import MetricKind, MetricQuestion, Period, RecordedChange
from bot.analysis.verification import check_sentence

HALVES = ["dev", "frozen", "third-a", "third-b", "fourth"]
CORPUS = Path(__file__).parent / "checking"
_TIME = {"seconds", "minutes", "hours", "days", "months", "milliseconds"}
_KINDS = {"%": MetricKind.RATE, "proportion": MetricKind.RATE, "points": MetricKind.SCORE}
_KINDS |= {"ratio": MetricKind.RATIO, "count": MetricKind.COUNT}

Row = dict[str, object]


def read_rows(path: Path) -> list[dict]:
    """Read a JSON-lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def build_question(row: dict) -> MetricQuestion:
    """Build the question a series row describes."""
    table = list(csv.DictReader(io.StringIO(row["csv"])))
    first = "date" if "date" in table[0] else "period"
    dated = "-" in table[0][first]  # a series may number its periods instead
    days = tuple(date.fromisoformat(line[first]) for line in table) if dated else None
    values = tuple(float(line["value"]) if line["value"] else None for line in table)
    sizes = None
    if "denominator" in table[0]:
        sizes = tuple(float(line["denominator"]) for line in table)
    changes = tuple(
        RecordedChange(
            what=change["what"],
            day=date.fromisoformat(change["date"]) if change.get("date") else None,
            periods_ago=change.get("periods_ago"),
        )
        for change in row["changes"]
    )
    unit = row["unit"]
    kind = _KINDS.get(unit, MetricKind.DURATION if unit in _TIME else MetricKind.MONEY)
    return MetricQuestion(
        metric=row["metric"],
        kind=kind,
        unit=unit,
        values=values,
        dates=days,
        period=Period(row["period"]),
        context=row["context"],
        cohort_size=row["cohort_size"],
        denominators=sizes,
        changes=changes,
        question=row["question"],
        higher_is_better=row["higher_is_better"],
        incomplete_last="last week had only" in row["context"] or bool(row.get("incomplete_last")),
    )


def build_findings(question: MetricQuestion) -> Findings:
    """Compute the findings of a question (an empty set while nothing computes them)."""
    try:
        from bot.analysis.findings import compute_findings
    except ImportError:
        return Findings(question=question, facts=(), verdict=Verdict.FLAT)
    return compute_findings(question)


def score_half(half: str) -> dict:
    """Score one half of the corpus; the result holds every miss and false alarm."""
    name, _, part = half.partition("-")
    folder = CORPUS / name
    series = read_rows(folder / "series.jsonl")
    kept = choose_series([row["series_id"] for row in series], part)
    findings = {
        row["series_id"]: build_findings(build_question(row))
        for row in series
        if row["series_id"] in kept
    }
    correct = [row for row in read_rows(folder / "correct.jsonl") if row["series_id"] in kept]
    damaged = [row for row in read_rows(folder / "damaged.jsonl") if row["series_id"] in kept]
    order = defaultdict(list)
    for row in correct:
        order[row["series_id"]].append(row)
    seen, caught = Counter(), Counter()
    misses, alarms = [], []
    for row in damaged:
        kind = row["kind"]
        seen[kind] += 1
        checked = _check(row, findings, _before(order[row["series_id"]], row.get("original_id")))
        if checked.unsupported:
            caught[kind] += 1
        else:
            misses.append({**row, "claims": [claim.text for claim in checked.claims]})
    for row in correct:
        checked = _check(row, findings, _before(order[row["series_id"]], row["id"]))
        if checked.unsupported:
            reasons = [(claim.text, claim.unit, claim.reason) for claim in checked.unsupported]
            alarms.append({**row, "reasons": reasons})
    kinds = {kind: {"n": seen[kind], "caught": caught[kind]} for kind in sorted(seen)}
    return {
        "half": half,
        "recall": sum(caught.values()) / max(1, len(damaged)),
        "false_alarm_rate": len(alarms) / max(1, len(correct)),
        "damaged": len(damaged),
        "correct": len(correct),
        "kinds": kinds,
        "misses": misses,
        "false_alarms": alarms,
    }


def choose_series(ids: list[str], part: str) -> set[str]:
    """Choose the series of one part: `a`, `b`, or all of them for an empty part."""
    ordered = sorted(ids, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    middle = (len(ordered) + 1) // 2
    return set({"a": ordered[:middle], "b": ordered[middle:]}.get(part, ordered))


def _before(rows: list[dict], row_id: str | None) -> list[str]:
    if row_id is None:
        return []
    place = next((at for at, row in enumerate(rows) if row["id"] == row_id), 0)
    return [row["text"] for row in rows[:place] if row["section"] == "analysis"]


def _check(row: dict, findings: dict, before: list[str]):
    return check_sentence(row["text"], findings[row["series_id"]], Section(row["section"]), before)


def render_table(score: dict) -> str:
    """Write the score as a table for people."""
    lines = [f"{'kind':32}{'n':>6}{'caught':>8}{'recall':>8}"]
    for kind, counts in score["kinds"].items():
        share = counts["caught"] / counts["n"]
        lines.append(f"{kind:32}{counts['n']:>6}{counts['caught']:>8}{share:>8.3f}")
    lines.append(f"{'all':32}{score['damaged']:>6}{'':>8}{score['recall']:>8.3f}")
    lines.append(
        f"false alarms: {len(score['false_alarms'])} of {score['correct']} correct sentences "
        f"({score['false_alarm_rate']:.3f})"
    )
    return "\n".join(lines)


def main() -> int:
    """Score a half and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", default="dev", choices=HALVES)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    options = parser.parse_args()
    score = score_half(options.half)
    if options.json:
        if not options.misses:
            score = {k: v for k, v in score.items() if k not in {"misses", "false_alarms"}}
        sys.stdout.write(json.dumps(score, ensure_ascii=False, indent=1) + "\n")
        return 0
    sys.stdout.write(render_table(score) + "\n")
    if options.misses:
        for row in score["misses"]:
            sys.stdout.write(f"MISS {row['kind']:24} {row['id']} {row['text']}\n")
        for row in score["false_alarms"]:
            sys.stdout.write(f"ALARM {row['id']} {row['text']}\n      {row['reasons']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
