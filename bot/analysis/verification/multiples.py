"""Multiples in words and figures: doubled, halved, tripled, "three times", "a quarter more".

A multiple is a ratio of two values that the sentence, or the talk before it, points at.
"""

import itertools
from collections.abc import Iterator

from bot.analysis.verification.anchors import event_of
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.numbers import CARDINALS
from bot.analysis.verification.pairs import place_pairs, salient_pairs
from bot.analysis.verification.proof import Proof, proved, refused, show
from bot.analysis.verification.tolerance import ABOUT, NEARLY
from bot.analysis.verification.vocabulary import (
    HIGH_ADJECTIVES,
    HIGH_NOUNS,
    LOW_ADJECTIVES,
    LOW_NOUNS,
    USUAL_WORDS,
)
from bot.analysis.verification.wordsets import words

# Words that carry a ratio of their own. Without a hedge "doubled" covers 1.9 to 2.15: people
# round a worded multiple more freely than a number, but not by a tenth.
WORDED: dict[str, float] = {
    "doubled": 2.0,
    "doubles": 2.0,
    "double": 2.0,
    "doubling": 2.0,
    "twofold": 2.0,
    "twice": 2.0,
    "tripled": 3.0,
    "triple": 3.0,
    "tripling": 3.0,
    "trebled": 3.0,
    "threefold": 3.0,
    "thrice": 3.0,
    "quadrupled": 4.0,
    "quadruple": 4.0,
    "fourfold": 4.0,
    "quintupled": 5.0,
    "tenfold": 10.0,
    "halved": 0.5,
    "halves": 0.5,
    "halving": 0.5,
}
WORDED |= {f"{word}fold": float(value) for word, value in CARDINALS.items() if value > 1}
_BASES = words("baseline norm routine former")
_OFTEN = words("up down once only it them happened fell rose came least")
OBJECT_REACH = 8  # tokens from "twice" to the period it is held against
PLAIN_SHARE = 0.05
ABOUT_SHARE = 0.10
NEARLY_SHARE = 0.15


def find_multiples(frame: Frame) -> Iterator[tuple[int, float, str]]:
    """Yield (token, ratio, hedge) for each worded multiple."""
    for at, token in enumerate(frame.tokens):
        if token.low not in WORDED or at in frame.taken:
            continue
        if event_of(frame, at) is not None and event_of(frame, at - 1) is not None:
            continue
        if "not" in frame.words(at - 3, at):
            continue  # "it is not a doubling" claims none
        before = frame.low(at - 1)
        if token.low in {"twice", "thrice"} and _is_how_often(frame, at):
            continue
        hedge = "plain"
        if before in NEARLY:
            hedge = "nearly"
        elif before in ABOUT:
            hedge = "about"
        elif before == "than" and frame.low(at - 2) == "more":
            hedge = "more"
        yield at, WORDED[token.low], hedge


def _is_how_often(frame: Frame, at: int) -> bool:
    """Tell "they get asked twice", "edged up twice" from "twice as many"."""
    ends = at + 1 >= len(frame.tokens) or frame.kind(at + 1) == "sym" or frame.low(at + 1) == "by"
    verb = frame.low(at - 1) in _OFTEN or frame.low(at - 1).endswith("ed")
    return ends and verb and not frame.lows & {"back", "than", "comes"}


def ratio_holds(ratio: float, true: float, hedge: str) -> bool:
    """Tell whether a worded ratio is a fair way to put the true one."""
    if true <= 0:
        return False
    gap = true / ratio - 1
    if hedge == "nearly":
        return (-NEARLY_SHARE <= gap <= 0.0) if ratio > 1 else (0.0 <= gap <= NEARLY_SHARE)
    if hedge == "about":
        return abs(gap) <= ABOUT_SHARE
    if hedge == "more":
        return (0.0 <= gap <= 0.5) if ratio > 1 else (-0.5 <= gap <= 0.0)
    return abs(gap) <= PLAIN_SHARE


def prove_multiple(frame: Frame, at: int, ratio: float, hedge: str) -> Proof:
    """Check a multiple against the pairs of values around it."""
    nearest: Proof | None = None
    for before, after, label in ratio_pairs(frame, at):
        if before == 0:
            continue
        reason = (
            f"{show(frame.view, after)} is {after / before:.2f} times {show(frame.view, before)}"
        )
        if before * after > 0 and ratio_holds(ratio, after / before, hedge):
            return proved(f"derived:ratio:{label}", reason)
        nearest = nearest or refused(reason)
    return nearest or refused("no two values stand in that ratio")


