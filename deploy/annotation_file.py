"""A CSV file of recorded changes -> checked annotations, and every line that cannot be read.

Columns: date, what; and, where wanted, metric, segment, who. It stores nothing.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.analysis.catalogue.model import Catalogue
from bot.recorded_changes import AnnotationError, NewAnnotation, check_annotation

MOST_ROWS = 10_000
_COLUMNS = {
    "date": "date", "day": "date", "when": "date",
    "what": "what", "change": "what", "text": "what", "event": "what", "description": "what",
    "metric": "metric", "segment": "segment", "market": "segment",
    "who": "who", "author": "who", "owner": "who",
}  # fmt: skip


class AnnotationFileError(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass
class AnnotationFile:
    """What a file holds: changes in their order, and one sentence for each refused line."""

    changes: list[NewAnnotation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_annotations(
    content: bytes, file: str, catalogue: Catalogue | None, today: date, who: str
) -> AnnotationFile:
    """Read a CSV with a header line; `who` stands where a line names nobody.

    Raises:
        AnnotationFileError: no header with date and what, or too many lines.
    """
    text = _decode(content, file)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found = AnnotationFile()
    names: list[str] = []
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _header(cells, file)
                continue
            if len(found.changes) + len(found.problems) >= MOST_ROWS:
                raise AnnotationFileError(
                    f"{file} has more than {MOST_ROWS:,} lines; import it in parts."
                )
            row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            try:
                found.changes.append(_read_row(row, catalogue, today, who))
            except AnnotationError as error:
                found.problems.append(f"{file}, line {lines.line_num}: {error}")
    except csv.Error as error:
        raise AnnotationFileError(
            f"{file}, line {lines.line_num}: this is no CSV line; check its quotation marks."
        ) from error
    if not names:
        raise AnnotationFileError(f"{file} is empty; it needs a header line: date,what,metric.")
    return found


def _decode(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnnotationFileError(f"{file} is not UTF-8 text. Save it as UTF-8.") from error


def _header(cells: list[str], file: str) -> list[str]:
    names = [_COLUMNS.get(cell.strip().lower(), "") for cell in cells]
    missing = [name for name in ("date", "what") if name not in names]
    if missing:
        raise AnnotationFileError(
            f"{file}, line 1: there is no column {' and no column '.join(missing)}. The header is"
            " date,what and, where wanted, metric,segment,who."
        )
    return names


def _read_row(
    row: Mapping[str, str], catalogue: Catalogue | None, today: date, who: str
) -> NewAnnotation:
    written = row.get("date", "")
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise AnnotationError(
            f"{written[:30]!r} is no date; write it like 2026-10-19.", "day"
        ) from error
    metric = row.get("metric", "")
    new = NewAnnotation(
        happened_on=day,
        text=row.get("what", ""),
        who=row.get("who", "")[:60] or who,
        metric="" if metric.lower() in {"all", "any", "*"} else metric,
        segment=row.get("segment", ""),
    )
    return check_annotation(new, catalogue, today)
