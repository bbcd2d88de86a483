"""How a file was read, in a few plain sentences that a user can check at a glance."""

from bot.analysis.files.choices import ADD_UP, DATE_ORDERS, ENCODINGS, HEADINGS, SEPARATORS
from bot.analysis.files.comparing import Compared
from bot.analysis.files.grid import Grid
from bot.analysis.files.headings import Sheet
from bot.analysis.files.limits import quote_names, shorten
from bot.analysis.files.picking import Picked
from bot.analysis.files.roles import Column
from bot.analysis.files.row_level import ColumnKind, RowLevelTable
from bot.analysis.files.series import Built
from bot.analysis.parsing.numbers import NumberStyle

_KINDS = {
    ColumnKind.BINARY: "yes or no",
    ColumnKind.NUMERIC: "numbers",
    ColumnKind.CATEGORICAL: "categories",
    ColumnKind.DATE: "dates",
}


def state_format(grid: Grid, sheet: Sheet, style: NumberStyle, name: str) -> str:
    """The first sentence: what the file is made of."""
    mark = "decimal comma" if style is NumberStyle.COMMA else "decimal point"
    called = f"“{shorten(name)}”" if name else "The file"
    if grid.is_workbook:
        made = f"{called}: sheet “{shorten(grid.sheet)}”"
    else:
        separator = SEPARATORS[grid.separator]
        made = f"{called}: separated by {separator}, {ENCODINGS[grid.encoding]}, {mark}"
    if sheet.is_turned:
        made += ", periods across the top"
    elif not sheet.has_headings:
        made += ", no headings"
    return f"{made}."


def state_series(
    built: Built, picked: Picked, time: Column | None, *, is_turned: bool = False
) -> list[str]:
    """Dates, values, segments and rows of a series."""
    question = built.question
    told = []
    if time is None or built.dates is None:
        told.append(f"No date column; rows taken in order, one value a {question.period.value}.")
    else:
        order = DATE_ORDERS.get(built.dates.order, "")
        written = f" (written like {shorten(built.dates.example, 24)}"
        written += f", read {order.split(' (')[0]})" if order else ")"
        place = "the headings" if is_turned else f"“{shorten(time.name)}”"
        span = ""
        if question.dates:
            span = f", {question.dates[0].isoformat()} to {question.dates[-1].isoformat()}"
        told.append(f"Dates from {place}{written}, one value a {question.period.value}{span}.")
    values = f"Values from “{shorten(picked.value.name)}”"
    if picked.base is not None:
        values += f", people counted in “{shorten(picked.base.name)}”"
    for column, level in picked.levels:
        meant = "all, added up" if level == ADD_UP else f"“{shorten(level)}”"
        values += f"; {shorten(column.name)}: {meant}"
    told.append(f"{values}.")
    told.append(_rows(built.rows_used, built.left_out))
    return told


def state_comparison(compared: Compared, time: Column | None) -> list[str]:
    """Segments, values, people and rows of a comparison."""
    comparison, measure = compared.comparison, compared.measure
    told = []
    if time is not None:
        told.append(f"Dates from “{shorten(time.name)}”, one value a {comparison.period.value}.")
    count = len(comparison.segments)
    if compared.by == HEADINGS:
        told.append(f"{count} segments from the headings, set against each other.")
    else:
        said = f"{count} segments from “{shorten(compared.by)}”, set against each other"
        said += f"; values from “{shorten(measure.value.name)}”"
        said += f", people counted in “{shorten(measure.base.name)}”"
        for column, level in compared.levels:
            meant = "all, added up" if level == ADD_UP else f"“{shorten(level)}”"
            said += f"; {shorten(column.name)}: {meant}"
        told.append(f"{said}.")
    told.append(_rows(compared.rows_used, compared.left_out))
    return told


def state_table(table: RowLevelTable, left_out: dict[str, int]) -> list[str]:
    """Columns by kind, the proposed outcome and the rows of a row-level table."""
    told = ["One row for each person or thing, not one for each period."]
    if table.outcome is not None:
        outcome = table.column(table.outcome)
        meant = ""
        if outcome.kind is ColumnKind.BINARY:
            meant = f" (yes is “{shorten(outcome.positive_label)}”)"
        told.append(f"Outcome: “{shorten(table.outcome)}”{meant}.")
    for kind, words in _KINDS.items():
        names = [column.name for column in table.predictors if column.kind is kind]
        if names:
            told.append(f"Columns with {words}: {quote_names(names, 8)}.")
    if table.left_out:
        names = [name for name, _ in table.left_out]
        told.append(f"Columns not used: {quote_names(names, 8)}.")
    told.append(_rows(table.row_count, left_out))
    return told


def _rows(used: int, left_out: dict[str, int]) -> str:
    parts = [f"{count:,} {why}" for why, count in left_out.items() if count]
    out = f"; left out: {', '.join(parts)}" if parts else ", none left out"
    return f"{used:,} {'row' if used == 1 else 'rows'} used{out}."
