"""Break facts: where the level shifted, by how much, and which recorded change is near.

The detection itself is next door and knows only arrays; here places become periods, and breaks
are set against recorded changes.
"""

from collections.abc import Iterator

import numpy as np

from bot.analysis.facts import Direction, Fact, FactKind
from bot.analysis.findings.changes import direction_of, relative_change
from bot.analysis.findings.detection import Detection, Shape, Step
from bot.analysis.findings.recorded import LONGEST_LAG, PlacedChange, distance_fact
from bot.analysis.findings.series import Series
from bot.analysis.findings.streaks import current_streak
from bot.analysis.periods import at_period, count_periods, period_unit
from bot.analysis.units import change_text, relative_text, value_text

MOST_TOLD = 3  # breaks told in the prompt; the rest are only checked
SHORTEST_SLIDE = 3  # falls or rises in a row whose beginning is set against recorded changes


def break_facts(series: Series, detection: Detection, placed: list[PlacedChange]) -> Iterator[Fact]:
    """Yield each break with its sides and distances, latest first: break.0, break.1, ...

    A slide has no break of its own; where a change was recorded, the best single step is told
    as such, because that is what the reader wants to compare.
    """
    steps = list(reversed(detection.steps))
    if detection.shape is Shape.SLIDE and placed and detection.candidate is not None:
        steps = [detection.candidate]
    bounds = _bounds(series, steps)
    for number, step in enumerate(steps):
        yield from _one_break(series, detection, step, number, bounds[number])
        yield from _distances(series, step, number, placed)
    yield from _slide_distances(series, placed)


def _bounds(series: Series, steps: list[Step]) -> list[tuple[int, int]]:
    """Array bounds of the segments left and right of each step, latest step first."""
    places = sorted(step.place for step in steps)
    edges = [0, *places, len(series.used)]
    around = {place: (edges[i], edges[i + 2]) for i, place in enumerate(places)}
    return [around[step.place] for step in steps]


def _one_break(
    series: Series, detection: Detection, step: Step, number: int, bounds: tuple[int, int]
) -> Iterator[Fact]:
    start, end = bounds
    index = series.used[step.place]
    before = float(np.mean(series.y[start : step.place]))
    after = float(np.mean(series.y[step.place : end]))
    name = f"break.{number}"
    rank = 3 + number if number < MOST_TOLD else 70
    text = _break_text(series, detection, step, bounds, (before, after))
    reach = 1.96 * step.error
    on_slide = detection.shape is Shape.STEPS_ON_SLIDE
    size = step.size if on_slide else after - before
    yield Fact(
        id=name,
        kind=FactKind.BREAK,
        value=size,
        unit=series.change_unit,
        text=text,
        window=(index, index),
        method="PELT (ruptures), confirmed against noise"
        + (", beside a common slope" if on_slide else "")
        + (f", block means of {detection.block}" if detection.block > 1 else ""),
        direction=direction_of(size),
        interval=(size - reach, size + reach),
        arithmetic=f"{value_text(after, series.unit)} - {value_text(before, series.unit)}"
        if not on_slide
        else "step fitted together with a common slope",
        minimum_length=6,
        why="the period from which the level is another one",
        rank=rank,
    )
    sides = (
        ("before", before, (series.used[start], series.used[step.place - 1])),
        ("after", after, (index, series.used[end - 1])),
    )
    for side, mean, window in sides:
        yield Fact(
            id=f"{name}.{side}",
            kind=FactKind.MEAN,
            value=mean,
            unit=series.unit,
            text=f"Mean {side} the break, {series.span(*window)}: {value_text(mean, series.unit)}",
            window=window,
            method="mean",
            arithmetic=f"mean of {series.span(*window)}",
            minimum_length=6,
            why="the level on one side of the break",
            rank=67,
        )
    relative = relative_change(before, after)
    if relative is not None:
        yield Fact(
            id=f"{name}.relative",
            kind=FactKind.RELATIVE_CHANGE,
            value=relative,
            unit="%",
            text=f"Mean after against before the break: {relative_text(relative)}",
            window=(index, index),
            method="mean after / mean before - 1",
            direction=direction_of(after - before),
            arithmetic=f"{value_text(after, series.unit)} / {value_text(before, series.unit)} - 1",
            minimum_length=6,
            why="the shift set against the level before",
            rank=68,
        )


def _break_text(
    series: Series,
    detection: Detection,
    step: Step,
    bounds: tuple[int, int],
    means: tuple[float, float],
) -> str:
    """One line; a mean of only a part of the series before or after names that part."""
    start, end = bounds
    at = at_period(series.question, series.used[step.place])
    before, after = (value_text(mean, series.unit) for mean in means)
    if detection.shape is Shape.STEPS_ON_SLIDE:
        jump = change_text(step.size, series.change_unit)
        return f"Level break {at}: {jump} on top of a steady slope"
    left = "before"
    if start > 0:
        left = f"from {series.span(series.used[start], series.used[step.place - 1])}"
    right = "from then on"
    if end < len(series.used):
        right = f"from {series.span(series.used[step.place], series.used[end - 1])}"
    levels = f"mean {before} {left}, {after} {right}"
    if detection.shape is Shape.SLIDE:
        return f"Best single split {at}: {levels}; a steady slide fits better"
    return f"Level break {at}: {levels}"


def _distances(
    series: Series, step: Step, number: int, placed: list[PlacedChange]
) -> Iterator[Fact]:
    index = series.used[step.place]
    name = f"break.{number}"
    near = nearest_change(series, step, placed)
    for change in placed:
        rank = 4 + number if change is near and number < MOST_TOLD else 52
        yield distance_fact(series, change, index, name, _subject(series, index), rank)
    if near is not None or len(placed) < len(series.question.changes):
        return  # a change that cannot be placed may well be the near one
    reach = count_periods(series.question, LONGEST_LAG)
    yield Fact(
        id=f"{name}.no_change_near",
        kind=FactKind.EVIDENCE,
        value=float(LONGEST_LAG),
        unit=period_unit(series.question),
        text=f"No recorded change within {reach} before the break "
        f"{at_period(series.question, index)}",
        window=(max(index - LONGEST_LAG, 0), index),
        method="recorded changes in the periods up to the break",
        arithmetic=f"recorded changes compared: {len(placed)}",
        minimum_length=6,
        why="without a recorded change nearby the cause is open",
        rank=7 if number == 0 else 53,
    )


def nearest_change(series: Series, step: Step, placed: list[PlacedChange]) -> PlacedChange | None:
    """Return the latest change that came before the break, at most LONGEST_LAG periods.

    A break's place is uncertain, so a change up to the latest place the data allows counts.
    """
    low, high = series.used[step.low], series.used[min(step.high, len(series.used) - 1)]
    index = series.used[step.place]
    fitting = [c for c in placed if low - LONGEST_LAG <= c.index <= high]
    return min(fitting, key=lambda c: (abs(index - c.index), -c.index), default=None)


def _slide_distances(series: Series, placed: list[PlacedChange]) -> Iterator[Fact]:
    """Where a run of three or more moves is under way, set its beginning against changes."""
    streak = current_streak(series)
    if streak is None or streak.steps < SHORTEST_SLIDE:
        return
    noun = "falls" if streak.direction is Direction.DOWN else "rises"
    begins = streak.first + 1
    subject = f"The run of {noun}, from {series.name(begins)},"
    for change in placed:
        near = -1 <= begins - change.index <= LONGEST_LAG
        yield distance_fact(series, change, begins, "streak", subject, 9 if near else 54)


def _subject(series: Series, index: int) -> str:
    return f"The break {at_period(series.question, index)}"
