"""Whether segments of a file are to be set against each other, by which column, in which rate.

What cannot be told is asked. Adds nothing up; that is `comparing`.
"""

import re
from collections.abc import Sequence

from bot.analysis.files.choices import ANY_SEGMENT, HEADINGS, NO_SEGMENT, FileChoices
from bot.analysis.files.limits import quote_names, shorten
from bot.analysis.files.measures import Measure, find_measures, find_wide_measures
from bot.analysis.files.picking import asked_levels
from bot.analysis.files.roles import Column, Roles
from bot.analysis.parsing.cleaning import clean_text
from bot.analysis.parsing.numbers import NumberStyle
from bot.analysis.question import Problem, ProblemCode, UnreadableQuestionError
from bot.analysis.segments.asking import (
    asks_about_total,
    asks_comparison,
    find_dimension,
    sets_against,
)


def means_comparison(
    roles: Roles, segments: Sequence[Column], choices: FileChoices, text: str, style: NumberStyle
) -> bool:
    """Whether segments are to be set against each other: chosen, or asked of a table with some."""
    if choices.compare:
        return choices.compare != NO_SEGMENT
    if asks_comparison(text, [column.name for column in segments]):
        return bool(segments) or bool(find_wide_measures(roles.numeric, style))
    if _named_against(segments, text) is not None:
        return True
    if not asks_about_total(text) or roles.time is None:
        return False
    # "Why did the total fall?" may also be asked of one series; then it is no comparison.
    if not segments:
        return bool(find_wide_measures(roles.numeric, style))
    return bool(find_measures(_countable(roles), style, choices.value_column))


def comparable_by(roles: Roles, segments: Sequence[Column], style: NumberStyle) -> tuple[str, ...]:
    """The columns by which segments can be compared, HEADINGS for those in the headings."""
    if roles.time is None:
        return ()
    if segments:
        found = find_measures(_countable(roles), style)
        return tuple(column.name for column in segments) if found else ()
    return (HEADINGS,) if find_wide_measures(roles.numeric, style) else ()


def pick_column(
    segments: Sequence[Column], wide: list[Measure], choices: FileChoices, text: str
) -> Column | None:
    """The column to compare by; None when the segments stand in the headings."""
    names = [column.name for column in segments]
    wanted = choices.compare
    if wanted and wanted not in (ANY_SEGMENT, HEADINGS):
        found = next((c for c in segments if c.name.casefold() == wanted.casefold()), None)
        if found is not None:
            return found
        if not re.fullmatch(r"(?:segment|group)s?", wanted, re.IGNORECASE):
            have = f"It has {quote_names(names, 8)}." if names else "It has no such column."
            raise comparison_problem(
                f"There is no column of segments “{shorten(wanted)}” in the file. {have}",
                "compare",
            )
    asked = find_dimension(text, names)
    if asked and wanted != HEADINGS:
        return next(column for column in segments if column.name == asked)
    against = _named_against(segments, text)
    if against is not None and wanted != HEADINGS:
        return against
    if wide and (not segments or wanted == HEADINGS):
        return None
    if len(segments) == 1:
        return segments[0]
    plain = [c for c in segments if re.fullmatch(r"segments?|groups?", c.name, re.IGNORECASE)]
    if len(plain) == 1:
        return plain[0]
    if not segments:
        raise comparison_problem(
            "The file holds no segments to compare: it needs a column that names the segment of "
            "each row, or for each segment a column of values and one of the people behind them.",
            "compare",
        )
    raise comparison_problem(
        f"Several columns hold segments: {quote_names(names, 8)}. Choose the one to compare by.",
        "compare",
    )


def _named_against(segments: Sequence[Column], text: str) -> Column | None:
    """The one column of which a text sets at least two levels against each other."""
    if not sets_against(text):
        return None
    found = [column for column in segments if len(asked_levels(column, text)) > 1]
    return found[0] if len(found) == 1 else None


def _countable(roles: Roles) -> list[Column]:
    return [column for column in roles.numeric if not column.is_identifier] or roles.numeric


def pick_measure(roles: Roles, choices: FileChoices, text: str, style: NumberStyle) -> Measure:
    """The one rate with people that is meant; raises UnreadableQuestionError listing several."""
    numeric = _countable(roles)
    found = find_measures(numeric, style, choices.value_column)
    if len(found) > 1:
        words = " ".join(clean_text(text).casefold().replace("_", " ").split())
        named = [m for m in found if m.value.name.casefold().replace("_", " ") in words]
        found = named if len(named) == 1 else found
    if len(found) == 1:
        return found[0]
    if found:
        names = [measure.value.name for measure in found]
        raise comparison_problem(
            f"Several rates can be compared: {quote_names(names, 8)}. Choose one.",
            "value_column",
        )
    raise comparison_problem(
        "To set segments against each other I need, in each row, a rate and the number of people "
        "behind it, or two counts: those with the outcome and all of them (for example activated "
        f"and sign-ups). The file has {quote_names([c.name for c in numeric] or ['none'], 8)}.",
        "value_column",
    )


def comparison_problem(message: str, field: str) -> UnreadableQuestionError:
    """A sentence on what to settle, with the menu of the form that settles it."""
    problem = Problem(code=ProblemCode.SEVERAL_SERIES, message=message, field=field)
    return UnreadableQuestionError((problem,), {})
