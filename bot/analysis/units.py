"""How values are written: the one place that turns a number and its unit into words.

Used by facts, plain answers, charts and the working view, so that a number looks the same
wherever a reader or a model meets it. Knows units, not metrics; it computes nothing.
"""

import math

PERCENT = "%"
POINTS_OF_PERCENT = "pp"
COUNT = "count"
PEOPLE = "people"
RATIO = "ratio"
P_VALUE = "p"
PROPORTION = "proportion"

_BARE = {COUNT, ""}  # written without a word of their own
_SCALES = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
SCALED_MONEY_FROM = 10_000  # 9,990 USD stays whole, 12,400 USD becomes 12.4k USD
SCALED_COUNT_FROM = 1_000_000
SIGNIFICANT_DIGITS = 3  # of computed values; values as entered keep their two decimals
SCALED_DIGITS = 4


def fact_unit(unit: str) -> str:
    """Return the unit facts use for a question's unit: proportions are told in percent."""
    return PERCENT if unit in {PROPORTION, PERCENT} else unit


def difference_unit(unit: str) -> str:
    """Return the unit of a difference of two values.

    Percent values differ by points; multiples differ by bare numbers, because "-1x" reads as one.
    """
    if unit == RATIO:
        return ""
    return POINTS_OF_PERCENT if unit == PERCENT else unit


def in_fact_unit(value: float, unit: str) -> float:
    """Bring a value from the question's unit to the fact unit (0.42 becomes 42)."""
    return float(f"{value * 100:.12g}") if unit == PROPORTION else value


def value_text(value: float, unit: str) -> str:
    """Write a value with its unit: 31 %, 1,240, 12.4k USD, 220 people, 0.74x, 5 weeks."""
    number = _number_text(value, unit)
    if unit in _BARE:
        return number
    if unit == P_VALUE:
        return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
    if unit == RATIO:
        return f"{number}x"
    return f"{number} {singular_unit(unit) if number in {'1', '-1'} else unit}"


def change_text(value: float, unit: str) -> str:
    """Write a difference with its sign: -11 pp, +1,240, -26.2 %."""
    text = value_text(value, unit)
    return text if text.startswith("-") or value == 0 else f"+{text}"


def relative_text(value: float) -> str:
    """Write a percent change with its sign and one decimal: -26.2 %."""
    decimals = 1 if abs(value) < 1000 else 0
    if 0 < abs(value) < 1:
        decimals = 2
    number = f"{value:+,.{decimals}f}"
    return f"{_without_empty_decimals(number)} %"


def singular_unit(unit: str) -> str:
    """Return the unit for one of it: weeks becomes week, people becomes person."""
    if unit == PEOPLE:
        return "person"
    return unit[:-1] if len(unit) > 3 and unit.islower() and unit.endswith("s") else unit


def is_currency(unit: str) -> bool:
    """Tell whether a unit is an ISO 4217 code (three capitals)."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def _number_text(value: float, unit: str) -> str:
    size = abs(value)
    scaled_from = SCALED_MONEY_FROM if is_currency(unit) else SCALED_COUNT_FROM
    if size >= scaled_from:
        return _scaled_text(value)
    if round(value, 2) == value and size < SCALED_MONEY_FROM:
        return _without_empty_decimals(f"{value:,.2f}")
    if size >= 1000:
        return f"{value:,.0f}"
    if size < 1e-9:
        return "0"
    decimals = max(SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(size)), 1)
    return _without_empty_decimals(f"{value:,.{decimals}f}")


def _scaled_text(value: float) -> str:
    for scale, letter in _SCALES:
        if abs(value) >= scale:
            part = value / scale
            whole_digits = len(f"{abs(part):.0f}")
            decimals = max(SCALED_DIGITS - whole_digits, 0)
            return _without_empty_decimals(f"{part:,.{decimals}f}") + letter
    raise ValueError(f"{value} is below every scale; write it as it is.")


def _without_empty_decimals(number: str) -> str:
    text = number.rstrip("0").rstrip(".") if "." in number else number
    return "0" if text in {"-0", "+0", ""} else text
