"""Runs: "fifth straight decline", "six weeks running", "every month since then".

A run is counted in steps of one direction; its length must be the written one and its end must
be the named period, or the newest one, or a place where such a run ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.analysis.verification.conditions import find_condition
from bot.analysis.verification.directions import adverb_direction, is_event_word, word_direction
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.numbers import read_number, read_ordinal
from bot.analysis.verification.proof import Proof, name_position, proved, refused, unresolved
from bot.analysis.verification.vocabulary import DOWN_NOUNS, PERIOD_NOUNS, UP_NOUNS
from bot.analysis.verification.wordsets import words

_STRAIGHT = words("straight consecutive successive")
_RUNS = words("run streak string spell sequence stretch series")
_ON_END = {("on", "end"), ("in", "succession"), ("in", "sequence"), ("back-to-back", "")}
_ADJECTIVES = words("weekly daily monthly quarterly small large further more such annual yearly")


@dataclass(frozen=True, slots=True)
class Streak:
    """A run that a sentence claims; `ordinal` for "the fifth straight ..."."""

    i: int
    j: int
    length: int
    ordinal: bool = False
    every: bool = False


def find_streaks(frame: Frame) -> Iterator[Streak]:
    """Yield the runs of a sentence."""
    at = 0
    while at < len(frame.tokens):
        found = (
            _read_straight(frame, at)
            or _read_in_a_row(frame, at)
            or _read_run(frame, at)
            or _read_every(frame, at)
        )
        if found is None:
            at += 1
            continue
        yield found
        at = found.j


def _read_straight(frame: Frame, at: int) -> Streak | None:
    ordinal = read_ordinal(frame.tokens, at)
    if ordinal is not None and frame.low(ordinal[1]) in _STRAIGHT:
        return Streak(at, ordinal[1] + 1, ordinal[0], ordinal=True)
    number = read_number(frame.tokens, at)
    if number is not None and frame.low(number.after) in _STRAIGHT and number.value < 1e6:
        return Streak(at, number.after + 1, int(number.value))
    return None


def _read_in_a_row(frame: Frame, at: int) -> Streak | None:
    """Read "five in a row", "six weeks running", "two small rises in a row"."""
    ordinal = read_ordinal(frame.tokens, at)
    number = read_number(frame.tokens, at)
    if (number is None and ordinal is None) or (number is not None and number.value > 1e6):
        return None
    after = number.after if number is not None else ordinal[1] if ordinal else at
    length = int(number.value) if number is not None else ordinal[0] if ordinal else 0
    for position in range(after, after + 4):
        if frame.words(position, position + 3) == ["in", "a", "row"]:
            return Streak(at, position + 3, length, ordinal=number is None)
        if frame.low(position) in {"running", "on-end"} and position > after:
            return Streak(at, position + 1, length)
        if tuple(frame.words(position, position + 2)) in _ON_END:
            return Streak(at, position + 2, length)
        if frame.words(position, position + 3) == ["on", "the", "trot"]:
            return Streak(at, position + 3, length)
        if frame.kind(position) != "word":
            return None
    return None


def _read_run(frame: Frame, at: int) -> Streak | None:
    """Read "a five-month run of improvement", "six weeks of decline"."""
    number = read_number(frame.tokens, at)
    if number is None or number.half_step != 0.5 or number.value > 1e6:
        return None
    noun = number.after + (frame.low(number.after) == "-")
    if PERIOD_NOUNS.get(frame.low(noun)) not in {"any", frame.view.question.period.value}:
        return None
    behind = noun + 1
    if frame.low(behind) in _RUNS:
        behind += 1
    if frame.low(behind) != "of":
        return None
    for position in range(behind + 1, behind + 3):
        low = frame.low(position)
        nouns = UP_NOUNS | DOWN_NOUNS | {"improvement", "deterioration"}
        if low in nouns and word_direction(frame, position) and not is_event_word(frame, position):
            return Streak(at, position + 1, int(number.value))
    return None


def _read_every(frame: Frame, at: int) -> Streak | None:
    if "than" in frame.lows or "beaten" in frame.lows:
        return None
    if frame.low(at) in {"every", "each"} and (
        frame.low(at + 1) == frame.view.question.period.value or frame.low(at + 1) == "single"
    ):
        return Streak(at, at + 2, 0, every=True)
    return None


def streak_direction(frame: Frame, found: Streak) -> int:
    """Return the direction of a run: the noun behind it, else the verb in front, else behind."""
    for at in range(found.i, min(found.j + 4, len(frame.tokens))):
        direction = 0 if is_event_word(frame, at) else word_direction(frame, at)
        if direction:
            return direction
        if at >= found.j and frame.low(at) in {",", "and", ";"}:
            break
    for at in range(found.i - 1, -1, -1):
        low = frame.low(at)
        direction = 0 if is_event_word(frame, at) else word_direction(frame, at)
        if low == "ground":
            continue
        direction = direction or (adverb_direction(low) if low in {"up", "down"} else 0)
        if direction:
            return direction
    for at in range(found.j, len(frame.tokens)):
        direction = word_direction(frame, at)
        if direction:
            return direction
    return 0


def prove_streak(frame: Frame, found: Streak) -> Proof:
    """Check a run's length, direction and end."""
    view = frame.view
    direction = streak_direction(frame, found)
    if frame.low(found.i - 1) == "no" and direction:
        longest = max((n for sign, n in view.runs.values() if sign == direction), default=0)
        text = f"the longest such run has {longest} steps"
        return proved("derived:streak", text) if longest < found.length else refused(text)
    ends = [
        place.point
        for place in frame.places
        if place.point is not None and place.relation != "since" and frame.low(place.j) != "another"
    ]
    ends += [
        place.windows[0][-1]
        for place in frame.places
        if place.relation == "range" and place.windows
    ]
    since = [
        place for place in frame.places if place.relation in {"since", "after"} and place.windows
    ]
    if found.every:
        proof = _prove_every(frame, direction)
        paced = (
            any(q.i < found.i and not q.unit.startswith("period:") for q in frame.quantities)
            and "since" not in frame.lows
        )
        if paced and not proof.holds:
            return unresolved("so much each period is a pace, checked with its number")
        return proof
    if not direction:
        return _prove_condition(frame, found)
    if since:
        window = since[-1].windows[0]
        steps = [view.steps.get(at, 0.0) for at in window if at in view.steps]
        run = view.runs.get(view.last, (0, 0))
        if run[1] == found.length and run[0] == (direction or run[0]) and len(steps) >= run[1] - 1:
            return proved("derived:streak", f"{run[1]} steps in a row up to the end")
    for end in ends:
        run = view.runs.get(end, (0, 0))
        if run[1] == found.length and run[0] == (direction or run[0]):
            return proved("derived:streak", f"{run[1]} in a row up to {name_position(view, end)}")
    newest = _longest_at(frame, view.last)
    if ends or since:
        starts = list(_runs_starting(frame, found.length, direction))
        near = _near(ends)
        if any(start in near or start + found.length - 1 in near for start in starts):
            return proved("derived:streak", f"{found.length} in a row from there")
    if not ends or since:
        if newest[1] == found.length and newest[0] == (direction or newest[0]):
            return proved("derived:streak", f"{newest[1]} in a row up to the end")
        earlier = any(True for _ in _runs_starting(frame, found.length, direction))
        if earlier and not found.ordinal and not _speaks_of_now(frame):
            return proved("derived:streak", f"there is a run of {found.length}")
    if found.ordinal and not ends and newest[1] == found.length and newest[0] == direction:
        return proved("derived:streak", f"{newest[1]} in a row")
    word = {1: "rises", -1: "falls", 0: "steps without change"}[newest[0]]
    return refused(f"the series ends with {newest[1]} {word} in a row")


