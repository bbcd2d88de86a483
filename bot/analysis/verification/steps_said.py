"""Numbers that are steps: lists of them, ranges of them, their pace, one step against another.

"The monthly losses since May were 4, 7, 8 and 7 thousand", "between 0.5 and 0.7 points a week",
"July's drop was twice June's". The words must speak of steps, every step must go the way they
say, and the named periods must be the ones the steps lead into.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.matching import matches_difference, matches_relative
from bot.analysis.verification.multiples import ratio_holds
from bot.analysis.verification.proof import Proof, proved, show
from bot.analysis.verification.said import said_direction, says_pace, says_step
from bot.analysis.verification.wordsets import words

_JOINS = frozenset({",", "and", "then", "&"})
_EACH = words("each both")
_LAST = words("last latest newest final recent")
_BEFORE = words("before previous preceding prior")
SHORTEST_FREE = 3  # a list of steps without periods needs as many to be no accident
LOOSE_SIZE = 1_000


def step_lists(frame: Frame, free: list[Quantity]) -> Iterator[list[Quantity]]:
    """Yield runs of two or more numbers joined by commas or "and"."""
    group: list[Quantity] = []
    for q in [*free, None]:
        joined = q is not None and group and set(frame.words(group[-1].j, q.i)) <= _JOINS
        if not joined:
            pair = len(group) == 2 and frame.words(group[0].j, group[1].i) == [","]
            if len(group) > 1 and not pair:
                yield group
            group = []
        if q is not None and not q.unit.startswith("period:"):
            group.append(q)


def prove_step_list(frame: Frame, group: list[Quantity]) -> Proof | None:
    """Return the proof that a list gives consecutive steps of the series, None otherwise."""
    if not says_step(frame):
        return None
    group = _share_unit(group)
    direction = said_direction(frame, group[0])
    for window in _windows(frame, len(group)):
        steps = [frame.view.steps.get(at) for at in window]
        fits = (
            step is not None and matches_difference(frame.view, q, step, direction)
            for q, step in zip(group, steps, strict=True)
        )
        if all(fits):
            frame.now.points.append(window[-1])
            text = ", ".join(show(frame.view, step) for step in steps if step is not None)
            return proved(f"derived:steps:{window[0]}-{window[-1]}", f"the steps were {text}")
    return None


def _share_unit(group: list[Quantity]) -> list[Quantity]:
    """Give "4, 7 and 8 thousand dollars" the scale and the unit of its last number."""
    last = group[-1]
    scale = 2 * last.half_step if last.half_step > 1 and last.value >= LOOSE_SIZE else 1.0
    found = []
    for q in group[:-1]:
        factor = scale if q.unit in {"", last.unit} and q.value < LOOSE_SIZE else 1.0
        unit = q.unit or last.unit
        found.append(replace(q, value=q.value * factor, half_step=q.half_step * factor, unit=unit))
    return [*found, last]


def _windows(frame: Frame, size: int) -> Iterator[tuple[int, ...]]:
    points = [p.point for p in frame.places if p.point is not None and p.relation != "since"]
    named = [w for p in frame.places for w in p.windows if len(w) > 1]
    if len(points) == size and sorted(points) == points:
        yield tuple(points)
        return
    for window in named:
        if len(window) == size:
            yield window
        if len(window) == size + 1:
            yield window[1:]
    if size < SHORTEST_FREE:
        return
    known = frame.view.known
    inside = {at for window in named for at in window}
    for start in range(1, len(known) - size + 1):
        window = known[start : start + size]
        if not inside or set(window) <= inside:
            yield window


def as_step(frame: Frame, q: Quantity) -> Proof | None:
    """Read a number as the step into the named period, or into the one spoken of before."""
    if not says_step(frame) or q.unit == "share":
        return None
    if frame.view.is_rate and (q.unit == "%" or (q.unit != "pp" and q.half_step >= 0.5)):
        return None
    direction = said_direction(frame, q)
    if frame.lows & _EACH:
        return _as_each_step(frame, q, direction)
    for at in _step_positions(frame, q):
        step, before = frame.view.steps.get(at), frame.view.level(at - 1)
        if step is None or before is None:
            continue
        fits = matches_difference(frame.view, q, step, direction)
        if fits or matches_relative(q, before, before + step, direction):
            frame.now.pairs.append((before, before + step))
            return proved(f"derived:step:{at}", f"the step was {show(frame.view, step)}")
    return None


def _as_each_step(frame: Frame, q: Quantity, direction: int) -> Proof | None:
    """Check "March and June, each by a single point": every named step is so."""
    points = [at for p in frame.places if p.kind != "span" for w in p.windows for at in w]
    steps = [frame.view.steps.get(at) for at in points]
    fits = (s is not None and matches_difference(frame.view, q, s, direction) for s in steps)
    if steps and all(fits):
        return proved("derived:steps:each", f"all {len(steps)} steps are so")
    return None


def _step_positions(frame: Frame, q: Quantity) -> Iterator[int]:
    first, last = frame.segment(q.i)
    inside = [p for p in frame.places if first <= p.i < last and p.windows]
    chosen = [q.place] if q.place is not None and q.place.windows else inside
    if not chosen:
        chosen = [p for p in frame.places if p.windows]
    for place in chosen:
        if place is not None:
            yield from (w[0] for w in place.windows if len(w) == 1)
    if chosen:
        return
    if frame.lows & _LAST:
        yield frame.view.last
    elif frame.lows & {"that", "this"}:
        yield from frame.before.points[-1:]


def as_pace(frame: Frame, q: Quantity) -> Proof | None:
    """Read a number as the mean step over the run that lasts, up to the peak, or since a change."""
    if not says_pace(frame, q) or frame.lows & {"short", "below", "above", "than"}:
        return None
    direction = said_direction(frame, q)
    for window in pace_windows(frame, q):
        steps = [frame.view.steps[at] for at in window if at in frame.view.steps]
        if len(steps) > 1:
            pace = sum(steps) / len(steps)
            if matches_difference(frame.view, q, pace, direction):
                text = f"{show(frame.view, pace)} a period over {len(steps)} steps"
                return proved(f"derived:pace:{window[0]}-{window[-1]}", text)
    return None


def pace_windows(frame: Frame, q: Quantity) -> Iterator[tuple[int, ...]]:
    """Yield the steps a pace may be taken over: the named window, a run, the sides of a mark."""
    view = frame.view
    first, last = frame.segment(q.i)
    spans = [p for p in frame.places if any(len(w) > 1 for w in p.windows)]
    spans = [p for p in spans if first <= p.i < last] or spans
    named = [w for p in spans for w in p.windows if len(w) > 1]
    for window in named:
        yield window
        yield window[1:]
    if named:
        return
    if "peak" in frame.lows:
        yield view.span(1, view.high)
        return
    _, length = view.runs.get(view.last, (0, 0))
    yield view.span(view.last - length + 1, view.last)
    for event in view.events:
        if event:
            yield view.span(event, view.last)
            yield view.span(event + 1, view.last)
            yield view.span(1, event - 1)
    yield from (window[1:] for window in frame.before.windows[-1:])


def prove_step_range(frame: Frame, low: Quantity, high: Quantity) -> Proof | None:
    """Check "between 0.5 and 0.7 points a week", "€5 to €7 dearer each month"."""
    between = frame.words(low.j, high.i)
    if between not in (["and"], ["to"], ["-"], ["or"]) or not says_pace(frame, high):
        return None
    direction = said_direction(frame, low) or said_direction(frame, high)
    low = replace(low, unit=low.unit or high.unit)
    for window in pace_windows(frame, low):
        steps = [frame.view.steps[at] for at in window if at in frame.view.steps]
        averaged = bool(frame.lows & {"average", "averaged"})
        if not steps or (not averaged and any(step * direction < 0 for step in steps)):
            continue
        sizes = sorted(abs(step) for step in steps)
        ends = matches_difference(frame.view, low, sizes[0], 0)
        if ends and matches_difference(frame.view, high, sizes[-1], 0):
            text = f"the steps lie between {sizes[0]:g} and {sizes[-1]:g}"
            return proved("derived:range:steps", text)
        mean = sum(steps) / len(steps)
        inside = low.value <= abs(mean) <= high.value and mean * (direction or mean) > 0
        if averaged and inside:
            return proved("derived:pace", f"the mean step is {show(frame.view, mean)}")
    return None


def multiple_of_steps(frame: Frame, ratio: float, hedge: str) -> Proof | None:
    """Check "July's drop was twice June's": one step against another."""
    for before, after, label in step_pairs(frame):
        if before and ratio_holds(ratio, after / before, hedge):
            return proved(f"derived:ratio:{label}", f"the steps stand as {after / before:.2f}")
    return None


def step_pairs(frame: Frame) -> Iterator[tuple[float, float, str]]:
    """Yield (earlier step, later step) that "twice June's", "half the one before" compare."""
    steps = frame.view.steps
    if not says_step(frame):
        return
    points = [p.point for p in frame.places if p.point is not None and p.relation != "counted"]
    named = [steps[at] for at in points if at in steps]
    for one, two in pairwise(named):
        yield abs(two), abs(one), "steps"
    if frame.lows & _BEFORE and "one" in frame.lows:
        last = points[-1] if points else frame.view.last
        if last in steps and last - 1 in steps:
            yield abs(steps[last - 1]), abs(steps[last]), "steps"
