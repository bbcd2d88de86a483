"""The series behind a question, with the small typed set of operations that prove claims.

Rates are shown in percent whatever scale they came in, as in the facts. Positions are 0-based
and missing periods stay missing. Nothing here reads text.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from statistics import fmean, median

from bot.analysis.question import MetricKind, MetricQuestion, Period

FLAT_SHARE = 0.03  # "stable": within 3 % of the level, the size of ordinary reporting noise
_DAYS = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31, Period.QUARTER: 92, Period.YEAR: 366}
_TIME_UNITS = {
    "milliseconds": "ms",
    "millisecond": "ms",
    "ms": "ms",
    "seconds": "s",
    "s": "s",
    "minutes": "min",
    "hours": "h",
    "days": "day",
    "weeks": "week",
    "months": "month",
}


@dataclass(frozen=True)
class SeriesView:
    """One question's values in display units, ready for arithmetic."""

    question: MetricQuestion
    values: tuple[float | None, ...]
    unit: str  # %, count, pt, x, ISO currency, ms, s, min, h, day, month
    events: tuple[int | None, ...] = field(default=())

    @cached_property
    def known(self) -> tuple[int, ...]:
        """Positions that hold a value."""
        return tuple(i for i, value in enumerate(self.values) if value is not None)

    @cached_property
    def complete(self) -> tuple[int, ...]:
        """Positions that hold a value of a finished period."""
        return self.known[:-1] if self.question.incomplete_last else self.known

    @property
    def size(self) -> int:
        """Number of periods, missing ones included."""
        return len(self.values)

    @property
    def last(self) -> int:
        """Position of the newest value."""
        return self.known[-1] if self.known else 0

    @property
    def is_rate(self) -> bool:
        """True when levels are shares shown in percent."""
        return self.unit == "%"

    def level(self, at: int) -> float | None:
        """Return the value of one period, None when missing or outside the series."""
        return self.values[at] if 0 <= at < len(self.values) else None

    def step(self, at: int) -> float | None:
        """Return the difference to the period before."""
        return self.change(at - 1, at)

    def change(self, first: int, last: int) -> float | None:
        """Return the difference between two periods, in the display unit."""
        low, high = self.level(first), self.level(last)
        return None if low is None or high is None else high - low

    def several(self, window: tuple[int, ...]) -> list[float]:
        """Return the values of a window, missing ones left out."""
        return [value for i in window if (value := self.level(i)) is not None]

    def mean(self, window: tuple[int, ...]) -> float | None:
        """Return the arithmetic mean over a window."""
        values = self.several(window)
        return fmean(values) if values else None

    def pooled_mean(self, window: tuple[int, ...]) -> float | None:
        """Return the mean weighted by the denominators, where they are known."""
        sizes = self.question.denominators
        if sizes is None:
            return None
        pairs = [
            (value, sizes[i])
            for i in window
            if (value := self.level(i)) is not None and i < len(sizes) and sizes[i]
        ]
        total = sum(size for _, size in pairs if size)
        return sum(value * size for value, size in pairs if size) / total if total else None

    def median(self, window: tuple[int, ...]) -> float | None:
        """Return the median over a window."""
        values = self.several(window)
        return median(values) if values else None

    @cached_property
    def high(self) -> int:
        """Position of the highest value (the first, when several tie)."""
        return max(self.known, key=lambda i: (self.values[i] or 0.0, -i), default=0)

    @cached_property
    def low(self) -> int:
        """Position of the lowest value (the first, when several tie)."""
        return min(self.known, key=lambda i: (self.values[i] or 0.0, i), default=0)

    @cached_property
    def steps(self) -> dict[int, float]:
        """Difference to the period before, by position."""
        found = {i: self.step(i) for i in range(1, self.size)}
        return {i: value for i, value in found.items() if value is not None}

    @cached_property
    def runs(self) -> dict[int, tuple[int, int]]:
        """By position: (direction, number of steps in that direction up to here)."""
        runs: dict[int, tuple[int, int]] = {}
        for i in range(1, self.size):
            step = self.steps.get(i)
            sign = 0 if step is None else (step > 0) - (step < 0)
            before = runs.get(i - 1, (0, 0))
            runs[i] = (sign, before[1] + 1 if sign and before[0] == sign else int(sign != 0))
        return runs

    def span(self, first: int, last: int) -> tuple[int, ...]:
        """Return the positions from first to last that lie inside the series."""
        return tuple(range(max(0, first), min(self.size - 1, last) + 1))

    @cached_property
    def slope(self) -> float:
        """Theil-Sen slope per period (Sen, 1968), on at most 200 evenly spaced points."""
        known = self.complete
        if len(known) > 200:
            known = known[:: len(known) // 200 + 1]
        slopes = sorted(
            ((self.values[j] or 0.0) - (self.values[i] or 0.0)) / (j - i)
            for n, i in enumerate(known)
            for j in known[n + 1 :]
        )
        return median(slopes) if slopes else 0.0

    @cached_property
    def scale(self) -> float:
        """Typical size of the values, to judge what counts as flat."""
        values = self.several(self.known)
        return fmean(abs(value) for value in values) if values else 0.0

    def position_of(self, day: date) -> int | None:
        """Return the period a day falls in, None when outside the series or undated."""
        dates = self.question.dates
        if not dates:
            return None
        at = bisect_right(dates, day) - 1
        if at < 0 or day >= self.end_of(at):
            return None
        return at

    def end_of(self, at: int) -> date:
        """Return the first day behind a period."""
        dates = self.question.dates or ()
        if at + 1 < len(dates):
            following = dates[at + 1]
            limit = dates[at] + timedelta(days=_DAYS[self.question.period])
            return min(following, limit)
        return dates[at] + timedelta(days=_DAYS[self.question.period])


def view_series(question: MetricQuestion) -> SeriesView:
    """Build the view: values in display units and the position of each recorded change."""
    scale = 100.0 if question.unit == "proportion" else 1.0
    values = tuple(None if value is None else value * scale for value in question.values)
    bare = SeriesView(question=question, values=values, unit=_display_unit(question))
    events = tuple(
        change.index
        if change.index is not None
        else bare.position_of(change.day)
        if change.day is not None
        else None
        if change.periods_ago is None
        else max(0, bare.size - round(change.periods_ago))
        for change in question.changes
    )
    return SeriesView(question=question, values=values, unit=bare.unit, events=events)


def _display_unit(question: MetricQuestion) -> str:
    unit = question.unit
    if question.kind is MetricKind.RATE or unit in {"%", "proportion"}:
        return "%"
    if question.kind is MetricKind.RATIO or unit == "ratio":
        return "x"
    if question.kind is MetricKind.SCORE or unit == "points":
        return "pt"
    return _TIME_UNITS.get(unit.lower(), unit)
