"""A draft series turned into values: digits, unit, order in time.

Raises UnreadableSeriesError with the one problem the user must mend first; everything that
could be settled without asking is told in the assumptions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.analysis.parsing.calendar import Placement, place_rows
from bot.analysis.parsing.drafts import SeriesDraft, UnreadableSeriesError
from bot.analysis.parsing.kinds import UnitChoice, choose_unit
from bot.analysis.parsing.months import DECIMAL_COMMA_LANGUAGES
from bot.analysis.parsing.numbers import (
    NumberStyle,
    WrittenNumber,
    is_missing,
    signed_value,
    split_fraction,
    split_number,
    styles_allowed,
)
from bot.analysis.parsing.styles import StyleHints, choose_style
from bot.analysis.parsing.units import DURATION_UNITS, Unit
from bot.analysis.parsing.vocabulary import kind_of_name
from bot.analysis.parsing.wording import is_partial
from bot.analysis.question import MetricKind, Period, ProblemCode, UnreadableQuestionError

MAX_POINTS = 20_000  # 54 years of days; more is a wrong file, not a metric


@dataclass(frozen=True, slots=True)
class SeriesSettings:
    """What the rest of the text says about the series."""

    today: date
    metric: str = ""
    stated_unit: Unit | None = None
    period: Period | None = None
    period_stated: bool = False
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class ReadSeries:
    """Values oldest first; `slots` says where each written cell went."""

    values: tuple[float | None, ...]
    unit: str
    period: Period | None
    dates: tuple[date, ...] | None
    denominators: tuple[float | None, ...] | None
    slots: tuple[int, ...]
    notes: dict[int, str]
    assumptions: tuple[str, ...]
    day_first: bool | None = None


def read_series(draft: SeriesDraft, settings: SeriesSettings) -> ReadSeries:
    """Read a draft; raises UnreadableSeriesError naming the first thing to mend."""
    if len(draft.cells) > MAX_POINTS:
        raise UnreadableSeriesError(
            ProblemCode.TOO_LONG,
            f"There are {len(draft.cells):,} values; at most {MAX_POINTS:,} can be read. "
            "Send a shorter window or a longer period.",
        )
    draft = _split_fractions(draft)
    numbers = _written(draft)
    placement = _place(draft, settings)
    numbers = _minutes_not_millions(numbers, settings.metric)
    present = [number for number in numbers if number is not None]
    style, style_notes = choose_style(present, _hints(draft, settings, present))
    raw = _floats(present, style)
    choice = choose_unit(present, raw, settings.stated_unit, settings.metric)
    values = _put(numbers, raw, choice, placement, draft.scale)
    notes = {placement.slots[i]: note for i, note in draft.notes.items() if note}
    for i, number in enumerate(numbers):  # "31.7 % (partial)" in a cell of a table
        if number is not None and is_partial(number.note):
            notes.setdefault(placement.slots[i], number.note)
    assumptions = (
        *draft.assumptions, *_tell_missing(numbers), *style_notes, *choice.assumptions,
        *_tell_about(present), *placement.assumptions,
    )  # fmt: skip
    return ReadSeries(
        values, choice.unit, placement.period, placement.dates,
        _denominators(draft, placement, style), placement.slots, notes, assumptions,
        placement.day_first,
    )  # fmt: skip


def _hints(
    draft: SeriesDraft, settings: SeriesSettings, present: Sequence[WrittenNumber]
) -> StyleHints:
    languages = {label.language for label in draft.labels if label is not None and label.language}
    units = {number.unit.name for number in present if number.unit}
    if settings.stated_unit is not None:
        units.add(settings.stated_unit.name)
    comma = settings.decimal_comma or bool(languages & DECIMAL_COMMA_LANGUAGES)
    return StyleHints(settings.metric, frozenset(units), comma)


def _written(draft: SeriesDraft) -> list[WrittenNumber | None]:
    """Numbers of the cells, None for a missing one; raises on text and on nothing at all."""
    numbers: list[WrittenNumber | None] = []
    for position, cell in enumerate(draft.cells, start=1):
        number = split_number(cell)
        if number is None and not is_missing(cell):
            raise UnreadableSeriesError(
                ProblemCode.TEXT_IN_VALUES,
                f"“{cell.strip()[:40]}” {draft.where} (value {position} of {len(draft.cells)}) is "
                "not a number. Replace it with a number, or with n/a if there is none.",
            )
        numbers.append(number)
    if not any(numbers):
        raise UnreadableSeriesError(
            ProblemCode.NO_VALUES,
            "No numbers were found. Send the values in a row, oldest first, for example "
            "“42 %, 41 %, 38 %”.",
        )
    return numbers


def _minutes_not_millions(
    numbers: list[WrittenNumber | None], metric: str
) -> list[WrittenNumber | None]:
    """“2m” beside other durations, or in a metric that is one, is two minutes."""
    timed = any(n and n.unit and n.unit.name in DURATION_UNITS for n in numbers)
    if not timed and kind_of_name(metric) is not MetricKind.DURATION:
        return numbers
    return [
        replace(n, scale=1.0, scaled=False, unit=Unit("minutes"))
        if n and n.unit is None and n.raw.endswith("m") else n
        for n in numbers
    ]  # fmt: skip


def _floats(numbers: Sequence[WrittenNumber], style: NumberStyle | None) -> list[float]:
    values = []
    for number in numbers:
        try:
            values.append(signed_value(number, style or own_style(number)))
        except (ValueError, OverflowError):
            raise UnreadableSeriesError(
                ProblemCode.TEXT_IN_VALUES,
                f"“{number.raw[:40]}” is not a number that can be read. Write it with plain "
                "digits, such as 1234.5.",
            ) from None
    return values


def own_style(number: WrittenNumber) -> NumberStyle:
    """Style of a number that only has one reading by itself."""
    allowed = styles_allowed(number.body)
    return NumberStyle.COMMA if allowed == {NumberStyle.COMMA} else NumberStyle.POINT


def _place(draft: SeriesDraft, settings: SeriesSettings) -> Placement:
    given = [label for label in draft.labels if label is not None]
    count = len(draft.cells)
    if not given:
        return Placement(tuple(range(count)), count)
    if len(given) < count:
        at = next(i for i, label in enumerate(draft.labels) if label is None)
        raise UnreadableSeriesError(
            ProblemCode.MISSING_DATES,
            f"Value {at + 1} (“{draft.cells[at][:30]}”) has no date while others have one. "
            "Write a date on every line, or on none.",
        )
    placement = place_rows(
        given, today=settings.today, period=settings.period, stated=settings.period_stated
    )
    if placement.problems:
        raise UnreadableQuestionError(placement.problems, {})
    return placement


def _put(
    numbers: Sequence[WrittenNumber | None],
    raw: Sequence[float],
    choice: UnitChoice,
    placement: Placement,
    scale: float,
) -> tuple[float | None, ...]:
    values: list[float | None] = [None] * placement.length
    remaining = iter(zip(raw, choice.factors, strict=True))
    for number, slot in zip(numbers, placement.slots, strict=True):
        if number is not None:
            value, factor = next(remaining)
            factor *= scale
            values[slot] = value if factor == 1.0 else float(f"{value * factor:.12g}")
    return tuple(values)


def _denominators(
    draft: SeriesDraft, placement: Placement, style: NumberStyle | None
) -> tuple[float | None, ...] | None:
    if not draft.denominators:
        return None
    sizes: list[float | None] = [None] * placement.length
    for cell, slot in zip(draft.denominators, placement.slots, strict=True):
        number = split_number(cell)
        if number is not None:
            whole = WrittenNumber(number.raw, number.body.replace(" ", ""), scale=number.scale)
            try:
                sizes[slot] = signed_value(whole, _count_style(whole, style))
            except ValueError:
                continue
    return tuple(sizes) if any(size is not None for size in sizes) else None


def _count_style(number: WrittenNumber, style: NumberStyle | None) -> NumberStyle:
    """People are whole: 2.000 and 2,000 are both two thousand."""
    for mark, reading in ((".", NumberStyle.COMMA), (",", NumberStyle.POINT)):
        tail = number.body.rpartition(mark)
        if tail[1] and len(tail[2]) == 3 and number.scale == 1.0:
            return reading
    return style or NumberStyle.POINT


def _split_fractions(draft: SeriesDraft) -> SeriesDraft:
    """“840/2000” on every line: the share in percent, with the people it is taken over."""
    pairs = [split_fraction(cell) for cell in draft.cells]
    found = [pair for pair in pairs if pair]
    if not found or len(found) < sum(not is_missing(cell) for cell in draft.cells):
        return draft
    cells, bases = [], []
    for pair in pairs:
        top, base = (split_number(pair[0]), split_number(pair[1])) if pair else (None, None)
        if top is None or base is None:
            if pair:
                return draft
            cells.append("n/a")
            bases.append("n/a")
            continue
        part = signed_value(top, _count_style(top, None))
        whole = signed_value(base, _count_style(base, None))
        if whole <= 0 or part > whole:
            return draft
        cells.append(f"{100 * part / whole:.10g}%")
        bases.append(f"{whole:.0f}")
    note = f"Values such as {draft.cells[0].strip()[:30]} were read as shares, in percent."
    told = [*draft.assumptions, note]
    return replace(draft, cells=cells, denominators=bases, assumptions=told)


def _tell_missing(numbers: Sequence[WrittenNumber | None]) -> list[str]:
    count = sum(number is None for number in numbers)
    if not count:
        return []
    which = "1 value is missing and was" if count == 1 else f"{count} values are missing and were"
    return [f"{which} left out, not counted as 0."]


def _tell_about(numbers: Sequence[WrittenNumber]) -> list[str]:
    about = next((number for number in numbers if number.about), None)
    return [f"“{about.raw}” is approximate; the number itself was used."] if about else []
