"""Which way a sentence says the numbers went, held against the period or number it says it of.

"Dropped to 2.4 %" needs a higher value before; "the loss since May" a lower one now; "has not
fallen in any of the last eight weeks" no step down in them; "the decline" that there is one. Each
is refused only when every change the words can mean goes the other way.
"""

from collections.abc import Iterator

from bot.analysis.answer import Section
from bot.analysis.verification.directions import is_event_word, word_direction
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.matching import level_factor
from bot.analysis.verification.numbers import read_ordinal
from bot.analysis.verification.proof import Proof, proved, refused, show
from bot.analysis.verification.spans import lead_word
from bot.analysis.verification.vocabulary import (
    BETTER,
    DOWN_NOUNS,
    DOWN_VERBS,
    HEDGES,
    NEGATIONS,
    UP_NOUNS,
    UP_VERBS,
    WORSE,
)
from bot.analysis.verification.wordsets import words

Found = tuple[int, int, Proof]

_BACK = words("back again all the way further")
_OVER = frozenset({"since", "after", "range", "until", "counted", "over", "during", "from"})
_STILL = words("still flat unchanged")
_TRENDS = words(
    "rise climb growth increase upturn decline fall slide slump decrease downturn improvement "
    "deterioration recovery rebound"
)
_POINTED = words("the this that its our")
_UNSURE = (HEDGES - words("not nor alone")) | words("no any if whether could would")
_BAD, _GOOD = words("bad weak poor lost losing"), words("good strong fine winning")
_READ = frozenset().union(
    UP_VERBS, DOWN_VERBS, UP_NOUNS, DOWN_NOUNS, BETTER, WORSE, _STILL, _TRENDS, _BAD, _GOOD
)


def find_bearings(frame: Frame) -> Iterator[Found]:
    """Yield the directions that the series contradicts, and those of windows that it confirms."""
    if frame.section is Section.RECOMMENDED_ACTION or frame.lows & {"if", "unless", "whether"}:
        return
    for at, token in enumerate(frame.tokens):
        if token.low not in _READ or at in frame.taken:
            continue
        direction = 0 if is_event_word(frame, at) else word_direction(frame, at)
        found = _in_each(frame, at, direction) or _bad_period(frame, at)
        if found is None and direction:
            found = _moved_to(frame, at, direction) or _noun_over(frame, at, direction)
            found = found or _trend(frame, at, direction)
        if found is not None:
            yield found


def _moved_to(frame: Frame, at: int, direction: int) -> Found | None:
    """Check "errors dropped to 2.4 % on 18 September" against the value before."""
    if frame.low(at) not in UP_VERBS | DOWN_VERBS:
        return None
    after = at + 1
    while frame.low(after) in _BACK:
        after += 1
    q = next((q for q in frame.quantities if q.i in {after + 1, after + 2}), None)
    if frame.low(after) != "to" or q is None or q.place is None or q.place.point is None:
        return None
    factor, here = level_factor(frame.view, q), frame.view.level(q.place.point)
    if factor is None or here is None or q.unit == "share":
        return None
    starts = _starts(frame, q) or [
        frame.view.level(i) for i in (q.place.point - 1, frame.view.known[0])
    ]
    changes = [here - start for start in starts if start is not None and start != here]
    if changes and all(change * direction < 0 for change in changes):
        return at, at + 1, refused(f"it came to {show(frame.view, here)} from the other side")
    return None


def _starts(frame: Frame, q: Quantity) -> list[float | None]:
    """Return the values a move to a number is said to come from."""
    found: list[float | None] = []
    for other in frame.quantities:
        factor = level_factor(frame.view, other)
        if other is not q and factor is not None and lead_word(frame, other) == "from":
            found.append(other.value * factor)
    return found


