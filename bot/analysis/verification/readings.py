"""Other fair readings of a number that its first role does not support.

A sentence may leave open whether a number is a mean, a sum, a step or a difference from a
reference. Each reading here still keeps to the role the words allow and to the periods the
sentence names (or the sides of a change it speaks of); only a number that no such reading
supports stays refused.
"""

from collections.abc import Iterator
from itertools import pairwise

from bot.analysis.verification.anchors import event_of
from bot.analysis.verification.changes import direction_of
from bot.analysis.verification.directions import word_direction
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.matching import (
    level_factor,
    matches_difference,
    matches_level,
    matches_relative,
)
from bot.analysis.verification.proof import Proof, proved, show
from bot.analysis.verification.spans import lead_word
from bot.analysis.verification.tolerance import is_near
from bot.analysis.verification.vocabulary import MEAN_WORDS, TOTAL_WORDS
from bot.analysis.verification.wordsets import words

Window = tuple[int, ...]

_SUMS = TOTAL_WORDS | words("add adds added make makes made produced brought generated saw sums")
_REFERENCE = words(
    "than above below under over against versus vs relative compared short ahead behind beyond"
)
_EARLY = words("before without until old previous previously former used prior")
_LATE = words("after since with under new now today")
_ADDED = words("added adds brought missed shed took won cost ahead extra")
_FILL = words("the a an to with of in its our on at for by all average typical mean usual")
REFERENCE_REACH = 5  # tokens between "than" and the period it names


def other_reading(frame: Frame, q: Quantity) -> Proof | None:
    """Return the proof of another reading of this number, None when none holds."""
    if q.unit.startswith("period:") or (q.place is not None and q.place.trouble):
        return None
    return (
        _as_mean(frame, q)
        or _as_sum(frame, q)
        or _as_step(frame, q)
        or _as_reference(frame, q)
        or _as_people(frame, q)
        or _as_width(frame, q)
    )


def _is_attribute(frame: Frame, place: Place) -> bool:
    """Tell whether a place only describes the one in front ("the last two weeks with the bot")."""
    return any(other.j == place.i and other.windows for other in frame.places)


def clause_windows(frame: Frame, q: Quantity) -> list[Window]:
    """Return the windows of the places in a number's own clause."""
    first, last = _clause(frame, q)
    inside = [p for p in frame.places if first <= p.i < last and not _is_attribute(frame, p)]
    return [window for place in inside for window in place.windows]


def _clause(frame: Frame, q: Quantity) -> tuple[int, int]:
    first, last = frame.segment(q.i)
    if frame.low(first - 1) == ":":  # "Six weeks before: 71.5 %"
        first, _ = frame.segment(max(0, first - 2))
    return first, last


def _event_windows(frame: Frame, q: Quantity) -> Iterator[Window]:
    """Yield the sides of a change that a clause without periods of its own may speak of."""
    view = frame.view
    first, last = _clause(frame, q)
    own = set(frame.words(first, last))
    if any(low.startswith("pre-") for low in own):
        own |= {"before"}
    if lead_word(frame, q) == "from":
        own |= {"before"}
    elif any(o.i > q.i and lead_word(frame, o) == "from" for o in frame.quantities):
        own |= {"after"}
    earlier = [o for o in frame.quantities if o.i < q.i and o.unit == q.unit]
    dated = sorted({event for event in view.events if event})
    if own & {"during", "while", "between"}:
        yield from (view.span(one, two - 1) for one, two in pairwise(dated))
    for event in dated:
        if not own & _LATE and not (earlier and not own & _EARLY):
            yield view.span(0, event - 1)
        if not own & _EARLY and (own & _LATE or earlier or _names_event(frame, first, last)):
            yield view.span(event, view.last)


def _names_event(frame: Frame, first: int, last: int) -> bool:
    return any(event_of(frame, at) is not None for at in range(first, last))


def _as_mean(frame: Frame, q: Quantity) -> Proof | None:
    if not frame.lows & MEAN_WORDS or q.sign or level_factor(frame.view, q) is None:
        return None
    windows = clause_windows(frame, q)
    if not windows and q.place is not None:
        windows = list(q.place.windows)
    elif not any(place.windows for place in frame.places):
        windows = list(_event_windows(frame, q))
    windows += _opened(frame, q)
    if frame.now.stat == "mean" and q.place is None and lead_word(frame, q) in {"from", "against"}:
        windows += [frame.view.span(0, event - 1) for event in frame.view.events if event]
    for window in windows:
        means = (frame.view.mean(window), frame.view.pooled_mean(window))
        for mean in means:
            if len(window) > 1 and mean is not None and matches_level(frame.view, q, mean):
                frame.now.levels.append(mean)
                frame.now.timed.append((window[-1], mean))
                return proved(
                    f"derived:mean:{window[0]}-{window[-1]}",
                    f"the mean over {len(window)} periods is {show(frame.view, mean)}",
                )
    return None


def _opened(frame: Frame, q: Quantity) -> list[Window]:
    """Read "from November, when ..., the mean is": all periods from there on."""
    return [
        frame.view.span(place.windows[0][0], frame.view.last)
        for place in frame.places
        if place.windows and place.j <= q.i and frame.low(place.i - 1) == "from"
    ]


def _as_sum(frame: Frame, q: Quantity) -> Proof | None:
    view = frame.view
    if view.is_rate or view.unit in {"x", "pt"} or not frame.lows & _SUMS or q.unit == "%":
        return None
    for window in _sum_windows(frame, q):
        total = sum(view.several(window))
        if len(window) > 1 and matches_level(view, q, total):
            text = f"the sum is {show(view, total)}"
            return proved(f"derived:total:{window[0]}-{window[-1]}", text)
    for window in _sum_windows(frame, q):
        before = view.span(window[0] - len(window), window[0] - 1)
        if len(before) != len(window) or not frame.lows & _REFERENCE:
            continue
        change = sum(view.several(window)) - sum(view.several(before))
        if matches_difference(view, q, change, direction_of(frame, q)):
            return proved("derived:change:totals", f"the sums differ by {show(view, change)}")
    return None


