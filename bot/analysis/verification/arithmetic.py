"""The typed operations over what a sentence names: differences, ratios, means, written sums.

The last arithmetic tried before a refusal. The operands are the periods the sentence names, or,
where it names fewer than two, the marked ones of the series (ends, extremes, the sides of a
recorded change); the operation is the one the number's unit and words allow, in the direction
they say. A number no such operation yields stays refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from bot.analysis.verification.changes import direction_of, is_change
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.matching import (
    level_factor,
    matches_difference,
    matches_level,
    matches_relative,
)
from bot.analysis.verification.multiples import ratio_holds
from bot.analysis.verification.proof import Proof, proved, show
from bot.analysis.verification.quotes import stated_numbers
from bot.analysis.verification.vocabulary import MEAN_WORDS
from bot.analysis.verification.wordsets import words

_RESTATING = words("or words equal equals equivalent relative terms")
_EXCESS = words(
    "more fewer less extra worth avoided missed lost saved gained additional cost "
    "excess surplus shortfall"
)
_DURING = frozenset({"", "in", "nth", "during", "offset"})
_REFERRING = words("short above below under over apart ahead behind of")
MOST_NODES = 14  # pairs grow with the square
MOST_WRITTEN = 6


@dataclass(frozen=True, slots=True)
class Node:
    """One operand: a level or a mean, with its place in time and whether the sentence names it."""

    at: float
    value: float
    named: bool


def by_arithmetic(frame: Frame, q: Quantity) -> Proof | None:
    """Return the proof that an operation over the named periods yields the number."""
    if q.unit.startswith("period:"):
        return None
    return (
        _from_written(frame, q)
        or _from_excess(frame, q)
        or _from_pairs(frame, q)
        or _from_counts(frame, q)
    )


def _named(frame: Frame) -> Iterator[Node]:
    view = frame.view
    for place in frame.places:
        for window in place.windows:
            mean = view.mean(window)
            if mean is not None:
                if place.relation != "range":
                    yield Node(sum(window) / len(window), mean, True)
                if len(window) > 1:
                    for at in (window[0], window[-1]):
                        yield Node(at, view.level(at) or 0.0, True)


def _marked(frame: Frame) -> Iterator[Node]:
    """Yield the ends, the extremes and the sides of each recorded change."""
    view = frame.view
    marks = {view.known[0], view.last, view.complete[-1], view.high, view.low}
    for event in view.events:
        if event:
            marks |= {event - 1, event}
            for window in (view.span(0, event - 1), view.span(event, view.last)):
                mean = view.mean(window)
                if mean is not None:
                    yield Node(sum(window) / len(window), mean, False)
    marks |= set(frame.before.points[-2:])
    for at in sorted(marks):
        level = view.level(at)
        if level is not None:
            yield Node(at, level, False)


def _pairs(frame: Frame, q: Quantity) -> Iterator[tuple[Node, Node]]:
    """Yield operand pairs in the order of time; named periods take part where there are any."""
    if not frame.view.complete:
        return
    named = list(dict.fromkeys(_named(frame)))[:MOST_NODES]
    distinct = {node.at for node in named}
    own = [] if q.place is None else [set(window) for window in q.place.windows]
    places = [place for place in frame.places if place.windows]
    nodes = named if len(distinct) > 1 else named + list(_marked(frame))
    stepped = q.place is not None and q.place.point is not None and q.place.relation in _DURING
    if stepped and len(distinct) < 2:
        nodes = named
    if len(places) == 1 and places[0].relation != "range":
        nodes += [Node(p.windows[0][0] - 1, level, True) for p, level in _steps_into(frame)]
    for one, two in combinations(nodes[: 2 * MOST_NODES], 2):
        if named and not (one.named or two.named):
            continue
        if q.direct and own and not any(node.at in window for node in (one, two) for window in own):
            continue
        if one.at != two.at:
            yield (one, two) if one.at < two.at else (two, one)


def _steps_into(frame: Frame) -> Iterator[tuple[Place, float]]:
    for place in frame.places:
        if place.windows and (level := frame.view.level(place.windows[0][0] - 1)) is not None:
            yield place, level


def _from_pairs(frame: Frame, q: Quantity) -> Proof | None:
    """Check a difference, a relative change or a worded ratio between two operands."""
    shared = q.unit == "share" and bool(frame.lows & _RESTATING) and frame.low(q.j) != "of"
    spoken = is_change(frame, q) or (q.unit == "%" and bool(frame.lows & _RESTATING))
    settled = q.unit == "share" and not shared
    if q.unit == "%" and any(matches_relative(q, a, b, 0) for a, b in frame.now.pairs):
        return proved("derived:relative_change:sentence", "the same change in percent")
    settled = settled or (bool(frame.now.pairs) and not shared)
    settled = settled or "alone" in frame.lows
    settled = settled or (frame.view.is_rate and q.unit == "%" and not frame.lows & _RESTATING)
    settled = settled or q.sign * direction_of(frame, q) < 0
    settled = settled or frame.low(q.i - 1) in {"at", "to"} or frame.low(q.j) in _REFERRING
    if settled or not (shared or spoken):
        return None
    direction = direction_of(frame, q)
    for one, two in _pairs(frame, q):
        text = f"from {show(frame.view, one.value)} to {show(frame.view, two.value)}"
        if shared:
            if one.value > 0 and two.value > 0 and _is_ratio(q, two.value / one.value):
                return proved("derived:ratio:named", text)
        elif matches_difference(frame.view, q, two.value - one.value, direction) or (
            matches_relative(q, one.value, two.value, direction)
        ):
            return proved("derived:change:named", text)
    return None


def _is_ratio(q: Quantity, true: float) -> bool:
    hedge = q.margin if q.margin in {"nearly", "about", "more"} else "plain"
    share = q.share or 0.0
    ratios = (1 - share, 1 + share)  # a change restated as a share of where it began
    return any(ratio > 0 and ratio_holds(ratio, true, hedge) for ratio in ratios)


def _from_counts(frame: Frame, q: Quantity) -> Proof | None:
    """Check a mean over as many periods as the clause counts, at an end or beside a change."""
    view = frame.view
    if not frame.lows & MEAN_WORDS or is_change(frame, q) or level_factor(view, q) is None:
        return None
    if q.place is not None and q.place.windows:
        return None
    first, last = frame.segment(q.i)
    if any(first <= place.i < last and place.windows for place in frame.places):
        return None
    counts = {
        int(o.value)
        for o in frame.quantities
        if o.unit.startswith("period:") and first <= o.i < last and o.value < view.size
    }
    for size in counts:
        starts = {0, view.last - size + 1}
        starts |= {event + shift for event in view.events if event for shift in (0, -size)}
        for start in starts:
            window = view.span(start, start + size - 1)
            mean = view.mean(window)
            if len(window) == size and mean is not None and matches_level(view, q, mean):
                return proved(f"derived:mean:{start}", f"the mean there is {show(view, mean)}")
    return None


def _from_excess(frame: Frame, q: Quantity) -> Proof | None:
    """Check what a level above or below the old one adds up to over several periods.

    "Over thirty days the lower level is worth 1,590": the difference of the means times the days;
    "110 more than at the old average": the sum of a window less as many periods at that mean.
    """
    view = frame.view
    if view.unit in {"%", "pt", "x"} or level_factor(view, q) is None or q.worded:
        return None
    if not frame.lows & _EXCESS:
        return None
    counts = [int(o.value) for o in frame.quantities if o.unit.startswith("period:")]
    for event in view.events:
        before, after = view.span(0, (event or 0) - 1), view.span(event or 0, view.last)
        old, new = view.mean(before), view.mean(after)
        if not event or old is None or new is None:
            continue
        late = [w for place in frame.places for w in place.windows if w[0] >= event]
        spans = [*counts, *(len(window) for window in late)]
        sums = [count * (new - old) for count in spans if count > 1]
        for place in frame.places:
            sums.extend(
                sum(view.several(window)) - len(window) * old
                for window in place.windows
                if len(window) > 1 and window[0] >= event
            )
        if any(matches_difference(view, q, total, 0) for total in sums):
            return proved("derived:excess", f"against {show(view, old)} a period before")
    return None


def _from_written(frame: Frame, q: Quantity) -> Proof | None:
    """Check a number against products and quotients of two others of the sentence.

    "0.45 points is 11 % of 4.2", "2 points on 205,000 are 4,100": the operands are claims of their
    own, or figures of the question.
    """
    if q.half_step <= 0 or (q.worded and q.unit == ""):
        return None
    written = [
        abs(o.value)
        for o in frame.quantities
        if o is not q and not o.unit.startswith("period:") and o.share is None
    ][:MOST_WRITTEN]
    if not written:
        return None
    view = frame.view
    changed = {abs(o.value) for o in frame.quantities if o.unit in {"pp", "pt"}}
    bases = [node.value for node in _marked(frame)] if view.complete else []
    for one, two in permutations(written, 2):
        if q.unit != "%" and _near(q, one * two / 100):
            return proved("derived:product", f"{one:g} % of {two:,.10g}")
    if q.unit == "%" and not view.is_rate and not q.sign:
        for one in written:
            for two in (*written, *(bases if one in changed else ())):
                if one < two and two > 0 and _near(q, 100 * one / two):
                    return proved("derived:quotient", f"{one:,.10g} of {two:,.10g}")
    if q.unit in {"pp", "pt"}:
        stated = [o.value for o in stated_numbers(view.question) if o.unit in {"%", "", "pp"}]
        for one, two in combinations(stated[:8], 2):
            if one != two and abs(one - two) == abs(q.value):
                return proved("derived:difference", f"{two:g} less {one:g}, as stated")
    return None


def _near(q: Quantity, true: float) -> bool:
    return abs(true - abs(q.value)) <= q.half_step * 1.001
