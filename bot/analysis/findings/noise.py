"""Noise: XmR limits and values that stand out by robust z.

XmR limits (Wheeler) come from moving ranges; robust z from the median absolute deviation of the
remainder after the chosen description (level, slide or steps) is taken out.
"""

from collections.abc import Iterator

import numpy as np

from bot.analysis.facts import Fact, FactKind
from bot.analysis.findings.changes import direction_of
from bot.analysis.findings.detection import Detection
from bot.analysis.findings.series import FloatArray, Series
from bot.analysis.units import change_text, value_text

SHORTEST_LIMITS = 5  # four moving ranges; fewer give limits that move with every value
SHORTEST_OUTLIERS = 6  # a median absolute deviation of fewer values is mostly luck
XMR_FACTOR = 2.66  # 3 / 1.128, from mean moving range to three-sigma limits (Wheeler)
OUTLIER_SCORE = 3.5  # Iglewicz and Hoaglin (1993)
MOST_OUTLIERS = 5


def xmr_facts(series: Series) -> Iterator[Fact]:
    """Yield the natural process limits and how many values lie outside them."""
    if len(series.used) < SHORTEST_LIMITS or series.is_constant:
        return
    centre = float(np.mean(series.y))
    reach = XMR_FACTOR * float(np.mean(np.abs(np.diff(series.y))))
    low, high = centre - reach, centre + reach
    outside = int(np.sum((series.y < low) | (series.y > high)))
    yield Fact(
        id="xmr.limits",
        kind=FactKind.RANGE,
        value=high - low,
        unit=series.change_unit,
        text=f"XmR limits {value_text(low, series.unit)} to {value_text(high, series.unit)}, "
        f"{outside} of {len(series.used)} values outside",
        window=series.window,
        method="mean plus and minus 2.66 mean moving ranges",
        interval=(low, high),
        arithmetic=f"{value_text(centre, series.unit)} ± 2.66 x mean step size",
        minimum_length=SHORTEST_LIMITS,
        why="values within these limits are ordinary week-to-week noise",
        rank=57,
    )


def outlier_facts(series: Series, course: FloatArray, detection: Detection) -> Iterator[Fact]:
    """Yield values that stand far from the series' own course, strongest first.

    `course` holds the used values without their season, shape (len(series.used),).
    """
    if len(series.used) < SHORTEST_OUTLIERS or series.is_constant:
        return
    found = outlying_places(course, detection)
    for place, score, expected in found[:MOST_OUTLIERS]:
        index, value = series.used[place], float(series.y[place])
        expected += value - float(course[place])  # put the season back
        side = "above" if value > expected else "below"
        gap = change_text(value - expected, series.change_unit)
        back = " then back" if place < len(series.used) - 1 else ", not yet confirmed"
        yield Fact(
            id=f"outlier.{index}",
            kind=FactKind.OUTLIER,
            value=value,
            unit=series.unit,
            text=f"{series.name(index)}: {value_text(value, series.unit)} stands out "
            f"{side} its course ({gap}){back}",
            window=(index, index),
            method=f"robust z {score:.1f} (median absolute deviation)",
            direction=direction_of(value - expected),
            arithmetic=f"{value_text(value, series.unit)} - {value_text(expected, series.unit)}",
            minimum_length=SHORTEST_OUTLIERS,
            why="one odd period is neither a trend nor a break",
            rank=10 if place >= len(series.used) - 2 else 18,
        )


def outlying_places(y: FloatArray, detection: Detection) -> list[tuple[int, float, float]]:
    """List (place, |robust z|, expected value) of lone values, strongest first."""
    expected = _local_course(y)
    residual = y - expected
    spread = 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
    spread = max(spread, 0.5 * detection.noise)
    if spread == 0:
        return []
    scores = np.abs(residual) / spread
    found = [
        (place, float(scores[place]), float(expected[place]))
        for place in detection.lone
        if scores[place] > OUTLIER_SCORE
    ]
    return sorted(found, key=lambda item: -item[1])


def _local_course(y: FloatArray) -> FloatArray:
    """Median of the up to four neighbours of each value."""
    course = np.empty_like(y)
    for place in range(len(y)):
        low, high = max(place - 2, 0), min(place + 3, len(y))
        course[place] = np.median(np.concatenate([y[low:place], y[place + 1 : high]]))
    return course
