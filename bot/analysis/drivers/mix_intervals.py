"""How sure the parts of a changed rate are: intervals and corrected tests from the counts.

Takes everybody counted as somebody else; people counted in several periods make intervals too
narrow. Pure arithmetic beside `mix`, which splits the change.
"""

import math
from collections.abc import Sequence

from bot.analysis.drivers.effects import CLEAR_P, Z_95
from bot.analysis.drivers.mix import Segment

Ends = tuple[float, float]


def newcombe_interval(first: float, first_of: float, second: float, second_of: float) -> Ends:
    """Return the 95 % interval of first - second in points (Newcombe 1998, method 10)."""
    p, q = first / first_of, second / second_of
    low_p, high_p = _wilson(first, first_of)
    low_q, high_q = _wilson(second, second_of)
    low = (p - q) - math.sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    high = (p - q) + math.sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return 100 * low, 100 * high


def find_clear_changes(segments: Sequence[Segment]) -> list[bool]:
    """Tell which segments' rates changed: two-sided z tests, Holm 1979 over all segments."""
    values = [_p_of_change(segment) for segment in segments]
    order = sorted(range(len(values)), key=values.__getitem__)
    clear = [False] * len(values)
    for place, at in enumerate(order):
        if values[at] * (len(values) - place) >= CLEAR_P:
            break
        clear[at] = True
    return clear


def find_effect_intervals(segments: Sequence[Segment]) -> tuple[Ends, Ends]:
    """Return the 95 % intervals of the total rate effect and of the total mix effect in points.

    Binomial variances of the segments' rates, the weights taken as known (the rule for directly
    standardised rates, Keyfitz 1966); normal ends.
    """
    before_of = sum(segment.before_of for segment in segments)
    after_of = sum(segment.after_of for segment in segments)
    rate = mix = rate_variance = mix_variance = 0.0
    for segment in segments:
        p, q = segment.before / segment.before_of, segment.after / segment.after_of
        first, last = segment.before_of / before_of, segment.after_of / after_of
        variance = p * (1 - p) / segment.before_of + q * (1 - q) / segment.after_of
        rate += (q - p) * (first + last) / 2
        mix += (last - first) * (p + q) / 2
        rate_variance += variance * ((first + last) / 2) ** 2
        mix_variance += variance * ((last - first) / 2) ** 2
    return _ends(rate, rate_variance), _ends(mix, mix_variance)


def _ends(value: float, variance: float) -> Ends:
    half = Z_95 * math.sqrt(variance)
    return 100 * (value - half), 100 * (value + half)


def _wilson(part: float, whole: float) -> Ends:
    p, z2 = part / whole, Z_95**2
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z_95 * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole**2)) / (1 + z2 / whole)
    return middle - half, middle + half


def _p_of_change(segment: Segment) -> float:
    pooled = (segment.before + segment.after) / (segment.before_of + segment.after_of)
    variance = pooled * (1 - pooled) * (1 / segment.before_of + 1 / segment.after_of)
    if variance <= 0:
        return 1.0
    move = segment.after / segment.after_of - segment.before / segment.before_of
    return math.erfc(abs(move) / math.sqrt(2 * variance))
