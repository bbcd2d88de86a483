"""What "since", "before" and "after" can lean on: recorded changes, named extremes, "it", "then".

Returns positions only; the windows around them are made in `places`.
"""

from functools import lru_cache

from bot.analysis.question import MetricQuestion
from bot.analysis.verification.dates import read_date
from bot.analysis.verification.frame import Frame
from bot.analysis.verification.numbers import read_number
from bot.analysis.verification.tokens import plain_text, stem, tokenize
from bot.analysis.verification.vocabulary import (
    BAD_ADJECTIVES,
    GOOD_ADJECTIVES,
    HIGH_NOUNS,
    LOW_NOUNS,
    PERIOD_NOUNS,
    STOP_WORDS,
)
from bot.analysis.verification.wordsets import words

LOOK_AHEAD = 6  # tokens between "since" and the word that names the change
SHORTEST_NAME = 2  # letters of a word that can name a change
_PRONOUNS = words("it that then this them")
_GENERIC = words(
    "release launch rollout roll-out switch move intervention update event redesign "
    "campaign incident rollback start"
)
_STARTS = words("starting initial start outset beginning baseline")
_OF_NUMBERS = words("in of from between to is was :")
_STOPPERS = frozenset({",", ";", ":", ".", "(", ")", "and", "but", "to"})


@lru_cache(maxsize=256)
def event_stems(question: MetricQuestion) -> tuple[frozenset[str], ...]:
    """Return the stems that name each recorded change, without the metric's own words."""
    metric = {stem(token.low) for token in tokenize(plain_text(question.metric))}
    return tuple(
        frozenset(
            stem(part)
            for token in tokenize(plain_text(change.what))
            if token.kind in {"word", "name", "version"}
            for part in {token.low, *token.low.split("-")}  # "free-tier" is "the free tier" too
            if part not in STOP_WORDS and len(part) >= SHORTEST_NAME
        )
        - metric
        for change in question.changes
    )


@lru_cache(maxsize=256)
def metric_stems(question: MetricQuestion) -> frozenset[str]:
    """Return the stems of the words in a metric's name."""
    tokens = tokenize(plain_text(question.metric))
    return frozenset(stem(token.low) for token in tokens if token.low not in STOP_WORDS)


@lru_cache(maxsize=256)
def _event_numbers(question: MetricQuestion) -> tuple[frozenset[str], ...]:
    """Return the numbers in each recorded change's name ("Version 5.1")."""
    return tuple(
        frozenset(t.low for t in tokenize(plain_text(change.what)) if t.text[:1].isdigit())
        for change in question.changes
    )


def _has_digit(frame: Frame, at: int) -> bool:
    return frame.low(at)[:1].isdigit()


def event_of(frame: Frame, at: int) -> int | None:
    """Return which recorded change a word names, None when it names none."""
    token = frame.tokens[at] if 0 <= at < len(frame.tokens) else None
    if token is None or token.kind not in {"word", "name", "version"}:
        return None
    own = stem(token.low)
    for number, stems in enumerate(event_stems(frame.view.question)):
        if own in stems:
            return number
    if token.low in _GENERIC and len(frame.view.events) == 1:
        return 0
    # "the change" is the recorded one, unless a change of the numbers is meant.
    pointed = token.low == "change" and frame.low(at - 1) in {"the", "that", "this"}
    if pointed and len(frame.view.events) == 1 and frame.low(at + 1) not in _OF_NUMBERS:
        return 0
    return None


def note_events(frame: Frame) -> None:
    """Remember which change the sentence speaks of, for "it" and "before" later on."""
    for at in range(len(frame.tokens)):
        event = event_of(frame, at)
        if event is not None:
            frame.now.event = event


def anchor_at(frame: Frame, at: int, *, events_only: bool = False) -> tuple[int, int, int] | None:
    """Return (first, last, token behind) for what stands at `at`; None when nothing does."""
    while frame.low(at) in {"the", "our", "its", "that", "this", "of", "a", "to", "very"} and (
        frame.low(at) not in _PRONOUNS or not _ends(frame, at + 1)
    ):
        at += 1
    if at >= len(frame.tokens):
        return None
    if not events_only:
        found = (
            _place_anchor(frame, at)
            or extreme_anchor(frame, at)
            or _start_anchor(frame, at)
            or _pronoun(frame, at)
        )
        if found is not None:
            return found
    return _event_anchor(frame, at)


def implied_anchor(frame: Frame) -> int | None:
    """Return the position that a bare "before" or "after" leans on."""
    event = frame.now.event if frame.now.event is not None else frame.before.event
    if event is None and len(frame.view.events) == 1:
        event = 0
    position = frame.view.events[event] if event is not None else None
    if position is not None:
        return position
    points = [place.point for place in frame.places if place.point is not None]
    points = points or frame.before.points
    return points[-1] if points else None


