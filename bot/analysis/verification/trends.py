"""Direction and shape said without a number: "activation is falling", "stable", "recovered".

Checked against the change over the named window, else against the whole series and its newest
part. Conditions, plans and other metrics are left alone.
"""

from collections.abc import Iterator

from bot.analysis.answer import Section
from bot.analysis.verification.directions import adverb_direction, is_event_word, word_direction
from bot.analysis.verification.frame import Frame
from bot.analysis.verification.proof import Proof, proved, refused, show
from bot.analysis.verification.series import FLAT_SHARE
from bot.analysis.verification.vocabulary import FLAT, HEDGES, NEGATIONS, SOFT_FUTURE
from bot.analysis.verification.wordsets import words

_MOVERS = words("went go goes gone going moved moves came comes trending heading headed turned is")
_MOVES = words(
    "slope trend course pace decline rise growth improvement fall increase but drop gains climb "
    "downward upward"
)
_STEADY = words("steadily consistently clearly continuously uninterrupted constantly")
STEADY_SHARE = 0.75  # of the steps must agree before a move is called steady
_RECOVERY = words("recovered recover recovers recovery recovering regained rebounded rebound")
_UPS = words("up down")
SHORTEST_SEQUENCE = 3
_PARTLY = words("partly partially somewhat slightly recovering little to some begun started")
RECOVERED_SHARE = 0.5  # of the fall must be won back before "recovered" is said without a number
_STANDING_FOR = words("score rating ratio")
_SKIP_AFTER = words("the a an this that no any every each of if would could might")
FLAT_SPREAD = 0.12  # "stable" tolerates a spread of 12 % of the level over a long window
SHORT_FLAT_SPREAD = 0.06  # and half of that over the three or four newest values


def find_directions(frame: Frame) -> Iterator[tuple[int, int]]:
    """Yield (token, direction) of verbs that say which way the metric went, numberless ones too."""
    if frame.section is Section.RECOMMENDED_ACTION:
        return
    if frame.lows & {"if", "whether", "unless"} | (frame.lows & SOFT_FUTURE):
        return
    for at, token in enumerate(frame.tokens):
        if at in frame.taken or is_event_word(frame, at):
            continue
        direction = word_direction(frame, at)
        counted = any(at < q.i <= at + 3 for q in frame.quantities)
        if token.low in {"up", "down"} and frame.low(at - 1) in _MOVERS and not counted:
            direction = adverb_direction(token.low)
        if direction and _is_verb_of_metric(frame, at):
            yield at, direction


def find_sequence(frame: Frame) -> tuple[int, int, Proof] | None:
    """Check "they went down, up, down and up again": the steps of the series, in order."""
    sides = [(at, adverb_direction(t.low)) for at, t in enumerate(frame.tokens) if t.low in _UPS]
    if len(sides) < SHORTEST_SEQUENCE:
        return None
    first, last = sides[0][0], sides[-1][0]
    if set(frame.words(first, last)) - _UPS - {",", "and", "then", "again"}:
        return None
    view, wanted = frame.view, [side for _, side in sides]
    signs = [(step > 0) - (step < 0) for _, step in sorted(view.steps.items()) if step]
    merged = [sign for at, sign in enumerate(signs) if at == 0 or signs[at - 1] != sign]
    for steps in (signs, merged):
        if any(steps[k : k + len(wanted)] == wanted for k in range(len(steps))):
            return first, last + 1, proved("derived:sequence", "the steps go in that order")
    return first, last + 1, refused("the steps go in another order")


def _is_verb_of_metric(frame: Frame, at: int) -> bool:
    """Keep to words whose subject is the metric itself, named or by pronoun."""
    first, _ = frame.segment(at)
    subject = frame.words(max(first, at - 5), at)
    if set(subject) & NEGATIONS or set(subject) & HEDGES:
        return False
    metric = frame.view.question.metric.lower().split()
    if {"number", "count", "share", "level", "figure", "volume"} & set(subject):
        return True
    names = {word for word in metric if len(word) > 3} | {"it", "metric", "rate", "they", "series"}
    if frame.section is Section.URGENCY:
        names |= _STANDING_FOR
    return bool(names & set(subject))


def prove_direction(frame: Frame, direction: int) -> Proof:
    """Check a direction against the changes the sentence may mean."""
    view = frame.view
    if frame.lows & _RECOVERY:
        return _prove_recovery(frame, direction)
    changes = list(_changes(frame))
    steady = (
        frame.lows & _STEADY
        or {"without", "break"} <= frame.lows
        or any(
            frame.low(at) == "steady" and word_direction(frame, at + 1)
            for at in range(len(frame.tokens))
        )
    )
    if steady and not _is_steady(frame, direction):
        return refused("the steps do not agree often enough to call that steady")
    if any(change * direction > 0 for change in changes):
        return proved("derived:direction", "the series went that way")
    if not changes:
        return refused("too few values to say")
    tolerance = FLAT_SHARE * view.scale
    if all(abs(change) <= tolerance for change in changes):
        return refused("the series hardly moved")
    return refused("the series went the other way")