def _sum_windows(frame: Frame, q: Quantity) -> Iterator[Window]:
    view = frame.view
    yield from clause_windows(frame, q)
    if _names_event(frame, 0, len(frame.tokens)):
        yield from (view.span(event, view.last) for event in view.events if event)
    counts = [int(o.value) for o in frame.quantities if o.unit.startswith("period:")]
    if frame.lows & {"whole", "all", "altogether", "entire", "series"} or len(view.known) in counts:
        yield view.known
    order = sorted(view.known, key=lambda at: view.level(at) or 0.0)
    for count in counts:
        if 1 < count < len(order):  # "the three bad days": the extreme ones, when they adjoin
            for chosen in (sorted(order[:count]), sorted(order[-count:])):
                if chosen[-1] - chosen[0] == count - 1:
                    yield tuple(chosen)


def _as_step(frame: Frame, q: Quantity) -> Proof | None:
    """Read "the last week added most, 230 users": the step into the period it is tied to."""
    place = q.place
    speaks = frame.lows & _ADDED or any(
        word_direction(frame, at) for at in range(len(frame.tokens)) if at not in frame.taken
    )
    if place is None or place.point is None or not speaks or q.unit in {"%", "share"}:
        return None
    for window in place.windows:
        step = frame.view.steps.get(window[0]) if len(window) == 1 else None
        if step is not None and matches_difference(frame.view, q, step, direction_of(frame, q)):
            return proved(f"derived:step:{window[0]}", f"the step was {show(frame.view, step)}")
    return None


def _worth(frame: Frame, place: Place) -> float | None:
    return frame.view.mean(place.windows[0]) if place.windows else None


def _references(frame: Frame) -> list[Place]:
    """Return the places that stand behind "than", "relative to", "against"."""
    found = []
    for place in frame.places:
        for at in range(place.i - 1, max(-1, place.i - REFERENCE_REACH), -1):
            if frame.low(at) in _REFERENCE:
                found.append(place)
                break
            if frame.low(at) not in _FILL:
                break
    return found


def _as_reference(frame: Frame, q: Quantity) -> Proof | None:
    """Read a difference between a period named and the one it is held against."""
    references = _references(frame)
    subjects = [place for place in frame.places if place not in references and place.windows]
    points = [place for place in subjects if place.kind == "point" and place.point is not None]
    bound = [q.place] if q.place in subjects else points or subjects
    direction = direction_of(frame, q)
    for reference in references:
        base = _worth(frame, reference)
        for subject in bound:
            now = None if subject is None else _worth(frame, subject)
            if base is None or now is None or subject is None:
                continue
            fits = matches_difference(frame.view, q, now - base, direction)
            if fits or matches_relative(q, base, now, direction):
                text = f"{show(frame.view, now)} against {show(frame.view, base)}"
                return proved("derived:change:reference", text)
    return None


def _as_people(frame: Frame, q: Quantity) -> Proof | None:
    """Read "36 in week 1" beside a rate: the people behind that period's share."""
    view, sizes = frame.view, frame.view.question.denominators
    if not view.is_rate or sizes is None or q.unit not in {"", "noun"} or q.half_step < 0.5:
        return None
    places = [q.place] if q.place is not None else [p for p in frame.places if p.i >= q.j][:1]
    for place in places:
        at = place.point
        level = None if at is None else view.level(at)
        size = sizes[at] if at is not None and at < len(sizes) else None
        if (
            level is not None
            and size
            and is_near(q.value, level * size / 100, q.half_step, q.margin)
        ):
            return proved(f"derived:cohort:{at}", f"{level:g} % of {size:,.0f}")
    return None


def _as_width(frame: Frame, q: Quantity) -> Proof | None:
    """Read "all within 260 JPY of each other": the distance of the extremes of a window."""
    within = frame.low(q.i - 1) == "within" or frame.low(q.j) in {"apart", "wide"}
    if frame.now.timed or not within or (level_factor(frame.view, q) is None and q.unit != "pp"):
        return None
    for window in [w for place in frame.places for w in place.windows] or [frame.view.known]:
        values = frame.view.several(window)
        width = max(values) - min(values) if values else 0.0
        if matches_difference(frame.view, q, width, 0):
            return proved("derived:width", f"they span {show(frame.view, width)}")
    return None


def prove_growth_range(frame: Frame, low: Quantity, high: Quantity) -> Proof | None:
    """Check "growth held between 7.3 and 9.5 % a week": the extremes of the relative steps."""
    if low.unit != "%" or high.unit != "%" or frame.view.is_rate:
        return None
    for window in [w for p in frame.places for w in p.windows if len(w) > 1] or [frame.view.known]:
        steps = [
            100 * (after / before - 1)
            for before, after in pairwise(frame.view.several(window))
            if before > 0
        ]
        direction = direction_of(frame, low)
        if not steps or any(step * direction < 0 for step in steps):
            continue
        sizes = sorted(abs(step) for step in steps) if direction else sorted(steps)
        near_low = abs(sizes[0] - low.value) <= low.half_step * 1.001
        if near_low and abs(sizes[-1] - high.value) <= high.half_step * 1.001:
            return proved("derived:range:steps", f"from {sizes[0]:.1f} to {sizes[-1]:.1f} %")
    return None
