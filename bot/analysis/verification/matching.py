"""Compare a written quantity with a computed value: same unit, same sign, written precision.

Points and percent are never interchangeable: a percent of a rate is a level or a relative
change, points are only a difference.
"""

from bot.analysis.verification.frame import Quantity
from bot.analysis.verification.series import SeriesView
from bot.analysis.verification.tolerance import is_near

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0}
_PLAIN_UNITS = frozenset({"count", "x", "pt"})


def level_factor(view: SeriesView, q: Quantity) -> float | None:
    """Return what to multiply a written level with to get display units; None if it is no level."""
    unit = q.unit
    if unit == "share":
        return 1.0 if view.is_rate else None
    if view.unit == "%":
        if unit == "%":
            return 1.0
        if unit == "":
            return 100.0 if 0 < abs(q.value) <= 1 and q.half_step < 0.5 else 1.0
        return None
    return _same_unit(view, unit)


def change_factor(view: SeriesView, q: Quantity) -> float | None:
    """Return the factor for a written difference; None if the unit cannot be a difference."""
    unit = q.unit
    if view.unit == "%":
        if unit == "pp":
            return 1.0
        if unit == "":
            return 100.0 if view.question.unit == "proportion" and abs(q.value) < 1 else 1.0
        return None
    return _same_unit(view, unit)


def _same_unit(view: SeriesView, unit: str) -> float | None:
    if unit in {"", view.unit}:
        return 1.0
    if view.unit == "count":
        return 1.0 if unit == "noun" else None
    if view.unit == "x":
        return 1.0 if unit in {"x", "pt"} else None
    if unit == "cent" and len(view.unit) == 3 and view.unit.isupper():
        return 0.01
    if unit.startswith("period:"):
        unit = unit.removeprefix("period:")
    if unit == view.unit:
        return 1.0
    if unit in _SECONDS and view.unit in _SECONDS:
        return _SECONDS[unit] / _SECONDS[view.unit]
    return None


def matches_level(view: SeriesView, q: Quantity, true: float, margin: str | None = None) -> bool:
    """Tell whether a quantity is a fair way to write a level."""
    factor = level_factor(view, q)
    if factor is None:
        return False
    return is_near(q.value * factor, true, q.half_step * factor, margin or q.margin)


def matches_difference(view: SeriesView, q: Quantity, difference: float, direction: int) -> bool:
    """Tell whether a quantity states a difference; `direction` is what its words say (0: none)."""
    factor = change_factor(view, q)
    if factor is None:
        return False
    return _signed_match(q, q.value * factor, q.half_step * factor, difference, direction)


def matches_relative(q: Quantity, before: float, after: float, direction: int) -> bool:
    """Tell whether a percent states the relative change between two values of a positive base."""
    if q.unit not in {"%", "share"} or before <= 0:
        return False
    return _signed_match(q, q.value, q.half_step, 100 * (after / before - 1), direction)


def _signed_match(
    q: Quantity, written: float, half_step: float, true: float, direction: int
) -> bool:
    if q.sign:
        if q.sign * true < 0 or (direction and q.sign > 0 and direction < 0):
            return False
    elif direction and direction * true < 0:
        return False
    return is_near(abs(written), abs(true), half_step, q.margin)
