"""One question's values made ready for arithmetic: fact units, and which positions count.

Incomplete last periods, missing values and values too large to compute with stay visible as
levels where possible but enter no statistic.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.analysis.periods import name_period, name_window
from bot.analysis.question import MetricKind, MetricQuestion
from bot.analysis.units import difference_unit, fact_unit, in_fact_unit

LARGEST_VALUE = 1e15  # above this, doubles no longer hold whole numbers and squares overflow
SMALLEST_VALUE = 1e-12  # below this a value is rounding noise, and ratios to it overflow

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """The values in fact units and the positions that count.

    `values` has one entry per period (None where nothing usable stands); `used` lists the
    positions statistics are made from, ascending.
    """

    question: MetricQuestion
    values: tuple[float | None, ...]
    used: tuple[int, ...]

    @property
    def unit(self) -> str:
        """Unit of levels."""
        return fact_unit(self.question.unit)

    @property
    def change_unit(self) -> str:
        """Unit of differences of levels."""
        return difference_unit(self.unit)

    @cached_property
    def y(self) -> FloatArray:
        """The used values, shape (len(used),)."""
        return np.array([self.value(index) for index in self.used], dtype=np.float64)

    @cached_property
    def x(self) -> FloatArray:
        """Their positions in periods, shape (len(used),)."""
        return np.array(self.used, dtype=np.float64)

    def value(self, index: int) -> float:
        """Return the value at a position known to hold one."""
        value = self.values[index]
        if value is None:
            raise ValueError(f"Position {index} holds no value; ask only for used positions.")
        return value

    @property
    def first(self) -> int:
        """Position of the first used value."""
        return self.used[0]

    @property
    def last(self) -> int:
        """Position of the last used value; an incomplete last period is left out."""
        return self.used[-1]

    @property
    def window(self) -> tuple[int, int]:
        """First and last used position."""
        return (self.first, self.last)

    @property
    def is_rate(self) -> bool:
        """True for shares of a cohort."""
        return self.question.kind is MetricKind.RATE

    @property
    def is_constant(self) -> bool:
        """True when every used value is the same."""
        return bool(self.used) and bool(np.all(self.y == self.y[0]))

    @property
    def all_positive(self) -> bool:
        """True when percent changes between any two values make sense."""
        return bool(self.used) and bool(np.all(self.y > 0))

    def name(self, index: int) -> str:
        """Name one period."""
        return name_period(self.question, index)

    def span(self, first: int, last: int) -> str:
        """Name a window of periods."""
        return name_window(self.question, first, last)


def make_series(question: MetricQuestion) -> Series:
    """Bring a question's values to fact units and choose the positions that count."""
    values = tuple(_usable(value, question.unit) for value in question.values)
    used = [index for index, value in enumerate(values) if value is not None]
    if question.incomplete_last and used and used[-1] == len(values) - 1:
        used.pop()
    return Series(question=question, values=values, used=tuple(used))


def _usable(value: float | None, unit: str) -> float | None:
    if value is None or not math.isfinite(value) or abs(value) > LARGEST_VALUE:
        return None
    converted = in_fact_unit(value, unit)
    return 0.0 if abs(converted) < SMALLEST_VALUE else converted
