"""Numbers of periods: "six weeks of data", "three weeks were negative", "over eight weeks".

A count of periods must be the number of periods that fulfil what the sentence says of them, the
length of the series or of a window, or a distance the series has.
"""

import itertools
from collections.abc import Iterator

from bot.analysis.verification.conditions import find_condition
from bot.analysis.verification.directions import word_direction
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.multiples import WORDED
from bot.analysis.verification.periods_count import period_count
from bot.analysis.verification.proof import Proof, proved, refused, unresolved
from bot.analysis.verification.vocabulary import HIGH_NOUNS, LOW_NOUNS

_LASTING = frozenset({"lasted", "lasts", "persisted", "held", "holds", "holding"})
_EVALUATING = frozenset(
    ["bad", "good", "busy", "quiet", "weak", "strong", "slow", "poor", "odd", "normal", "ordinary"]
)
LONGEST_SCANNED = 400  # longer series are not searched for equal values: pairs grow with the square
_LOOSE = frozenset({"weekend", "year"})
EXCURSION_SHARE = 0.10  # of the median: what "the spike lasted two weeks" stands out by


def prove_duration(frame: Frame, q: Quantity) -> Proof:
    """Check a number of periods."""
    view = frame.view
    size = period_count(view, q.value, q.unit.removeprefix("period:"))
    if size is None and q.unit.removeprefix("period:") in _LOOSE:
        return unresolved("not a number of periods of the series")
    if size is None:
        return refused(f"the series counts {view.question.period.value}s")
    if q.value != int(q.value) and q.worded:
        return unresolved("not a whole number of periods")
    if q.value != int(q.value):
        return refused("periods come in whole numbers")
    if q.whole is not None and q.whole not in _wholes(frame):
        return refused(f"nothing here has {q.whole} periods")
    if "longer" in frame.lows and frame.lows & {"no", "never", "none"}:
        longest = max((count for _, count in view.runs.values()), default=0)
        if longest == size:
            return proved("derived:streak", f"the longest run has {longest} steps")
        return refused(f"the longest run has {longest} steps")
    if {"no", "never", "none"} & set(frame.words(q.i - 5, q.i)) and frame.lows & _LASTING:
        longest = max((count for _, count in view.runs.values()), default=0)
        if longest < size:
            return proved("derived:streak", f"the longest run has {longest} steps")
    condition = find_condition(frame, q)
    if condition is not None:
        return _counted(frame, condition, size)
    if frame.low(q.i - 1) in {"within", "in"} and frame.lows & set(WORDED) and size < view.size:
        return proved("derived:window", "the multiple is checked over that time")
    spanned = _span_of_move(frame, q)
    if spanned is not None:
        return _counted(frame, spanned, size)
    if frame.words(q.i - 2, q.i) == ["each", "of"] and any(p.windows for p in frame.places):
        sizes = {len(window) for place in frame.places for window in place.windows}
        if size not in sizes:
            return refused(f"that window has {max(sizes)} periods")
    lasting = bool(frame.lows & _LASTING) and not frame.places and "between" not in frame.lows
    for length, label in _lengths(frame, q):
        if lasting and label not in {"since_change", "since_break", "window", "streak"}:
            continue
        if length == size:
            return proved(f"derived:{label}", f"{label.replace('_', ' ')} is {size}")
    if frame.low(q.i - 1) in {"those", "these"} and size in _spoken_of(frame):
        return proved("derived:window", "so many periods were spoken of, or lie below zero")
    if set(frame.words(q.i, q.j)) & _EVALUATING:
        return unresolved("the sentence does not say which periods it calls so")
    return refused(f"nothing in the series lasts {size} {view.question.period.value}s")


def _spoken_of(frame: Frame) -> set[int]:
    """Return the lengths of the windows of earlier sentences and of the runs below zero."""
    found = {len(window) for window in frame.before.windows}
    count = 0
    for at in [*frame.view.known, -1]:
        level = frame.view.level(at)
        if at >= 0 and level is not None and level < 0:
            count += 1
            continue
        found.add(count)
        count = 0
    return found - {0}


def _span_of_move(frame: Frame, q: Quantity) -> "frozenset[int] | None":
    """Return the periods of the move a number spans ("from 14 to 16 over 7 months").

    Both ways to count are accepted: the periods from first to last, or the steps between them.
    """
    if frame.low(q.i - 1) not in {"over", "in", "within"} or not frame.now.positions:
        return None
    view, levels = frame.view, frame.view.level
    moves = [
        (one, two)
        for first, last in frame.now.positions
        for one in (view.known if view.size <= LONGEST_SCANNED else (first,))
        for two in (view.known if view.size <= LONGEST_SCANNED else (last,))
        if one < two and (levels(one), levels(two)) == (levels(first), levels(last))
    ]
    options = [frozenset(range(one, two + step)) for one, two in moves for step in (0, 1)]
    if not options:
        return None
    size = period_count(frame.view, q.value, q.unit.removeprefix("period:"))
    return next((option for option in options if len(option) == size), options[0])


