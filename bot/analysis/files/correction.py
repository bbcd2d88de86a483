"""What a user may change about a reading, as menus with the present choice, and the change applied.

Only what differs from the present reading becomes a choice of the user; the rest stays to be found
out again, because another sheet or separator gives other columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.analysis.files.choices import (
    ADD_UP,
    DATE_ORDERS,
    DECIMALS,
    ENCODINGS,
    GAPS,
    HEADINGS,
    HIDDEN,
    LAYOUTS,
    NO_SEGMENT,
    REPEATS,
    SEPARATORS,
    FileChoices,
)
from bot.analysis.files.reading import FileReading
from bot.analysis.question import Period

_SEGMENT = "segment_"
_CHANGES_COLUMNS = ("sheet", "separator", "encoding", "hidden")


@dataclass(frozen=True, slots=True)
class Menu:
    """One thing to choose: (value, words) pairs; values are short and carry no user's text."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


def menus(reading: FileReading) -> tuple[Menu, ...]:
    """Every menu that makes sense for this file, filled with what was done."""
    chosen, options = reading.chosen, reading.options
    found: list[Menu] = []
    if options.is_workbook:
        found.append(_names("sheet", "Sheet", options.sheets, chosen.sheet))
    else:
        found += [
            _fixed("separator", "Separated by", SEPARATORS, chosen.separator),
            _fixed("encoding", "Encoding", ENCODINGS, chosen.encoding),
        ]
    if chosen.decimal:
        found.append(_fixed("decimal", "Numbers are written with", DECIMALS, chosen.decimal))
    if options.value_columns or options.date_columns:
        periods = {period.value: f"one a {period.value}" for period in Period}
        found += [
            _fixed("layout", "The file holds", LAYOUTS, chosen.layout),
            _names("date_column", "Date column", options.date_columns, chosen.date_column),
            _fixed("date_order", "Dates are written", DATE_ORDERS, chosen.date_order),
            _fixed("period", "Values are", periods, chosen.period),
            _names("value_column", "Values or outcome", options.value_columns, chosen.value_column),
            _comparison(reading),
            *_segments(reading),
            _fixed("gaps", "A date without a row means", GAPS, chosen.gaps),
        ]
        if options.can_add_up:
            found.append(_fixed("repeats", "Rows with the same date are", REPEATS, chosen.repeats))
    if options.has_hidden:
        present = chosen.hidden or "leave_out"
        found.append(_fixed("hidden", "Hidden rows and columns are", HIDDEN, present))
    return tuple(menu for menu in found if menu.options)


def corrected(reading: FileReading, wanted: FileChoices, picked: Mapping[str, str]) -> FileChoices:
    """The user's choices after a form: `wanted` before it, changed where `picked` differs.

    `picked` maps a menu's name to the value of the option chosen in it.
    """
    changes: dict[str, object] = {}
    levels = dict(wanted.segments)
    for menu in menus(reading):
        value = picked.get(menu.name, "")
        if value == menu.chosen or value not in dict(menu.options):
            continue
        if menu.name.startswith(_SEGMENT):
            column, names = reading.options.segments[int(menu.name.removeprefix(_SEGMENT))]
            levels[column] = ADD_UP if value == ADD_UP else names[int(value)]
            if column == reading.chosen.compare:  # one of the compared segments, or all in one
                changes.setdefault("compare", NO_SEGMENT)
        else:
            changes[menu.name] = _meaning(reading, menu.name, value)
    if any(name in changes for name in _CHANGES_COLUMNS):
        wanted = wanted.model_copy(update={"date_column": "", "value_column": "", "compare": ""})
        levels = {}
    return wanted.model_copy(update={**changes, "segments": tuple(levels.items())})


def can_correct(reading: FileReading) -> bool:
    """Whether the file was understood far enough for another reading to make sense."""
    return bool(reading.chosen.separator or reading.chosen.encoding or reading.options.sheets)


def _meaning(reading: FileReading, name: str, value: str) -> str:
    options = reading.options
    names: dict[str, Sequence[str]] = {
        "compare": options.compare,
        "sheet": options.sheets,
        "date_column": options.date_columns,
        "value_column": options.value_columns,
    }
    return names[name][int(value)] if name in names and value.isdecimal() else value


def _fixed(name: str, label: str, words: Mapping[str, str], chosen: str) -> Menu:
    return Menu(name, label, tuple(words.items()), chosen)


def _names(name: str, label: str, names: Sequence[str], chosen: str) -> Menu:
    present = str(names.index(chosen)) if chosen in names else ""
    return Menu(name, label, _numbered(names), present)


def _comparison(reading: FileReading) -> Menu:
    """The columns to compare by; no menu where there is none."""
    names, chosen = reading.options.compare, reading.chosen.compare
    fixed = {NO_SEGMENT: "no, one series", HEADINGS: "segments in the headings"}
    options = [
        (name, fixed[name]) if name == HEADINGS else (str(at), f"by {name}")
        for at, name in enumerate(names)
    ]
    present = chosen if chosen in fixed else ""
    if chosen in names and not present:
        present = str(names.index(chosen))
    found = ((NO_SEGMENT, fixed[NO_SEGMENT]), *options) if options else ()
    return Menu("compare", "Compare segments", found, present)


def _segments(reading: FileReading) -> Iterable[Menu]:
    for i, (column, levels) in enumerate(reading.options.segments):
        level = reading.chosen.level_of(column)
        options = _numbered(levels)
        if reading.options.can_add_up:
            options = ((ADD_UP, "all of them, added up"), *options)
        present = ADD_UP if level == ADD_UP else ""
        if level in levels:
            present = str(levels.index(level))
        yield Menu(f"{_SEGMENT}{i}", f"Segment: {column}", options, present)


def _numbered(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(i), name) for i, name in enumerate(names))
