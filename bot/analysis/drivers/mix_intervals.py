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
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        first, first_of, second, second_of, method="newcomb", compare="diff"
    )
    return 100 * float(low), 100 * float(high)


def find_clear_changes(segments: Sequence[Segment]) -> list[bool]:
    """Tell which segments' rates changed: two-sided z tests, Holm 1979 over all segments."""
    from statsmodels.stats.multitest import multipletests

    values = [_p_of_change(segment) for segment in segments]
    return [bool(clear) for clear in multipletests(values, alpha=CLEAR_P, method="holm")[0]]


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


def _p_of_change(segment: Segment) -> float:
    """The p-value of a segment's change; 1 where all or none of its people have the outcome."""
    from statsmodels.stats.proportion import proportions_ztest

    people, counted = segment.before_of + segment.after_of, segment.before + segment.after
    if not 0 < counted < people:
        return 1.0
    counts, sizes = [segment.after, segment.before], [segment.after_of, segment.before_of]
    return float(proportions_ztest(counts, sizes)[1])
