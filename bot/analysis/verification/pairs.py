"""Pairs of values a change may be between: ends of a named window, a step, the salient marks."""

import itertools
from collections.abc import Iterator

from bot.analysis.verification.frame import Context, Frame, Place
from bot.analysis.verification.wordsets import words

Pair = tuple[float, float, str]
_COMPARE = words("compared against versus vs than missing relative fewer more")


def timed_pairs(context: Context) -> list[tuple[float, float]]:
    """Return pairs of proved values in the order of time, neighbours in the text first."""
    timed = context.timed
    pairs = [(min(a, b), max(a, b)) for a, b in itertools.pairwise(timed)]
    if len(timed) > 2:
        pairs.append((min(timed[0], timed[-1]), max(timed[0], timed[-1])))
    return [(one[1], two[1]) for one, two in pairs if one[0] != two[0]]


def step_pair(frame: Frame, first: int, last: int) -> Iterator[Pair]:
    before, after = frame.view.level(first), frame.view.level(last)
    if before is not None and after is not None and first != last:
        yield before, after, f"{first}-{last}"


def place_pairs(frame: Frame, place: Place) -> Iterator[Pair]:
    """Yield the pairs a named place stands for: the step into it, or the ends of a window."""
    view = frame.view
    for window in place.windows:
        if not window:
            continue
        first, last = window[0], window[-1]
        if place.kind == "set" and "together" in frame.lows:
            yield from step_pair(frame, first - 1, last)
            continue
        if place.kind == "set":
            for at in window:
                yield from step_pair(frame, at - 1, at)
            continue
        if place.relation == "before" and frame.lows & _COMPARE:
            rest = tuple(i for i in view.known if i > last)
            before, after = view.mean(window), view.mean(rest)
            if before is not None and after is not None:
                yield before, after, "means"
        if len(window) == 1 and place.relation != "since":
            yield from step_pair(frame, first - 1, first)
            if place.relation in {"by", "offset"}:
                yield from step_pair(frame, 0, first)
                for point in frame.before.points[-2:]:
                    yield from step_pair(frame, point, first)
            elif frame.lows & {"relative", "against", "versus", "vs", "than", "compared"}:
                yield from step_pair(frame, first, view.last)
            continue
        yield from step_pair(frame, first, last)
        if place.relation != "range" and frame.low(place.i - 1) not in {"from", "between"}:
            yield from step_pair(frame, first - 1, last)
        rest = tuple(i for i in view.known if i < first)
        if place.relation in {"since", "after", "counted"} and rest:
            before, after = view.mean(rest), view.mean(window)
            if before is not None and after is not None:
                yield before, after, "means"


def latest_steps(frame: Frame) -> Iterator[Pair]:
    view = frame.view
    yield from step_pair(frame, view.last - 1, view.last)
    if frame.lows & {"latest", "last", "final", "recent", "newest"}:
        return
    for at in sorted(view.steps, key=lambda i: -abs(view.steps[i]))[:3]:
        yield from step_pair(frame, at - 1, at)


def salient_pairs(frame: Frame) -> Iterator[Pair]:
    """Yield the changes people talk about without naming a window."""
    view = frame.view
    if not view.known:
        return
    first, last = view.known[0], view.last
    yield from step_pair(frame, first, last)
    yield from step_pair(frame, last - 1, last)
    yield from step_pair(frame, view.high, last)
    yield from step_pair(frame, view.low, last)
    if view.question.incomplete_last:
        yield from step_pair(frame, first, last - 1)
    low, high = sorted((view.high, view.low))
    yield from step_pair(frame, low, high)
    for event in view.events:
        if event is None:
            continue
        yield from step_pair(frame, event - 1, last)
        yield from step_pair(frame, event - 1, event)
        before, after = view.mean(view.span(0, event - 1)), view.mean(view.span(event, last))
        if before is not None and after is not None:
            yield before, after, "means"
    yield from latest_steps(frame)
