"""Levels: every period's value, the extremes with their place, mean and median.

Level facts exist so that any period can be named and checked; only the first, last and extreme
ones are worth telling.
"""

from collections.abc import Iterator

import numpy as np

from bot.analysis.facts import Fact, FactKind
from bot.analysis.findings.series import Series
from bot.analysis.periods import at_period
from bot.analysis.units import value_text


def level_facts(series: Series) -> Iterator[Fact]:
    """Yield one fact per period that holds a value, ids level.0, level.1, ..."""
    for index, value in enumerate(series.values):
        if value is None:
            continue
        incomplete = not series.used or index > series.last
        note = " (incomplete, not compared)" if incomplete else ""
        yield Fact(
            id=f"level.{index}",
            kind=FactKind.LEVEL,
            value=value,
            unit=series.unit,
            text=f"{series.name(index)}: {value_text(value, series.unit)}{note}",
            window=(index, index),
            method="as given",
            arithmetic=f"value {index + 1} of the series",
            rank=45 if series.used and index in series.window else 90,
        )


def summary_facts(series: Series) -> Iterator[Fact]:
    """Yield minimum, maximum, range, mean and median of the used values (two or more)."""
    if len(series.used) < 2:
        return
    yield from _extremes(series)
    yield _range(series)
    for kind, value in (
        (FactKind.MEAN, float(np.mean(series.y))),
        (FactKind.MEDIAN, float(np.median(series.y))),
    ):
        yield Fact(
            id=kind.value,
            kind=kind,
            value=value,
            unit=series.unit,
            text=f"{kind.value.capitalize()} of {len(series.used)} values: "
            f"{value_text(value, series.unit)}",
            window=series.window,
            method=kind.value,
            arithmetic=f"{kind.value} of {_values_text(series)}",
            minimum_length=2,
            why="the middle of the whole series, as a yardstick for single values",
            rank=60,
        )


def _extremes(series: Series) -> Iterator[Fact]:
    places = (
        (FactKind.MINIMUM, int(np.argmin(series.y)), "Lowest"),
        (FactKind.MAXIMUM, int(np.argmax(series.y)), "Highest"),
    )
    if series.is_constant:
        return
    for kind, place, word in places:
        index = series.used[place]
        value = series.value(index)
        ties = int(np.sum(series.y == value))
        first = " first" if ties > 1 else ""
        place_text = at_period(series.question, index)
        yield Fact(
            id=kind.value,
            kind=kind,
            value=value,
            unit=series.unit,
            text=f"{word}: {value_text(value, series.unit)},{first} {place_text}",
            window=(index, index),
            method=f"{kind.value} of {len(series.used)} values",
            arithmetic=f"{kind.value} of {_values_text(series)}",
            minimum_length=2,
            why="where the series peaked or bottomed",
            rank=46 if index in series.window else 22,
        )


def _range(series: Series) -> Fact:
    low, high = float(np.min(series.y)), float(np.max(series.y))
    return Fact(
        id="range",
        kind=FactKind.RANGE,
        value=high - low,
        unit=series.change_unit,
        text=f"Range: {value_text(low, series.unit)} to {value_text(high, series.unit)}",
        window=series.window,
        method="highest minus lowest",
        interval=(low, high),
        arithmetic=f"{value_text(high, series.unit)} - {value_text(low, series.unit)}",
        minimum_length=2,
        why="how far the values spread",
        rank=62,
    )


def _values_text(series: Series) -> str:
    shown = [value_text(value, series.unit) for value in series.y[:6]]
    return ", ".join(shown) + (", ..." if len(series.y) > 6 else "")
