"""What the leakage check needs of the frozen golden set: ids, requests, series, explanations.

Reads all of it, the rotating part too, and refuses a set that is not the frozen one. It never
writes there and shows nobody the cases.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.analysis.question import UnreadableQuestionError
from pipeline.dataset.analysis import Analysis
from pipeline.golden import GoldenCase, GoldenSetError, load_golden
from pipeline.golden.load import GOLDEN_FOLDER

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


def load_golden_texts(analysis: Analysis, folder: Path = GOLDEN_FOLDER) -> list[GoldenText]:
    """Read every golden case, the rotating ones included.

    Raises:
        GoldenFileError: the set is missing, damaged, or differs from its checksum.
    """
    try:
        cases = load_golden(include_rotating=True, folder=folder)
    except GoldenSetError as error:
        raise GoldenFileError(str(error)) from error
    return [
        GoldenText(
            case_id=case.id,
            request=case.request,
            values=_read_values(case, analysis),
            answer=case.truth.explanation,
        )
        for case in cases
    ]


def _read_values(case: GoldenCase, analysis: Analysis) -> tuple[float | None, ...]:
    if case.question is not None:
        return case.question.values
    try:
        return analysis.read(case.request, _WRITTEN_ON).values
    except UnreadableQuestionError:
        return ()  # a case about bad input has no series to repeat
