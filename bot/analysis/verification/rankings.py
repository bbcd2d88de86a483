"""Other fair readings of a superlative: of steps instead of levels, of speed instead of size."""

from collections.abc import Iterator
from dataclasses import replace

from bot.analysis.verification.directions import is_event_word, word_direction
from bot.analysis.verification.frame import Frame, Quantity, Superlative
from bot.analysis.verification.matching import matches_difference
from bot.analysis.verification.vocabulary import (
    BAD_ADJECTIVES,
    DOWN_NOUNS,
    GOOD_ADJECTIVES,
    PERIOD_NOUNS,
    UP_NOUNS,
)
from bot.analysis.verification.wordsets import words

_TIMES = frozenset({"ms", "s", "min", "h", "day", "week", "month"})
_BY_STEPS = words("added adds lost went gained took fell rose dropped cost won shed")


def other_rankings(frame: Frame, found: Superlative) -> Iterator[Superlative]:
    """Yield other readings: speed of something that is no time, and steps under a strange noun."""
    low_is_good = frame.view.question.higher_is_better is False
    if found.steps and low_is_good and frame.lows & {"gain", "gains", "loss", "losses"}:
        yield replace(found, step_side=-found.step_side)  # a gain of what is better low
    if found.steps or found.rank != 1:
        return
    low, timed = frame.low(found.j - 1), frame.view.unit in _TIMES
    for at in range(len(frame.tokens)):
        moved = frame.low(at) in UP_NOUNS | DOWN_NOUNS and not is_event_word(frame, at)
        if moved and any(_is_step(frame, q) for q in frame.quantities):
            side = word_direction(frame, at)
            yield replace(found, side=1, steps=True, step_side=side)
    if found.noun:
        return
    if low in GOOD_ADJECTIVES | BAD_ADJECTIVES and frame.lows & _BY_STEPS:
        wanted = 1 if low in GOOD_ADJECTIVES else -1
        good = 1 if frame.view.question.higher_is_better else -1
        yield replace(found, side=1, steps=True, step_side=wanted * good)
    if low in {"fastest", "quickest"} and not timed:
        yield replace(found, side=1, steps=True, step_side=1)
        yield replace(found, side=1)
    elif low == "slowest" and not timed:
        yield replace(found, side=-1)
        yield replace(found, side=-1, steps=True, step_side=1)
    elif frame.low(found.j) not in PERIOD_NOUNS and any(q.sign for q in frame.quantities):
        sign = next(q.sign for q in frame.quantities if q.sign)
        yield replace(found, steps=True, step_side=sign)


def _is_step(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number is the step into a period that the sentence names."""
    steps = [frame.view.steps.get(p.point) for p in frame.places if p.point is not None]
    return any(step is not None and matches_difference(frame.view, q, step, 0) for step in steps)
