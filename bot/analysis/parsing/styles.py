"""Decimal point or decimal comma, decided once for a series.

Uses digits that allow one reading only ("0,42", "1.234,5"), then hints (language, unit, metric);
raises when "1.234" could be read both ways and nothing tells which.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.parsing.drafts import UnreadableSeriesError
from bot.analysis.parsing.numbers import (
    NumberStyle,
    WrittenNumber,
    read_digits,
    styles_allowed,
    undecided_bodies,
)
from bot.analysis.parsing.vocabulary import kind_of_name
from bot.analysis.question import MetricKind, ProblemCode

NEAR = 30.0  # neighbours in one series within this factor belong to the same scale


@dataclass(frozen=True, slots=True)
class StyleHints:
    """What the surroundings say about how numbers are written."""

    metric: str = ""
    units: frozenset[str] = frozenset()
    decimal_comma: bool = False


def choose_style(
    numbers: Sequence[WrittenNumber], hints: StyleHints
) -> tuple[NumberStyle | None, list[str]]:
    """The style of the series and what was assumed; None: every number settles its own.

    Raises UnreadableSeriesError when the digits can be read in two ways.
    """
    sets = [styles_allowed(number.body) for number in numbers]
    for number, allowed in zip(numbers, sets, strict=True):
        if not allowed:
            raise UnreadableSeriesError(
                ProblemCode.AMBIGUOUS_NUMBERS,
                f"“{number.raw[:40]}” is not a number as it is written. Write it with plain "
                "digits and one decimal mark, such as 1234.5.",
            )
    only = {next(iter(allowed)) for allowed in sets if len(allowed) == 1}
    undecided = undecided_bodies(numbers)
    if len(only) == 1:
        return only.pop(), []
    if not undecided:
        return (None if only else NumberStyle.POINT), (
            ["Decimal points and decimal commas are mixed; each number was read by itself."]
            if only else []
        )  # fmt: skip
    if len(only) == 2:
        raise _ambiguous(undecided[0], "points and commas are both used as decimal marks")
    return _settle(numbers, undecided, hints)


def _ambiguous(body: str, why: str) -> UnreadableSeriesError:
    plain = re.sub(r"\D", "", body)
    decimal = body.replace(",", ".")
    return UnreadableSeriesError(
        ProblemCode.AMBIGUOUS_NUMBERS,
        f"“{body}” can mean {plain} or {decimal}: {why}. Write every number "
        "without thousands separators and with a decimal point, and send it again.",
    )


def _settle(
    numbers: Sequence[WrittenNumber], undecided: list[str], hints: StyleHints
) -> tuple[NumberStyle, list[str]]:
    """Every undecided number has one mark and three digits after it."""
    mark = "," if "," in undecided[0] else "."
    if any(("," in body) != (mark == ",") for body in undecided):
        raise _ambiguous(undecided[0], "points and commas are both used")
    decimal = NumberStyle.COMMA if mark == "," else NumberStyle.POINT
    grouping = NumberStyle.POINT if mark == "," else NumberStyle.COMMA
    kind = kind_of_name(hints.metric)
    told = [f"“{undecided[0]}” was read as "]
    if hints.units & {"%", "proportion", "ratio"} or (not hints.units and kind is MetricKind.RATIO):
        return decimal, [f"{told[0]}{read_digits(undecided[0], decimal):g}."]
    whole = kind is MetricKind.COUNT or "count" in hints.units or _beside_thousands(numbers, mark)
    if mark == ",":
        if hints.decimal_comma and not whole:
            raise _ambiguous(undecided[0], "the dates are in a language that writes decimal commas")
        if kind is MetricKind.RATE and not hints.units:
            return decimal, [f"{told[0]}{read_digits(undecided[0], decimal):g}."]
        return grouping, []
    if whole or hints.decimal_comma or hints.units & {"EUR", "BRL", "SEK", "NOK", "DKK"}:
        return grouping, [f"{told[0]}{read_digits(undecided[0], grouping):.0f}."]
    if hints.units or kind in {MetricKind.RATE, MetricKind.SCORE, MetricKind.DURATION}:
        return decimal, []
    if any(number.scaled for number in numbers):
        return decimal, []
    raise _ambiguous(undecided[0], "the point may mark decimals or thousands")


def _beside_thousands(numbers: Sequence[WrittenNumber], mark: str) -> bool:
    """Whether plain whole numbers beside "1.200" are near 1200 rather than near 1.2."""
    plain = [float(n.body) for n in numbers if n.body.isdigit() and float(n.body) > 0]
    marked = [float(re.sub(r"\D", "", n.body)) for n in numbers if mark in n.body]
    if not plain or not marked:
        return False
    return min(marked) / max(plain) < NEAR and max(marked) / min(plain) < 1000
