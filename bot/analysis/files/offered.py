"""What a file lets a reader choose from: the columns, sheets and segments of its form."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.analysis.files.choices import HEADINGS, FileOptions
from bot.analysis.files.compare_by import comparable_by
from bot.analysis.files.grid import Grid
from bot.analysis.files.limits import SHOWN_NAMES, shorten
from bot.analysis.files.roles import Column, Roles
from bot.analysis.parsing.numbers import NumberStyle
from bot.analysis.question import ProblemCode, UnreadableQuestionError

MOST_SEGMENT_COLUMNS = 3  # menus in the form


def list_options(
    grid: Grid, roles: Roles, segments: list[Column], style: NumberStyle
) -> FileOptions:
    """List what there is to choose from, cut to what a menu can hold."""
    times = ([roles.time] if roles.time else []) + roles.other_times
    words = [c for c in roles.columns if c.is_numeric and c not in times]
    return FileOptions(
        is_workbook=grid.is_workbook,
        sheets=grid.sheets[:SHOWN_NAMES],
        date_columns=tuple(c.name for c in [*times, *words][:SHOWN_NAMES]),
        value_columns=tuple(c.name for c in roles.numeric[:SHOWN_NAMES]),
        segments=tuple(
            (c.name, tuple(level for level, _ in c.counts.most_common(SHOWN_NAMES - 1)))
            for c in segments[:MOST_SEGMENT_COLUMNS]
        ),
        compare=comparable_by(roles, segments, style)[:SHOWN_NAMES],
        has_hidden=grid.has_hidden,
    )


@contextmanager
def hinting_at_comparison(options: FileOptions) -> Iterator[None]:
    """Where one of several series has to be chosen, say that segments can also be compared."""
    try:
        yield
    except UnreadableQuestionError as error:
        problems = error.problems
        if options.compare and problems[0].code is ProblemCode.SEVERAL_SERIES:
            by = next((f" by {shorten(c)}" for c in options.compare if c != HEADINGS), "")
            told = f"{problems[0].message} Or ask to compare the segments{by}."
            problems = (problems[0].model_copy(update={"message": told}), *problems[1:])
        raise UnreadableQuestionError(problems, error.draft) from error
