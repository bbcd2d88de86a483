"""Files made for the tests: workbooks by openpyxl, archives by hand, readings with less typing."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from bot.analysis.files.choices import FileChoices
from bot.analysis.files.reading import FileReading, read_table

TODAY = date(2026, 11, 27)
WEEKS = ("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28")


def read(
    content: bytes | str, text: str = "", name: str = "growth.csv", **chosen: Any
) -> FileReading:
    """Read a file as sent on one fixed day."""
    data = content.encode() if isinstance(content, str) else content
    return read_table(data, today=TODAY, name=name, text=text, choices=FileChoices(**chosen))


def sentence(reading: FileReading) -> str:
    """The problem a file was refused with; fails when it was read."""
    assert reading.question is None
    assert reading.row_level is None
    return " ".join(problem.message for problem in reading.problems)


def book(
    *sheets: Sequence[Sequence[Any]], change: Callable[[Workbook], None] | None = None
) -> bytes:
    """A workbook with these sheets' rows; `change` does the rest to it."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = workbook.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(list(row))
    if change is not None:
        change(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def rewritten(workbook: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part of its archive edited (or added, from nothing)."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        for name in names:
            data = old.read(name)
            new.writestr(name, edit(data) if name == part else data)
        if part not in names:
            new.writestr(part, edit(b""))
    return out.getvalue()
