"""Last reading of a number before it is refused: arithmetic over what the sentence names.

Differences and relative changes between two named operands, steps and paces, sums, people behind
points, and what a level would have made. A reading must use every period of the number's own
clause, agree with the direction the words give, and keep points and percent apart.
"""

from collections.abc import Iterator
from itertools import combinations

from bot.analysis.verification.changes import direction_of
from bot.analysis.verification.cohorts import sizes
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.levels import stat_word
from bot.analysis.verification.matching import (
    level_factor,
    matches_difference,
    matches_level,
    matches_relative,
)
from bot.analysis.verification.numbers import read_ordinal
from bot.analysis.verification.operands import LIMIT, Operand, find_operands
from bot.analysis.verification.proof import Proof, proved, show
from bot.analysis.verification.said import said_direction, says_change
from bot.analysis.verification.steps_said import as_pace, as_step
from bot.analysis.verification.tolerance import is_near
from bot.analysis.verification.vocabulary import MEAN_WORDS
from bot.analysis.verification.wordsets import words

_SUMS = words(
    "total totals totalled together altogether net combined sum all cost brought made sent went "
    "came produced gave"
)
_REFERRING = words("short below above beyond ahead behind under over")
_HELD = words("differ differs than against compared versus gap difference from with of")
_DURING = frozenset({"", "in", "nth", "during", "offset"})
_OVERALL = words("extra total overall whole all altogether")
_GAVE = words("brought saw gave made produced delivered had")
_CAUSE = words("account accounts accounted explain explains explained responsible routine")
_COULD = words("if had would")
_PEOPLE = words("more fewer less extra worth missing lost gained lose additional cost costs means")


def by_derivation(frame: Frame, q: Quantity) -> Proof | None:
    """Return the proof that a derived value of what the sentence names is the number."""
    if q.unit.startswith("period:") or (q.place is not None and q.place.trouble):
        return None
    if q.unit == "share" or q.sign * said_direction(frame, q) < 0 or frame.lows & _CAUSE:
        return None
    if q.margin in {"more", "less"} and q.unit != "pp":
        return None  # a line that values lie over or under
    return (
        as_step(frame, q)
        or as_pace(frame, q)
        or _as_difference(frame, q)
        or _as_sum(frame, q)
        or _as_people(frame, q)
        or _as_supposed(frame, q)
        or _as_level_again(frame, q)
    )


def _as_level_again(frame: Frame, q: Quantity) -> Proof | None:
    """Read a level after "brought", or in "its first week" counted from a recorded change."""
    view, place = frame.view, q.place
    if place is None or place.point is None or q.sign or level_factor(view, q) is None:
        return None
    level = view.level(place.point)
    if frame.low(q.i - 1) in _GAVE and level is not None and matches_level(view, q, level):
        frame.now.levels.append(level)
        return proved(f"level.{place.point}", f"it was {show(view, level)}")
    named = set(frame.words(place.i - 4, place.j + 1)) | frame.lows & {"new"}
    if not named & {"its", "new", "back"} or not read_ordinal(frame.tokens, place.i):
        return None
    for event in view.events:
        at = (event or 0) + place.point
        level = view.level(at)
        if event and level is not None and matches_level(view, q, level):
            frame.now.levels.append(level)
            return proved(f"level.{at}", f"{place.point + 1} periods into the change")
    return None


def _inside(frame: Frame, q: Quantity, place: Place) -> bool:
    first, last = frame.segment(q.i)
    return first <= place.i < last


def own_places(frame: Frame, q: Quantity) -> list[Place]:
    """Return the places of a number's own clause, else those of the whole sentence."""
    if q.direct and q.place is not None and q.place.windows:
        return [q.place]
    first, last = frame.segment(q.i)
    inside = [p for p in frame.places if first <= p.i < last and p.windows]
    return inside or [p for p in frame.places if p.windows]


def touches(place: Place, one: Operand, two: Operand) -> bool:
    """Tell whether a pair of operands makes use of a named period."""
    for window in place.windows:
        reach = {*window, window[0] - 1}
        for operand in (one, two):
            if operand.at and operand.at <= reach:
                return True
    return False


def operand_pairs(frame: Frame, q: Quantity) -> Iterator[tuple[Operand, Operand]]:
    """Yield operand pairs in the order of time that use what the number's clause names."""
    found = find_operands(frame)
    places = own_places(frame, q)
    inside = frame.segment(q.i)
    own = [p for p in places if inside[0] <= p.i < inside[1]]
    sources = {operand.source for operand in found if operand.source >= LIMIT}
    for one, two in combinations(found, 2):
        if one.at == two.at or (one.at and two.at and one.at & two.at):
            continue
        if sources and max(one.source, two.source) < LIMIT:
            continue
        if len(sources) > 1 and (one.source == two.source or min(one.source, two.source) < LIMIT):
            continue
        if places and not any(touches(place, one, two) for place in places):
            continue
        if own and not all(touches(place, one, two) for place in own):
            continue
        yield (one, two) if one.middle <= two.middle else (two, one)