def _prove_condition(frame: Frame, found: Streak) -> Proof:
    """Check "three months in a row were below zero": a complete run of periods that fulfil it."""
    q = Quantity(found.i, found.j, float(found.length), 0.5, "period:any")
    condition = find_condition(frame, q)
    if condition is None:
        return unresolved("the sentence does not say what happened in a row")
    held = condition[0] if isinstance(condition, tuple) else condition
    runs: list[int] = []
    for at in frame.view.known:
        if at not in held:
            runs.append(0)
        elif runs:
            runs[-1] += 1
        else:
            runs.append(1)
    if found.length in runs:
        return proved("derived:run", f"a run of {found.length} periods fulfils it")
    return refused(f"the longest such run has {max(runs, default=0)} periods")


def _longest_at(frame: Frame, at: int) -> tuple[int, int]:
    return frame.view.runs.get(at, (0, 0))


def _near(ends: list[int]) -> set[int]:
    return {end + shift for end in ends for shift in (-1, 0, 1)}


def _runs_starting(frame: Frame, length: int, direction: int) -> Iterator[int]:
    """Yield the first step of each complete run of that length."""
    runs = frame.view.runs
    for at, (sign, count) in runs.items():
        ended = runs.get(at + 1, (0, 0))
        if (
            count == length
            and sign == (direction or sign)
            and not (ended[0] == sign and ended[1] == count + 1)
        ):
            yield at - count + 1


def _speaks_of_now(frame: Frame) -> bool:
    return bool(frame.lows & {"now", "is", "has", "have", "latest", "marks", "makes"})


def _prove_every(frame: Frame, direction: int) -> Proof:
    view = frame.view
    if not direction:
        return proved("derived:every", "no direction is claimed")
    windows = [
        place.windows[0] for place in frame.places if place.windows and len(place.windows[0]) > 1
    ]
    window = windows[0] if windows else view.known[1:]
    steps = [view.steps[at] for at in window if at in view.steps]
    inner = steps[1:] if windows else steps
    if all(step * direction > 0 for step in inner) and inner:
        return proved("derived:every", f"{len(inner)} steps, all in that direction")
    return refused("not every period went that way")


def is_step_count(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number counts moves: "two gains", "three small declines"."""
    if q.unit not in {"", "noun"} or q.half_step != 0.5:
        return False
    at = q.j + (frame.low(q.j) in _ADJECTIVES)
    low = frame.low(at)
    return low.endswith("s") and low in UP_NOUNS | DOWN_NOUNS and not is_event_word(frame, at)


def prove_step_count(frame: Frame, q: Quantity) -> Proof | None:
    """Check a number of moves against all of that direction, or a complete run; None otherwise."""
    if not is_step_count(frame, q):
        return None
    at = q.j + (frame.low(q.j) in _ADJECTIVES)
    direction = word_direction(frame, at)
    steps = [step for step in frame.view.steps.values() if step * direction > 0]
    if len(steps) == q.value or any(True for _ in _runs_starting(frame, int(q.value), direction)):
        return proved("derived:count", f"{len(steps)} such steps in all")
    return refused(f"{len(steps)} such steps in all, and no run of {q.value:g}")
