"""A file's bytes -> how it was read, and the question, the row-level table, or the problem in it.

Start reading here. The order: what kind of file (`sniffing`), its cells (`delimited`, `workbook`),
headings, roles of the columns, then people (`outcome`) or periods (`picking`, `series`).
"""

from dataclasses import dataclass, field
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from bot.analysis.files.choices import (
    NO_SEGMENT,
    SEPARATORS,
    FileChoices,
    FileOptions,
)
from bot.analysis.files.compare_by import means_comparison
from bot.analysis.files.comparing import build_comparison
from bot.analysis.files.decimals import find_style
from bot.analysis.files.delimited import read_delimited
from bot.analysis.files.grid import Grid
from bot.analysis.files.headings import Sheet, read_headings
from bot.analysis.files.limits import SHOWN_NAMES, check_size, refusal
from bot.analysis.files.offered import hinting_at_comparison, list_options
from bot.analysis.files.outcome import build_table, is_row_level
from bot.analysis.files.picking import Picked, can_add_up, pick_levels, pick_value
from bot.analysis.files.roles import Column, Roles, find_roles, find_segments
from bot.analysis.files.row_level import ColumnKind, RowLevelTable
from bot.analysis.files.series import Wording, build_question
from bot.analysis.files.sniffing import FileKind, sniff
from bot.analysis.files.statement import (
    state_comparison,
    state_format,
    state_series,
    state_table,
)
from bot.analysis.files.workbook import read_workbook
from bot.analysis.parsing.numbers import NumberStyle
from bot.analysis.parsing.reader import read_question
from bot.analysis.question import (
    MetricQuestion,
    Problem,
    ProblemCode,
    UnreadableQuestionError,
)
from bot.analysis.segments.comparison import SegmentComparison