def _as_difference(frame: Frame, q: Quantity) -> Proof | None:
    if not says_change(frame, q) or frame.low(q.i - 1) in {"at", "from"}:
        return None
    if frame.low(q.i - 1) == "to" and not frame.lows & {"gap", "lead", "distance"}:
        return None
    short = bool(_REFERRING & set(frame.words(q.j, q.j + 2)))
    if (q.per and not short) or "each" in frame.words(q.i - 4, q.j + 3):
        return None
    if len(dict(frame.now.timed)) > 1:
        return None
    inside = own_places(frame, q)
    during = len(inside) == 1 and inside[0].point is not None and inside[0].relation in _DURING
    if during and not frame.lows & (_REFERRING | _HELD):
        return None  # the change in a period is the step into it
    percent = frame.view.is_rate and q.unit == "%" and not frame.lows & {"relative", "proportion"}
    if percent and not _is_fall_in_percent(frame, q):
        return None
    if stat_word(frame, q) or (
        frame.view.is_rate and q.unit in {"", "noun"} and q.half_step >= 0.5
    ):
        return None
    direction = said_direction(frame, q)
    if frame.lows & _OVERALL and not [p for p in own_places(frame, q) if _inside(frame, q, p)]:
        change = frame.view.change(frame.view.known[0], frame.view.last) or 0.0
        if matches_difference(frame.view, q, change, direction):
            return proved("derived:change:all", f"{show(frame.view, change)} from end to end")
    for one, two in operand_pairs(frame, q):
        if q.sign and max(one.source, two.source) < LIMIT:
            continue
        fits = matches_difference(frame.view, q, two.value - one.value, direction)
        if fits or matches_relative(q, one.value, two.value, direction):
            frame.now.pairs.append((one.value, two.value))
            text = f"{show(frame.view, two.value)} against {show(frame.view, one.value)}"
            return proved("derived:difference:named", text)
    return None


def _is_fall_in_percent(frame: Frame, q: Quantity) -> bool:
    """Tell "compared with its best week the rate is down 17 %" from a level in percent."""
    return bool(frame.lows & {"compared", "against", "versus", "than"}) and bool(
        {"up", "down", "higher", "lower"} & set(frame.words(q.i - 6, q.j + 2))
    )


def _as_sum(frame: Frame, q: Quantity) -> Proof | None:
    view = frame.view
    if view.is_rate or view.unit in {"x", "pt"} or q.unit == "%" or frame.lows & MEAN_WORDS:
        return None
    if not frame.lows & _SUMS or level_factor(view, q) is None:
        return None
    direction = direction_of(frame, q)
    for window in _sum_windows(frame, q):
        total = sum(view.several(window))
        if len(window) < 2 or (total >= 0 and direction < 0) or (total < 0 and direction > 0):
            continue
        if matches_level(view, q, total) or (total < 0 and matches_level(view, q, -total)):
            frame.now.levels.append(total)
            text = f"the sum over {len(window)} periods is {show(view, total)}"
            return proved(f"derived:total:{window[0]}-{window[-1]}", text)
    return None


def _sum_windows(frame: Frame, q: Quantity) -> Iterator[tuple[int, ...]]:
    named = [w for place in own_places(frame, q) for w in place.windows if len(w) > 1]
    yield from named
    if named:
        return
    counts = {int(o.value) for o in frame.quantities if o.unit.startswith("period:")}
    counts.discard(0)
    if not frame.places and (len(frame.view.known) in counts or not counts):
        yield frame.view.known
    for window in frame.before.windows[-2:]:
        if not counts or len(window) in counts:
            yield window
    yield from _negative_runs(frame, counts)


def _negative_runs(frame: Frame, counts: set[int]) -> Iterator[tuple[int, ...]]:
    """Yield runs of values below zero that have a counted length ("those four months cost us")."""
    run: list[int] = []
    for at in [*frame.view.known, -1]:
        if at >= 0 and (frame.view.level(at) or 0.0) < 0:
            run.append(at)
            continue
        if len(run) in counts:
            yield tuple(run)
        run = []


def _as_people(frame: Frame, q: Quantity) -> Proof | None:
    """Check people behind points: the difference of two written or named levels, times a size."""
    view = frame.view
    counted = q.unit in {"", "noun"} and q.half_step >= 0.5
    if not view.is_rate or not counted or not frame.lows & _PEOPLE:
        return None
    if any(o.unit == "pp" for o in frame.quantities):
        return None  # then the people are those of the written points
    direction = said_direction(frame, q)
    pairs = [(a, b) for a, b in combinations(frame.now.levels[-4:], 2)]
    pairs += [(one.value, two.value) for one, two in operand_pairs(frame, q)]
    for one, two in pairs:
        for size in sizes(frame):
            people = (two - one) * size / 100
            wrong = direction and direction * people < 0
            if people and not wrong and is_near(q.value, abs(people), q.half_step, q.margin):
                text = f"{two - one:+.1f} points of {size:,.0f}"
                return proved("derived:cohort:difference", text)
    return None


def _as_supposed(frame: Frame, q: Quantity) -> Proof | None:
    """Check "if all eight weeks had run at 810, 2,440 more": the old level kept up all along."""
    view = frame.view
    if len(frame.lows & _COULD) < 2 or view.is_rate or level_factor(view, q) is None:
        return None
    for event in view.events:
        old = view.mean(view.span(0, (event or 0) - 1)) if event else None
        if old is None:
            continue
        if frame.low(q.i - 1) in {"at", "stayed", "held"} and matches_level(view, q, old):
            return proved("derived:mean:before", f"the mean before was {show(view, old)}")
        for window in (view.known, view.span(event or 0, view.last)):
            gap = len(window) * old - sum(view.several(window))
            less = bool({"fewer", "less"} & set(frame.words(q.j, q.j + 2)))
            right = (gap < 0) == less
            if right and is_near(q.value, abs(gap), q.half_step, q.margin):
                text = f"{len(window)} periods at {show(view, old)} less what there was"
                return proved("derived:supposed", text)
    return None