def _counted(
    frame: Frame, condition: "frozenset[int] | tuple[frozenset[int], int]", size: int
) -> Proof:
    if isinstance(condition, tuple):
        held, run = condition
        if run == size or len(held) == size:
            return proved("derived:run", f"it has held for {run} periods")
        return refused(f"it has held for {run} periods")
    if len(condition) == size:
        return proved("derived:count", f"{size} periods fulfil it")
    return refused(f"{len(condition)} periods fulfil it, not {size}")


def prove_share_of_periods(frame: Frame, q: Quantity) -> Proof | None:
    """Check "half of the weeks lie above 41 %"; None when the share is not one of periods."""
    from bot.analysis.verification.vocabulary import PERIOD_NOUNS

    at = q.j + (frame.low(q.j) == "of")
    while frame.low(at) in {"the", "all", "those", "its"}:
        at += 1
    if frame.low(q.j) != "of" or frame.low(at) not in PERIOD_NOUNS:
        return None
    condition = find_condition(frame, q)
    if condition is None or not frame.view.known:
        return refused("the sentence does not say what those periods share")
    held = condition[0] if isinstance(condition, tuple) else condition
    share = len(held) / len(frame.view.known)
    if abs(share - (q.share or 0.0)) <= 0.02:
        return proved("derived:count", f"{len(held)} of {len(frame.view.known)} periods")
    return refused(f"{len(held)} of {len(frame.view.known)} periods fulfil it")


def _wholes(frame: Frame) -> set[int]:
    view = frame.view
    sizes = {len(view.known), len(view.complete), len(view.known) - 1, view.size}
    return sizes | {len(window) for place in frame.places for window in place.windows}


def _excursion(frame: Frame, at: int) -> int:
    """Return how many neighbouring periods stand off the median by more than a tenth."""
    view = frame.view
    middle = view.median(view.known) or 0.0
    margin = EXCURSION_SHARE * abs(middle)

    def off(position: int) -> bool:
        value = view.level(position)
        return value is not None and abs(value - middle) > margin

    count, left, right = int(off(at)), at - 1, at + 1
    while count and left >= 0 and off(left):
        count, left = count + 1, left - 1
    while count and right < view.size and off(right):
        count, right = count + 1, right + 1
    return count


def _lengths(frame: Frame, q: Quantity) -> Iterator[tuple[int, str]]:
    view = frame.view
    yield 1, "one_period"
    for place in frame.places:  # "each of the four Wednesdays"
        yield from ((len(window), "window") for window in place.windows)
    yield len(view.known), "length"
    yield len(view.known) - 1, "number_of_steps"
    yield len(view.complete), "complete_length"
    yield len(view.complete) - 1, "complete_steps"
    if view.complete:
        yield view.complete[-1] - view.complete[0], "complete_span"
        yield view.complete[-1] - view.complete[0] + 1, "complete_span"
    for place in frame.places:
        for window in place.windows:
            yield len(window), "window"
    points = [place.point for place in frame.places if place.point is not None]
    for one, two in itertools.pairwise(points):
        yield abs(two - one), "distance"
    for event in view.events:
        if event is not None:
            yield view.last - event + 1, "since_change"
            yield view.last - event, "since_change"
            yield event, "before_change"
    ends = {view.last, *(point for point in points if point is not None)}
    for nouns, mark in ((HIGH_NOUNS, view.high), (LOW_NOUNS, view.low)):
        if frame.lows & nouns:
            yield from ((abs(end - mark), "distance") for end in ends)
    if frame.low(q.i - 1) == "for" and view.steps:
        break_at = max(view.steps, key=lambda at: abs(view.steps[at]))
        yield view.last - break_at + 1, "since_break"
    if frame.places:
        return
    yield view.runs.get(view.last, (0, 0))[1], "streak"
    if frame.lows & _LASTING:
        yield _excursion(frame, view.high), "streak"
        yield _excursion(frame, view.low), "streak"
    ups = sum(1 for step in view.steps.values() if step > 0)
    downs = sum(1 for step in view.steps.values() if step < 0)
    direction = sum(word_direction(frame, at) for at in range(len(frame.tokens)))
    if direction:
        yield (ups if direction > 0 else downs), "count_of_steps"
    yield view.last - view.high, "distance_from_peak"
    yield view.last - view.low, "distance_from_low"
    yield abs(view.high - view.low), "distance"
