"""Which columns of a file are a rate with the people behind it, for one segment or for several.

Either a rate and its denominator, or a numerator and its denominator; where both are there the
counts win, because a rate is rounded. Chooses columns, adds nothing up.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.analysis.files.cells import plain_number
from bot.analysis.files.roles import Column
from bot.analysis.parsing.numbers import NumberStyle, signed_value, split_number
from bot.analysis.parsing.vocabulary import kind_of_name, looks_like_denominator
from bot.analysis.question import MetricKind

SAME_SHARE = 0.02  # a rate may be rounded against numerator / denominator
_WORDS = re.compile(r"[^\W_]+")
_PERCENT_NAME = re.compile(r"%|_(?:pct|percent)$", re.IGNORECASE)

Numbers = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """A rate (`scale` 100 for percent, 1 for shares) or a count (`scale` 0), and its people."""

    value: Column
    base: Column
    scale: float = 0.0
    name: str = ""  # the segment, where it stands in the headings

    def part_of(self, value: float, base: float) -> float:
        """How many people have the outcome."""
        return value if not self.scale else min(value / self.scale, 1.0) * base


def numbers_of(column: Column, style: NumberStyle) -> Numbers:
    """Every different cell of a column as a number; None for one that is none."""
    found: Numbers = {}
    for cell in column.counts:
        plain = plain_number(cell, style)
        number = split_number(plain) if plain is not None else None
        found[cell] = None if number is None else signed_value(number, NumberStyle.POINT)
    return found


def scale_of(column: Column, numbers: Numbers) -> float:
    """100 for a rate in percent, 1 for a share, 0 for a column that is no rate."""
    values = [value for value in numbers.values() if value is not None]
    if not values or min(values) < 0:
        return 0.0
    if any("%" in cell for cell in column.counts) or _PERCENT_NAME.search(column.name):
        return 100.0
    is_named = kind_of_name(_spoken(column.name)) is MetricKind.RATE
    if max(values) <= 1 and any(0 < value < 1 for value in values):
        return 1.0
    return 100.0 if is_named and max(values) <= 100 else 0.0


def find_measures(
    numeric: Sequence[Column], style: NumberStyle, value_name: str = ""
) -> list[Measure]:
    """List the rates with people behind them that a table holds, the surest kind first.

    `value_name` keeps those of one column. Several mean that it has to be asked which.
    """
    numbers = {column.name: numbers_of(column, style) for column in numeric}
    scales = {column.name: scale_of(column, numbers[column.name]) for column in numeric}
    rates = [column for column in numeric if scales[column.name]]
    counts = [column for column in numeric if not scales[column.name]]

    def fits(value: Column, base: Column) -> bool:
        return _is_part(value, base, numbers)

    pairs = _count_pairs(counts, fits)
    found: list[Measure] = []
    for rate in rates:
        same = [pair for pair in pairs if _gives(pair, rate, scales[rate.name], numbers)]
        if same:
            found.append(same[0])
            continue
        bases = [column for column in counts if looks_like_denominator(_spoken(column.name))]
        if len(bases) > 1 and pairs:
            bases = [pair.base for pair in pairs[:1]]
        if len(bases) == 1:
            found.append(Measure(rate, bases[0], scales[rate.name]))
    if not found:
        found = pairs
    named = [m for m in found if value_name in (m.value.name, m.base.name)]
    if value_name and not named:
        named = [m for m in pairs if m.value.name == value_name]
    return named if value_name else found


def find_wide_measures(numeric: Sequence[Column], style: NumberStyle) -> list[Measure]:
    """List one measure for each segment that stands in the headings: "SMB signups", "SMB paid".

    Empty unless every segment has exactly one value and one base, called alike.
    """
    bases = [c for c in numeric if looks_like_denominator(_spoken(c.name))]
    values = [column for column in numeric if column not in bases]
    if len(values) > len(bases):
        rates = [c for c in values if scale_of(c, numbers_of(c, style))]
        values = rates if len(rates) == len(bases) else [c for c in values if c not in rates]
    if len(bases) < 2 or len(values) != len(bases):
        return []
    base_of = {name: column for column, name in _without_common(bases)}
    value_of = {name: column for column, name in _without_common(values)}
    if len(base_of) < len(bases) or set(base_of) != set(value_of) or not all(base_of):
        return []
    found = []
    for key, base in base_of.items():
        value = value_of[key]
        words = [word for word in _WORDS.findall(base.name) if word.casefold() in key]
        scale = scale_of(value, numbers_of(value, style))
        found.append(Measure(value, base, scale, " ".join(words)))
    return found


def common_words(columns: Sequence[Column]) -> str:
    """The words that all headings share, in the order of the first."""
    common = _common(columns)
    words = _WORDS.findall(columns[0].name)
    return " ".join(word for word in words if word.casefold() in common)


def _without_common(columns: Sequence[Column]) -> list[tuple[Column, tuple[str, ...]]]:
    common = _common(columns)
    return [
        (column, tuple(word for word in _lower_words(column.name) if word not in common))
        for column in columns
    ]


def _common(columns: Sequence[Column]) -> set[str]:
    sets = [set(_lower_words(column.name)) for column in columns]
    return set.intersection(*sets)


def _lower_words(name: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(name)]


def _count_pairs(counts: Sequence[Column], fits: Callable[[Column, Column], bool]) -> list[Measure]:
    """Numerators with their denominator: the column called like one, else the larger of two."""
    bases = [column for column in counts if looks_like_denominator(_spoken(column.name))]
    if len(bases) > 1:  # "users" and "active users": the one that all others are part of
        bases = [b for b in bases if all(fits(other, b) for other in counts if other is not b)]
    if len(bases) != 1:
        return []
    return [Measure(c, bases[0]) for c in counts if c is not bases[0] and fits(c, bases[0])]


def _is_part(value: Column, base: Column, numbers: dict[str, Numbers]) -> bool:
    """Whether a column is nowhere above another."""
    parts, wholes = numbers[value.name], numbers[base.name]
    seen = 0
    for part_cell, whole_cell in zip(value.cells, base.cells, strict=True):
        part, whole = parts.get(part_cell), wholes.get(whole_cell)
        if part is None or whole is None:
            continue
        if not 0 <= part <= whole:
            return False
        seen += 1
    return seen > 0


def _gives(pair: Measure, rate: Column, scale: float, numbers: dict[str, Numbers]) -> bool:
    """Whether a pair of counts gives the rate, as far as it was rounded."""
    rates, parts, wholes = (numbers[c.name] for c in (rate, pair.value, pair.base))
    cells = zip(rate.cells, pair.value.cells, pair.base.cells, strict=True)
    for rate_cell, part_cell, whole_cell in cells:
        share, part, whole = rates.get(rate_cell), parts.get(part_cell), wholes.get(whole_cell)
        if share is None or part is None or not whole:
            continue
        if abs(part / whole - share / scale) > SAME_SHARE:
            return False
    return True


def _spoken(name: str) -> str:
    return name.replace("_", " ")
