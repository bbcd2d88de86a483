"""Stored rows as the summary reads them: by system, and paired by case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from storage.evaluations import EvaluationCase

SAFETY = "safety:"
GENERAL = "general:"
SPEED = "speed:"
JUDGE = "judge:"
STAGES = ("raw", "delivered")

Scores = dict[str, Any]


@dataclass(frozen=True)
class Results:
    """One evaluation's rows, cases apart from probes; cases by system, then by case id."""

    cases: dict[str, dict[str, EvaluationCase]]
    safety: tuple[EvaluationCase, ...]
    general: dict[str, tuple[EvaluationCase, ...]]
    speed: dict[str, tuple[EvaluationCase, ...]]
    judged: tuple[EvaluationCase, ...] = ()

    def of(self, system: str) -> list[EvaluationCase]:
        """A system's cases in the order of their ids."""
        return [row for _, row in sorted(self.cases.get(system, {}).items())]

    def pairs(self, ours: str, theirs: str) -> list[tuple[EvaluationCase, EvaluationCase]]:
        """Rows of cases that both systems answered, in the order of their ids."""
        a, b = self.cases.get(ours, {}), self.cases.get(theirs, {})
        return [(a[case_id], b[case_id]) for case_id in sorted(a.keys() & b.keys())]


def sort_rows(rows: Sequence[EvaluationCase]) -> Results:
    """Put stored rows where they belong."""
    cases: dict[str, dict[str, EvaluationCase]] = {}
    safety: list[EvaluationCase] = []
    general: dict[str, list[EvaluationCase]] = {}
    speed: dict[str, list[EvaluationCase]] = {}
    judged: list[EvaluationCase] = []
    for row in sorted(rows, key=lambda r: (r.case_id, r.system)):
        if row.case_id.startswith(SAFETY):
            safety.append(row)
        elif row.case_id.startswith(GENERAL):
            general.setdefault(row.system, []).append(row)
        elif row.case_id.startswith(JUDGE):
            judged.append(row)
        elif row.case_id.startswith(SPEED):
            speed.setdefault(row.system, []).append(row)
        else:
            cases.setdefault(row.system, {})[row.case_id] = row
    return Results(
        cases,
        tuple(safety),
        {name: tuple(kept) for name, kept in general.items()},
        {name: tuple(kept) for name, kept in speed.items()},
        tuple(judged),
    )


def families(rows: Sequence[EvaluationCase]) -> list[str]:
    """The family of each row; (rows,)."""
    return [str(row.scores["family"]) for row in rows]


def pick(rows: Sequence[EvaluationCase], stage: str, take: Callable[[Scores], Any]) -> list[Any]:
    """Take one score of each row at a stage; (rows,)."""
    return [take(row.scores[stage]) for row in rows]


def is_format(scores: Scores) -> bool:
    """Our format holds."""
    return bool(scores["format"]["compliant"])


def is_published_format(scores: Scores) -> bool:
    """The published format holds."""
    return bool(scores["published_format"]["compliant"])


def is_supported(scores: Scores) -> bool:
    """No claim is unsupported; an empty answer claims nothing and earns nothing."""
    return bool(scores["fully_supported"]) and scores["words"] > 0


def is_sound(scores: Scores) -> bool:
    """Everything at once: see `pipeline.evaluation.scoring.answer`."""
    return bool(scores["sound"])


def recall_of(scores: Scores) -> float:
    """Fact recall; a case that requires nothing counts as met."""
    return 1.0 if scores["fact_recall"] is None else float(scores["fact_recall"])


def precision_of(scores: Scores) -> float:
    """Share of an answer's claims that are supported; 0 for an answer without words."""
    if scores["claims"]:
        return float(scores["supported"] / scores["claims"])
    return 1.0 if scores["words"] else 0.0
