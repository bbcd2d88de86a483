"""What is said of all, none or some of the periods: "all five were above 55", "no month is lower".

The condition is read from the sentence (a line, the user's target, the period before); the
quantifier says how many of the named periods must fulfil it.
"""

from collections.abc import Iterator

from bot.analysis.answer import Section
from bot.analysis.verification.conditions import find_line
from bot.analysis.verification.directions import adverb_direction, word_direction
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.numbers import read_number
from bot.analysis.verification.proof import Proof, name_position, proved, refused
from bot.analysis.verification.quotes import reference_line
from bot.analysis.verification.vocabulary import PERIOD_NOUNS
from bot.analysis.verification.wordsets import words

Found = tuple[int, int, Proof]

_ALL = words("all every each both")
_NONE = words("none no neither")
_KEPT = words("met meets meet kept keeps keep hit hits fulfilled achieved honoured beat beats")
_MISSED = words("missed misses miss broke breaks failed")
_SIDES = words("higher lower better worse above below stronger weaker")
WINDOW_REACH = 5  # tokens between "all of the" and the periods


def find_quantified(frame: Frame) -> Iterator[Found]:
    """Yield claims about all, none or a number of periods."""
    if frame.section is Section.RECOMMENDED_ACTION or frame.lows & {"if", "unless", "whether"}:
        return
    found = _extreme(frame)
    if found is not None:
        yield found
    condition = _condition(frame)
    for at, token in enumerate(frame.tokens):
        if condition is not None and token.low in _ALL | _NONE:
            proof = _prove(frame, at, token.low in _NONE, condition)
            if proof is not None:
                yield at, at + 1, proof


def _extreme(frame: Frame) -> Found | None:
    """Check "no month on record is lower than April 2026"."""
    if frame.low(0) not in {"no", "none"} or frame.low(1) not in {*PERIOD_NOUNS, "other", "of"}:
        return None
    for at in range(len(frame.tokens)):
        side = adverb_direction(frame.low(at)) or word_direction(frame, at)
        if frame.low(at) not in _SIDES or frame.low(at + 1) != "than" or not side:
            continue
        place = next((p for p in frame.places if p.i > at and p.point is not None), None)
        level = None if place is None or place.point is None else frame.view.level(place.point)
        if place is None or level is None:
            return None
        beyond = [i for i in frame.view.known if ((frame.view.level(i) or 0.0) - level) * side > 0]
        if beyond:
            return at, place.j, refused(f"{name_position(frame.view, beyond[0])} is")
        return at, place.j, proved("derived:rank", "no other value lies beyond it")
    return None


def _condition(frame: Frame) -> frozenset[int] | None:
    """Return the positions that fulfil what the sentence says of its periods."""
    levels = {i: v for i in frame.view.known if (v := frame.view.level(i)) is not None}
    good = {True: 1, False: -1, None: 0}[frame.view.question.higher_is_better]
    for at, token in enumerate(frame.tokens):
        if token.low not in _KEPT | _MISSED or not good:
            continue
        line = reference_line(frame, at + 1)
        if line is None:
            continue
        kept = token.low in _KEPT
        return frozenset(i for i, v in levels.items() if ((v - line) * good >= 0) == kept)
    found = find_line(frame)
    if found is None or frame.lows & {"not", "never", "n't"}:
        return None
    line, side = found
    return frozenset(i for i, v in levels.items() if (v - line) * side > 0)


def _prove(frame: Frame, at: int, none: bool, held: frozenset[int]) -> Proof | None:
    window = _window(frame, at)
    if window is None:
        return None
    inside = [i for i in window if i in held]
    if len(inside) == (0 if none else len(window)):
        return proved("derived:count", f"{len(inside)} of {len(window)} do")
    return refused(f"{len(inside)} of {len(window)} do")


def _window(frame: Frame, at: int) -> tuple[int, ...] | None:
    """Return the periods behind "all of the ...": a named window, or as many as there are."""
    if frame.low(at + 1) not in {"of", "the", *PERIOD_NOUNS} and not read_number(
        frame.tokens, at + 1
    ):
        return None
    for position in range(at, at + WINDOW_REACH):
        place = next((p for p in frame.places if p.i == position), None)
        if place is not None and _is_several(place):
            return place.windows[0]
        number = read_number(frame.tokens, position)
        if number is not None and frame.low(number.after) in PERIOD_NOUNS:
            return frame.view.known if number.value == len(frame.view.known) else None
    return None


def _is_several(place: Place) -> bool:
    return bool(place.windows) and len(place.windows[0]) > 1
