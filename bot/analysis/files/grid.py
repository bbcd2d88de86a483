"""Cells of one table as written, with the row numbers a user sees, and what was left out.

Made by `delimited` and `workbook`, read by `headings`. Cells are text: workbook numbers in plain
digits with a decimal point, dates as ISO dates.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Grid:
    """Rows of equal width; `row_numbers` counts from 1 as a spreadsheet does."""

    rows: list[list[str]]
    row_numbers: list[int]
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    separator: str = ""
    encoding: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    is_workbook: bool = False
    has_hidden: bool = False

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0


def even_out(grid: Grid) -> Grid:
    """The grid without empty rows and columns, every row as long as the longest."""
    kept = [i for i, row in enumerate(grid.rows) if any(row)]
    empty = len(grid.rows) - len(kept)
    if empty:
        grid.left_out["empty"] += empty
    rows = [grid.rows[i] for i in kept]
    grid.row_numbers = [grid.row_numbers[i] for i in kept]
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    filled = [any(row[i] for row in rows) for i in range(width)]
    if not all(filled):
        rows = [[cell for cell, keep in zip(row, filled, strict=True) if keep] for row in rows]
    grid.rows = rows
    return grid
