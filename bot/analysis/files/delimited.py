"""Text with separators -> grid of cells: CSV, TSV, semicolons, pipes.

Chooses the separator that cuts the lines most evenly; quotes are honoured. A cell that looks like
a formula stays the text it is.
"""

import csv
import io
from collections import Counter

from bot.analysis.files.cells import is_number, is_time
from bot.analysis.files.choices import SEPARATORS, FileChoices
from bot.analysis.files.encoding import decode
from bot.analysis.files.grid import Grid, even_out
from bot.analysis.files.limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    check_size,
    refusal,
)
from bot.analysis.question import ProblemCode

_SAMPLE_LINES = 60


def read_delimited(content: bytes, choices: FileChoices) -> Grid:
    """Read a text table; raises UnreadableQuestionError when it is no text or too large."""
    text, encoding = decode(content, choices.encoding)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    declared, text = _declared_separator(text)
    wanted = choices.separator if choices.separator in SEPARATORS else ""
    separator = wanted or declared or find_separator(text)
    if separator == "space":
        text = "\n".join("\t".join(line.split()) for line in text.split("\n"))
    mark = "\t" if separator in {"tab", "space"} else separator
    grid = Grid(*_cut(text, mark))
    grid.separator, grid.encoding = separator, encoding
    return even_out(grid)


def find_separator(text: str) -> str:
    """The separator (a key of SEPARATORS) under which most lines have the same number of cells."""
    lines = [line for line in text[:200_000].split("\n") if line.strip()][:_SAMPLE_LINES]
    best, best_score = ",", 0.0
    for name in ("tab", ";", "|", ","):
        mark = "\t" if name == "tab" else name
        counts = [n for n in map(len, _rows_of("\n".join(lines), mark)) if n > 1]
        if not counts:
            continue
        width, times = Counter(counts).most_common(1)[0]
        score = times / len(lines) + min(width, 20) / 1000
        if score > best_score + 0.02:
            best, best_score = name, score
    if best_score == 0.0 and _is_spaced(lines):
        return "space"
    return best


def _is_spaced(lines: list[str]) -> bool:
    """Whether spaces cut the lines evenly into cells, numbers or times below the top."""
    rows = [line.split() for line in lines]
    if len(rows) < 3 or len(rows[-1]) < 2 or any(len(row) != len(rows[-1]) for row in rows):
        return False
    return all(is_number(cell) or is_time(cell) for row in rows[1:] for cell in row)


def _declared_separator(text: str) -> tuple[str, str]:
    """Excel's own first line "sep=;" taken off."""
    first, _, rest = text.partition("\n")
    plain = first.strip().strip('"').casefold()
    if plain.startswith("sep=") and len(plain) <= 5:
        mark = plain[4:] or "\t"
        name = "tab" if mark == "\t" else mark
        if name in SEPARATORS:
            return name, rest
    return "", text


def _rows_of(text: str, mark: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error:
        return [line.split(mark) for line in text.split("\n")]


def _cut(text: str, mark: str) -> tuple[list[list[str]], list[int]]:
    """Rows of stripped cells with their line numbers, refused as soon as a limit is passed."""
    rows: list[list[str]] = []
    numbers: list[int] = []
    cells = 0
    csv.field_size_limit(MAX_CELL_CHARACTERS * 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    number, last_line = 0, 0
    try:
        for row in reader:
            number, last_line = last_line + 1, reader.line_num
            stripped = [_unquoted(cell.strip()) for cell in row]
            if not any(stripped):
                continue
            rows.append(stripped)
            numbers.append(number)
            cells += len(stripped)
            # One row of headings does not count as a row of data.
            if len(rows) > MAX_ROWS + 1 or len(stripped) > MAX_COLUMNS or cells > MAX_CELLS:
                check_size(len(rows) - 1, len(stripped), cells)
            if any(len(cell) > MAX_CELL_CHARACTERS for cell in stripped):
                raise _cell_too_long(number)
    except csv.Error:
        raise _cell_too_long(last_line + 1) from None
    return rows, numbers


def _unquoted(cell: str) -> str:
    """A cell without the single quotes that some programs put around it."""
    return cell[1:-1] if len(cell) > 2 and cell[0] == cell[-1] == "'" else cell


def _cell_too_long(line: int) -> Exception:
    return refusal(
        ProblemCode.TOO_LONG,
        f"A cell in line {line:,} has more than {MAX_CELL_CHARACTERS:,} characters. A quotation "
        "mark may not be closed; mend that line and send the file again.",
    )
