"""A grid of cells -> named columns: where the headings stand, what lies above and below them.

Also turns a table round whose periods run across the top, and joins headings of two rows. What the
columns mean is the business of `roles`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.analysis.files.cells import is_blank, is_number, is_time
from bot.analysis.files.grid import Grid
from bot.analysis.files.limits import check_size
from bot.analysis.parsing.cleaning import clean_text, one_line
from bot.analysis.parsing.time_labels import LabelKind, read_label, read_year

_LOOKED_AT = 30  # headings stand in the first rows or nowhere
NAME_CHARACTERS = 120


@dataclass(slots=True)
class Sheet:
    """Columns of equal length with unique names; `row_numbers` as a spreadsheet counts."""

    names: list[str]
    columns: list[list[str]]
    row_numbers: list[int]
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    title: str = ""
    is_turned: bool = False
    has_headings: bool = True

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.row_numbers)


def read_headings(grid: Grid) -> Sheet:
    """Name the columns of a grid that has at least one row."""
    first = _heading_row(grid.rows)
    sheet = Sheet([], [], [], Counter(grid.left_out), list(grid.notes))
    body_at = 0
    if first is not None:
        names, body_at = _joined_headings(grid.rows, first)
        above = [cell for row in grid.rows[:first] for cell in row if cell]
        sheet.title = one_line(clean_text(above[0]), NAME_CHARACTERS) if above else ""
        if first:
            sheet.left_out["above the headings"] += first
    else:
        names = [""] * grid.width
        sheet.has_headings = False
    body = grid.rows[body_at:]
    sheet.row_numbers = grid.row_numbers[body_at:]
    if first is not None and _periods_across(names):
        if _years_down(names, body):
            _unroll(sheet, names, body)
        else:
            _turn(sheet, names, body)
    else:
        sheet.names = _unique(names)
        sheet.columns = [list(column) for column in zip(*body, strict=True)] if body else []
    return sheet


def _heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the row of headings, None when the values start at once."""
    looked_at = rows[:_LOOKED_AT]
    width = max(sum(map(bool, row)) for row in looked_at)
    for i, row in enumerate(looked_at):
        filled = [cell for cell in row if cell]
        if len(filled) < 2 <= width or len(filled) * 2 < width:
            continue  # a title or a remark above the table
        if _periods_across(list(row)):
            return i
        values = [cell for cell in filled if _is_value(cell)]
        # "m1" or "q2" among the headings are names, a number or date is a value.
        if len(values) * 3 > len(filled) or any(not cell[0].isalpha() for cell in values):
            return None
        return i
    return None


def _is_value(cell: str) -> bool:
    return (is_number(cell) and not cell[0].isalpha()) or is_time(cell)


def _periods_across(names: Sequence[str]) -> bool:
    """Whether the headings from some column on are all times: one column for each period."""
    filled = [name for name in names if name]
    times = [bool(is_time(name) or read_year(name)) for name in filled]
    count = sum(times)
    return count >= 2 and count >= len(filled) - 4 and all(times[len(times) - count :])


def _joined_headings(rows: Sequence[Sequence[str]], first: int) -> tuple[list[str], int]:
    """Names of the columns and where the values start; two rows of headings are joined."""
    top = list(rows[first])
    if first + 2 < len(rows) and not _periods_across(top):
        second = rows[first + 1]
        has_repeats = len(set(filter(None, top))) < sum(map(bool, top))
        below = [cell for cell in rows[first + 2] if cell]
        if (
            (has_repeats or "" in top)
            and not any(_is_value(cell) for cell in second if cell)
            and sum(map(bool, second)) >= 2
            and any(_is_value(cell) for cell in below)
        ):
            joined = [
                a if a == b or not b else f"{a} · {b}" if a else b
                for a, b in zip(top, second, strict=True)
            ]
            return joined, first + 2
    return top, first + 1


def _unique(names: Sequence[str]) -> list[str]:
    """Clean names, an unnamed column by its position, a repeated one with a number behind."""
    unique: list[str] = []
    for i, name in enumerate(names, start=1):
        plain = one_line(clean_text(name), NAME_CHARACTERS) or f"column {i}"
        candidate, times = plain, 2
        while candidate in unique:
            candidate, times = f"{plain} ({times})", times + 1
        unique.append(candidate)
    return unique


def _years_down(names: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the table is a calendar: months or quarters across, one year in each row."""
    labels = [read_label(name) for name in names[1:]]
    return (
        len(body) > 1
        and all(read_year(row[0]) for row in body)
        and len({row[0] for row in body}) == len(body)
        and all(
            label is not None
            and label.year is None
            and label.kind in (LabelKind.MONTH, LabelKind.QUARTER)
            for label in labels
        )
    )


def _unroll(sheet: Sheet, names: Sequence[str], body: Sequence[Sequence[str]]) -> None:
    """Make a calendar one long series: "Jan 1950", "Feb 1950", ..."""
    check_size(len(body) * (len(names) - 1), 2, 0)
    periods, values, numbers = [], [], []
    for row, number in zip(body, sheet.row_numbers, strict=True):
        for name, cell in zip(names[1:], row[1:], strict=True):
            periods.append(f"{name} {row[0]}")
            values.append(cell)
            numbers.append(number)
    while values and is_blank(values[-1]):  # months of the last year that are still to come
        periods.pop(), values.pop(), numbers.pop()
    sheet.names, sheet.columns, sheet.row_numbers = ["period", "value"], [periods, values], numbers
    sheet.is_turned = True
    sheet.left_out.clear()


def _turn(sheet: Sheet, names: Sequence[str], body: Sequence[Sequence[str]]) -> None:
    """Make periods that run across run down: each row becomes a column named by its words."""
    across = [i for i, name in enumerate(names) if name and (is_time(name) or read_year(name))]
    lead = range(across[0])
    rows = [row for row in body if not all(is_blank(row[i]) for i in across)]
    check_size(len(across), len(rows), 0)
    labels = [" · ".join(row[i] for i in lead if row[i]) for row in rows]
    sheet.names = _unique(["period", *labels])
    sheet.columns = [[names[i] for i in across], *([row[i] for i in across] for row in rows)]
    sheet.row_numbers = [sheet.row_numbers[0]] * len(across) if sheet.row_numbers else []
    sheet.is_turned = True
    sheet.left_out.clear()
