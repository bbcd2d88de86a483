"""Which unit a series is in, decided once for all its values; refuses a mixture.

Evidence in order: units written beside the numbers, the stated unit (label or header), the
metric's name, the values themselves. A bare number beside "42 %" is taken as percent only when it
cannot be a proportion.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.parsing.drafts import UnreadableSeriesError
from bot.analysis.parsing.numbers import WrittenNumber
from bot.analysis.parsing.units import DURATION_UNITS, Unit, is_currency
from bot.analysis.parsing.vocabulary import kind_of_name
from bot.analysis.question import MetricKind, ProblemCode

SECONDS_IN = {
    "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0, "months": 2629800.0,
}  # fmt: skip
LARGEST_RATE = 300.0  # net revenue retention and growth rates pass 100 %, hardly 300 %
_SHORT_TIMES = ("load", "latency", "page", "session", "ladezeit", "lcp", "inp", "ttfb")
SCALE_JUMP = 20.0  # values this many times apart, beside each other, are in two scales


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """The unit of the series, a factor for each number, and what was assumed."""

    unit: str
    factors: tuple[float, ...]
    assumptions: tuple[str, ...] = ()


def choose_unit(
    numbers: Sequence[WrittenNumber], values: Sequence[float], stated: Unit | None, metric: str
) -> UnitChoice:
    """Pick the unit of `values` (in the order of `numbers`); raises when units are mixed."""
    named = [number.unit for number in numbers if number.unit is not None]
    names = Counter(unit.name for unit in named)
    notes = tuple(dict.fromkeys(unit.note for unit in named if unit.note))
    _refuse_scale_mix(numbers, values)
    if len(names) > 1:
        return _convert_durations(numbers, names, notes)
    if names:
        return _complete_units(numbers, values, next(iter(names)), notes)
    if stated is not None:
        return _stated_unit(values, stated, metric)
    unit, note = _guess_unit(values, metric)
    if unit in {"%", "proportion"}:
        _refuse_rate_mix(numbers, values)
    return UnitChoice(unit, (1.0,) * len(values), (note,) if note else ())


def _mixed(first: WrittenNumber, second: WrittenNumber, what: str) -> UnreadableSeriesError:
    return UnreadableSeriesError(
        ProblemCode.MIXED_UNITS,
        f"The values mix units: “{first.raw}” and “{second.raw}” {what}. "
        "Write every value in the same unit and send them again.",
    )


def _convert_durations(
    numbers: Sequence[WrittenNumber], names: Counter[str], notes: tuple[str, ...]
) -> UnitChoice:
    named = [number for number in numbers if number.unit is not None]
    other = next(n for n in named if n.unit and named[0].unit and n.unit.name != named[0].unit.name)
    if (
        set(names) > set(DURATION_UNITS)
        or not set(names) <= set(DURATION_UNITS)
        or len(named) < len(numbers)
    ):
        raise _mixed(named[0], other, "stand beside each other")
    unit = max(names, key=lambda name: (names[name], -SECONDS_IN[name]))
    factors = tuple(
        SECONDS_IN[n.unit.name] * n.unit.factor / SECONDS_IN[unit] for n in numbers if n.unit
    )
    return UnitChoice(unit, factors, (*notes, f"All durations were converted to {unit}."))


def _complete_units(
    numbers: Sequence[WrittenNumber], values: Sequence[float], unit: str, notes: tuple[str, ...]
) -> UnitChoice:
    """One unit is written, perhaps not on every value."""
    factors = tuple(n.unit.factor if n.unit else 1.0 for n in numbers)
    bare = [(n, v) for n, v in zip(numbers, values, strict=True) if n.unit is None and v != 0]
    if not bare:
        return UnitChoice(unit, factors, notes)
    written = [(n, v) for n, v in zip(numbers, values, strict=True) if n.unit is not None]
    first = written[0][0]
    if unit == "%":
        for number, value in bare:
            if abs(value) <= 1:
                raise _mixed(number, first, "may be a share of 1 and a percentage")
            if abs(value) > LARGEST_RATE:
                raise _mixed(number, first, "cannot both be percentages")
    elif (
        unit in DURATION_UNITS
        and len(written) == 1
        and numbers[0] is not numbers[-1]
        and (numbers[-1].unit is not None or numbers[0].unit is not None)
    ):
        factors = (written[0][0].unit.factor if written[0][0].unit else 1.0,) * len(numbers)
    elif unit not in {"points", "count", "ratio"} and not is_currency(unit):
        raise _mixed(bare[0][0], first, "do not both carry a unit")
    elif is_currency(unit) and len(bare) * 2 > len(numbers) and len(written) > 1:
        raise _mixed(bare[0][0], first, "do not both carry a currency")
    note = f"Values without a sign, such as {bare[0][0].raw}, were read as {unit} like the others."
    return UnitChoice(unit, factors, (*notes, note))


def _refuse_scale_mix(numbers: Sequence[WrittenNumber], values: Sequence[float]) -> None:
    """Refuse 1.2k beside 1.3 where the bare number is far below the scaled ones."""
    scaled = [(n, abs(v)) for n, v in zip(numbers, values, strict=True) if n.scaled and v]
    if not scaled or len(scaled) == len(numbers):
        return
    low = min(v for _, v in scaled)
    for number, value in zip(numbers, values, strict=True):
        if not number.scaled and 0 < abs(value) * SCALE_JUMP < low:
            raise _mixed(scaled[0][0], number, "seem to be in different scales")


def _refuse_rate_mix(numbers: Sequence[WrittenNumber], values: Sequence[float]) -> None:
    """Refuse 0.42 beside 41: shares of 1 and percentages without a sign."""
    small = [(n, v) for n, v in zip(numbers, values, strict=True) if 0 < abs(v) < 1]
    large = [(n, v) for n, v in zip(numbers, values, strict=True) if abs(v) > 1]
    if not small or not large:
        return
    top, bottom = max(abs(v) for _, v in small), min(abs(v) for _, v in large)
    if bottom > SCALE_JUMP * top:
        raise _mixed(small[0][0], large[0][0], "may be a share of 1 and a percentage")


def _stated_unit(values: Sequence[float], stated: Unit, metric: str) -> UnitChoice:
    notes = [stated.note] if stated.note else []
    unit = stated.name
    if unit == "proportion" and min(map(abs, values)) > 1:
        unit = "%"
        notes.append("The values are above 1, so they were read as percentages, not shares of 1.")
    if unit == "%" and kind_of_name(metric) is MetricKind.RATE and max(map(abs, values)) <= 1:
        notes.append("The values are at most 1 and the unit says %; they were kept as percentages.")
    return UnitChoice(unit, (stated.factor,) * len(values), tuple(notes))


def _guess_unit(values: Sequence[float], metric: str) -> tuple[str, str]:
    """Unit by metric name and values alone, with what to tell the reader."""
    kind = kind_of_name(metric)
    largest = max(map(abs, values))
    whole = all(value == int(value) for value in values)
    if kind is MetricKind.RATE and largest > LARGEST_RATE:
        kind = MetricKind.COUNT
    if kind is MetricKind.RATE or (kind is None and not whole and largest <= 1):
        if largest <= 1:
            return "proportion", "The values are read as shares of 1 (0.42 is 42 %)."
        return "%", "No unit was given; the values are read as percentages."
    if kind is MetricKind.MONEY:
        return "USD", "No currency was given; the values are read as US dollars."
    if kind is MetricKind.DURATION:
        unit = _duration_unit(metric)
        return unit, f"No unit was given; the values are read as {unit}."
    if kind is MetricKind.SCORE:
        return "points", ""
    if kind is MetricKind.RATIO:
        return "ratio", ""
    if kind is MetricKind.COUNT:
        return "count", ""
    if whole:
        return "count", "No unit was given; the values are read as counts."
    return "points", "No unit was given; the values are read as plain points."


def _duration_unit(metric: str) -> str:
    plain = metric.casefold()
    for unit in DURATION_UNITS[::-1]:
        if unit in plain or unit.rstrip("s") + " " in plain + " ":
            return unit
    if "payback" in plain:
        return "months"
    if any(word in plain for word in _SHORT_TIMES):
        return "seconds"
    if any(word in plain for word in ("response", "resolution", "handle", "wait")):
        return "hours"
    return "days"