def _ends(frame: Frame, at: int) -> bool:
    if at >= len(frame.tokens):
        return True
    low = frame.low(at)
    return frame.kind(at) == "sym" or low in {"and", "on", "it", "the", "we", "was", "were", "by"}


def _place_anchor(frame: Frame, at: int) -> tuple[int, int, int] | None:
    found = read_date(frame, at)
    if found is not None and found.windows:
        return found.windows[0][0], found.windows[0][-1], found.j
    low = frame.low(at)
    if low in {"first", "opening"} and frame.view.known:
        after = at + 1 + (frame.low(at + 1) in PERIOD_NOUNS)
        return frame.view.known[0], frame.view.known[0], after
    if frame.kind(at) == "ordinal":
        days = [k for k, d in enumerate(frame.view.question.dates or ()) if f"{d.day}" == low[:-2]]
        if len(days) == 1:
            return days[0], days[0], at + 1
    noun = PERIOD_NOUNS.get(frame.low(at), "")
    number = read_number(frame.tokens, at + 1)
    if noun == frame.view.question.period.value and number is not None:
        position = int(number.value) - 1
        if 0 <= position < frame.view.size:
            return position, position, number.after
    return None


def extreme_anchor(frame: Frame, at: int) -> tuple[int, int, int] | None:
    """Read "peak", "low point" as the position of the extreme."""
    low = frame.low(at)
    after = at + 1 + (frame.low(at + 1) in {"point", "week", "day", "month"})
    good = frame.view.question.higher_is_better is not False
    if frame.low(at + 1) in PERIOD_NOUNS and low in GOOD_ADJECTIVES | BAD_ADJECTIVES:
        top = frame.view.high if (low in GOOD_ADJECTIVES) == good else frame.view.low
        return top, top, at + 2
    if low in HIGH_NOUNS:
        return frame.view.high, frame.view.high, after
    if low in LOW_NOUNS:
        return frame.view.low, frame.view.low, after
    return None


def _pronoun(frame: Frame, at: int) -> tuple[int, int, int] | None:
    if frame.low(at) not in _PRONOUNS:
        return None
    if frame.low(at) not in {"it", "then"} and not _ends(frame, at + 1):
        return None
    points = [place.point for place in frame.places if place.point is not None]
    if frame.low(at) in {"then", "that"} and points:
        return points[-1], points[-1], at + 1
    position = implied_anchor(frame)
    return None if position is None else (position, position, at + 1)


def _start_anchor(frame: Frame, at: int) -> tuple[int, int, int] | None:
    """Read "where the series began", "where we started"."""
    if not frame.view.known:
        return None
    if frame.low(at) in _STARTS:
        after = at + 1 + (frame.low(at + 1) in {"value", "level", "point", "week", "figure"})
        return frame.view.known[0], frame.view.known[0], after
    if frame.low(at) != "where":
        return None
    for position in range(at + 1, at + 6):
        if frame.low(position) in {"began", "started", "begins", "opened", "was", "used"}:
            first = frame.view.known[0]
            return first, first, position + 1
    return None


def _event_anchor(frame: Frame, at: int) -> tuple[int, int, int] | None:
    """Find the change whose words stand behind `at`; the one with most words in common wins."""
    end = at
    while end < min(at + LOOK_AHEAD, len(frame.tokens)) and frame.low(end) not in _STOPPERS:
        if frame.kind(end) == "num":
            break
        end += 1
    named = [position for position in range(at, end) if event_of(frame, position) is not None]
    if not named:
        return None
    own = {stem(frame.low(position)) for position in range(at, end)}
    stems = event_stems(frame.view.question)
    numbers = {
        frame.low(position) for position in range(at, end + 2) if _has_digit(frame, position)
    }
    digits = _event_numbers(frame.view.question)
    first = event_of(frame, named[0]) or 0
    best = max(
        range(len(stems)), key=lambda k: (len(digits[k] & numbers), len(stems[k] & own), k == first)
    )
    index = frame.view.events[best]
    if index is None:
        return None
    return index, index, _behind_event(frame, named[-1] + 1, index)


def _behind_event(frame: Frame, at: int, index: int) -> int:
    """Take in "... appeared on 9 February" when that date is the change's own."""
    for position in range(at, min(at + 5, len(frame.tokens))):
        if frame.low(position) in _STOPPERS:
            return at
        if frame.low(position) in {"on", "in"}:
            start = position + 1 + (frame.low(position + 1) == "the")
            found = read_date(frame, start)
            if found is not None and found.point == index:
                return found.j
    return at
