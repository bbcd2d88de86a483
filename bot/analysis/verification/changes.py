"""Differences and relative changes: "a loss of 11 points", "up 51 %", "32 % lower".

A change is checked between the two periods the sentence names or implies; points only match
differences and percent only relative changes, with the direction the words carry.
"""

from collections.abc import Iterator

from bot.analysis.verification.anchors import anchor_at
from bot.analysis.verification.directions import (
    adverb_direction,
    clause_direction,
    direction_ahead,
    direction_behind,
    is_event_word,
    word_direction,
)
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.matching import level_factor, matches_difference, matches_relative
from bot.analysis.verification.pairs import (
    Pair,
    latest_steps,
    place_pairs,
    salient_pairs,
    step_pair,
    timed_pairs,
)
from bot.analysis.verification.proof import Proof, proved, refused, show
from bot.analysis.verification.vocabulary import (
    DOWN_NOUNS,
    DOWN_VERBS,
    MEAN_WORDS,
    UP_NOUNS,
    UP_VERBS,
)
from bot.analysis.verification.wordsets import words

_STEP_WORDS = words(
    "step steps week-over-week week-on-week day-over-day day-on-day month-over-month month- "
    "on-month quarterly weekly monthly daily overnight"
)
_REFERENCE_LEADS = words("short below above under over ahead than behind beyond")
_CHANGE_NOUNS = words("change difference step swing gap shift move movement delta improvement")
_RESTATES = words(", or ( about roughly around some nearly almost a just over under")
_SOFTENING = words("a little just about roughly some over nearly almost around under well")
_LINE_LEADS = words("below above beneath")
_SIDES = words("over above under below ahead behind")
_TOTALS = words("total overall altogether cumulative")
_COMPARE_WORDS = words("compared against versus vs relative")
_CHANGE_LEADS = words(
    "up down lost gained by brought added regained recovered extra additional missing moved "
    "changed took shed won another further"
)
_BEHIND = words(
    "lower higher more less fewer below above down up over under short apart ahead extra additional"
)


