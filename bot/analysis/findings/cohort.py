"""Rates and their cohorts: Wilson intervals, people behind points, rate against volume.

Needs the cohort size (people per period) or the denominators the user gave; without them
nothing comes back.
"""

import math
from collections.abc import Iterator

from bot.analysis.facts import Fact, FactKind
from bot.analysis.findings.changes import direction_of, relative_change
from bot.analysis.findings.series import LARGEST_VALUE, Series
from bot.analysis.units import COUNT, PEOPLE, change_text, relative_text, value_text

Z_95 = 1.959964  # 97.5 % point of the normal distribution


def wilson_interval(share: float, size: float) -> tuple[float, float]:
    """Return the 95 % interval of a share (0..1) seen in `size` people (Wilson 1927)."""
    z2 = Z_95**2
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    spread = share * (1 - share) / size + z2 / (4 * size**2)
    reach = Z_95 * math.sqrt(spread) / (1 + z2 / size)
    return centre - reach, centre + reach


def size_at(series: Series, index: int) -> float | None:
    """Return the people behind the rate in one period, None where unknown."""
    question = series.question
    if question.denominators is not None and index < len(question.denominators):
        size = question.denominators[index]
    else:
        size = question.cohort_size
    if size is None or not math.isfinite(size) or not 1 <= size <= LARGEST_VALUE:
        return None
    return size


def share_at(series: Series, index: int) -> float | None:
    """Return the rate of one period as a share, None where it is no share of a cohort."""
    if not series.is_rate or series.unit != "%":
        return None
    value = series.value(index)
    return value / 100 if 0 <= value <= 100 else None


def cohort_facts(series: Series) -> Iterator[Fact]:
    """Yield people behind the first and last value and the change, with Wilson intervals."""
    if not series.used:
        return
    ends = {"first": series.first, "last": series.last}
    for name, index in ends.items():
        yield from _end_facts(series, name, index)
    if series.first != series.last:
        yield from _difference_facts(series)
        yield from _volume_facts(series)


def _end_facts(series: Series, name: str, index: int) -> Iterator[Fact]:
    share, size = share_at(series, index), size_at(series, index)
    if share is None or size is None:
        return
    low, high = (end * 100 for end in wilson_interval(share, size))
    level, people = value_text(share * 100, "%"), value_text(size, COUNT)
    when = series.name(index)
    yield Fact(
        id=f"cohort.{name}",
        kind=FactKind.COHORT,
        value=share * size,
        unit=PEOPLE,
        text=f"{when}: {level} of {people} is about {value_text(round(share * size), PEOPLE)}",
        window=(index, index),
        method="rate x cohort size",
        arithmetic=f"{level} x {people}",
        why="what the rate means in people",
        rank=50 if name == "last" else 59,
    )
    yield Fact(
        id=f"interval.{name}",
        kind=FactKind.INTERVAL,
        value=share * 100,
        unit="%",
        text=f"{when}: {level}, interval {value_text(low, '%')} to {value_text(high, '%')}",
        window=(index, index),
        method="Wilson interval",
        interval=(low, high),
        arithmetic=f"{level} of {people}",
        why="how far chance alone could move a rate of this cohort",
        rank=20 if name == "last" else 58,
    )


def _difference_facts(series: Series) -> Iterator[Fact]:
    sizes = [size_at(series, series.first), size_at(series, series.last)]
    shares = [share_at(series, series.first), share_at(series, series.last)]
    size = sizes[1]
    if size is None or sizes[0] is None or None in shares:
        return
    points = series.value(series.last) - series.value(series.first)
    people = points / 100 * size
    number = value_text(size, COUNT)
    period = series.question.period.value
    more = "more" if people > 0 else "fewer"
    if round(people) != 0:
        yield Fact(
            id="cohort.change",
            kind=FactKind.COHORT,
            value=people,
            unit=PEOPLE,
            text=f"{change_text(points, 'pp')} at {number} a {period} is about "
            f"{value_text(abs(round(people)), PEOPLE)} {more} a {period}",
            window=series.window,
            method="points x cohort size",
            direction=direction_of(people),
            arithmetic=f"{value_text(abs(points), 'pp')} x {number}",
            minimum_length=2,
            why="what the change means in people",
            rank=8,
        )
    interval = _newcombe(series)
    if interval is None:
        return
    low, high = interval
    clear = "more than sampling noise" if low > 0 or high < 0 else "within sampling noise"
    yield Fact(
        id="interval.change",
        kind=FactKind.INTERVAL,
        value=points,
        unit="pp",
        text=f"Change {change_text(points, 'pp')}, interval {change_text(low, 'pp')} to "
        f"{change_text(high, 'pp')}: {clear}",
        window=series.window,
        method="difference of two rates, Newcombe (1998) from Wilson intervals",
        direction=direction_of(points),
        interval=interval,
        arithmetic=f"last rate minus first rate, {number} people each"
        if sizes[0] == sizes[1]
        else "last rate minus first rate, each with its own cohort",
        minimum_length=2,
        why="whether chance alone could have made the change",
        rank=16,
    )


def _newcombe(series: Series) -> tuple[float, float] | None:
    """95 % interval in points of last minus first rate (Newcombe 1998, method 10)."""
    ends = []
    for index in (series.first, series.last):
        share, size = share_at(series, index), size_at(series, index)
        if share is None or size is None:
            return None
        ends.append((share, *wilson_interval(share, size)))
    (p1, low1, high1), (p2, low2, high2) = ends
    difference = p2 - p1
    down = math.sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2)
    up = math.sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
    return (difference - down) * 100, (difference + up) * 100


def _volume_facts(series: Series) -> Iterator[Fact]:
    """Split a change of people into what the rate did and what the volume did."""
    if series.question.denominators is None:
        return
    start, end = size_at(series, series.first), size_at(series, series.last)
    shares = share_at(series, series.first), share_at(series, series.last)
    if start is None or end is None or shares[0] is None or shares[1] is None:
        return
    window = series.window
    span = series.span(*window)
    relative = relative_change(start, end)
    volume = f"{value_text(start, COUNT)} to {value_text(end, COUNT)}"
    yield Fact(
        id="volume.change",
        kind=FactKind.CHANGE,
        value=end - start,
        unit=PEOPLE,
        text=f"Volume went from {volume} ({relative_text(relative or 0.0)})",
        window=window,
        method="last denominator minus first",
        direction=direction_of(end - start),
        arithmetic=f"{value_text(end, COUNT)} - {value_text(start, COUNT)}",
        minimum_length=2,
        why="a rate can move because its base moved",
        rank=11,
    )
    mean_size, mean_share = (start + end) / 2, (shares[0] + shares[1]) / 2
    effects = (
        ("rate", (shares[1] - shares[0]) * mean_size, "the rate"),
        ("volume", (end - start) * mean_share, "the volume"),
    )
    for name, people, cause in effects:
        yield Fact(
            id=f"volume.{name}_effect",
            kind=FactKind.COHORT,
            value=people,
            unit=PEOPLE,
            text=f"Of the change in people, {change_text(round(people), PEOPLE)} come from {cause}",
            window=window,
            method="midpoint split of a product into its two factors",
            direction=direction_of(people),
            arithmetic=f"change of {cause} x mean of the other, {span}",
            minimum_length=2,
            why="tells a change of behaviour from a change of traffic",
            rank=13,
        )
