"""A CSV file of one series (date, value) -> `MetricQuestion`, through the same table reader.

Text only: workbooks and row-level data belong to other readers. Opens no file; takes bytes.
"""

import csv
import io
import re
from datetime import date

from bot.analysis.parsing.assembly import Request, assemble
from bot.analysis.parsing.reader import MAX_CHARACTERS, read_question
from bot.analysis.parsing.sections import Sections
from bot.analysis.question import MetricQuestion, Problem, ProblemCode, UnreadableQuestionError

_ENCODINGS = ("utf-8-sig", "cp1252")
_DELIMITERS = ",;\t|"
_FORMULA = re.compile(r"^\s*=(?!\s*\"?[-+\d.,]+\"?\s*$)|^\s*@[A-Z]")


def read_csv(content: bytes, *, today: date, filename: str = "") -> MetricQuestion:
    """Read a single-series CSV; the file's name stands in for a missing metric name.

    Raises UnreadableQuestionError when the bytes are no text or hold no single series.
    """
    text = decode_text(content)
    delimiter = max(_DELIMITERS, key=lambda mark: text[:5000].count(mark))
    rows = _rows(text, delimiter)
    if not rows:
        raise _problem(
            ProblemCode.EMPTY, "The file is empty. Send one with a date and a value column."
        )
    _refuse_formulas(rows)
    if max(len(row) for row in rows) < 2:
        return read_question(text, today=today)
    lines = ["\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) for row in rows]
    question = assemble(Request(Sections(lines=lines), today, source_text=text))
    stem = re.sub(r"[_-]+", " ", filename.rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip()
    if question.metric == "the metric" and re.search(r"[^\W\d]{3}", stem):
        return question.model_copy(update={"metric": stem[:80]})
    return question


def decode_text(content: bytes) -> str:
    """Text of a file in UTF-8, UTF-16 or Windows-1252; raises UnreadableQuestionError otherwise."""
    if len(content) > 4 * MAX_CHARACTERS:
        raise _problem(
            ProblemCode.TOO_LONG,
            f"The file has {len(content):,} bytes; at most {4 * MAX_CHARACTERS:,} can be read. "
            "Send a shorter window.",
        )
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _strict(content, "utf-16")
    if b"\0" in content[:200]:
        even, odd = content[:200:2].count(0), content[1:200:2].count(0)
        if max(even, odd) > 5 * min(even, odd) + 1:
            return _strict(content, "utf-16-be" if even > odd else "utf-16-le")
        raise _not_text()
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _not_text()


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _not_text() from None


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        rows = [line.split(delimiter) for line in text.splitlines()]
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def _refuse_formulas(rows: list[list[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if _FORMULA.match(cell):
                raise _problem(
                    ProblemCode.TEXT_IN_VALUES,
                    f"Row {number} holds a formula (“{cell.strip()[:40]}”). "
                    "Replace it with its value.",
                )


def _problem(code: ProblemCode, message: str) -> UnreadableQuestionError:
    return UnreadableQuestionError((Problem(code=code, message=message),), {})


def _not_text() -> UnreadableQuestionError:
    return _problem(
        ProblemCode.NO_VALUES,
        "The file is not text. Save it as CSV (UTF-8) with one date column and one value column.",
    )
