"""The n-th of something: "the first decline came in June", "crossed €80 for the third time".

Counts steps, runs, crossings and positions of the series and compares them with the written
ordinal. "The lowest reading was the third" gives a rank to a position, which is checked too.
"""

from collections.abc import Iterator
from itertools import pairwise

from bot.analysis.answer import Section
from bot.analysis.verification.directions import is_event_word, word_direction
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.matching import level_factor
from bot.analysis.verification.numbers import read_ordinal
from bot.analysis.verification.proof import Proof, name_position, proved, refused
from bot.analysis.verification.ranks import find_superlatives, holders
from bot.analysis.verification.vocabulary import DOWN_NOUNS, PERIOD_NOUNS, UP_NOUNS
from bot.analysis.verification.wordsets import words

Found = tuple[int, int, Proof]

_NOUNS = UP_NOUNS | DOWN_NOUNS
_CAME = words("came was occurred happened arrived followed fell")
_RUNS = words("stretch run spell streak period phase string")
_CROSSED = words("crossed passed topped reached broke exceeded hit")
_SAID = words("reading value week month day quarter one")


def find_ordinals(frame: Frame) -> Iterator[Found]:
    """Yield claims that something is the n-th of its kind."""
    if frame.section is Section.RECOMMENDED_ACTION or frame.lows & {"if", "unless", "whether"}:
        return
    for at in range(len(frame.tokens)):
        ordinal = read_ordinal(frame.tokens, at)
        if ordinal is None or at in frame.taken:
            continue
        found = (
            _nth_step(frame, at, *ordinal)
            or _nth_run(frame, at, *ordinal)
            or _nth_time(frame, at, *ordinal)
            or _nth_and_last(frame, at, *ordinal)
            or _nth_reading(frame, at, *ordinal)
            or _step_was_nth(frame, at, *ordinal)
            or _nth_of_series(frame, at, *ordinal)
        )
        if found is not None:
            yield found


def _result(at: int, after: int, holds: bool, text: str) -> Found:
    return at, after, proved("derived:ordinal", text) if holds else refused(text)


def _steps(frame: Frame, direction: int) -> list[int]:
    return [i for i, step in sorted(frame.view.steps.items()) if step * direction > 0]


def _points(frame: Frame, first: int, last: int) -> list[Place]:
    return [p for p in frame.places if first <= p.i <= last and p.point is not None]


def _nth_step(frame: Frame, at: int, number: int, after: int) -> Found | None:
    """Check "the first decline came in June"."""
    if frame.low(after) not in _NOUNS or is_event_word(frame, after):
        return None
    direction = word_direction(frame, after)
    places = _points(frame, after + 1, after + 4)
    since = any(place.relation in {"since", "after"} for place in frame.places)
    if frame.low(after + 1) not in _CAME or not direction or not places or since:
        return None
    steps = _steps(frame, direction)
    holds = len(steps) >= number and steps[number - 1] == places[0].point
    text = f"{len(steps)} such steps in all"
    if len(steps) >= number:
        text = f"that one came in {name_position(frame.view, steps[number - 1])}"
    return _result(at, after + 1, holds, text)


def _nth_run(frame: Frame, at: int, number: int, after: int) -> Found | None:
    """Check "it is the second stretch of losses": runs of one direction, the newest included."""
    if frame.low(after) not in _RUNS or frame.low(after + 1) != "of":
        return None
    direction = word_direction(frame, after + 2)
    if not direction or frame.low(after + 2) not in _NOUNS:
        return None
    starts = [
        end
        for end, (sign, count) in sorted(frame.view.runs.items())
        if sign == direction and count == 1
    ]
    newest = frame.view.runs.get(frame.view.last, (0, 0))[0] == direction
    now = {"is", "this"} & set(frame.words(at - 4, at))
    holds = len(starts) == number and (newest or not now)
    return _result(at, after + 1, holds, f"{len(starts)} such stretches in all")


def _nth_time(frame: Frame, at: int, number: int, after: int) -> Found | None:
    """Check "it crossed €80 in July for the third time": crossings of the line so far."""
    lines = [q for q in frame.quantities if level_factor(frame.view, q) is not None]
    if frame.low(after) != "time" or not frame.lows & _CROSSED or len(lines) != 1:
        return None
    if any(place.relation == "since" for place in frame.places):
        return None
    line = lines[0].value * (level_factor(frame.view, lines[0]) or 1.0)
    points = [p.point for p in frame.places if p.point is not None]
    last = points[-1] if points else frame.view.last
    values = [v for i in frame.view.known if i <= last and (v := frame.view.level(i)) is not None]
    up = sum(a < line <= b for a, b in pairwise(values))
    down = sum(a > line >= b for a, b in pairwise(values))
    return _result(at, after + 1, number in {up, down}, f"crossed {max(up, down)} times by then")


def _nth_and_last(frame: Frame, at: int, number: int, after: int) -> Found | None:
    """Check "in the twentieth and last week": the number of periods."""
    pair = frame.words(after, after + 2)
    if pair not in (["and", "last"], ["and", "final"]) or frame.low(after + 2) not in PERIOD_NOUNS:
        return None
    return _result(at, after + 2, number == frame.view.size, f"the series has {frame.view.size}")


def _nth_reading(frame: Frame, at: int, number: int, after: int) -> Found | None:
    """Check "the lowest reading was the third": the position of the extreme."""
    behind = frame.low(after)
    ends = after >= len(frame.tokens) or frame.kind(after) == "sym" or behind in _SAID
    if not ends or frame.words(at - 2, at) not in (["was", "the"], ["is", "the"]):
        return None
    ahead = [s for s in find_superlatives(frame) if s.j <= at and at - s.j <= 4 and not s.steps]
    if not ahead or any(ahead[-1].j <= p.i < at for p in frame.places):
        return None
    carried = holders(frame, ahead[-1], frame.view.known)
    text = ", ".join(name_position(frame.view, i) for i in sorted(carried))
    return _result(at, after, number - 1 in carried, f"that was {text}")


def _step_was_nth(frame: Frame, at: int, number: int, after: int) -> Found | None:
    """Check "July's drop of 0.2 was the second of the series"."""
    if frame.words(at - 2, at) != ["was", "the"] or frame.low(after) != "of":
        return None
    subject = [k for k in range(at) if frame.low(k) in _NOUNS and not is_event_word(frame, k)]
    places = _points(frame, 0, at)
    if not subject or len(places) != 1 or not word_direction(frame, subject[-1]):
        return None
    steps = _steps(frame, word_direction(frame, subject[-1]))
    holds = len(steps) >= number and steps[number - 1] == places[0].point
    return _result(at, after, holds, f"{len(steps)} such steps in all")


def _nth_of_series(frame: Frame, at: int, number: int, after: int) -> Found | None:
    """Check "the week of 5 October, the third in the series": a period's own number."""
    lead = at - 1 - (frame.low(at - 1) == "the")
    after += frame.low(after) in _SAID
    behind = frame.words(after, after + 3)
    whole = behind[:1] in (["in"], ["of"]) and set(behind) & {"series", "record", "data"}
    place = next((p for p in frame.places if p.j == lead and p.point is not None), None)
    if frame.low(lead) != "," or not whole or place is None:
        return None
    text = f"it is number {(place.point or 0) + 1}"
    return _result(at, after, place.point == number - 1, text)
