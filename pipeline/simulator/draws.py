"""Random choices of a scenario: how strong, how noisy, when, and which changes were recorded.

Also decides whether a draw may keep its label: chance sometimes makes noise look like a trend, and
a label that a careful analyst would dispute teaches and measures the wrong thing.
"""

from datetime import date, timedelta

import numpy as np

from bot.analysis.question import MetricKind, Period, RecordedChange
from pipeline.simulator.catalogue import MetricFamily
from pipeline.simulator.families import CauseKind, Pattern
from pipeline.simulator.series import Floats, Shape
from pipeline.simulator.voice import Voice

LENGTHS = {Period.DAY: (14, 60), Period.WEEK: (9, 44), Period.MONTH: (9, 30)}
SHORT_LENGTHS = (5, 7)
SEASONS = {Period.DAY: 7, Period.MONTH: 12}
PHI_RANGE = (0.1, 0.6)  # weekly business metrics; beyond it the noise is a trend of its own
# Effect over the standard deviation of one observation: large enough that the label is not a
# matter of taste, small enough that the noise shows.
SIGNAL_TO_NOISE = (4.0, 8.0)
# Half-widths of an ordinary period's noise where nothing happens, on the latent scale.
QUIET_NOISE = {MetricKind.RATE: (0.04, 0.09), MetricKind.SCORE: (1.5, 4.0)}
LOUD_NOISE = {MetricKind.RATE: (0.14, 0.26), MetricKind.SCORE: (5.0, 9.0)}
EFFECTS = {MetricKind.RATE: (0.28, 0.60), MetricKind.SCORE: (9.0, 20.0)}
PLAIN_EFFECT, PLAIN_QUIET, PLAIN_LOUD = (0.18, 0.45), (0.03, 0.08), (0.12, 0.22)

CLEAR_Z = 3.0  # a directed label needs its contrast this clear in the numbers drawn
CALM_Z = 1.3  # and a label without direction needs it this faint
CALM_EXTREME = 2.8  # largest single deviation, in standard deviations, that still reads as noise

NOTHING_MOVES = (Pattern.NOISE, Pattern.SHORT_NOISY, Pattern.INCOMPLETE_LAST)
UPWARD = (Pattern.RISE, Pattern.PLATEAU, Pattern.STEP_UP, Pattern.SEASONAL)
DOWNWARD = (Pattern.DECLINE, Pattern.STEP_DOWN)


def draw_period(rng: np.random.Generator, metric: MetricFamily, pattern: Pattern) -> Period:
    """Choose how often the metric is taken; two whole seasons need days or months."""
    if pattern is Pattern.SEASONAL:
        choices = [period for period in metric.periods if period in SEASONS]
    else:
        choices = list(metric.periods)
    return choices[int(rng.integers(len(choices)))]


def draw_shape(
    rng: np.random.Generator,
    metric: MetricFamily,
    pattern: Pattern,
    cause: CauseKind,
    period: Period,
) -> Shape:
    """Choose length, break, size and noise of what happens."""
    length = _draw_length(rng, pattern, period)
    phi = float(rng.uniform(*PHI_RANGE))
    season = SEASONS.get(period, 0) if pattern is Pattern.SEASONAL else 0
    if pattern in NOTHING_MOVES:
        table, plain = (
            (LOUD_NOISE, PLAIN_LOUD)
            if pattern is Pattern.SHORT_NOISY
            else (QUIET_NOISE, PLAIN_QUIET)
        )
        noise_sd = float(rng.uniform(*table.get(metric.kind, plain)))
        return Shape(pattern, length, 0.0, 0, 0, noise_sd, phi)
    size = float(rng.uniform(*EFFECTS.get(metric.kind, PLAIN_EFFECT)))
    noise_sd = size / float(rng.uniform(*SIGNAL_TO_NOISE))
    # Slow movements and peaks need more size to be told from noise than a lasting step does.
    stretch = 1.4 if pattern in {Pattern.DECLINE, Pattern.RISE, Pattern.SPIKE} else 1.0
    sign = _draw_sign(rng, metric, pattern, cause)
    start = _draw_start(rng, pattern, length, season)
    duration = 1 if pattern is Pattern.SPIKE else int(rng.integers(2, 5))
    return Shape(pattern, length, sign * size * stretch, start, duration, noise_sd, phi, season)


def _draw_length(rng: np.random.Generator, pattern: Pattern, period: Period) -> int:
    if pattern is Pattern.SHORT_NOISY:
        return int(rng.integers(SHORT_LENGTHS[0], SHORT_LENGTHS[1] + 1))
    low, high = LENGTHS[period]
    if pattern is Pattern.SEASONAL:
        low, high = 2 * SEASONS[period] + 2, 5 * SEASONS[period] if period is Period.DAY else 40
    return int(rng.integers(low, high + 1))


