"""Which values and which segment of a file are meant: chosen, asked about, or the only ones.

Where several may be meant nothing is guessed; the problem lists them and the form offers them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.files.choices import ADD_UP, FileChoices
from bot.analysis.files.limits import quote_names, refusal, shorten
from bot.analysis.files.roles import Column, Roles
from bot.analysis.parsing import columns as pasted
from bot.analysis.parsing.units import unit_of
from bot.analysis.parsing.vocabulary import kind_of_name
from bot.analysis.question import MetricKind, ProblemCode, UnreadableQuestionError

_ALL = frozenset(
    {"all", "total", "overall", "gesamt", "alle", "tous", "todos", "any", "everything", "(all)"}
)
_MEASURE = re.compile(
    r"^(?:metric|measure|kpi|indicator|variable|metrik|kennzahl|metric[ _]name)$", re.IGNORECASE
)
_WORDS = re.compile(r"[^\W_]{2,}")
MOST_UNDATED = 3  # a value with its parts; more columns without dates are something else
_ADDABLE = (MetricKind.COUNT, MetricKind.MONEY)


@dataclass(frozen=True, slots=True)
class Picked:
    """The value column, its denominator, and one level (or ADD_UP) for each segment column."""

    value: Column
    base: Column | None
    levels: tuple[tuple[Column, str], ...]
    notes: tuple[str, ...] = ()


def pick_levels(
    segments: Sequence[Column], choices: FileChoices, question: str
) -> tuple[list[tuple[Column, str]], list[str]]:
    """A level for each segment column; raises UnreadableQuestionError listing what to choose."""
    levels: list[tuple[Column, str]] = []
    notes: list[str] = []
    open_columns = []
    _refuse_unknown_levels(segments, choices)
    for column in segments:
        chosen = _chosen_level(column, choices) or _asked_level(column, question)
        if not chosen:
            chosen = next((level for level in column.counts if level.casefold() in _ALL), "")
            if chosen:
                notes.append(f"“{shorten(chosen)}” was taken for {shorten(column.name)}.")
        if chosen and chosen != ADD_UP and chosen not in column.counts:
            raise refusal(
                ProblemCode.SEVERAL_SERIES,
                f"There is no “{shorten(chosen)}” in column “{shorten(column.name)}”; it has "
                f"{quote_names(list(column.counts))}.",
                "segments",
            )
        if chosen:
            levels.append((column, chosen))
        else:
            open_columns.append(column)
    if open_columns:
        told = "; ".join(
            f"“{shorten(c.name)}” has {quote_names([level for level, _ in c.counts.most_common()])}"
            for c in open_columns
        )
        raise refusal(
            ProblemCode.SEVERAL_SERIES,
            f"The file holds several segments: {told}. Choose one in the form, or name it in the "
            "question.",
            "segments",
        )
    return levels, notes


def levels_beside(
    segments: Sequence[Column], choices: FileChoices, question: str
) -> list[tuple[Column, str]]:
    """A level for each segment column beside the compared one; all added up where none is named."""
    return [
        (
            column,
            _chosen_level(column, choices)
            or _asked_level(column, question)
            or next((level for level in column.counts if is_total_level(level)), ADD_UP),
        )
        for column in segments
    ]


def is_total_level(level: str) -> bool:
    """Whether a level means all segments together."""
    return level.strip().casefold() in _ALL


def pick_value(
    roles: Roles, choices: FileChoices, question: str, metric: str
) -> tuple[Column, Column | None, list[str]]:
    """Value column, denominator column and what was assumed; raises when several may be meant."""
    chosen = roles.named(choices.value_column)
    if choices.value_column and chosen is None:
        raise refusal(
            ProblemCode.SEVERAL_SERIES,
            f"There is no column “{shorten(choices.value_column)}”. The file has "
            f"{quote_names([c.name for c in roles.columns], 8)}.",
            "value_column",
        )
    numeric = [column for column in roles.numeric if not column.is_identifier] or roles.numeric
    if chosen is None and not numeric:
        raise refusal(
            ProblemCode.NO_VALUES,
            "The file has no column of numbers. Send one with a date column and a value column.",
            "value_column",
        )
    asked = chosen or _asked_column(numeric, metric or question)
    if asked is None and len(numeric) == 1:
        return numeric[0], None, []
    if asked is None and roles.time is None and len(numeric) > MOST_UNDATED:
        raise _several(numeric)
    plain = [pasted.Column(column.name, _sample(column)) for column in numeric]
    wanted = asked.name if asked else metric
    try:
        value, base, notes = pasted.choose_values(plain, wanted)
    except UnreadableQuestionError as error:
        if asked is not None:
            return asked, None, []
        if error.problems[0].code is not ProblemCode.SEVERAL_SERIES:
            raise
        raise _several(numeric) from None
    found = asked or numeric[plain.index(value)]
    other = numeric[plain.index(base)] if base is not None and base in plain else None
    return found, other if other is not found else None, notes


def _chosen_level(column: Column, choices: FileChoices) -> str:
    """The level chosen for a column, by name or, where none is given, by the level alone."""
    wanted = ""
    for name, level in choices.segments:
        if name.casefold() == column.name.casefold():
            wanted = level
        elif not name and _level_like(column, level):
            wanted = wanted or level
    return _level_like(column, wanted) or wanted


def _level_like(column: Column, wanted: str) -> str:
    """The column's own spelling of a level, '' when it has none."""
    if wanted in column.counts:
        return wanted
    return next((level for level in column.counts if level.casefold() == wanted.casefold()), "")