class FileReading(BaseModel):
    """What a file gave: one of `question`, `row_level`, `comparison` and `problems` is there.

    `statement` says how it was read, `chosen` and `options` fill the form that corrects it.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    statement: tuple[str, ...] = ()
    chosen: FileChoices = FileChoices()
    options: FileOptions = FileOptions()
    rows_used: int = 0
    question: MetricQuestion | None = None
    problems: tuple[Problem, ...] = ()
    comparison: SegmentComparison | None = None
    row_level: RowLevelTable | None = Field(default=None, exclude=True)


@dataclass(slots=True)
class _Progress:
    """What is known so far, for a reading that ends in a problem."""

    name: str
    chosen: dict[str, object]
    statement: list[str] = field(default_factory=list)
    options: FileOptions = field(default_factory=FileOptions)


def read_table(
    content: bytes,
    *,
    today: date,
    name: str = "",
    text: str = "",
    choices: FileChoices | None = None,
) -> FileReading:
    """Read a file; `text` is what was written beside it, `choices` what the user decided.

    Never raises for what a file may hold: a problem is part of the reading.
    """
    wanted = choices or FileChoices()
    progress = _Progress(name, wanted.model_dump())
    try:
        return _read(content, wanted, progress, today=today, text=text)
    except UnreadableQuestionError as error:
        return FileReading(
            name=name,
            statement=tuple(progress.statement),
            chosen=FileChoices.model_validate(progress.chosen),
            options=progress.options,
            problems=tuple(map(_for_a_file, error.problems)),
        )


def _read(
    content: bytes, choices: FileChoices, progress: _Progress, *, today: date, text: str
) -> FileReading:
    kind = sniff(content)
    if kind is FileKind.WORKBOOK:
        grid = read_workbook(content, choices, text)
    else:
        grid = read_delimited(content, choices)
    if not grid.rows:
        raise refusal(
            ProblemCode.EMPTY,
            "The file has no filled cells. Send one with a date column and a value column.",
        )
    progress.options = FileOptions(
        is_workbook=grid.is_workbook, sheets=grid.sheets[:SHOWN_NAMES], has_hidden=grid.has_hidden
    )
    progress.chosen |= {"sheet": grid.sheet, "separator": grid.separator, "encoding": grid.encoding}
    if grid.width < 2 and choices.separator:
        raise refusal(
            ProblemCode.UNREADABLE_FILE,
            f"With a {SEPARATORS.get(choices.separator, 'separator')} between its cells the file "
            "has one column only. Choose another separator.",
            "separator",
        )
    if grid.width < 2 and not grid.is_workbook:
        return _read_as_text(grid, progress, today=today, text=text)
    sheet = read_headings(grid)
    check_size(sheet.height, len(sheet.columns), 0)
    if not sheet.columns or not sheet.height:
        raise refusal(
            ProblemCode.NO_VALUES,
            "The file has headings but no rows below them. Send one with at least two values.",
        )
    return _interpret(grid, sheet, choices, progress, today=today, text=text)


def _interpret(
    grid: Grid,
    sheet: Sheet,
    choices: FileChoices,
    progress: _Progress,
    *,
    today: date,
    text: str,
) -> FileReading:
    roles = find_roles(sheet, choices)
    style, assumed = find_style(
        roles.numeric, choices, separator=grid.separator, is_workbook=grid.is_workbook
    )
    sheet.notes += assumed
    progress.chosen["decimal"] = style.value
    progress.statement = [state_format(grid, sheet, style, progress.name)]
    segments = find_segments(roles)
    progress.options = list_options(grid, roles, segments, style)
    if roles.time is not None:
        progress.chosen["date_column"] = roles.time.name
    are_rows = is_row_level(roles, sheet.height, choices, text)
    # Several rows of counts for one day and segment look like rows of people; the words decide.
    may_compare = (
        not are_rows or choices.compare or (progress.options.compare and not choices.layout)
    )
    if may_compare and means_comparison(roles, segments, choices, text, style):
        return _compare(sheet, roles, segments, choices, progress, style=style, today=today,
                        text=text)  # fmt: skip
    if are_rows:
        return _read_rows(sheet, roles, choices, progress, style=style, today=today, text=text)
    progress.chosen["layout"] = "series"
    with hinting_at_comparison(progress.options):
        value, base, notes = pick_value(roles, choices, text, _named_metric(text))
        progress.chosen["value_column"] = value.name
        progress.options = progress.options.model_copy(update={"can_add_up": can_add_up(value)})
        levels, told = pick_levels(segments, choices, text)
    progress.chosen["segments"] = [(column.name, level) for column, level in levels]
    picked = Picked(value, base, tuple(levels), (*notes, *told))
    stem = progress.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    built = build_question(
        sheet, roles, picked, choices, style=style, wording=Wording(text, stem, today)
    )
    if built.dates is not None and built.dates.order:
        progress.chosen["date_order"] = built.dates.order
    progress.chosen["period"] = built.question.period.value
    if progress.options.compare:
        progress.chosen["compare"] = NO_SEGMENT
    progress.statement += state_series(built, picked, roles.time, is_turned=sheet.is_turned)
    return _done(progress, rows_used=built.rows_used, question=built.question)


def _compare(
    sheet: Sheet,
    roles: Roles,
    segments: list[Column],
    choices: FileChoices,
    progress: _Progress,
    *,
    style: NumberStyle,
    today: date,
    text: str,
) -> FileReading:
    progress.chosen["layout"] = "series"
    compared = build_comparison(
        sheet, roles, segments, choices, style=style, text=text, today=today
    )
    progress.chosen |= {
        "compare": compared.by,
        "value_column": compared.measure.value.name,
        "segments": [(column.name, level) for column, level in compared.levels],
        "period": compared.comparison.period.value,
    }
    progress.options = progress.options.model_copy(update={"can_add_up": True})
    progress.statement += state_comparison(compared, roles.time)
    return _done(progress, rows_used=compared.rows_used, comparison=compared.comparison)


def _read_rows(
    sheet: Sheet,
    roles: Roles,
    choices: FileChoices,
    progress: _Progress,
    *,
    style: NumberStyle,
    today: date,
    text: str,
) -> FileReading:
    progress.chosen["layout"] = "rows"
    table = build_table(
        roles, sheet.height, choices, style=style, question=text, name=progress.name, today=today
    )
    progress.chosen["value_column"] = table.outcome or ""
    outcomes = [c.name for c in table.columns if c.kind in {ColumnKind.BINARY, ColumnKind.NUMERIC}]
    progress.options = progress.options.model_copy(
        update={"value_columns": tuple(outcomes[:SHOWN_NAMES])}
    )
    progress.statement += state_table(table, sheet.left_out)
    return _done(progress, rows_used=table.row_count, row_level=table)


def _read_as_text(grid: Grid, progress: _Progress, *, today: date, text: str) -> FileReading:
    """A text file of one column: a list of values or a pasted message saved as a file."""
    lines = [row[0] for row in grid.rows]
    question = read_question("\n".join([*lines, *text.split("\n")]), today=today)
    progress.statement = [f"“{progress.name or 'The file'}”: one column, read like a message."]
    return _done(progress, rows_used=len(lines), question=question)


def _done(
    progress: _Progress,
    *,
    rows_used: int,
    question: MetricQuestion | None = None,
    row_level: RowLevelTable | None = None,
    comparison: SegmentComparison | None = None,
) -> FileReading:
    return FileReading(
        name=progress.name,
        statement=tuple(progress.statement),
        chosen=FileChoices.model_validate(progress.chosen),
        options=progress.options,
        rows_used=rows_used,
        question=question,
        row_level=row_level,
        comparison=comparison,
    )


def _for_a_file(problem: Problem) -> Problem:
    """A problem of pasted text in words that fit a file and its form."""
    if problem.code is ProblemCode.MISSING_DATES and problem.message.startswith("There is no row"):
        message = f"{problem.message} The form lets you say what a date without a row means."
        return problem.model_copy(update={"message": message, "field": "gaps"})
    return problem


def _named_metric(text: str) -> str:
    """What the user's words put behind "Metric:"."""
    for line in text.split("\n"):
        label, _, rest = line.partition(":")
        if label.strip().casefold() in {"metric", "metrik", "kpi"}:
            return rest.strip()
    return ""
