"""How often the findings see what was planted, and how often they see what was not.

Run: python -m deploy.bench.findings_truth [--repeats N] [--tuning] [--json FILE]. The reported
table and the tuning of thresholds use different seeds. A hit is a verdict that the planted truth
allows (patterns that moved), or every planted step found within two periods and no other. A false
alarm is a direction told, or a break told, where none was planted.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.analysis.facts import FactKind, Findings, Verdict
from bot.analysis.findings import compute_findings
from bot.analysis.plain import is_slide
from deploy.bench.planted_series import Planted, plant_all

REPORT_SEED = 20240710
TUNING_SEED = 7
PLACE_TOLERANCE = 2  # periods between a planted and a found place that still count as found


@dataclass(frozen=True)
class Outcome:
    """What one series brought; None where the question does not arise for its pattern."""

    pattern: str
    noise: str
    length: int
    verdict_hit: bool | None
    wrong_direction: bool
    verdict_alarm: bool | None
    break_hit: bool | None
    break_alarm: bool
    suspect_hit: bool | None


@dataclass(frozen=True)
class Row:
    """Shares over one group of series; None where no series of the group asks the question."""

    group: str
    n: int
    verdict_hit: float | None
    wrong_direction: float | None
    verdict_alarm: float | None
    break_hit: float | None
    break_alarm: float | None
    suspect_hit: float | None


def found_places(findings: Findings) -> list[int]:
    """Return the first periods of the told breaks; the best split of a slide is none."""
    if is_slide(findings):
        return []
    return [fact.window[0] for fact in findings.facts if fact.kind is FactKind.BREAK]


def judge(planted: Planted, findings: Findings) -> Outcome:
    """Compare what was found with what was planted."""
    told = findings.verdict in {Verdict.IMPROVING, Verdict.WORSENING}
    still = Verdict.FLAT in planted.verdicts
    places = found_places(findings)
    matched = [_near(place, planted.places) for place in places]
    all_found = all(_near(place, tuple(places)) for place in planted.places)
    return Outcome(
        planted.pattern,
        planted.noise,
        planted.length,
        None if still else findings.verdict in planted.verdicts,
        told and not still and findings.verdict not in planted.verdicts,
        told if still else None,
        all_found if planted.places else None,
        not all(matched),
        _suspect_hit(planted, findings) if planted.change_indexes and all_found else None,
    )


def _near(place: int, others: tuple[int, ...]) -> bool:
    return any(abs(place - other) <= PLACE_TOLERANCE for other in others)


def _suspect_hit(planted: Planted, findings: Findings) -> bool:
    """The change planted first is the one told next to its break."""
    told = [
        fact
        for fact in findings.facts
        if fact.kind is FactKind.BREAK_DISTANCE and fact.rank <= 50 and fact.id.startswith("break")
    ]
    return any(fact.id.endswith(".0") for fact in told)


def summarise(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> list[Row]:
    """Group outcomes and take shares, in order of first appearance."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    return [
        Row(
            group,
            len(members),
            _share(outcome.verdict_hit for outcome in members),
            _share(outcome.wrong_direction for outcome in members),
            _share(outcome.verdict_alarm for outcome in members),
            _share(outcome.break_hit for outcome in members),
            _share(outcome.break_alarm for outcome in members),
            _share(outcome.suspect_hit for outcome in members),
        )
        for group, members in groups.items()
    ]


def _share(answers: Iterable[bool | None]) -> float | None:
    given = [answer for answer in answers if answer is not None]
    return round(sum(given) / len(given), 4) if given else None


def render_table(title: str, rows: list[Row]) -> str:
    """Write rows as a Markdown table, shares in percent."""
    heads = ["verdict hit", "wrong way", "false verdict", "break hit", "false break", "suspect"]
    lines = [f"| {title} | n | {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) + 1)]
    for row in rows:
        shares = list(asdict(row).values())[2:]
        cells = ["-" if share is None else f"{share * 100:.1f} %" for share in shares]
        lines.append(f"| {row.group} | {row.n} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print its tables; --json also writes them to a file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--repeats", type=int, default=10, help="series per cell (default 10)")
    parser.add_argument("--tuning", action="store_true", help="use the seed thresholds came from")
    parser.add_argument("--json", type=Path, help="write the tables here as JSON")
    options = parser.parse_args(arguments)
    seed = TUNING_SEED if options.tuning else REPORT_SEED
    started = time.perf_counter()
    outcomes = [
        judge(planted, compute_findings(planted.question))
        for planted in plant_all(seed, options.repeats)
    ]
    seconds = time.perf_counter() - started
    tables = {
        "pattern": summarise(outcomes, lambda outcome: outcome.pattern),
        "noise": summarise(outcomes, lambda outcome: outcome.noise),
        "length": summarise(outcomes, lambda outcome: f"{outcome.length} values"),
        "pattern and noise": summarise(outcomes, lambda o: f"{o.pattern}, {o.noise}"),
        "all": summarise(outcomes, lambda outcome: "all"),
    }
    head = f"{len(outcomes)} series, seed {seed}, {len(outcomes) / seconds:.0f} series a second"
    blocks = [head, *(render_table(title, rows) for title, rows in tables.items())]
    sys.stdout.write("\n\n".join(blocks) + "\n")
    if options.json:
        data = {title: [asdict(row) for row in rows] for title, rows in tables.items()}
        report = {"n": len(outcomes), "seed": seed, "seconds": round(seconds, 2), "tables": data}
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