def _refuse_unknown_levels(segments: Sequence[Column], choices: FileChoices) -> None:
    """Raise for a segment named without its column that no column has."""
    for name, level in choices.segments:
        known = any(
            _level_like(c, level) if not name else name.casefold() == c.name.casefold()
            for c in segments
        )
        if not known:
            have = quote_names([level for c in segments for level in c.counts] or ["none"], 8)
            raise refusal(
                ProblemCode.SEVERAL_SERIES,
                f"There is no segment “{shorten(name or level)}” in the file; it has {have}.",
                "segments",
            )


def _several(numeric: Sequence[Column]) -> UnreadableQuestionError:
    return refusal(
        ProblemCode.SEVERAL_SERIES,
        f"The file holds several series: {quote_names([c.name for c in numeric], 8)}. Choose one "
        "in the form, or name it in the question.",
        "value_column",
    )


def can_add_up(value: Column) -> bool:
    """Whether the values of several segments may be added: amounts and counts, no rates."""
    kind = kind_of_name(value.name.replace("_", " "))
    if kind is not None:
        return kind in _ADDABLE
    sample = list(value.counts)[:200]
    if any("%" in cell for cell in sample) or unit_of(value.name) is not None:
        return False
    return not any(re.search(r"[.,]\d", cell) for cell in sample)


def is_measure(column: Column) -> bool:
    """Whether a segment column holds names of metrics rather than of segments."""
    return _MEASURE.match(column.name.strip()) is not None


def _sample(column: Column) -> list[str]:
    return column.cells if len(column.cells) <= 2_000 else column.cells[:2_000]


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold().replace("_", " ")))


def asked_levels(column: Column, question: str) -> list[str]:
    """The levels that a question names, the longest where one lies within another."""
    asked = f" {_plain(question)} "
    found = [level for level in column.counts if (p := _plain(level)) and f" {p} " in asked]
    return [
        level for level in found
        if not any(level != other and _plain(level) in _plain(other) for other in found)
    ]  # fmt: skip


def _asked_level(column: Column, question: str) -> str:
    found = asked_levels(column, question)
    return found[0] if len(found) == 1 else ""


def _asked_column(numeric: Sequence[Column], asked: str) -> Column | None:
    """The one column whose whole name stands in the question, else by shared telling words."""
    text = f" {_plain(asked)} "
    named = [column for column in numeric if (p := _plain(column.name)) and f" {p} " in text]
    if named:
        longest = max(len(_plain(column.name)) for column in named)
        best = [column for column in named if len(_plain(column.name)) == longest]
        return best[0] if len(best) == 1 else None
    words = set(_plain(asked).split())
    whole = [c for c in numeric if (parts := set(_plain(c.name).split())) and parts <= words]
    if len(whole) == 1:
        return whole[0]
    times = Counter(word for column in numeric for word in set(_plain(column.name).split()))
    telling = [
        column for column in numeric
        if any(word in words and times[word] == 1 and len(word) > 3
               for word in _plain(column.name).split())
    ]  # fmt: skip
    return telling[0] if len(telling) == 1 else None
