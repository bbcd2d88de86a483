"""Recorded changes set against the series: before and after, and their distance to breaks.

A change that fits a break is a suspect, never a proof; texts here only state order and distance.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.analysis.facts import Fact, FactKind
from bot.analysis.findings.changes import direction_of, relative_change
from bot.analysis.findings.series import Series
from bot.analysis.periods import count_periods, index_of_day, period_unit
from bot.analysis.prompt import clean_text
from bot.analysis.question import RecordedChange
from bot.analysis.units import change_text, relative_text, value_text

NAME_CHARACTERS = 48  # keeps a fact on one short line
MOST_CHANGES = 8  # more than this in one request are kept in the question but not compared
# A break up to this many periods after a change can be its doing; before it, not. Growth changes
# roll out over days and cohorts mature over weeks, so four periods; later is told as "long after".
LONGEST_LAG = 4
_ARTICLES = ("the ", "a ", "an ", "our ", "new ")


@dataclass(frozen=True)
class PlacedChange:
    """A recorded change with a short clean name and the first value it can have touched."""

    number: int
    name: str
    index: int
    change: RecordedChange


def place_changes(series: Series) -> list[PlacedChange]:
    """List the changes that can be placed within the series, oldest first."""
    placed = []
    for number, change in enumerate(series.question.changes[:MOST_CHANGES]):
        index = _index_of(series, change)
        if index is not None and 0 <= index < len(series.values):
            placed.append(PlacedChange(number, short_name(change.what), index, change))
    return sorted(placed, key=lambda change: (change.index, change.number))


def short_name(what: str) -> str:
    """Return a user's words as a short noun phrase that cannot end a sentence or a mention."""
    kept = "".join(" " if char in '<>*_`~|@!?;:"' else char for char in what)
    name = clean_text(kept, NAME_CHARACTERS).strip(" .,-…")
    name = name.replace(". ", ", ")
    # One or two plain words read as a thing ("the redesign"); longer ones are told as written.
    if name and len(name.split()) <= 2 and name.islower() and not name.startswith(_ARTICLES):
        return f"the {name}"
    return name or "a recorded change"


def change_comparison_facts(series: Series, placed: list[PlacedChange]) -> Iterator[Fact]:
    """Yield the mean before and after each placed change and their difference."""
    for change in placed:
        before = [series.value(i) for i in series.used if i < change.index]
        after = [series.value(i) for i in series.used if i >= change.index]
        if before and after:
            yield from _comparison(series, change, before, after)


def _comparison(
    series: Series, change: PlacedChange, before: list[float], after: list[float]
) -> Iterator[Fact]:
    low, high = float(np.mean(before)), float(np.mean(after))
    sides = (
        (f"before.{change.number}", "before", low, before, (series.first, change.index - 1)),
        (f"after.{change.number}", "from", high, after, (change.index, series.last)),
    )
    for name, word, mean, values, window in sides:
        yield Fact(
            id=name,
            kind=FactKind.MEAN,
            value=mean,
            unit=series.unit,
            text=f"Mean {word} {change.name} on: {value_text(mean, series.unit)}"
            if word == "from"
            else f"Mean before {change.name}: {value_text(mean, series.unit)}",
            window=window,
            method="mean",
            arithmetic=f"mean of {len(values)} values",
            minimum_length=2,
            why="the level on one side of a recorded change",
            rank=58,
        )
    relative = relative_change(low, high)
    sizes = change_text(high - low, series.change_unit)
    sizes += f", {relative_text(relative)}" if relative is not None else ""
    interval = _difference_interval(before, after)
    levels = f"{value_text(low, series.unit)} to {value_text(high, series.unit)}"
    yield Fact(
        id=f"shift.{change.number}",
        kind=FactKind.CHANGE,
        value=high - low,
        unit=series.change_unit,
        text=f"Mean before and after {change.name}: {levels} ({sizes})",
        window=series.window,
        method="mean after minus mean before, Welch interval",
        direction=direction_of(high - low),
        interval=interval,
        arithmetic=f"{value_text(high, series.unit)} - {value_text(low, series.unit)}",
        minimum_length=2,
        why="what changed around a recorded change; timing is no proof of cause",
        rank=14,
    )
    if relative is not None:
        yield Fact(
            id=f"shift.{change.number}.relative",
            kind=FactKind.RELATIVE_CHANGE,
            value=relative,
            unit="%",
            text=f"Mean after against before {change.name}: {relative_text(relative)}",
            window=series.window,
            method="mean after / mean before - 1",
            direction=direction_of(high - low),
            arithmetic=f"{value_text(high, series.unit)} / {value_text(low, series.unit)} - 1",
            minimum_length=2,
            why="the difference set against the level before",
            rank=63,
        )


def lag_words(series: Series, lag: int, name: str) -> str:
    """Say a lag in words: "2 weeks after the redesign", "in the same week as the redesign"."""
    if lag == 0:
        return f"in the same {series.question.period.value} as {name}"
    side = "after" if lag > 0 else "before"
    return f"{count_periods(series.question, abs(lag))} {side} {name}"


def distance_fact(
    series: Series, change: PlacedChange, index: int, name: str, subject: str, rank: int
) -> Fact:
    """Make the fact that states how far the period `index` lies from a recorded change."""
    lag = index - change.index
    return Fact(
        id=f"{name}.distance.{change.number}",
        kind=FactKind.BREAK_DISTANCE,
        value=float(lag),
        unit=period_unit(series.question),
        text=f"{subject} comes {lag_words(series, lag, change.name)} ({series.name(change.index)})",
        window=(min(index, change.index), max(index, change.index)),
        method="first period of the break minus first period the change can have touched",
        direction=direction_of(lag),
        arithmetic=f"period {index + 1} - period {change.index + 1}",
        minimum_length=2,
        why="a cause comes before its effect, and rarely long before",
        rank=rank,
    )


def _index_of(series: Series, change: RecordedChange) -> int | None:
    question = series.question
    if change.index is not None:
        return change.index
    if change.day is not None:
        return index_of_day(question, change.day)
    if change.periods_ago is None:
        return None
    # "5 weeks ago" said at the end of the last complete week leaves five weeks it has touched.
    complete = len(question.values) - (1 if question.incomplete_last else 0)
    ago = min(max(change.periods_ago, 0.0), 1e6)
    return min(complete - math.ceil(ago), len(question.values) - 1)


def _difference_interval(before: list[float], after: list[float]) -> tuple[float, float] | None:
    if len(before) < 2 or len(after) < 2:
        return None
    from scipy.stats import t

    parts = [float(np.var(side, ddof=1)) / len(side) for side in (before, after)]
    error = math.sqrt(sum(parts))
    difference = float(np.mean(after) - np.mean(before))
    if error == 0:
        return difference, difference
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True)
    )
    reach = float(t.ppf(0.975, freedom)) * error
    return difference - reach, difference + reach