def ratio_pairs(frame: Frame, at: int) -> Iterator[tuple[float, float, str]]:
    """Yield (before, after, label) pairs a multiple may speak of."""
    usual = list(against_usual(frame, at))
    yield from usual
    if frame.now.pairs:
        yield from ((a, b, "sentence") for a, b in frame.now.pairs)
        return
    levels = frame.now.levels
    moved = frame.low(at).endswith("ed") and len(frame.now.timed) == len(levels) == 2
    if moved and frame.now.timed[0][0] != frame.now.timed[1][0]:
        (_, before), (_, after) = sorted(frame.now.timed)
        yield before, after, "sentence"  # what "has doubled" did so in time
        return
    if len(levels) >= 2:
        yield from ((a, b, "sentence") for a, b in itertools.pairwise(levels))
        yield from ((b, a, "sentence") for a, b in itertools.pairwise(levels))
        written = frame.now.written
        yield from ((b, a, "sentence") for a, b in itertools.pairwise(written))
        return
    direct = _subject_and_object(frame, at)
    if direct is not None:
        yield (*direct, "places")
        return
    places: list[Place] = []
    for place in frame.places:
        if place.windows and all(place.windows[0] != other.windows[0] for other in places):
            places.append(place)
    if len(places) >= 2:
        view = frame.view
        one, two = view.mean(places[0].windows[0]), view.mean(places[1].windows[0])
        if one is not None and two is not None:
            yield one, two, "places"
            yield two, one, "places"
        return
    behind = len(places) == 1 and 0 < places[0].i - at <= OBJECT_REACH
    behind = behind and not frame.low(at).endswith("ed")
    as_there = behind or "as" in frame.words(at, at + 5)
    if len(places) == 1 and places[0].point is not None and as_there:
        base, now = frame.view.level(places[0].point), frame.view.level(frame.view.last)
        if base is not None and now is not None:
            yield base, now, "last"  # "takes twice as long as in week 4"
    for place in places:
        yield from place_pairs(frame, place)
    if places and not levels:
        return
    within = [q for q in frame.quantities if q.unit.startswith("period:")]
    if within and not levels:
        yield from _spaced_pairs(frame, int(min(within[0].value, 1e6)))
        return
    if levels:
        yield from ((levels[0], level, "before") for level in frame.before.levels[-2:])
        yield from ((level, levels[0], "before") for level in frame.before.levels[-2:])
    if not levels:
        yield from ((a, b, "before") for a, b in frame.before.pairs[-2:])
        yield from salient_pairs(frame)


def against_usual(frame: Frame, at: int) -> Iterator[tuple[float, float, str]]:
    """Yield pairs for "four times its normal level", "half of the usual volume"."""
    behind = range(at + 1, at + 7)
    if not any(frame.low(k) in USUAL_WORDS | _BASES and k not in frame.taken for k in behind):
        return
    view = frame.view
    spans = [view.span(0, event - 1) for event in view.events if event] or [view.known]
    points = [p.point for p in frame.places if p.point is not None]
    ups, downs = HIGH_NOUNS | HIGH_ADJECTIVES, LOW_NOUNS | LOW_ADJECTIVES
    good = view.question.higher_is_better is not False
    ups, downs = (
        ups | words("best" if good else "worst"),
        downs | words("worst" if good else "best"),
    )
    ahead = set(frame.words(0, at)) | set(frame.words(at, len(frame.tokens)))
    if not points:
        points = [view.high] if ahead & ups else [view.low] if ahead & downs else [view.last]
    for span in spans:
        for base in (view.median(span), view.mean(span)):
            for point in points:
                top = view.level(point)
                if base is not None and top is not None:
                    yield base, top, "usual"


def _subject_and_object(frame: Frame, at: int) -> tuple[float, float] | None:
    """Read "January more than doubled the December value" as (December, January)."""
    ahead = [p for p in frame.places if p.j <= at and p.point is not None]
    behind = [p for p in frame.places if p.i > at and p.point is not None and p.i - at <= 2]
    if len(ahead) != 1 or len(behind) != 1 or frame.low(behind[0].i - 1) not in {"the", *WORDED}:
        return None
    view = frame.view
    before, after = view.level(behind[0].point or 0), view.level(ahead[0].point or 0)
    return None if before is None or after is None else (before, after)


def _spaced_pairs(frame: Frame, distance: int) -> Iterator[tuple[float, float, str]]:
    """Yield pairs a written time apart ("tripled within two days"), at the marked positions."""
    view = frame.view
    ends = {view.last, view.high, view.low}
    ends |= {event - 1 + distance for event in view.events if event is not None}
    for end in sorted(ends):
        before, after = view.level(end - distance), view.level(end)
        if before is not None and after is not None:
            yield before, after, f"{end - distance}-{end}"


def prove_times(frame: Frame, q: Quantity) -> Proof:
    """Check "2.5 times", "six times the usual 0.4 %"."""
    hedge = q.margin if q.margin in {"nearly", "about", "more"} else "plain"
    if q.worded or hedge != "plain":
        return prove_multiple(frame, q.i, q.value, hedge)
    nearest: Proof | None = None
    for before, after, label in ratio_pairs(frame, q.i):
        if before * after <= 0:
            continue
        if abs(after / before - q.value) <= q.half_step * 1.001:
            return proved(f"derived:ratio:{label}", f"the ratio is {after / before:.2f}")
        nearest = nearest or refused(f"the ratio is {after / before:.2f}")
    return nearest or refused("no two values stand in that ratio")
