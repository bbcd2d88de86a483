"""From a file on the command line to a question: text, CSV, TSV or XLSX, with what was chosen.

Tables are parsed by `bot.file_reading` in its limited process, as in Slack. Says nothing itself
but what is wrong with the input.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Annotated

import typer

from bot.analysis.files.choices import (
    DATE_ORDERS,
    DECIMALS,
    ENCODINGS,
    GAPS,
    SEPARATORS,
    FileChoices,
)
from bot.analysis.files.limits import MAX_FILE_BYTES
from bot.analysis.files.reading import FileReading
from bot.analysis.files.row_level import RowLevelTable
from bot.analysis.question import MetricQuestion, Period, UnreadableQuestionError
from bot.analysis.segments.comparison import SegmentComparison
from bot.file_reading import read_file
from deploy.commands.metrics import read_text_question
from deploy.commands.output import bad_input_from, read_input, refuse

TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_ARCHIVE = b"PK\x03\x04"

Sheet = Annotated[str, typer.Option(help="Sheet of a workbook.")]
ColumnName = Annotated[str, typer.Option("--column", help="Column with the values or outcome.")]
Segment = Annotated[
    list[str] | None,
    typer.Option("--segment", help="COLUMN=LEVEL or LEVEL; * adds all up. May be repeated."),
]
AskedWith = Annotated[str, typer.Option("--question", help="What is asked about the file.")]
ReadAs = Annotated[
    list[str] | None,
    typer.Option(
        "--read-as",
        help="KEY=VALUE, may be repeated: separator, encoding, decimal, date_column, date_order,"
        " period, layout, gaps, repeats, hidden, compare.",
    ),
]
_ALLOWED = {
    "separator": tuple(SEPARATORS),
    "encoding": tuple(ENCODINGS),
    "decimal": tuple(DECIMALS),
    "date_order": tuple(DATE_ORDERS),
    "period": tuple(period.value for period in Period),
    "layout": ("series", "rows"),
    "gaps": tuple(GAPS),
    "repeats": ("add",),
    "hidden": ("leave_out", "include"),
}
_COLUMNS = ("date_column", "compare")


@dataclass(frozen=True)
class TableOptions:
    """The options of a command that say how a table is to be read."""

    sheet: str = ""
    column: str = ""
    segment: tuple[str, ...] = ()
    question: str = ""
    read_as: tuple[str, ...] = ()

    @property
    def are_given(self) -> bool:
        """Whether any was given; a text file takes only the question."""
        return bool(self.sheet or self.column or self.segment or self.read_as)


@dataclass(frozen=True)
class LoadedQuestion:
    """A question, a table of people or things, or segments to compare, and how it was read."""

    question: MetricQuestion | RowLevelTable | SegmentComparison
    statement: tuple[str, ...] = ()


def load_question(file: str, options: TableOptions | None = None) -> LoadedQuestion:
    """Read a question file; ends the command with exit code 2 and the reason when it cannot."""
    chosen = options or TableOptions()
    content = read_input(file, limit_bytes=MAX_FILE_BYTES)
    is_table = file.lower().endswith(TABLE_ENDINGS) or content.startswith(_ARCHIVE)
    if is_table or chosen.are_given:
        reading = _read_table(content, file, chosen)
        read = reading.question or reading.row_level or reading.comparison
        if read is None:
            raise refuse(_explain(reading))
        return LoadedQuestion(read, reading.statement)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"{file} is not UTF-8 text. Save it as UTF-8, or as CSV.") from error
    if chosen.question:
        text = f"{text.rstrip()}\n{chosen.question}"
    with bad_input_from(UnreadableQuestionError):
        return LoadedQuestion(read_text_question(text))


def read_choices(options: TableOptions) -> FileChoices:
    """The options as choices; ends the command with exit code 2 for a key or value unknown."""
    given = {"sheet": options.sheet, "value_column": options.column}
    for pair in options.read_as:
        key, mark, value = pair.partition("=")
        if not mark or (key not in _ALLOWED and key not in _COLUMNS):
            raise refuse(
                f"--read-as takes KEY=VALUE with one of {', '.join([*_COLUMNS, *_ALLOWED])}; "
                f"“{pair}” is none."
            )
        allowed = _ALLOWED.get(key)
        if allowed is not None and value not in allowed:
            raise refuse(f"--read-as {key} takes one of {' '.join(allowed)}; “{value}” is none.")
        given[key] = value
    segments = []
    for pair in options.segment:
        column, mark, level = pair.partition("=")
        segments.append((column, level) if mark else ("", pair))
    return FileChoices(**given, segments=tuple(segments))


def _read_table(content: bytes, file: str, options: TableOptions) -> FileReading:
    return read_file(
        content,
        name="" if file == "-" else PurePath(file).name,
        today=datetime.now(UTC).date(),
        text=options.question,
        choices=read_choices(options),
    )


def _explain(reading: FileReading) -> str:
    """What keeps a table from being answered, and the options that settle it."""
    told = " ".join(problem.message for problem in reading.problems)
    fields = {problem.field for problem in reading.problems}
    ways = {
        "segments": "On the command line: --segment LEVEL.",
        "value_column": "On the command line: --column NAME.",
        "date_order": "On the command line: --read-as date_order=day or =month.",
        "decimal": "On the command line: --read-as decimal=, or decimal=.",
        "gaps": "On the command line: --read-as gaps=missing or gaps=zero.",
        "repeats": "On the command line: --read-as repeats=add.",
        "compare": "On the command line: --read-as compare=COLUMN.",
    }
    return " ".join([told, *(way for field, way in ways.items() if field in fields)])
