"""What makes a number wrong although its value occurs: its unit, its partner, its own period.

"The biggest jump, 7 %, came in July" names the jump into July; "31 to 36 between May and July"
names the two ends; "410,000 seats" is no amount of money. A veto speaks only where the sentence
ties a number to exactly one thing.
"""

from collections.abc import Iterator
from itertools import pairwise

from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.matching import (
    level_factor,
    matches_difference,
    matches_level,
    matches_relative,
)
from bot.analysis.verification.proof import Proof, refused, show
from bot.analysis.verification.ranks import find_superlatives
from bot.analysis.verification.spans import lead_word
from bot.analysis.verification.vocabulary import CURRENCY_WORDS, MEAN_WORDS, PEOPLE
from bot.analysis.verification.wordsets import words

_THINGS = PEOPLE | words("seats teams stores shops items tickets units pieces downloads")
_MORE = words("more fewer less extra additional")
_APPOSED = frozenset({",", "(", "of", "-", ":"})


def foreign_unit(frame: Frame, q: Quantity) -> Proof | None:
    """Refuse "410,000 seats" of money and "407 fewer euros" of a count."""
    at = q.j + (frame.low(q.j) in _MORE)
    low, view = frame.low(at), frame.view
    money = len(view.unit) == 3 and view.unit.isupper()
    is_level = money and low in _THINGS and level_factor(view, q) is not None
    if is_level and any(matches_level(view, q, view.level(i) or 0.0) for i in view.known):
        return refused(f"{view.question.metric} is measured in {view.unit}, not in {low}")
    if not money and view.unit == "count" and low in CURRENCY_WORDS:
        return refused(f"{view.question.metric} is no amount of money")
    return None


def find_vetoes(frame: Frame, free: list[Quantity]) -> Iterator[tuple[Quantity, Proof]]:
    """Yield the numbers that the sentence ties to something else than what proved them."""
    yield from _apposed_to_step(frame, free)
    yield from _mean_of_range(frame, free)
    for one, two in pairwise(free):
        between = frame.words(one.j, two.i)
        if between == ["to"]:
            yield from _ends(frame, one, two)
        elif between == ["and"]:
            yield from _in_order(frame, one, two)


def _apposed_to_step(frame: Frame, free: list[Quantity]) -> Iterator[tuple[Quantity, Proof]]:
    """Check "the biggest jump, €7, came in July": the number is the step into July."""
    steps = [found for found in find_superlatives(frame) if found.steps]
    points = [place for place in frame.places if place.point is not None]
    numbers = [q for q in free if not q.unit.startswith("period:") and q.share is None]
    if len(steps) != 1 or len(points) != 1 or len(frame.places) != 1 or len(numbers) != 1:
        return
    q, at = numbers[0], points[0].point or 0
    near = steps[0].j <= q.i <= steps[0].j + 4 and frame.low(q.i - 1) in _APPOSED
    step, before = frame.view.steps.get(at), frame.view.level(at - 1)
    if not near or step is None or before is None:
        return
    if not matches_difference(frame.view, q, step, 0) and not (
        matches_relative(q, before, before + step, 0)
    ):
        yield q, refused(f"the step there was {show(frame.view, step)}")


def _mean_of_range(frame: Frame, free: list[Quantity]) -> Iterator[tuple[Quantity, Proof]]:
    """Check "the mean is 40.3 % from week 1 to week 6": the mean of just those periods."""
    view = frame.view
    levels = [q for q in free if level_factor(view, q) is not None]
    ranges = [p for p in frame.places if p.kind == "span" and p.relation in {"", "range"}]
    if len(levels) != 1 or len(ranges) != 1 or len(frame.places) != 1 or not ranges[0].windows:
        return
    q, window = levels[0], ranges[0].windows[0]
    said = [low for low in frame.words(max(0, q.i - 4), q.i) if low in MEAN_WORDS]
    if not said or not 0 <= ranges[0].i - q.j <= 1:
        return
    middles = (view.mean(window), view.median(window), view.pooled_mean(window))
    known = [middle for middle in middles if middle is not None]
    if known and not any(matches_level(view, q, middle) for middle in known):
        yield q, refused(f"the mean there was {show(view, known[0])}")


def _ends(frame: Frame, one: Quantity, two: Quantity) -> Iterator[tuple[Quantity, Proof]]:
    """Check "31 to 36 between May and July": the two ends of the named range."""
    place = next((p for p in frame.places if p.i in {two.j, two.j + 1}), None)
    ahead = [p for p in frame.places if p.j <= one.i and frame.low(p.i - 1) == "between"]
    if place is None and len(ahead) == len(frame.places) == 1 and lead_word(frame, one) == "from":
        place = ahead[0]
    ranged = place is not None and (place.relation == "range" or place in ahead)
    if place is None or not ranged or not place.windows or len(place.windows[0]) < 2:
        return
    first, last = place.windows[0][0], place.windows[0][-1]
    for q, at in ((one, first), (two, last)):
        level = frame.view.level(at)
        if level_factor(frame.view, q) is None or level is None:
            return
        if not matches_level(frame.view, q, level):
            yield q, refused(f"it was {show(frame.view, level)} there")


def _in_order(frame: Frame, one: Quantity, two: Quantity) -> Iterator[tuple[Quantity, Proof]]:
    """Check "March and April gave 95 and 60": two values in the order of their periods."""
    ahead = [p for p in frame.places if p.j <= one.i]
    window = _two_points(ahead)
    if window is None or any(p.i >= one.j for p in frame.places):
        return
    levels = [frame.view.level(at) for at in window]
    if None in levels or levels[0] == levels[1]:
        return
    fits = [matches_level(frame.view, q, v or 0.0) for q, v in zip((one, two), levels, strict=True)]
    crossed = matches_level(frame.view, one, levels[1] or 0.0) and matches_level(
        frame.view, two, levels[0] or 0.0
    )
    if crossed and not any(fits):
        yield one, refused("the two values stand in the other order")
        yield two, refused("the two values stand in the other order")


def _two_points(places: list[Place]) -> tuple[int, ...] | None:
    if places and places[-1].kind == "set" and places[-1].windows:
        window = places[-1].windows[0]
        return window if len(window) == 2 else None
    points = [p.point for p in places if p.point is not None]
    return tuple(points[-2:]) if len(points) >= 2 else None