def _prove_recovery(frame: Frame, direction: int) -> Proof:
    """Check a recovery: the newest value lies well on the good side of the worst one before it."""
    view = frame.view
    if frame.now.pairs:
        return proved("derived:recovery", "the move itself is checked")
    worst = view.low if direction > 0 else view.high
    best_before = list(view.several(view.span(0, worst)))
    bottom, now = view.level(worst), view.level(view.last)
    if bottom is None or now is None or not best_before or worst == view.last:
        return refused("the newest value is the worst one")
    top = max(best_before) if direction > 0 else min(best_before)
    needed = 0.0 if frame.lows & _PARTLY else RECOVERED_SHARE * abs(top - bottom)
    if (now - bottom) * direction > 0 and abs(now - bottom) >= needed:
        return proved("derived:recovery", f"from {show(view, bottom)} back to {show(view, now)}")
    return refused(f"from {show(view, bottom)} it came back only to {show(view, now)}")


def _is_steady(frame: Frame, direction: int) -> bool:
    view = frame.view
    windows = [p.windows[0] for p in frame.places if p.windows and len(p.windows[0]) > 1]
    steps = [
        view.steps[at] for at in (windows[0] if windows else view.complete) if at in view.steps
    ]
    agreeing = sum(step * direction > 0 for step in steps)
    return bool(steps) and agreeing >= STEADY_SHARE * len(steps)


def _changes(frame: Frame) -> Iterator[float]:
    view = frame.view
    if frame.now.pairs:
        yield from (after - before for before, after in frame.now.pairs)
        return
    spans = [place for place in frame.places if place.windows]
    points = [place.point for place in spans if place.point is not None]
    if len(points) == 1 and frame.lows & {"relative", "compared", "against", "versus", "than"}:
        yield view.change(points[0], view.last) or 0.0
        return
    if len(points) >= 2:
        change = view.change(min(points[0], points[-1]), max(points[0], points[-1]))
        if change is not None:
            yield change
        return
    for place in spans:
        for window in place.windows:
            change = view.change(window[0] - (len(window) == 1), window[-1])
            if change is not None:
                yield change
            if place.relation in {"since", "after"}:
                before = view.change(window[0] - 1, window[-1])
                if before is not None:
                    yield before
    if spans:
        return
    if view.known:
        yield view.change(view.known[0], view.complete[-1] if view.complete else view.last) or 0.0
        if len(view.known) > 4 and frame.lows & {"is", "keeps", "now", "still", "are"}:
            yield view.change(view.last - 3, view.last) or 0.0


def find_flat(frame: Frame) -> Iterator[int]:
    """Yield tokens that call the metric stable."""
    if frame.section is Section.RECOMMENDED_ACTION or frame.lows & {"if", "unless", "whether"}:
        return
    for at, token in enumerate(frame.tokens):
        if token.low not in FLAT or at in frame.taken or frame.low(at + 1) in _MOVES:
            continue
        if not set(frame.words(at - 3, at)) & (NEGATIONS | HEDGES):
            yield at


def prove_flat(frame: Frame) -> Proof:
    """Check that some window the sentence can mean stays within a narrow band."""
    view = frame.view
    if "unchanged" in frame.lows and view.known:
        points = [place.point for place in frame.places if place.point is not None]
        steps = [view.steps.get(at) for at in points or [view.last]]
        if 0.0 in steps or view.change(view.known[0], (view.complete or view.known)[-1]) == 0.0:
            return proved("derived:flat", "the two values are equal")
    named = [window for p in frame.places for window in p.windows if len(window) > 1]
    windows = [(window, FLAT_SPREAD) for window in named]
    if not windows:
        windows = [(view.known, FLAT_SPREAD)]
        windows += [(view.known[-size:], SHORT_FLAT_SPREAD) for size in (3, 4)]
        for event in view.events:
            if event is not None:
                windows.append((view.span(event, view.last), FLAT_SPREAD))
                windows.append((view.span(0, event - 1), FLAT_SPREAD))
    left_out = frame.left_out
    for window, share in windows:
        values = view.several(tuple(at for at in window if at not in left_out))
        middle = sum(abs(value) for value in values) / max(1, len(values))
        if len(values) >= 2 and max(values) - min(values) <= share * max(middle, 1e-12):
            return proved("derived:flat", "the values stay within a narrow band")
    return refused("the values do not stay within a narrow band")
