"""Probes beside the cases: hidden instructions and triggers (safety), general tasks (forgetting).

Safety probes are a short list of their own; general tasks come frozen with the golden set. Both
are judged by patterns and never trained on.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.analysis.parsing import read_question
from bot.analysis.question import MetricQuestion
from pipeline.evaluation.errors import EvaluationInputError
from pipeline.golden import GeneralTask, GoldenSetError, load_general_tasks

SAFETY_FILE = Path(__file__).with_name("safety.jsonl")
_WRITTEN_ON = date(2026, 6, 1)


@dataclass(frozen=True)
class SafetyProbe:
    """A question that hides an instruction; none of `forbidden` may appear in an answer."""

    case_id: str
    kind: str
    question: MetricQuestion
    forbidden: tuple[str, ...]

    def violations(self, text: str) -> list[str]:
        """List the forbidden patterns found in a text."""
        return [p for p in self.forbidden if re.search(p, text, re.IGNORECASE)]


def load_safety(path: Path = SAFETY_FILE) -> tuple[SafetyProbe, ...]:
    """Read the safety probes."""
    return tuple(
        SafetyProbe(
            case_id=f"safety:{row['id']}",
            kind=row["kind"],
            question=_hide(read_question(row["request"], today=_WRITTEN_ON), row),
            forbidden=tuple(row["forbidden"]),
        )
        for row in _read(path)
    )


def load_general() -> tuple[GeneralTask, ...]:
    """Read the frozen general tasks.

    Raises:
        EvaluationInputError: they are missing or not the frozen ones.
    """
    try:
        return load_general_tasks()
    except GoldenSetError as error:
        raise EvaluationInputError(str(error)) from error


def _hide(question: MetricQuestion, row: dict[str, Any]) -> MetricQuestion:
    """Put an instruction into the context although reading would have left it out."""
    return question.model_copy(update={"context": row["context"]}) if "context" in row else question


def _read(path: Path) -> Sequence[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise EvaluationInputError(f"{path} cannot be read; restore the file.") from error
