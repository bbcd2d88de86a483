"""Numbers of periods: "six weeks of data", "three weeks were negative", "over eight weeks".

A count of periods must be the length of the series or of a window, a distance the series has, or
the number of periods that fulfil what the sentence says of them.
"""

from collections.abc import Iterator

from bot.analysis.verification.directions import word_direction
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.matching import level_factor
from bot.analysis.verification.periods_count import period_count
from bot.analysis.verification.proof import Proof, proved, refused


def prove_duration(frame: Frame, q: Quantity) -> Proof:
    """Check a number of periods."""
    view = frame.view
    size = period_count(view, q.value, q.unit.removeprefix("period:"))
    if size is None:
        return refused(f"the series counts {view.question.period.value}s")
    counted = _condition_count(frame, q)
    if counted is not None:
        if counted == size:
            return proved("derived:count", f"{counted} periods fulfil it")
        return refused(f"{counted} periods fulfil it, not {size}")
    for length, label in _lengths(frame):
        if abs(length - size) < 1e-9:
            return proved(f"derived:{label}", f"{label.replace('_', ' ')} is {size}")
    return refused(f"nothing in the series lasts {size} {view.question.period.value}s")


def _lengths(frame: Frame) -> Iterator[tuple[int, str]]:
    view = frame.view
    yield len(view.known), "length"
    yield len(view.known) - 1, "number_of_steps"
    yield len(view.complete), "complete_length"
    for place in frame.places:
        for window in place.windows:
            yield len(window), "window"
    points = [place.point for place in frame.places if place.point is not None]
    for one, two in zip(points, points[1:], strict=False):
        yield abs(two - one), "distance"
    for event in view.events:
        if event is not None:
            yield view.last - event + 1, "since_change"
            yield view.last - event, "since_change"
            yield event, "before_change"
    run = view.runs.get(view.last, (0, 0))
    yield run[1], "streak"
    if not frame.places:
        ups = sum(1 for step in view.steps.values() if step > 0)
        downs = sum(1 for step in view.steps.values() if step < 0)
        direction = sum(word_direction(frame, at) for at in range(len(frame.tokens)))
        yield (ups if direction > 0 else downs if direction < 0 else -1), "count_of_steps"
        yield view.last - view.high, "distance_from_peak"
        yield view.last - view.low, "distance_from_low"
        yield abs(view.high - view.low), "distance"


def _condition_count(frame: Frame, q: Quantity) -> int | None:
    """Count the periods that fulfil a condition named behind the number; None without one."""
    view = frame.view
    window = next(
        (place.windows[0] for place in frame.places if place.windows and len(place.windows[0]) > 1
         and place.i > q.i),
        view.known,
    )  # fmt: skip
    values = view.several(window)
    words = frame.words(q.j, len(frame.tokens))
    if "negative" in words:
        return sum(value < 0 for value in values)
    if "positive" in words:
        return sum(value > 0 for value in values)
    for at in range(q.j, len(frame.tokens)):
        low = frame.low(at)
        if low in {"above", "over", "exceeding", "exceeded", "below", "under", "beneath", "beyond"}:
            line = _line(frame, at + 1)
            if line is None:
                continue
            if low in {"below", "under", "beneath"}:
                return sum(value < line for value in values)
            return sum(value > line for value in values)
        if low == "no" and frame.low(at + 1) not in PERIODIC:
            return sum(value == 0 for value in values)
        if low in {"zero", "0"} and frame.low(at - 1) in {"at", "were", "had", "was"}:
            return sum(value == 0 for value in values)
    return None


PERIODIC = frozenset({"week", "day", "month", "longer", "more"})


def _line(frame: Frame, at: int) -> float | None:
    if frame.low(at) == "zero":
        return 0.0
    for other in frame.quantities:
        if other.i <= at < other.j:
            factor = level_factor(frame.view, other)
            return None if factor is None else other.value * factor
    return None
