"""Rows -> CSV text that is safe to open in a spreadsheet.

A cell that begins with = + - @ tab or carriage return could be run as a formula there, so text
like that gets an apostrophe in front (OWASP, CSV Injection). Numbers stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Sequence

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | bool | None


def safe_cell(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula; only text can need the prefix."""
    if isinstance(cell, str) and cell.startswith(_DANGEROUS):
        return f"'{cell}"
    return cell


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV text with a heading line; every cell made safe, None left empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_cell(name) for name in header])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()
