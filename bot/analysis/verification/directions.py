"""Which way a sentence says the numbers went: verbs, nouns and adverbs around a number.

+1 is up, -1 is down, 0 says nothing. "Improved" and "worse" follow the metric's good direction.
"""

from bot.analysis.verification.anchors import event_of, metric_stems
from bot.analysis.verification.frame import Frame
from bot.analysis.verification.tokens import stem
from bot.analysis.verification.vocabulary import (
    BETTER,
    DOWN_ADVERBS,
    DOWN_NOUNS,
    DOWN_VERBS,
    FASTER_MEANS_LESS,
    HIGH_NOUNS,
    LOW_NOUNS,
    SLOWER_MEANS_MORE,
    UP_ADVERBS,
    UP_NOUNS,
    UP_VERBS,
    WORSE,
)
from bot.analysis.verification.wordsets import words

_OCCURRING = HIGH_NOUNS | LOW_NOUNS | words("best worst highest lowest maximum minimum largest")
BEHIND_REACH = 3  # "11 fewer users", "26 % relative decline"
AHEAD_REACH = 6  # "a loss of about 11", "fell by roughly 26 %"
_NEUTRAL_BETWEEN = words(
    "of by a an the about roughly around nearly almost only just was is another some at some "
    "exactly further more than less over under relative total steady sharp small modest clear "
    "weekly monthly daily quarterly single one step ; , : ( -"
)


def word_direction(frame: Frame, at: int) -> int:
    """Return the direction a single word carries as verb or noun."""
    low = frame.low(at)
    if low in {"fell", "falls", "fall"} and _only_occurs(frame, at):
        return 0
    if stem(low) in metric_stems(frame.view.question):
        return 0
    good = {True: 1, False: -1, None: 0}[frame.view.question.higher_is_better]
    if low in UP_VERBS or low in UP_NOUNS:
        return 1
    if low in DOWN_VERBS or low in DOWN_NOUNS:
        return -1
    if low in FASTER_MEANS_LESS:
        return -1
    if low in SLOWER_MEANS_MORE:
        return 1
    if low in BETTER:
        return good
    if low in WORSE:
        return -good
    return 0


def _only_occurs(frame: Frame, at: int) -> bool:
    """Tell "the trough fell in the week of 9 February" from "sales fell in February"."""
    ahead = set(frame.words(at - 5, at))
    dated = any(at + 2 <= place.i <= at + 3 for place in frame.places)
    return frame.low(at + 1) in {"in", "on", "within"} and dated and bool(ahead & _OCCURRING)


def is_event_word(frame: Frame, at: int) -> bool:
    """Tell whether a direction word belongs to a change's name ("the price increase")."""
    if event_of(frame, at) is not None and event_of(frame, at - 1) is not None:
        return True
    if frame.low(at) in {"increase", "cut", "rise", "reduction", "move", "drop"}:
        return event_of(frame, at) is not None or event_of(frame, at - 1) is not None
    return False


def adverb_direction(low: str) -> int:
    """Return the direction of "up", "lower", "more", "fewer"."""
    if low in UP_ADVERBS:
        return 1
    return -1 if low in DOWN_ADVERBS else 0


def direction_behind(frame: Frame, after: int) -> int:
    """Return the direction said right behind a number: "11 points lower", "a 26 % drop"."""
    for at in range(after, after + BEHIND_REACH):
        low = frame.low(at)
        if frame.kind(at) != "word" or low in {"in", "to", "and", "from", "or", "on", "since"}:
            return 0
        if low == "short":
            return -1
        found = adverb_direction(low) or (
            0 if is_event_word(frame, at) else word_direction(frame, at)
        )
        if found and not (
            low == "over"
            and frame.low(at + 1) in {"the", "all"}
            and (frame.low(at + 2) in {"last", "past", "period", "whole"})
        ):
            return found
    return 0


def direction_ahead(frame: Frame, before: int, reach: int = AHEAD_REACH) -> int:
    """Return the direction said shortly before a number: "up 51 %", "a loss of 11"."""
    for at in range(before - 1, max(-1, before - 1 - reach), -1):
        low = frame.low(at)
        if low in {"up", "down", "higher", "lower"}:
            return adverb_direction(low)
        found = 0 if is_event_word(frame, at) else word_direction(frame, at)
        if found:
            return found
        if low not in _NEUTRAL_BETWEEN and low not in {"points", "change"}:
            return 0
    return 0


def clause_direction(frame: Frame, first: int, last: int) -> int:
    """Return the direction of the nearest verb or noun in a token range, read from its end."""
    for at in range(last - 1, first - 1, -1):
        found = 0 if is_event_word(frame, at) else word_direction(frame, at)
        if found:
            return found
        if frame.low(at) in {"up", "down"} and frame.low(at - 1) not in {"made", "set", "sign"}:
            return adverb_direction(frame.low(at))
    return 0