def is_change(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number states a difference rather than a level."""
    view = frame.view
    if q.unit == "pp" or (q.unit == "pt" and q.worded):
        return True
    if not q.sign and _opens_list(frame, q):
        return False
    if q.sign > 0 or _restates_change(frame, q):
        return True
    if frame.low(q.j) in {"line", "mark", "threshold", "barrier"}:
        return False
    if frame.low(q.i - 1) in _LINE_LEADS and not adverb_direction(frame.low(q.j)):
        return False
    if is_average_step(frame, q):
        return True
    if q.unit == "%" and not view.is_rate:
        return frame.low(q.j) != "of"
    if q.sign < 0 and (q.unit == "%" or min(view.several(view.known), default=0) >= 0):
        return True
    before = frame.low(q.i - 1)
    lead = q.i - 1
    while frame.low(lead) in _SOFTENING:
        lead -= 1
    if frame.low(lead) in {"up", "down"} and frame.low(lead - 1) not in {"made", "set", "sign"}:
        before = frame.low(lead)  # "is down a little over 17 %"
    if before == "took" and q.unit and q.unit == view.unit:
        return False  # "replies took 34 minutes" is a level
    spanned = frame.low(q.j) == "over" and any(p.i in {q.j + 1, q.j + 2} for p in frame.places)
    if before in _CHANGE_LEADS or (frame.low(q.j) in _BEHIND and not spanned):
        return not (frame.low(q.j) in {"over", "up", "down"} and before in {"at", "to", "was"})
    if direction_behind(frame, q.j) and frame.low(q.j) not in {"on", "in"}:
        return True
    if before in UP_VERBS | DOWN_VERBS:
        return True
    words = frame.words(q.i - 4, q.i)
    if "of" in words or "was" in words or "is" in words or ":" in words or "," in words:
        nouns = UP_NOUNS | DOWN_NOUNS | _CHANGE_NOUNS
        tail = set(words) & nouns
        return bool(tail) and not ({"to", "at", "from"} & set(words[-2:]))
    return False


def _opens_list(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number leads a list of values ("third rise running: 3.7, 3.9, 4.0")."""
    if frame.low(q.i - 1) != ":":
        return False
    at, count = q.i, 1
    for other in frame.quantities:
        if other.i <= at:
            continue
        if not set(frame.words(at + 1, other.i)) <= {",", "and", "then"}:
            break  # any later number has the same words in front
        at, count = other.j - 1, count + 1
    return count >= 3


def is_average_step(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number is the mean of steps ("the monthly gain has averaged 2,060 EUR")."""
    first, last = frame.segment(q.i)
    nouns = (UP_NOUNS | DOWN_NOUNS | _CHANGE_NOUNS) - {"change"}
    for at in range(first, min(last, q.i)):
        if frame.low(at) in MEAN_WORDS:
            around = [k for k in range(at - 4, at + 4) if k != at and frame.low(k) in nouns]
            if any(not is_event_word(frame, k) and word_direction(frame, k) for k in around):
                return True
    return False


def _restates_change(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number repeats the difference before it ("0.85 points, or about 18 %")."""
    before = [other for other in frame.quantities if other.j <= q.i]
    if not before or q.unit == before[-1].unit or frame.low(q.j) == "to":
        return False
    between = frame.words(before[-1].j, q.i)
    joined = bool(between) and set(between) <= _RESTATES and bool({"or", "("} & set(between))
    return joined and before[-1].unit == "pp" and q.unit == "%"


def prove_change(frame: Frame, q: Quantity) -> Proof:
    """Check a difference against the pairs of values its sentence allows."""
    direction = direction_of(frame, q)
    nearest: Proof | None = None
    if (
        q.per
        or is_average_step(frame, q)
        or (frame.lows & {"average", "averaged"} and frame.lows & {"each", "per", "every"})
    ):
        found = prove_pace(frame, q, direction)
        if found is not None:
            return found
        if q.per and direction and not frame.places and not frame.lows & MEAN_WORDS:
            recent = frame.view.steps.get(frame.view.last)
            if recent is not None and recent * direction <= 0:
                return refused("the newest step goes the other way")
    sets = [place for place in frame.places if place.kind == "set" and place.windows]
    if sets and (frame.low(q.j) == "each" or "each" in frame.words(q.i - 3, q.i)):
        return _prove_each(frame, q, direction, sets[0])
    for before, after, label in candidate_pairs(frame, q):
        if matches_difference(frame.view, q, after - before, direction):
            frame.now.pairs.append((before, after))
            kind = "change"
        elif matches_relative(q, before, after, direction):
            frame.now.pairs.append((before, after))
            kind = "relative_change"
        else:
            nearest = nearest or refused(_reason(frame, before, after))
            continue
        return proved(f"derived:{kind}:{label}", _reason(frame, before, after))
    return nearest or refused("no two values of the series differ by that")


def prove_pace(frame: Frame, q: Quantity, direction: int) -> Proof | None:
    """Check a change per period ("lost 1.5 hours a week") over a window or the whole series."""
    view = frame.view
    places = [q.place] if q.place is not None else frame.places
    windows = [w for place in places for w in place.windows if len(w) > 1] or [view.known]
    for window in filter(None, windows):
        for first in (window[0] - 1, window[0]):
            change = view.change(first, window[-1])
            if change is None or window[-1] == first:
                continue
            pace = change / (window[-1] - first)
            if matches_difference(view, q, pace, direction):
                return proved("derived:pace", f"{show(view, pace)} a period on average")
    if matches_difference(view, q, view.slope, direction):
        return proved("derived:slope", f"the typical step is {show(view, view.slope)}")
    return None


def _prove_each(frame: Frame, q: Quantity, direction: int, place: Place) -> Proof:
    """Check one difference said of several periods ("+8 EUR each, in March and May")."""
    view = frame.view
    for window in place.windows:
        pairs = [(view.level(at - 1), view.level(at)) for at in window]
        if all(
            a is not None
            and b is not None
            and (
                matches_difference(view, q, b - a, direction)
                or matches_relative(q, a, b, direction)
            )
            for a, b in pairs
        ):
            return proved("derived:change:each", f"all {len(window)} steps are so")
    return refused("not every one of those steps is so")


def _reason(frame: Frame, before: float, after: float) -> str:
    view = frame.view
    unit = "pp" if view.is_rate else view.unit
    text = f"from {show(view, before)} to {show(view, after)} is {show(view, after - before, unit)}"
    if before > 0:
        text += f", {100 * (after / before - 1):+.1f} %"
    return text


def direction_of(frame: Frame, q: Quantity) -> int:
    """Return the direction the words give a change: behind it, before it, then its clause."""
    if q.sign and frame.low(q.i - 1) in {"change", "changed", "of", "by", "was", ":"}:
        return direction_ahead(frame, q.i)
    if frame.low(q.j) == "more" and q.unit == "" and frame.low(q.j + 1) != "than":
        return clause_direction(frame, 0, q.i)  # "and three more in week 4" repeats the verb
    if frame.low(q.i - 1) in UP_VERBS | DOWN_VERBS and frame.low(q.j) in _SIDES:
        return direction_ahead(frame, q.i)  # "lost 14 over week 4": the verb says which way
    found = direction_behind(frame, q.j) or direction_ahead(frame, q.i)
    if found:
        return found
    first, _ = frame.segment(q.i)
    return clause_direction(frame, first, q.i) or _bought_or_cost(frame, q)


def _bought_or_cost(frame: Frame, q: Quantity) -> int:
    """Read "cost 40 sign-ups", "brought in an extra £6.20", "took off €6"."""
    ahead, behind = set(frame.words(q.i - 4, q.i)), set(frame.words(q.j, q.j + 4))
    if "added" in behind:
        return 1
    if behind & {"off", "gone", "away"} and behind & {"come", "came", "are", "is", "was", "were"}:
        return -1
    if ahead & {"extra", "added", "adds", "brought"}:
        return 1
    if ahead & {"took", "takes"} and "off" in frame.words(q.i - 2, q.j + 2):
        return -1
    good = frame.view.question.higher_is_better
    return -1 if ahead & {"cost", "costs"} and good else 0


def candidate_pairs(frame: Frame, q: Quantity) -> Iterator[Pair]:
    """Yield (before, after, label) in order of how directly the sentence points at them."""
    reference = list(_reference_pairs(frame, q))
    if reference:
        yield from reference
        return
    points = [p.point for p in frame.places if p.point is not None and p.relation != "since"]
    if len(points) == 2 and not q.direct and frame.lows & _COMPARE_WORDS:
        yield from step_pair(frame, min(points), max(points))
        return
    if frame.lows & _TOTALS and frame.view.known and q.unit != "%":
        yield from step_pair(frame, frame.view.known[0], frame.view.last)
    first, last = frame.segment(q.i)
    near = q.place is not None and first <= q.place.i < last
    if q.place is not None and (q.direct or near or not frame.now.pairs):
        found = list(place_pairs(frame, q.place))
        if found:
            yield from found
            return
    if frame.now.pairs:
        yield from ((a, b, "sentence") for a, b in frame.now.pairs)
        return
    if len(frame.now.timed) >= 2:
        yield from ((a, b, "sentence") for a, b in timed_pairs(frame.now))
        return
    if frame.lows & {"averages", "means"}:
        yield from ((a, b, "before") for a, b in frame.before.pairs[-3:])
        return
    if frame.lows & _STEP_WORDS:
        yield from latest_steps(frame)
        return
    yield from ((a, b, "before") for a, b in frame.before.pairs[-3:])
    yield from salient_pairs(frame)


def _reference_pairs(frame: Frame, q: Quantity) -> Iterator[Pair]:
    """Yield pairs for "15 points short of the 50 %", "2,100 short of the first week"."""
    view = frame.view
    reach = range(q.j, q.j + 3)
    if "than" in frame.words(q.j, q.j + 4):
        reach = range(frame.words(q.j, q.j + 4).index("than") + q.j, q.j + 5)
    at = next((k for k in reach if frame.low(k) in _REFERENCE_LEADS), None)
    if at is None:
        return
    subject = view.last
    ahead = [place for place in frame.places if place.j <= q.i and place.windows]
    if ahead:
        points = [place for place in ahead if place.point is not None]
        chosen = points[-1] if points and ahead[-1].kind == "fuzzy" else ahead[-1]
        subject = chosen.windows[0][-1]
    true = view.level(subject)
    levels = [value for value in (true, *frame.now.levels[:1]) if value is not None]
    for other in frame.quantities:
        own_reference = frame.low(other.j) in _REFERENCE_LEADS
        if at < other.i <= at + 6 and level_factor(view, other) is not None and not own_reference:
            line = other.value * (level_factor(view, other) or 1.0)
            yield from ((line, level, "reference") for level in levels if level != line)
            return
    start = at + 1
    while frame.low(start) in {"of", "than", "to", "in", "on", "at", "the"}:
        start += 1
    window = _named_window(frame, at + 1)
    if window:
        rest = tuple(i for i in view.known if i > window[-1]) or (view.last,)
        base, now = view.mean(window), view.mean(rest)
        if base is not None and now is not None:
            yield base, now, "means"
            yield base, true if true is not None else now, "reference"
        return
    anchor = anchor_at(frame, start) or _named_anchor(frame, start)
    if anchor is not None:
        base = view.level(anchor[0])
        if base is not None:
            yield from ((base, level, "reference") for level in levels if level != base)


def _named_window(frame: Frame, at: int) -> tuple[int, ...]:
    for place in frame.places:
        if place.i in {at, at + 1, at + 2} and place.relation == "before" and place.windows:
            return place.windows[0]
    return ()


def _named_anchor(frame: Frame, at: int) -> tuple[int, int, int] | None:
    place = next((p for p in frame.places if p.i in {at, at + 1} and p.point is not None), None)
    if place is None or place.point is None:
        return None
    return place.point, place.point, place.j
