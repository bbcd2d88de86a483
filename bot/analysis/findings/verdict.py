"""The verdict: improving, worsening, flat, or not enough evidence to say.

Looks at the detected steps first, then at the trend; good direction decides the word. Silence is
a verdict too: a short noisy series gets "insufficient evidence", never a trend.
"""

import math
from itertools import pairwise

import numpy as np

from bot.analysis.facts import Verdict
from bot.analysis.findings.detection import Detection, Shape
from bot.analysis.findings.evidence import FEWEST_VALUES
from bot.analysis.findings.series import FloatArray, Series
from bot.analysis.findings.trend import Trend, measure_trend

# A fitted move of under one percent of the level is told as flat even when a test can see it:
# nobody acts on it, and rounding alone can make it.
SMALLEST_MOVE = 0.01
# "Flat" needs proof too: the trend's interval over the whole window must stay within a tenth of
# the level. Wider, and a move worth acting on could hide in the noise.
FLAT_REACH = 0.10
# After a dip the last level must differ from the first by this many standard errors to count as a
# move. Places are chosen to fit, so two would be too few (false verdicts 12 % in simulation).
RETURN_ERRORS = 3.0


def judge(series: Series, course: FloatArray, detection: Detection, trend: Trend | None) -> Verdict:
    """Say what the series as a whole shows, with its good direction taken into account.

    `course` holds the used values without their season, shape (len(series.used),).
    """
    if len(series.used) < FEWEST_VALUES or trend is None:
        return Verdict.INSUFFICIENT_EVIDENCE
    if series.is_constant:
        return Verdict.FLAT
    move = _standing_move(series, course, detection, trend)
    level = float(np.mean(np.abs(series.y)))
    if move and abs(move) < SMALLEST_MOVE * level:
        return Verdict.FLAT
    if move:
        good_is_up = series.question.higher_is_better is not False
        return Verdict.IMPROVING if (move > 0) == good_is_up else Verdict.WORSENING
    calm = _trend_without_lone(series, course, detection) or trend
    flat = _is_back(course, detection, level) or _is_proved_flat(series, calm, level)
    return Verdict.FLAT if flat else Verdict.INSUFFICIENT_EVIDENCE


def _standing_move(series: Series, course: FloatArray, detection: Detection, trend: Trend) -> float:
    """The move that still stands at the end, in change units; 0 when none is proved."""
    if detection.steps:
        return _after_steps(course, detection)
    if trend.is_clear:
        return trend.slope * (series.last - series.first)
    return 0.0


def _after_steps(y: FloatArray, detection: Detection) -> float:
    """The last segment against the first, or against the one before where that came back."""
    places = [step.place for step in detection.steps]
    edges = [0, *places, len(y)]
    means = [float(np.mean(y[start:end])) for start, end in pairwise(edges)]
    error = detection.noise * math.sqrt(
        1 / (edges[1] - edges[0]) + 1 / (edges[-1] - edges[-2])
    )  # of the difference between last and first mean
    last_step = detection.steps[-1].size
    slide = detection.slope * (len(y) - 1)
    if detection.shape is Shape.STEPS_ON_SLIDE:
        overall = slide + sum(step.size for step in detection.steps)
        late = places[-1] >= len(y) // 2
        if overall * last_step < 0 and late:
            return last_step  # the newest thing that happened, against the slope
        return overall if abs(overall) >= RETURN_ERRORS * error else 0.0
    overall = means[-1] - means[0]
    if len(means) > 2 and abs(overall) < RETURN_ERRORS * error:
        return 0.0  # a dip that came back: the series stands where it stood
    return overall if overall * last_step > 0 else last_step


def _is_back(y: FloatArray, detection: Detection, level: float) -> bool:
    """True when a dip or a bump is over and the level is proved to be near the first again."""
    if len(detection.steps) < 2 or detection.shape is not Shape.STEPS:
        return False
    places = [step.place for step in detection.steps]
    head, tail = y[: places[0]], y[places[-1] :]
    error = detection.noise * math.sqrt(1 / len(head) + 1 / len(tail))
    gap = abs(float(np.mean(tail) - np.mean(head)))
    return gap + 2 * error <= FLAT_REACH * level


def _trend_without_lone(series: Series, course: FloatArray, detection: Detection) -> Trend | None:
    """The trend of the values that do not stand alone; None where none does or few are left.

    One spike that went back again widens the interval of the slope, and is told as an outlier.
    The newest value is kept: nobody knows yet whether it stands alone.
    """
    odd = [place for place in detection.lone if place < len(course) - 1]
    if not odd:
        return None
    kept = np.setdiff1d(np.arange(len(course)), odd)
    return measure_trend(series.x[kept], course[kept])


def _is_proved_flat(series: Series, trend: Trend, level: float) -> bool:
    reach = max(abs(trend.low), abs(trend.high)) * (series.last - series.first)
    return level > 0 and reach <= FLAT_REACH * level