def _draw_start(rng: np.random.Generator, pattern: Pattern, length: int, season: int) -> int:
    if pattern is Pattern.SEASONAL:
        return int(rng.integers(0, season))
    if pattern in {Pattern.DECLINE, Pattern.RISE}:
        return int(rng.integers(1, max(2, length // 3)))
    if pattern is Pattern.PLATEAU:
        return int(rng.integers(length // 2, 1 + 2 * length // 3))
    margin = 5 if pattern is Pattern.DIP_RECOVERY else 3
    return int(rng.integers(3, max(4, length - margin)))


def _draw_sign(
    rng: np.random.Generator, metric: MetricFamily, pattern: Pattern, cause: CauseKind
) -> float:
    if pattern in UPWARD:
        return 1.0
    if pattern in DOWNWARD:
        return -1.0
    if pattern is Pattern.DIP_RECOVERY or cause is CauseKind.OUTAGE:
        # A dip is a bad spell for a metric where higher is better; trouble adds tickets instead.
        return -1.0 if metric.higher_is_better else 1.0
    if cause is CauseKind.CAMPAIGN and pattern is Pattern.SPIKE:
        return 1.0
    return 1.0 if rng.random() < 0.5 else -1.0


def draw_dates(rng: np.random.Generator, period: Period, length: int) -> tuple[date, ...] | None:
    """Choose the first days of the periods; None for one asker in three, who gives no dates."""
    if rng.random() < 1 / 3:
        return None
    first = date(2023, 1, 2) + timedelta(weeks=int(rng.integers(0, 100)))
    if period is Period.MONTH:
        months = [first.year * 12 + first.month - 1 + step for step in range(length)]
        return tuple(date(month // 12, month % 12 + 1, 1) for month in months)
    step_days = 7 if period is Period.WEEK else 1
    return tuple(first + timedelta(days=step_days * step) for step in range(length))


def draw_changes(
    rng: np.random.Generator,
    voice: Voice,
    cause: CauseKind,
    shape: Shape,
    dates: tuple[date, ...] | None,
) -> tuple[tuple[RecordedChange, ...], int | None, int]:
    """Record what the team knows: (changes in time order, which of them did it, its lag)."""
    pattern, start = shape.pattern, shape.start
    lag = 0
    placed: list[tuple[CauseKind, int, bool]] = []
    if pattern is Pattern.CONFLICTING and cause is CauseKind.PRICE:
        placed = [(CauseKind.PRICE, start, False), (CauseKind.RELEASE, start, False)]
    elif pattern is Pattern.CONFLICTING:
        placed = [(cause, int(rng.integers(start + 1, shape.length)), False)]
    elif pattern in NOTHING_MOVES and cause is not CauseKind.NOTHING:
        placed = [(cause, int(rng.integers(1, shape.length - 1)), False)]
    elif cause is not CauseKind.NOTHING and pattern is not Pattern.SEASONAL:
        slow = pattern in {Pattern.DECLINE, Pattern.RISE} or cause is CauseKind.RELEASE
        lag = min(int(rng.integers(0, 3)), start) if slow else 0
        at = 0 if pattern is Pattern.PLATEAU else start - lag
        placed = [(cause, at, True)]
    placed += _draw_bystander(rng, shape, placed)
    placed.sort(key=lambda item: item[1])
    changes = tuple(
        RecordedChange(
            what=str(rng.choice(voice.changes[kind])),
            index=at,
            day=dates[at] if dates else None,
            periods_ago=float(shape.length - 1 - at),
        )
        for kind, at, _ in placed
    )
    guilty = [position for position, item in enumerate(placed) if item[2]]
    return changes, guilty[0] if guilty else None, lag


def _draw_bystander(
    rng: np.random.Generator, shape: Shape, placed: list[tuple[CauseKind, int, bool]]
) -> list[tuple[CauseKind, int, bool]]:
    """Add an unrelated change, well away from the break, in about a quarter of scenarios."""
    at = int(rng.integers(0, shape.length))
    taken = [shape.start, *(item[1] for item in placed)]
    if rng.random() > 0.35 or any(abs(at - other) < 4 for other in taken):
        return []
    kinds = [CauseKind.RELEASE, CauseKind.CAMPAIGN]
    used = {item[0] for item in placed}
    free = [kind for kind in kinds if kind not in used]
    return [(free[int(rng.integers(len(free)))], at, False)] if free else []


def keeps_label(shape: Shape, deviation: Floats) -> bool:
    """Say whether the observed deviations from base, latent scale, still show what the label says.

    The contrast of two window means is divided by its standard error under AR(1) noise, whose
    variance of a mean is inflated by (1 + phi) / (1 - phi).
    """
    length, start = shape.length, shape.start
    inflate = np.sqrt((1 + shape.phi) / (1 - shape.phi))

    def contrast(before: Floats, after: Floats) -> float:
        spread = shape.noise_sd * inflate * np.sqrt(1 / len(before) + 1 / len(after))
        return float((after.mean() - before.mean()) / spread)

    third = max(length // 3, 2)
    ends = contrast(deviation[:third], deviation[-third:])
    sign = np.sign(shape.delta)
    match shape.pattern:
        case Pattern.NOISE | Pattern.INCOMPLETE_LAST:
            extreme = float(np.abs(deviation - deviation.mean()).max()) / shape.noise_sd
            return abs(ends) < CALM_Z and extreme < CALM_EXTREME
        case Pattern.SHORT_NOISY | Pattern.SEASONAL:
            return abs(ends) < CALM_Z or shape.pattern is Pattern.SEASONAL
        case Pattern.SPIKE | Pattern.DIP_RECOVERY:
            inside = np.zeros(length, dtype=bool)
            inside[start : start + shape.duration] = True
            calm = contrast(deviation[~inside][:third], deviation[~inside][-third:])
            peak = (deviation[inside] - np.median(deviation[~inside])) * sign
            return bool(peak.min() > CLEAR_Z * shape.noise_sd) and abs(calm) < 2 * CALM_Z
        case Pattern.DECLINE | Pattern.RISE:
            return bool(ends * sign > CLEAR_Z)
        case Pattern.PLATEAU:
            tail = deviation[start:]
            half = max(len(tail) // 2, 1)
            drift = contrast(tail[:half], tail[half:])
            return bool(ends * sign > CLEAR_Z) and abs(drift) < 2 * CALM_Z
        case _:
            return bool(contrast(deviation[:start], deviation[start:]) * sign > CLEAR_Z)
