"""Changes between two periods: total, last step, every step, four periods, a year, since peak.

A percent change is made only from a positive base to a value of the same sign; otherwise the
difference stands alone and `percent_refusal` says why. Streaks live next door.
"""

from collections.abc import Iterator
from itertools import pairwise

from bot.analysis.facts import Direction, Fact, FactKind
from bot.analysis.findings.series import Series
from bot.analysis.periods import PERIODS_PER_YEAR, at_period, count_periods
from bot.analysis.question import MetricKind, Period
from bot.analysis.units import RATIO, change_text, relative_text, value_text

_VERB = {Direction.UP: "Rose", Direction.DOWN: "Fell", Direction.FLAT: "Unchanged"}


def direction_of(difference: float) -> Direction:
    """Say which way a difference points."""
    if difference == 0:
        return Direction.FLAT
    return Direction.UP if difference > 0 else Direction.DOWN


def percent_refusal(series: Series) -> str:
    """Say why this series has no percent changes; empty when it has."""
    if series.all_positive:
        return ""
    sign = "negative values" if float(series.y.min()) < 0 else "zeros"
    return f"No percent change where the base is not positive: the series has {sign}"


def change_facts(series: Series) -> Iterator[Fact]:
    """Yield total, last, four-period, year-on-year changes, every step, and since the extremes."""
    if len(series.used) < 2:
        return
    yield from pair_facts(series, "change.total", series.first, series.last, rank=1)
    yield from _ratio(series)
    yield from _lag_facts(series)
    steps = [(a, b) for a, b in pairwise(series.used) if b - a == 1]
    for before, after in steps:
        yield from pair_facts(series, f"step.{after}", before, after, rank=80)
    yield from _since_extremes(series)


def pair_facts(series: Series, name: str, first: int, last: int, rank: int) -> Iterator[Fact]:
    """Yield the difference of two periods and, where it makes sense, the percent change."""
    start, end = series.value(first), series.value(last)
    difference = end - start
    relative = relative_change(start, end)
    start_text, end_text = (value_text(value, series.unit) for value in (start, end))
    yield Fact(
        id=name,
        kind=FactKind.CHANGE,
        value=difference,
        unit=series.change_unit,
        text=_pair_text(series, name, first, last, relative),
        window=(first, last),
        method="last minus first",
        direction=direction_of(difference),
        arithmetic=f"{end_text} - {start_text}",
        minimum_length=2,
        why="how far the value moved",
        rank=rank,
    )
    if relative is None:
        return
    yield Fact(
        id=f"{name}.relative",
        kind=FactKind.RELATIVE_CHANGE,
        value=relative,
        unit="%",
        text=f"Relative change, {series.span(first, last)}: {relative_text(relative)}",
        window=(first, last),
        method="last / first - 1",
        direction=direction_of(difference),
        arithmetic=f"{end_text} / {start_text} - 1",
        minimum_length=2,
        why="the move set against where it started",
        rank=max(rank, 61) if series.question.kind is MetricKind.SCORE else max(rank + 1, 51),
    )


def relative_change(start: float, end: float) -> float | None:
    """Return the percent change, or None where its base is not positive or the sign turns."""
    if start <= 0 or end < 0:
        return None
    return (end / start - 1) * 100


def _pair_text(series: Series, name: str, first: int, last: int, relative: float | None) -> str:
    start, end = series.value(first), series.value(last)
    difference = end - start
    moved = change_text(difference, series.change_unit)
    sizes = f"{relative_text(relative)}, {moved}" if relative is not None else moved
    levels = f"from {value_text(start, series.unit)} to {value_text(end, series.unit)}"
    verb = _VERB[direction_of(difference)]
    if name == "change.total":
        over = count_periods(series.question, last - first + 1)
        if difference == 0:
            return f"Unchanged: {value_text(end, series.unit)} at both ends of {over}"
        return f"{verb} {levels} over {over}: {sizes}"
    lead = {
        "change.last": f"Last {series.question.period.value}",
        "change.four": f"Last 4 {series.question.period.value}s",
        "change.year": "Against a year earlier",
        "change.peak": f"Since the peak {at_period(series.question, first)}",
        "change.trough": f"Since the low {at_period(series.question, first)}",
    }.get(name, series.span(first, last))
    if difference == 0:
        return f"{lead}: unchanged at {value_text(end, series.unit)}"
    return f"{lead}: {verb.lower()} {levels} ({sizes})"


def _ratio(series: Series) -> Iterator[Fact]:
    start, end = series.value(series.first), series.value(series.last)
    if start <= 0 or end < 0:
        return
    yield Fact(
        id="ratio.total",
        kind=FactKind.RATIO,
        value=end / start,
        unit=RATIO,
        text=f"Last value is {value_text(end / start, RATIO)} the first",
        window=series.window,
        method="last / first",
        direction=direction_of(end - start),
        arithmetic=f"{value_text(end, series.unit)} / {value_text(start, series.unit)}",
        minimum_length=2,
        why="the last value as a multiple of the first",
        rank=65,
    )


def _lag_facts(series: Series) -> Iterator[Fact]:
    """Changes against one, four and a year's worth of periods earlier, where both ends exist."""
    year = PERIODS_PER_YEAR[series.question.period]
    lags = [("change.last", 1, 12), ("change.four", 4, 24)]
    if year > 4:
        lags.append(("change.year", year, 8))
    if series.question.period is Period.DAY:
        lags.append(("change.week", 7, 23))
    for name, lag, rank in lags:
        start = series.last - lag
        if start in series.used and (start > series.first or name != "change.last"):
            yield from pair_facts(series, name, start, series.last, rank)


def _since_extremes(series: Series) -> Iterator[Fact]:
    for name, place in (
        ("change.peak", series.used[int(series.y.argmax())]),
        ("change.trough", series.used[int(series.y.argmin())]),
    ):
        if place not in series.window:
            yield from pair_facts(series, name, place, series.last, rank=30)
