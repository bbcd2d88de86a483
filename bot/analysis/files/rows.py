"""The rows of the one series that is meant, each value in plain digits, each time in one reading.

Rows that do not belong to it are counted with the reason; a cell that spoils it is named by row.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.analysis.files.cells import is_blank, is_formula, plain_number, written_styles
from bot.analysis.files.choices import ADD_UP, FileChoices
from bot.analysis.files.dates import ReadDates
from bot.analysis.files.headings import Sheet
from bot.analysis.files.limits import refusal, shorten
from bot.analysis.files.picking import Picked, can_add_up
from bot.analysis.files.roles import Column, Roles
from bot.analysis.parsing.calendar import place_rows
from bot.analysis.parsing.columns import TOTAL_ROW
from bot.analysis.parsing.numbers import NumberStyle, signed_value, split_number
from bot.analysis.parsing.time_labels import LabelKind, TimeLabel
from bot.analysis.question import ProblemCode


@dataclass(slots=True)
class Rows:
    """The rows of one series: time as text, value in plain digits, base, remark."""

    times: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def segment_rows(height: int, picked: Picked, left_out: Counter[str]) -> list[int]:
    kept = list(range(height))
    for column, level in picked.levels:
        if level != ADD_UP:
            cells = column.cells
            kept = [i for i in kept if cells[i] == level]
    if len(kept) < height:
        left_out["other segments"] += height - len(kept)
    return kept


def collect_rows(
    sheet: Sheet,
    roles: Roles,
    picked: Picked,
    kept: Sequence[int],
    dates: ReadDates | None,
    style: NumberStyle,
    left_out: Counter[str],
) -> Rows:
    """The rows that hold a value of the series; the others are counted with why not."""
    rows = Rows()
    time, value, base = roles.time, picked.value, picked.base
    remarks = _remark_columns(roles, picked)
    rows_with_words = roles.columns[:1]
    for position, i in enumerate(kept, start=1):
        cell = value.cells[i]
        if any(TOTAL_ROW.match(column.cells[i]) for column in rows_with_words):
            left_out["totals"] += 1
            continue
        if time is not None and dates is not None:
            stamp = time.cells[i]
            if stamp not in dates.labels:
                left_out["without a readable date"] += 1
                continue
            rows.times.append(dates.text_of(stamp))
        else:
            rows.times.append(f"period {position}")
        rows.values.append(_value(cell, style, value.name, sheet.row_numbers[i]))
        rows.bases.append((plain_number(base.cells[i], style) or "n/a") if base else "n/a")
        rows.remarks.append("; ".join(c.cells[i] for c in remarks if not is_blank(c.cells[i])))
    if not rows.times:
        raise refusal(
            ProblemCode.NO_VALUES,
            "No row with a date and a value was found. Choose the date column and the value "
            "column in the form.",
        )
    return rows


def _value(cell: str, style: NumberStyle, column: str, row_number: int) -> str:
    if is_blank(cell):
        return "n/a"
    where = f"Row {row_number:,} of column “{shorten(column)}”"
    plain = plain_number(cell, style)
    if plain is not None:
        return plain
    if is_formula(cell):
        raise refusal(
            ProblemCode.TEXT_IN_VALUES,
            f"{where} holds a formula without a stored result (“{shorten(cell, 40)}”). Formulas "
            "are never run here: replace it with its value, or open and save the file in a "
            "spreadsheet program first.",
            "value_column",
        )
    styles = written_styles(cell)
    if split_number(cell) is not None and styles is not None and style not in styles:
        mark = "point" if style is NumberStyle.POINT else "comma"
        raise refusal(
            ProblemCode.AMBIGUOUS_NUMBERS,
            f"{where} holds “{shorten(cell, 40)}”, which is no number with a decimal {mark} like "
            "the others. Choose the other decimal mark, or mend that cell.",
            "decimal",
        )
    raise refusal(
        ProblemCode.TEXT_IN_VALUES,
        f"{where} holds “{shorten(cell, 40)}”, which is no number that can be used. Replace it "
        "with a number, or with n/a if there is none.",
        "value_column",
    )


def _remark_columns(roles: Roles, picked: Picked) -> list[Column]:
    used = {column.name for column, _ in picked.levels}
    return [
        column for column in roles.words
        if column.name not in used and not column.is_identifier and column is not picked.value
    ]  # fmt: skip


def added_up(rows: Rows, picked: Picked, notes: list[str]) -> Rows:
    """One row for each time, the values of all segments added; missing values add nothing."""
    if not can_add_up(picked.value):
        raise refusal(
            ProblemCode.SEVERAL_SERIES,
            f"“{shorten(picked.value.name)}” is no count or amount, so its segments cannot be "
            "added up. Choose one segment.",
            "segments",
        )
    sums: dict[str, list[float]] = {}
    for stamp, text in zip(rows.times, rows.values, strict=True):
        parts = sums.setdefault(stamp, [])
        number = split_number(text)
        if number is not None:
            parts.append(signed_value(number, NumberStyle.POINT))
    added = Rows(list(sums))
    added.values = [f"{math.fsum(parts):.12g}" if parts else "n/a" for parts in sums.values()]
    added.bases = ["n/a"] * len(sums)
    added.remarks = [""] * len(sums)
    names = [column.name for column, level in picked.levels if level == ADD_UP]
    what = f"all of {' and '.join(names)}" if names else "rows with the same date"
    notes.append(f"The values of {what} were added up.")
    return added


def refuse_repeats(rows: Rows, has_segments: bool, value: Column) -> None:
    text, times = Counter(rows.times).most_common(1)[0]
    if times == 1:
        return
    mend = "Choose one value for every segment column" if has_segments else "Keep one row a date"
    raise refusal(
        ProblemCode.REPEATED_DATES,
        f"The date “{text}” stands in {times:,} rows of column “{shorten(value.name)}”. {mend}, or "
        "let the form add the rows of a date up.",
        "repeats",
    )


def fill_gaps(rows: Rows, choices: FileChoices, today: date, notes: list[str]) -> Rows:
    """Rows for periods that have none, if the user said what they mean."""
    if not choices.gaps or not all(map(iso_day, rows.times)):
        return rows
    place_of = {date.fromisoformat(iso_day(stamp)): i for i, stamp in enumerate(rows.times)}
    if len(place_of) < len(rows.times):
        return rows
    labels = [TimeLabel(LabelKind.DAY, d.isoformat(), d.year, d.month, d.day) for d in place_of]
    placed = place_rows(labels, today=today, period=None)
    if placed.dates is None or placed.length == len(labels):
        return rows
    blank = "0" if choices.gaps == "zero" else "n/a"
    filled = Rows()
    for day in placed.dates:
        i = place_of.get(day)
        filled.times.append(rows.times[i] if i is not None else day.isoformat())
        filled.values.append(rows.values[i] if i is not None else blank)
        filled.bases.append(rows.bases[i] if i is not None else "n/a")
        filled.remarks.append(rows.remarks[i] if i is not None else "")
    count = placed.length - len(labels)
    meant = "as 0" if choices.gaps == "zero" else "as missing"
    notes.append(f"{count:,} dates without a row were counted {meant}.")
    return filled


def iso_day(stamp: str) -> str:
    found = re.search(r"\d{4}-\d{2}(?:-\d{2})?", stamp)
    return "" if found is None else found[0] if len(found[0]) == 10 else f"{found[0]}-01"
