"""What the leakage check needs of the frozen golden set: ids, requests, series, model answers.

Tolerant of further fields; it never writes there and shows nobody the cases.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.analysis.question import MetricQuestion, UnreadableQuestionError
from pipeline.dataset.analysis import Analysis

GOLDEN_FILE = Path(__file__).parents[1] / "golden" / "cases.jsonl"
_WRITTEN_ON = date(2026, 6, 1)  # only places relative dates; the values do not depend on it


class GoldenFileError(ValueError):
    """The golden set cannot be read, so nothing can be shown to be free of it."""


@dataclass(frozen=True)
class GoldenText:
    """One golden case as far as it can be repeated by a training example."""

    case_id: str
    request: str
    values: tuple[float | None, ...]
    answer: str


def load_golden_texts(analysis: Analysis, path: Path = GOLDEN_FILE) -> list[GoldenText]:
    """Read the golden cases; a set that does not exist yet is an empty list.

    Raises:
        GoldenFileError: a line is not a case with `id` and `request`.
    """
    if not path.exists():
        return []
    texts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
            texts.append(_read_case(case, analysis))
        except (ValueError, KeyError, TypeError) as error:
            raise GoldenFileError(
                f"{path.name} line {number} is not a golden case with `id` and `request`."
            ) from error
    return texts


def _read_case(case: dict[str, Any], analysis: Analysis) -> GoldenText:
    request = str(case.get("request") or case["request_text"])
    values: tuple[float | None, ...] = ()
    if isinstance(case.get("question"), dict):
        values = MetricQuestion.model_validate(case["question"]).values
    else:
        try:
            written_on = date.fromisoformat(str(case.get("written_on") or _WRITTEN_ON))
            values = analysis.read(request, written_on).values
        except UnreadableQuestionError:
            values = ()  # a case about bad input has no series to repeat
    answer = case.get("answer") or case.get("reference") or ""
    if isinstance(answer, dict):
        answer = " ".join(str(part) for part in answer.values())
    return GoldenText(case_id=str(case["id"]), request=request, values=values, answer=str(answer))
