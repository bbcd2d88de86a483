"""An XLSX workbook -> grid of cells of one sheet; stored results only, no formula is run.

Macros, links to other files, pictures and queries are never opened. openpyxl is loaded when the
first workbook comes.
"""

import io
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError

from bot.analysis.files.choices import FileChoices
from bot.analysis.files.grid import Grid, even_out
from bot.analysis.files.limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    check_size,
    not_readable,
    quote_names,
)
from bot.analysis.files.sheet_marks import SheetMarks, read_marks
from bot.analysis.files.sniffing import damaged
from bot.analysis.files.zip_guard import check_archive

_BROKEN = (
    zipfile.BadZipFile, ParseError, KeyError, IndexError, TypeError, AttributeError, ValueError,
    EOFError, OverflowError, NotImplementedError, OSError, RecursionError,
)  # fmt: skip


def read_workbook(content: bytes, choices: FileChoices, question: str = "") -> Grid:
    """Read one sheet; raises UnreadableQuestionError when it cannot or may not be read.

    Without a chosen sheet, one that `question` names is taken, else the first that shows cells.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN:
        raise damaged() from None
    with archive:
        _guarded(check_archive, archive)
        has_links = any("externalLinks/" in name for name in archive.namelist())
        grid: Grid = _guarded(_read, content, archive, choices, question)
    if has_links:
        grid.notes.append("Links to other files were not followed; stored values were used.")
    return even_out(grid)


def _guarded(function: Any, *arguments: Any) -> Any:
    """Call with every way a damaged workbook fails turned into one sentence."""
    from bot.analysis.question import UnreadableQuestionError

    try:
        return function(*arguments)
    except UnreadableQuestionError:
        raise
    except (zipfile.LargeZipFile, *_BROKEN):
        raise damaged() from None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise damaged() from None


def _read(content: bytes, archive: zipfile.ZipFile, choices: FileChoices, question: str) -> Grid:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "unknown extension", "no default style": of no concern
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "reset_dimensions")]
        if not sheets:
            raise not_readable("The workbook has no sheet with cells. Send one that has a table.")
        sheet = _choose_sheet(sheets, choices.sheet, question)
        with archive.open(sheet._worksheet_path.lstrip("/")) as source:
            marks = read_marks(source)
        grid = _cells(sheet, marks, include_hidden=choices.hidden == "include")
    grid.sheet = sheet.title
    grid.sheets = tuple(sheet.title for sheet in sheets)
    others = [other.title for other in sheets if other is not sheet]
    if others and not choices.sheet:
        grid.notes.append(f"Sheet “{sheet.title}” was read, not {quote_names(others)}.")
    return grid


def _choose_sheet(sheets: list[Any], wanted: str, question: str) -> Any:
    if wanted:
        for sheet in sheets:
            if sheet.title.casefold() == wanted.casefold():
                return sheet
        names = quote_names([sheet.title for sheet in sheets])
        raise not_readable(f"There is no sheet “{wanted[:60]}”. The workbook has {names}.")
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    asked = question.casefold()
    for sheet in shown:
        if len(sheet.title) > 2 and sheet.title.casefold() in asked and len(shown) > 1:
            return sheet
    return next((sheet for sheet in shown if _has_cells(sheet)), shown[0])


def _has_cells(sheet: Any) -> bool:
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if sum(value is not None for value in row) > 1:
            return True
        if number > 200:
            return False
    return False


def _cells(sheet: Any, marks: SheetMarks, *, include_hidden: bool) -> Grid:
    grid = Grid([], [], is_workbook=True)
    grid.has_hidden = bool(marks.hidden_rows or marks.hidden_columns)
    sheet.reset_dimensions()  # a wrong or hostile size in the file must not be believed
    filled: dict[tuple[int, int], str] = {}
    sources = {place for row in marks.merged.values() for place in row.values()}
    hidden_columns = set() if include_hidden else marks.hidden_columns
    total = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if len(row) > MAX_COLUMNS:
            check_size(0, _last_filled(row), 0)
        texts = [cell_text(cell) for cell in row[:MAX_COLUMNS]]
        _fill_marks(number, texts, marks, filled, sources)
        if not any(texts):
            continue
        if number in marks.hidden_rows and not include_hidden:
            grid.left_out["hidden"] += 1
            continue
        if hidden_columns:
            texts = [text for i, text in enumerate(texts, 1) if i not in hidden_columns]
        grid.rows.append(texts)
        grid.row_numbers.append(number)
        total += len(texts)
        if len(grid.rows) > MAX_ROWS + 1 or total > MAX_CELLS:
            check_size(len(grid.rows) - 1, 0, total)
    if hidden_columns:
        count = len(hidden_columns)
        told = "1 hidden column was" if count == 1 else f"{count} hidden columns were"
        grid.notes.append(f"{told} left out.")
    if marks.merged:
        grid.notes.append("Merged cells were read as if each cell held the same.")
    return grid


def _last_filled(row: tuple[Any, ...]) -> int:
    return max((i for i, cell in enumerate(row, start=1) if cell.value is not None), default=0)


def _fill_marks(
    number: int,
    texts: list[str],
    marks: SheetMarks,
    filled: dict[tuple[int, int], str],
    sources: set[tuple[int, int]],
) -> None:
    """Put in what merged cells show and, as text, formulas whose result was never stored."""
    if marks.uncalculated:
        for i, text in enumerate(texts, start=1):
            if not text and (formula := marks.uncalculated.get((number, i))) is not None:
                texts[i - 1] = f"={formula}"[:MAX_CELL_CHARACTERS]
    if not sources:
        return
    covered = marks.merged.get(number, {})
    texts.extend([""] * (min(max(covered, default=0), MAX_COLUMNS) - len(texts)))
    for i in range(1, len(texts) + 1):
        if (number, i) in sources:
            filled[number, i] = texts[i - 1]
        elif not texts[i - 1] and i in covered:
            texts[i - 1] = filled.get(covered[i], "")


def cell_text(cell: Any) -> str:
    """A cell as text: plain digits with a decimal point, ISO dates, percentages with their sign."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value, str(cell.number_format or ""))
    if isinstance(value, datetime):
        if value.time() == time(0):
            return value.date().isoformat()
        return value.replace(microsecond=0).isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.10g}"
    return " ".join(str(value)[: MAX_CELL_CHARACTERS + 1].split())


def _number_text(value: float, number_format: str) -> str:
    if "%" in number_format:
        return f"{value * 100:.12g}%"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"{value:.15g}"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(float(f"{value:.15g}"))
    # 1.234 could later be taken for 1234; 1.2340 cannot.
    return f"{text}0" if len(text.rpartition(".")[2]) == 3 and "e" not in text else text
