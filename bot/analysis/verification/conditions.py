"""What a sentence says of several periods: negative, above a line, without refunds, below target.

Gives the positions that fulfil it, so that "three weeks were negative" can be counted; for "for
four months" also the length of the run that lasts until the newest value.
"""

from bot.analysis.verification.anchors import metric_stems
from bot.analysis.verification.directions import word_direction
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.matching import level_factor
from bot.analysis.verification.numbers import CARDINALS
from bot.analysis.verification.quotes import reference_line
from bot.analysis.verification.tokens import stem
from bot.analysis.verification.vocabulary import (
    DOWN_NOUNS,
    DOWN_VERBS,
    UP_NOUNS,
    UP_VERBS,
)
from bot.analysis.verification.wordsets import words

Condition = frozenset[int] | tuple[frozenset[int], int]

STEM_START = 4  # letters two forms of one word have in common
_OVER = words("above over exceeding exceeded exceeds beyond topped beat")
_UNDER = words("below under beneath")
_LOWER = words("lower quieter cheaper faster quicker smaller weaker calmer")
_FALLING = words("down falling losing")
_HIGHER = words("higher busier dearer slower larger stronger bigger")


def find_condition(frame: Frame, q: Quantity) -> Condition | None:
    """Return the positions that fulfil the condition around a count of periods."""
    window = _window(frame, q)
    moved = _moved(frame, q, window)
    if moved is not None:
        return moved
    for at in range(len(frame.tokens)):
        found = _read(frame, at, window, q)
        if found is None:
            continue
        if frame.low(q.i - 1) == "for" or "run" in frame.words(q.i - 4, q.i):
            return found, _run(frame, found, q)
        return found
    return None


def _moved(frame: Frame, q: Quantity, window: tuple[int, ...]) -> frozenset[int] | None:
    """Read "two months fell", "six of the eight steps were up": periods by their step."""
    inner = set(frame.words(q.i + 1, q.j))
    sides = 1 if inner & {"up", "rising", "growing"} else -1 if inner & _FALLING else 0
    if sides:
        return frozenset(i for i in window if frame.view.steps.get(i, 0.0) * sides > 0)
    if frame.low(q.i - 1) == "in" and frame.low(q.i - 2) in {"up", "down", "fell", "rose"}:
        side = 1 if frame.low(q.i - 2) in {"up", "rose"} else -1
        return frozenset(i for i in window if frame.view.steps.get(i, 0.0) * side > 0)
    for at in range(q.j, q.j + 3):
        low = frame.low(at)
        direction = word_direction(frame, at) if low in UP_VERBS | DOWN_VERBS else 0
        if low in {"up", "down"} and frame.low(at - 1) in {"were", "was", "went", "are"}:
            direction = 1 if low == "up" else -1
        if low in UP_NOUNS | DOWN_NOUNS and not low.endswith("s") and at == q.j:
            return None  # "a one-month spike"
        if direction:
            steps = frame.view.steps
            return frozenset(i for i in window if steps.get(i, 0.0) * direction > 0)
        if low not in {"were", "was", "have", "has", "went", "are", "saw"}:
            return None
    return None


def _window(frame: Frame, q: Quantity) -> tuple[int, ...]:
    for place in frame.places:
        if place.windows and len(place.windows[0]) > 1 and place.i >= q.i:
            return place.windows[0]
    return frame.view.known


def _read(frame: Frame, at: int, window: tuple[int, ...], q: Quantity) -> frozenset[int] | None:
    low, view = frame.low(at), frame.view
    levels = {i: value for i in window if (value := view.level(i)) is not None}
    if low == "negative" and at > q.i:
        return frozenset(i for i, value in levels.items() if value < 0)
    if low == "positive" and at > q.i:
        return frozenset(i for i, value in levels.items() if value > 0)
    if low in {"no", "without"} and _names_metric(frame, at + 1):
        return frozenset(i for i, value in levels.items() if value == 0)
    if low in {"zero", "0"} and frame.low(at - 1) in {"at", "were", "had", "was"}:
        return frozenset(i for i, value in levels.items() if value == 0)
    if low in _LOWER | _HIGHER and frame.low(at + 1) == "than" and at > q.i:
        return _compared(frame, at, levels)
    if low == "than" and frame.low(at - 1) in {"fewer", "less", "more"} and at > q.i:
        line = _line(frame, at + 1)
        if line is not None:
            over = frame.low(at - 1) == "more"
            return frozenset(i for i, v in levels.items() if (v > line if over else v < line))
    if low not in _OVER | _UNDER or q.i <= at < q.j:
        return None
    line = _line(frame, at + 1)
    if line is None:
        return None
    if low in _UNDER:
        return frozenset(i for i, value in levels.items() if value < line)
    return frozenset(i for i, value in levels.items() if value > line)


def _names_metric(frame: Frame, at: int) -> bool:
    """Tell whether a word names the metric, also as "failure" for "failed payouts"."""
    stems = metric_stems(frame.view.question)
    starts = {name[:STEM_START] for name in stems if len(name) >= STEM_START}
    near = [frame.low(k) for k in (at, at + 1)]
    return any(stem(low) in stems or low[:STEM_START] in starts for low in near)


def _compared(frame: Frame, at: int, levels: dict[int, float]) -> frozenset[int] | None:
    other = next((p for p in frame.places if p.i > at and p.point is not None), None)
    position = other.point if other is not None else None
    if position is None and "last" in frame.words(at, at + 4):
        position = frame.view.last
    true = None if position is None else frame.view.level(position)
    if true is None:
        return None
    if frame.low(at) in _LOWER:
        return frozenset(i for i, value in levels.items() if value < true)
    return frozenset(i for i, value in levels.items() if value > true)


def _line(frame: Frame, at: int) -> float | None:
    """Return the value behind "above": a written level, zero, or a limit the user stated."""
    for position in range(at, at + 6):
        if frame.low(position) in {",", ";", "and", "in", "on"}:
            break
        if frame.low(position) == "zero":
            return 0.0
        if frame.low(position) in CARDINALS and position > at:
            break
        for other in frame.quantities:
            if other.i <= position < other.j:
                factor = level_factor(frame.view, other)
                return None if factor is None or other.per or other.share else other.value * factor
    return reference_line(frame, at)


def find_line(frame: Frame) -> tuple[float, int] | None:
    """Return the line a sentence names with the side it speaks of: +1 above, -1 below."""
    for at in range(len(frame.tokens)):
        if frame.low(at) in _OVER | _UNDER and frame.low(at + 1) != "out":
            line = _line(frame, at + 1)
            if line is not None:
                return line, 1 if frame.low(at) in _OVER else -1
    return None


def _run(frame: Frame, held: frozenset[int], q: Quantity) -> int:
    """Return the length of the run that lasts until the newest value, or fills the named place."""
    for place in frame.places:
        if place.windows and len(place.windows[0]) > 1 and set(place.windows[0]) <= held:
            first, last = place.windows[0][0], place.windows[0][-1]
            if first - 1 not in held and last + 1 not in held:
                return len(place.windows[0])
    last, count = frame.view.last, 0
    if last not in held and held and "run" in frame.words(q.i - 4, q.i):
        last = max(held)
    while last - count in held:
        count += 1
    return count
