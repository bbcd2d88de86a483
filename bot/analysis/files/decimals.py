"""Decimal point or decimal comma, decided once for a file from the numbers in its columns."""

from collections import Counter
from collections.abc import Sequence

from bot.analysis.files.cells import plain_number, written_styles
from bot.analysis.files.choices import FileChoices
from bot.analysis.files.roles import Column
from bot.analysis.parsing.numbers import NumberStyle

_SAMPLE = 5_000


def find_style(
    columns: Sequence[Column], choices: FileChoices, *, separator: str, is_workbook: bool
) -> tuple[NumberStyle, list[str]]:
    """The decimal mark, and what was assumed where the digits leave it open.

    Numbers that allow one reading decide; "1.234" and "1,234" follow the file's other habits: a
    semicolon between cells goes with the decimal comma.
    """
    if choices.decimal:
        return NumberStyle(choices.decimal), []
    sure: Counter[NumberStyle] = Counter()
    open_cell = ""
    for column in columns:
        for cell in list(column.counts)[:_SAMPLE]:
            styles = written_styles(cell)
            if styles and len(styles) == 1:
                sure[next(iter(styles))] += 1
            elif styles:
                open_cell = open_cell or cell
    if sure:
        return sure.most_common(1)[0][0], []
    if not open_cell:
        return NumberStyle.COMMA if separator == ";" else NumberStyle.POINT, []
    if is_workbook:  # true numbers leave nothing open, so these are numbers typed as text
        separator = ""
    style = NumberStyle.COMMA if separator == ";" else NumberStyle.POINT
    meant = plain_number(open_cell, style) or open_cell
    return style, [f"Numbers such as {open_cell[:20]} were read as {meant[:20]}."]
