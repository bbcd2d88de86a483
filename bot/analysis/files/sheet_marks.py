"""What openpyxl's streaming reader does not tell about a sheet: merged, hidden, uncalculated cells.

One pass over the sheet's XML; nothing is calculated and no link is followed.
"""

import re
from dataclasses import dataclass, field
from typing import IO

from bot.analysis.files.limits import MAX_COLUMNS, check_size

LAST_ROW = 1_048_576  # of any XLSX sheet
_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_TRUE = ("1", "true")
_MOST_MERGED_CELLS = 100_000


@dataclass(slots=True)
class SheetMarks:
    """Rows and columns count from 1. `merged`: row -> covered column -> the cell that shows."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)
    uncalculated: dict[tuple[int, int], str] = field(default_factory=dict)


def read_marks(source: IO[bytes]) -> SheetMarks:
    """Read one sheet's XML; raises ElementTree.ParseError on damaged XML."""
    from defusedxml.ElementTree import iterparse

    marks = SheetMarks()
    row_number = 0
    # Forbidden constructs raise DefusedXmlException, which is a ValueError.
    for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "row":
                row_number = _row_number(element.get("r"), row_number)
                if element.get("hidden") in _TRUE:
                    marks.hidden_rows.add(row_number)
            continue
        if tag == "c":
            _note_formula(element, marks)
        elif tag == "col" and element.get("hidden") in _TRUE:
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            marks.hidden_columns.update(range(first, min(last, first + 1_000) + 1))
        elif tag == "mergeCell":
            _note_merge(element.get("ref") or "", marks)
        if tag in {"c", "row"}:
            element.clear()
    return marks


def _row_number(text: str | None, before: int) -> int:
    number = int(text) if text and text.isdecimal() and len(text) < 10 else before + 1
    if number > LAST_ROW:
        raise ValueError(f"row {number} is below the last row of a sheet")
    return number


def _note_formula(cell: object, marks: SheetMarks) -> None:
    formula, has_value = None, False
    for child in cell:  # type: ignore[attr-defined]
        tag = child.tag.rpartition("}")[2]
        if tag == "f":
            formula = child.text or ""
        elif tag in {"v", "is"}:
            has_value = bool(child.text) or tag == "is"
    place = _place(cell.get("r") or "")  # type: ignore[attr-defined]
    if place is not None and place[1] > MAX_COLUMNS and (has_value or formula):
        check_size(0, place[1], 0)
    if formula is not None and not has_value and place is not None:
        marks.uncalculated[place] = formula


def _note_merge(ref: str, marks: SheetMarks) -> None:
    first, _, last = ref.partition(":")
    start, stop = _place(first), _place(last or first)
    if start is None or stop is None:
        return
    area = (stop[0] - start[0] + 1) * (stop[1] - start[1] + 1)
    if area > _MOST_MERGED_CELLS or len(marks.merged) > _MOST_MERGED_CELLS:
        return
    for row in range(start[0], stop[0] + 1):
        covered = marks.merged.setdefault(row, {})
        for column in range(start[1], min(stop[1], MAX_COLUMNS) + 1):
            if (row, column) != start:
                covered[column] = start


def _place(ref: str) -> tuple[int, int] | None:
    """Row and column of "B7", None for anything else."""
    match = _REF.fullmatch(ref)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
