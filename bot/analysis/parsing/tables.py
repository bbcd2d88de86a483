"""Pasted tables: tab, comma, semicolon, pipe or wide-space separated rows of equal width.

Finds where a table stands among the lines and cuts it into cells. What the columns mean is the
business of `bot.analysis.parsing.columns`.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.parsing.numbers import is_missing, split_number
from bot.analysis.parsing.time_labels import read_label, read_year

MAX_COLUMNS = 400
_RULE = re.compile(r"^[\s|:+=-]{3,}$")
_WIDE = re.compile(r" {2,}|\t")
_TIME_WORD = re.compile(
    r"\b(?:date|day|week|wk|month|quarter|year|period|time|datum|woche|monat|data|fecha)\b",
    re.IGNORECASE,
)
_WINDOW_WORD = re.compile(
    r"^(?:daily|weekly|monthly|quarterly|yearly|by \w+|per \w+|(?:the )?(?:last|past) .*)$",
    re.IGNORECASE,
)
_DELIMITERS = ("\t", "|", ";", ",", "  ")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of a table; `header` is empty when the first row already holds values."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_line: int = 0
    last_line: int = 0


def split_line(line: str, delimiter: str) -> list[str]:
    """Cells of one line; quotes protect a delimiter as in CSV."""
    if delimiter == "  ":
        return [cell.strip() for cell in _WIDE.split(line.strip())]
    if delimiter == "|":
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    if '"' in line:
        try:
            parsed = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            parsed = line.split(delimiter)
        return [cell.strip() for cell in parsed]
    return [cell.strip() for cell in line.split(delimiter)]


def find_table(lines: Sequence[str]) -> Table | None:
    """The largest table among the lines, None when there is none."""
    best: Table | None = None
    for delimiter in _DELIMITERS:
        for table in _tables(lines, delimiter):
            if best is None or len(table.rows) > len(best.rows):
                best = table
        if best is not None and len(best.rows) >= 2 and delimiter in "\t|;":
            break
    return best


def _tables(lines: Sequence[str], delimiter: str) -> list[Table]:
    found: list[Table] = []
    start = 0
    while start < len(lines):
        if delimiter not in lines[start] and not (delimiter == "  " and "\t" in lines[start]):
            start += 1
            continue
        if delimiter == "," and is_number(lines[start]):
            start += 1  # "(1,000)" is one number, no header of a table
            continue
        if delimiter == "," and _is_title(lines, start):
            start += 1
            continue
        stop, cells = _run(lines, start, delimiter)
        table = make_table(cells, start, stop - 1, strict=delimiter in {",", "  "})
        if table is not None:
            found.append(table)
        start = max(stop, start + 1)
    return found


def _is_title(lines: Sequence[str], at: int) -> bool:
    """Whether a line such as "Revenue, weekly:" stands above a list of numbers like "1,200"."""
    last_cell = lines[at].rsplit(",", maxsplit=1)[-1].strip(" :")
    below = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return _WINDOW_WORD.match(last_cell) is not None and is_number(below)


def _run(lines: Sequence[str], start: int, delimiter: str) -> tuple[int, list[list[str]]]:
    """Lines from `start` that have as many cells as the first (tabs may leave the end out)."""
    cells: list[list[str]] = []
    width = 0
    at = start
    while at < len(lines):
        line = lines[at].rstrip(" ") if delimiter == "\t" else lines[at]
        if cells and _RULE.match(line) and line.strip():
            at += 1
            continue
        if delimiter not in line and not (delimiter == "  " and "\t" in line):
            break
        row = split_line(line, delimiter)
        if not cells:
            width = len(row)
        if len(row) > MAX_COLUMNS or (len(row) != width and delimiter not in "\t|"):
            break
        width = max(width, len(row))
        cells.append(row)
        at += 1
    return at, cells


def make_table(
    cells: list[list[str]], first_line: int, last_line: int, *, strict: bool
) -> Table | None:
    """A table of the cells if they look like one; `strict` wants a header or time labels."""
    cells = [row for row in cells if any(cell for cell in row)]
    if not cells:
        return None
    width = max(len(row) for row in cells)
    if width < 2:
        return None
    rows = [tuple(row + [""] * (width - len(row))) for row in cells]
    if strict:
        first, stop = _prose_rows(rows)
        rows, first_line = rows[first:stop], first_line + first
        last_line -= len(cells) - stop
    header: tuple[str, ...] = ()
    if _is_header(rows[0]) and len(rows) > 1:
        header, rows = rows[0], rows[1:]
    numeric = [row for row in rows if any(is_number(cell) for cell in row)]
    if len(numeric) * 2 < len(rows) or not numeric:
        return None
    if not header and strict and not _labelled(rows):
        return None
    if not header and len(rows) < 2:
        return None
    return Table(header, tuple(rows), first_line, last_line)


def _prose_rows(rows: Sequence[tuple[str, ...]]) -> tuple[int, int]:
    """Where the cells begin and end, without a title above and sentences below with a comma."""
    stop = len(rows)
    while stop > 2 and _is_words(rows[stop - 1]) and any(map(is_number, rows[stop - 2][1:])):
        stop -= 1
    first = 0
    if stop > 2 and _is_words(rows[0]):
        titled = _is_words(rows[1]) and any(map(is_number, rows[2]))
        timed = is_time(rows[1][0]) and not _TIME_WORD.search(rows[0][0])
        first = int(titled or (timed and _WINDOW_WORD.search(rows[0][-1]) is not None))
    return first, stop


def _is_words(row: tuple[str, ...]) -> bool:
    """Neither a number nor a time nor a missing marker in any cell."""
    return not any(is_number(cell) or is_time(cell) or is_missing(cell) for cell in row)


def is_number(cell: str) -> bool:
    """Whether a cell is one number (with unit and sign as people write them)."""
    return split_number(cell) is not None


def is_time(cell: str) -> bool:
    """Whether a cell names a time."""
    return read_label(cell) is not None


def _is_header(row: tuple[str, ...]) -> bool:
    """No plain number in it, or times from the second cell on (a wide table)."""
    rest = [cell for cell in row[1:] if cell]
    if (
        rest
        and len(rest) >= 2
        and all(is_time(c) or read_year(c) for c in rest)
        and not is_time(row[0])
    ):
        return True
    if is_time(row[0]) and any(is_missing(cell) for cell in row[1:]):
        return False
    return not any(is_number(cell) and not re.match(r"[A-Za-z]", cell) for cell in row) and any(row)


def _labelled(rows: Sequence[tuple[str, ...]]) -> bool:
    labelled = sum(is_time(row[0]) for row in rows)
    return len(rows) >= 2 and labelled * 2 > len(rows)
