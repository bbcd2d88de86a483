"""Where a change of a total rate sits: in the segments' own rates, or in their weights.

Kitagawa (1955), two factors: each effect takes the other factor at its mean, so that rate and
mix effects add up to the total change exactly. Das Gupta (1993) gives the same for two factors.
Pure arithmetic; it says nothing of noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: people counted (denominators) and those with the outcome (numerators)."""

    name: str
    before: float
    before_of: float
    after: float
    after_of: float


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """A segment's share of the change, in percentage points; rates and weights in percent."""

    name: str
    rate_before: float
    rate_after: float
    weight_before: float
    weight_after: float
    rate_effect: float
    mix_effect: float


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The change of the total rate in points, and its parts.

    `rate_effect + mix_effect == total`. With the first period's weights and rates instead of the
    means the same total is `rate_at_first + mix_at_first + interaction`.
    """

    rate_before: float
    rate_after: float
    rate_effect: float
    mix_effect: float
    rate_at_first: float
    mix_at_first: float
    interaction: float
    parts: tuple[SegmentPart, ...]

    @property
    def total(self) -> float:
        """Change of the total rate in points."""
        return self.rate_after - self.rate_before

    @property
    def is_simpson(self) -> bool:
        """Whether every segment moved one way and the total the other."""
        moves = [part.rate_after - part.rate_before for part in self.parts]
        return (all(move > 0 for move in moves) and self.total < 0) or (
            all(move < 0 for move in moves) and self.total > 0
        )


def decompose_change(segments: Sequence[Segment]) -> Decomposition:
    """Split the change of the total rate by segment, rate and mix.

    Raises:
        ValueError: fewer than two segments, a repeated name, a numerator outside its denominator,
            or nobody in a segment in a period (its rate would be unknown).
    """
    _check(segments)
    total_before = sum(segment.before_of for segment in segments)
    total_after = sum(segment.after_of for segment in segments)
    before = 100 * sum(segment.before for segment in segments) / total_before
    after = 100 * sum(segment.after for segment in segments) / total_after
    parts, rate_first, mix_first, interaction = [], 0.0, 0.0, 0.0
    middle = (before + after) / 2
    for segment in segments:
        rates = (100 * segment.before / segment.before_of, 100 * segment.after / segment.after_of)
        weights = (segment.before_of / total_before, segment.after_of / total_after)
        rate_move, weight_move = rates[1] - rates[0], weights[1] - weights[0]
        # Weights' moves sum to zero, so rates may be taken from the total's: a segment then adds
        # by growing only where its rate is above the total's.
        parts.append(
            SegmentPart(
                segment.name,
                rates[0],
                rates[1],
                100 * weights[0],
                100 * weights[1],
                rate_effect=rate_move * (weights[0] + weights[1]) / 2,
                mix_effect=weight_move * ((rates[0] + rates[1]) / 2 - middle),
            )
        )
        rate_first += rate_move * weights[0]
        mix_first += weight_move * rates[0]
        interaction += rate_move * weight_move
    return Decomposition(
        before,
        after,
        sum(part.rate_effect for part in parts),
        sum(part.mix_effect for part in parts),
        rate_first,
        mix_first,
        interaction,
        tuple(parts),
    )


def _check(segments: Sequence[Segment]) -> None:
    if len(segments) < 2:
        raise ValueError("A comparison of segments needs at least two of them.")
    names = [segment.name for segment in segments]
    if len(set(names)) < len(names):
        raise ValueError("A segment is named twice; add its rows up first.")
    for segment in segments:
        for part, whole in (
            (segment.before, segment.before_of),
            (segment.after, segment.after_of),
        ):
            if whole <= 0:
                raise ValueError(
                    f"Segment “{segment.name}” has nobody in one of the periods, so its rate is "
                    "unknown. Leave it out, or join it with another."
                )
            if not 0 <= part <= whole:
                raise ValueError(
                    f"Segment “{segment.name}” has {part:g} of {whole:g}: the part must lie "
                    "between 0 and the whole."
                )