def _noun_over(frame: Frame, at: int, direction: int) -> Found | None:
    """Check "the loss since the first week", "a rise from May to July" over that window."""
    if frame.low(at) not in UP_NOUNS | DOWN_NOUNS or frame.lows & NEGATIONS:
        return None
    if read_ordinal(frame.tokens, at - 1) is not None or frame.low(at - 1) in {"only", "last"}:
        return None
    place = next((p for p in frame.places if p.i in {at + 1, at + 2} and p.windows), None)
    if place is None or place.relation not in _OVER or frame.low(at + 1) in {",", "and"}:
        return None
    changes = []
    for window in place.windows:
        for first in (window[0] - 1, window[0], *place.origin[:1]):
            change = frame.view.change(first, window[-1])
            steps = [frame.view.steps.get(i, 0.0) for i in window]
            changes += [] if change is None else [change]
            changes += [step for step in steps if place.relation != "since"]
    if changes and all(change * direction <= 0 for change in changes) and any(changes):
        return at, at + 1, refused("the series went the other way there")
    return None


def _trend(frame: Frame, at: int, direction: int) -> Found | None:
    """Check that there is "the decline" a sentence speaks of, somewhere that people look."""
    bare = frame.low(at) in _TRENDS and frame.low(at - 1) in _POINTED
    if not bare or frame.lows & _UNSURE or frame.low(at + 1) in {"of", "in"}:
        return None
    if any(not q.unit.startswith("period:") for q in frame.quantities):
        return None
    view = frame.view
    if not view.known:
        return None
    marks = {view.known[0], view.high, view.low, *frame.before.points[-2:], view.last - 1}
    marks |= {event + shift for event in view.events if event for shift in (-1, 0)}
    changes = [view.change(mark, view.last) or 0.0 for mark in marks if mark < view.last]
    low, high = sorted((view.low, view.high))
    changes.append(view.change(low, high) or 0.0)
    for place in frame.places:
        for window in place.windows:
            changes += [view.change(window[0] - 1, window[-1]) or 0.0, _best(frame, window)]
    if any(change * direction > 0 for change in changes):
        return None
    return at, at + 1, refused("nothing in the series went that way for long")


def _best(frame: Frame, window: tuple[int, ...]) -> float:
    return frame.view.change(window[0], window[-1]) or 0.0


def _in_each(frame: Frame, at: int, direction: int) -> Found | None:
    """Check "has not fallen in any of the last eight weeks", "has grown in each of them"."""
    still = frame.low(at) in _STILL
    if not (direction or still) or frame.low(at) in UP_NOUNS | DOWN_NOUNS - DOWN_VERBS - UP_VERBS:
        return None
    after = at + 1
    if frame.words(after, after + 2) not in (["in", "any"], ["in", "each"], ["in", "every"]):
        return None
    none = bool({"not", "never", "n't"} & set(frame.words(at - 4, at)))
    place = next((p for p in frame.places if after + 2 <= p.i <= after + 5 and p.windows), None)
    if place is None or (none != (frame.low(after + 1) == "any")):
        return None
    steps = [frame.view.steps[i] for i in place.windows[0] if i in frame.view.steps]
    hits = sum(step == 0 if still else step * direction > 0 for step in steps)
    text = f"{hits} of {len(steps)} steps did"
    holds = hits == (0 if none else len(steps))
    return at, after + 2, proved("derived:each", text) if holds and steps else refused(text)


def _bad_period(frame: Frame, at: int) -> Found | None:
    """Check "one bad month in February": it was worse than the one before, or than most."""
    good = {True: 1, False: -1, None: 0}[frame.view.question.higher_is_better]
    side = -good if frame.low(at) in _BAD else good if frame.low(at) in _GOOD else 0
    place = next((p for p in frame.places if p.i == at + 3 and p.point is not None), None)
    one = frame.low(at + 1) == frame.view.question.period.value
    if not side or not one or place is None or frame.low(at + 2) not in {"in", "of"}:
        return None
    here, middle = frame.view.level(place.point or 0), frame.view.median(frame.view.known)
    step = frame.view.steps.get(place.point or 0)
    if here is None or middle is None or step is None:
        return None
    if step * side > 0 or (here - middle) * side > 0:
        return None
    return at, place.j, refused(f"it was {show(frame.view, here)}, {step:+g} on the one before")
