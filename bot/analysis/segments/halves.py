"""Series of several segments -> their counts before and after: halves, or around a change.

Halves, because single periods are noisy and any other cut would be chosen by looking; with an odd
number of periods the middle one belongs to neither. A change that the asker dates parts them too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.analysis.question import Period, Problem, ProblemCode, UnreadableQuestionError
from bot.analysis.segments.comparison import SegmentCounts

FEWEST_PERIODS = 2
FEWEST_SEGMENTS = 2
MOST_SEGMENTS = 50  # more are not read one by one; join the small ones


@dataclass(frozen=True, slots=True)
class SegmentSeries:
    """One segment: numerators and denominators, one for each period; None where not known."""

    name: str
    parts: tuple[float | None, ...]
    wholes: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Halves:
    """Counts of every segment, and the positions of the periods before and after."""

    counts: tuple[SegmentCounts, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    missing: int


def compare_halves(series: Sequence[SegmentSeries], cut: int = 0) -> Halves:
    """Add up each half; a period that any segment lacks is left out for all of them.

    `cut` is the position of the first period after a recorded change, which then parts before
    from after; 0 for halves.

    Raises:
        UnreadableQuestionError: too few or too many segments, fewer than two common periods.
    """
    if not FEWEST_SEGMENTS <= len(series) <= MOST_SEGMENTS:
        raise _problem(
            f"A comparison takes {FEWEST_SEGMENTS} to {MOST_SEGMENTS} segments; there "
            f"{'is' if len(series) == 1 else 'are'} {len(series)}. Name another column of "
            "segments, or join the small ones."
        )
    length = len(series[0].parts)
    known = [
        at
        for at in range(length)
        if all(_is_known(one.parts[at], one.wholes[at]) for one in series)
    ]
    if len(known) < FEWEST_PERIODS:
        raise _problem(
            "A comparison needs at least two periods in which every segment has a value and the "
            f"people behind it; there {'is' if len(known) == 1 else 'are'} {len(known)}. Ask for a "
            "longer window, or leave out the segment that starts late."
        )
    half = len(known) // 2
    before, after = tuple(known[:half]), tuple(known[-half:])
    if cut and known[0] < cut <= known[-1]:
        before, after = (
            tuple(at for at in known if at < cut),
            tuple(at for at in known if at >= cut),
        )
    counts = tuple(
        SegmentCounts(
            name=one.name,
            before=_total(one.parts, before),
            before_of=_total(one.wholes, before),
            after=_total(one.parts, after),
            after_of=_total(one.wholes, after),
        )
        for one in series
    )
    return Halves(counts, before, after, length - len(known))


def tell_halves(halves: Halves, days: Sequence[date] | None, period: Period) -> tuple[str, ...]:
    """Say what "before" and "after" are, and what was left out; `days` has a day a period."""
    told = [
        f"Before is {_stretch(halves.before, days, period)}; after is"
        f" {_stretch(halves.after, days, period)}."
    ]
    noun = period.value
    if halves.missing:
        plural = "" if halves.missing == 1 else "s"
        told.append(f"{halves.missing} {noun}{plural} that a segment has no value for left out.")
    return tuple(told)


def _stretch(places: Sequence[int], days: Sequence[date] | None, period: Period) -> str:
    noun, count = period.value, f"{len(places)} {period.value}{'' if len(places) == 1 else 's'}"
    if days is None:
        ends = [f"{noun} {at + 1}" for at in (places[0], places[-1])]
    else:
        ends = [f"{days[at]:%-d %b %Y}" for at in (places[0], places[-1])]
    return ends[0] if len(places) == 1 else f"{ends[0]} to {ends[1]} ({count})"


def _is_known(part: float | None, whole: float | None) -> bool:
    # Nobody in a period adds nothing, whatever rate is written there.
    return whole is not None and (part is not None or whole == 0)


def _total(values: Sequence[float | None], places: Sequence[int]) -> float:
    return math.fsum(values[at] or 0.0 for at in places)


def _problem(message: str) -> UnreadableQuestionError:
    problem = Problem(code=ProblemCode.SEVERAL_SERIES, message=message, field="segments")
    return UnreadableQuestionError((problem,), {})
