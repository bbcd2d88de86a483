"""Seasonality: only with two full seasons, as the share of variance the season explains.

Weekdays in daily data, months and quarters in a year, weeks in a year. Strength follows Hyndman
and Athanasopoulos (2021): 1 - var(remainder) / var(season + remainder), with a common slope.
"""

from collections.abc import Iterator

import numpy as np

from bot.analysis.facts import Fact, FactKind
from bot.analysis.findings.series import FloatArray, Series
from bot.analysis.periods import PERIODS_PER_SEASON, count_periods, season_place_name
from bot.analysis.question import Period
from bot.analysis.units import change_text

SEASONS_NEEDED = 2
CLEAR_STRENGTH = 0.64  # the level from which seasonal differencing is advised (same source)
P_VALUE_NEEDED = 0.01  # of the F test of season means; short seasons reach any strength by luck


def without_season(series: Series) -> FloatArray:
    """Return the used values less a clear season's means, or as they are where none is clear.

    Trend and break detection work on these, so that a weekend is no break.
    """
    means = clear_season(series)
    if means is None:
        return series.y
    course: FloatArray = series.y - means[series.x.astype(int) % len(means)]
    return course


def clear_season(series: Series) -> FloatArray | None:
    """Return the seasonal means around zero, shape (season length,), where they are clear."""
    profile = season_profile(series)
    if profile is None:
        return None
    strength, p_value, means = profile
    return means if strength >= CLEAR_STRENGTH and p_value <= P_VALUE_NEEDED else None


def season_facts(series: Series) -> Iterator[Fact]:
    """Yield seasonality.swing with its high and low place, when two seasons are complete."""
    means = clear_season(series)
    if means is None:
        return
    length = len(means)
    high, low = int(np.argmax(means)), int(np.argmin(means))
    season = count_periods(series.question, length)
    names = [season_place_name(series.question, place, length) for place in (high, low)]
    on = "on" if series.question.period is Period.DAY else "in"
    swing = float(means[high] - means[low])
    yield Fact(
        id="seasonality.swing",
        kind=FactKind.SEASONALITY,
        value=swing,
        unit=series.change_unit,
        text=f"Season of {season}: high {on} {names[0]}, low {on} {names[1]}, "
        f"{change_text(swing, series.change_unit)} apart",
        window=series.window,
        method="means by place in the season beside a common slope, F test",
        arithmetic="highest seasonal mean minus lowest",
        minimum_length=SEASONS_NEEDED * length,
        why="a repeating pattern is no change",
        rank=15,
    )


def season_profile(series: Series) -> tuple[float, float, FloatArray] | None:
    """Return (strength, p-value, mean by place in the season); None without two full seasons."""
    length = PERIODS_PER_SEASON[series.question.period]
    n = len(series.used)
    if length < 2 or series.is_constant or n < SEASONS_NEEDED * length or n <= length + 1:
        return None
    from scipy.stats import f as f_distribution

    centred = series.x - series.x.mean()
    slope, level = np.polyfit(centred, series.y, 1)
    rest = series.y - slope * centred - level
    places = series.x.astype(int) % length
    counts = np.bincount(places, minlength=length)
    if counts.min() < SEASONS_NEEDED:
        return None
    # Slope and season are fitted together. A slope fitted first takes part of the season with it
    # (two years that each end high, weeks that each end low) and leaves a step once a season.
    means_x = np.bincount(places, weights=series.x, minlength=length) / counts
    means_y = np.bincount(places, weights=series.y, minlength=length) / counts
    within_x, within_y = series.x - means_x[places], series.y - means_y[places]
    common = float(within_x @ within_y) / float(within_x @ within_x)
    means = means_y - common * means_x
    means -= means.mean()
    remainder = within_y - common * within_x
    total, left = float(rest @ rest), float(remainder @ remainder)
    if total <= 0:
        return None
    freedom = n - length - 1
    ratio = ((total - left) / (length - 1)) / max(left / freedom, 1e-12 * total)
    strength = max(0.0, 1 - (left / freedom) / (total / (n - 2)))
    return strength, float(f_distribution.sf(ratio, length - 1, freedom)), means
