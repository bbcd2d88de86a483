"""What a sentence names to compute with: periods, marked points, written levels, stated limits.

An operand is a value with the periods it stands for. Words name operands as well as dates do:
"the best week", "at the start", "what the board asks for", "now". `derived` computes with them;
nothing here decides whether a number is right.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.analysis.answer import Section
from bot.analysis.verification.anchors import event_of
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.quotes import stated_numbers
from bot.analysis.verification.vocabulary import (
    BAD_ADJECTIVES,
    GOOD_ADJECTIVES,
    HIGH_ADJECTIVES,
    HIGH_NOUNS,
    LOW_ADJECTIVES,
    LOW_NOUNS,
    MEAN_WORDS,
    PERIOD_NOUNS,
)
from bot.analysis.verification.wordsets import words

_FIRST = words("start opening beginning began outset first started")
_OLD = words("old previous former earlier")
_NOW = words("now today latest last newest current currently present final end finish ended")
_ASKED = words("asks asked wants wanted board target goal limit line minimum promised aim budget")
_POINTING = words("then that there it those this since")
MOST_OPERANDS = 16  # pairs grow with the square
MOST_STATED = 6
LIMIT, BEFORE, DEFAULT = -1, -2, -3  # sources that are no token of the sentence


@dataclass(frozen=True, slots=True)
class Operand:
    """A value to compute with; `at` are its periods (none for a stated limit)."""

    at: frozenset[int]
    value: float
    source: int  # the token that names it; BEFORE for earlier sentences, DEFAULT for no word at all

    @property
    def middle(self) -> float:
        """Return the place in time, behind everything for a stated limit."""
        return sum(self.at) / len(self.at) if self.at else -1.0


def find_operands(frame: Frame) -> list[Operand]:
    """Return the operands of a sentence, the directly named ones first, each once."""
    found = [*_of_places(frame), *_of_words(frame), *_of_limits(frame)]
    named = bool(found)
    found += [*_of_context(frame, named=named), *_defaults(frame, named=named)]
    first: dict[tuple[frozenset[int], float], Operand] = {}
    for operand in found:
        first.setdefault((operand.at, round(operand.value, 9)), operand)
    return list(first.values())[:MOST_OPERANDS]


def _point(frame: Frame, at: int, source: int) -> Iterator[Operand]:
    level = frame.view.level(at)
    if level is not None:
        yield Operand(frozenset({at}), level, source)


def _mean(frame: Frame, window: tuple[int, ...], source: int) -> Iterator[Operand]:
    mean = frame.view.mean(window)
    if mean is not None and len(window) > 1:
        yield Operand(frozenset(window), mean, source)


def _of_places(frame: Frame) -> Iterator[Operand]:
    for place in frame.places:
        yield from of_place(frame, place)
        for q in frame.quantities:
            joined = q.j <= place.i <= q.j + 2 and frame.low(q.j) in {"to", "up", "until"}
            if joined and q.unit.startswith("period:") and place.point is not None:
                for back in (0, 1):  # "the eight months to May": counted with or without the eve
                    yield from _point(frame, place.point - int(q.value) + back, q.i)


def of_place(frame: Frame, place: Place) -> Iterator[Operand]:
    """Yield the values a named period or window stands for: its ends, its mean, its eve."""
    for window in place.windows:
        if not window:
            continue
        yield from _point(frame, window[0], place.i)
        yield from _point(frame, window[-1], place.i)
        if place.relation != "range":
            yield from _mean(frame, window, place.i)
        if place.relation == "range":
            continue
        if len(window) > 1 or place.relation in {"since", "after", "until"}:
            yield from _point(frame, window[0] - 1, place.i)


def _of_words(frame: Frame) -> Iterator[Operand]:
    view = frame.view
    if not view.known:
        return
    good = view.question.higher_is_better is not False
    tops = HIGH_ADJECTIVES | HIGH_NOUNS | (GOOD_ADJECTIVES if good else BAD_ADJECTIVES)
    lows = LOW_ADJECTIVES | LOW_NOUNS | (BAD_ADJECTIVES if good else GOOD_ADJECTIVES)
    for at, token in enumerate(frame.tokens):
        if at in frame.taken or (at == 0 and frame.section is Section.URGENCY):
            continue
        low = token.low
        if low in tops:
            yield from _point(frame, view.high, at)
        elif low in lows:
            yield from _point(frame, view.low, at)
        elif low in _FIRST and (low != "first" or frame.low(at + 1) in PERIOD_NOUNS):
            yield from _point(frame, view.known[0], at)
        elif low in _NOW:
            yield from _point(frame, view.last, at)
        elif low in _OLD and MEAN_WORDS & set(frame.words(at, at + 3)):
            for event in view.events:
                yield from _mean(frame, view.span(0, (event or 0) - 1), at)
    yield from _of_events(frame)


def _of_events(frame: Frame) -> Iterator[Operand]:
    view = frame.view
    for at in range(len(frame.tokens)):
        number = None if at in frame.taken else event_of(frame, at)
        event = None if number is None else view.events[number]
        if event:
            yield from _point(frame, event - 1, at)
            yield from _point(frame, event, at)
            yield from _mean(frame, view.span(0, event - 1), at)
            yield from _mean(frame, view.span(event, view.last), at)


def _of_limits(frame: Frame) -> Iterator[Operand]:
    """Yield the limits of the question that the sentence speaks of or writes."""
    asked = bool(frame.lows & _ASKED)
    written = {q.value for q in frame.quantities}
    unit = "%" if frame.view.is_rate else frame.view.unit
    for quote in stated_numbers(frame.view.question)[:MOST_STATED]:
        fits = quote.unit in {unit, ""} and quote.source != "recorded change"
        if fits and (asked or quote.value in written):
            yield Operand(frozenset(), quote.value, LIMIT)


def _of_context(frame: Frame, *, named: bool) -> Iterator[Operand]:
    if (frame.places or named or frame.section is Section.URGENCY) and not frame.lows & _POINTING:
        return
    for at in reversed(frame.before.points[-3:]):
        yield from _point(frame, at, BEFORE)
    for window in frame.before.windows[-2:]:
        yield from _mean(frame, window, BEFORE)


def _defaults(frame: Frame, *, named: bool) -> Iterator[Operand]:
    view = frame.view
    if view.known:
        yield from _point(frame, view.last, DEFAULT)
    for event in view.events:
        if event and not named:
            yield from _point(frame, event - 1, DEFAULT)
