"""The first or last period beyond a line: "August was the first month under 100 %".

Also "400 was first reached in April" and "for the first time". The line is a written number, the
period the one the sentence gives the ordinal to; without such a period nothing is decided here.
"""

from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.matching import level_factor
from bot.analysis.verification.numbers import read_ordinal
from bot.analysis.verification.proof import Proof, name_position, proved, refused
from bot.analysis.verification.vocabulary import PERIOD_NOUNS
from bot.analysis.verification.wordsets import words

_OVER = words("above over beyond past exceeding exceeded passed topped broke cleared surpassed")
_UNDER = words("below under beneath")
_REACHED = words("reached hit touched met attained")
_CROSSED = words("crossed")
_OR = {"more": 1, "above": 1, "over": 1, "higher": 1, "less": -1, "below": -1, "under": -1}
_OR |= {"lower": -1, "fewer": -1}
REACH = 7  # tokens between the ordinal and its line


def prove_first(frame: Frame, q: Quantity) -> Proof | None:
    """Check a line that an n-th or last period is said to lie beyond; None where none is."""
    if level_factor(frame.view, q) is None or q.sign or frame.lows & {"since", "if", "when"}:
        return None
    found = _ordinal(frame, q)
    side = None if found is None else _side(frame, q)
    if found is None or side is None:
        return None
    at, number = found
    point = _subject(frame, q, at)
    if point is None:
        return None
    line, (direction, inclusive) = q.value * (level_factor(frame.view, q) or 1.0), side
    held = [i for i in frame.view.known if _beyond(frame, i, line, direction, inclusive)]
    if not held or abs(number) > len(held):
        return refused("no period lies beyond it")
    true = held[number - 1] if number > 0 else held[number]
    text = f"that was {name_position(frame.view, true)}"
    return proved(f"derived:first:{true}", text) if true == point else refused(text)


def _ordinal(frame: Frame, q: Quantity) -> tuple[int, int] | None:
    """Return (token, number) of the ordinal around a line; -1 for the last."""
    for at in range(max(0, q.i - REACH), min(len(frame.tokens), q.j + 4)):
        ordinal = read_ordinal(frame.tokens, at)
        number = -1 if frame.low(at) == "last" else ordinal[0] if ordinal else 0
        if not number:
            continue
        after = at + 1 if ordinal is None else ordinal[1]
        noun = frame.low(after) in PERIOD_NOUNS or frame.low(after) == "time"
        verb = frame.low(after) in _OVER | _REACHED | _CROSSED | {"fell", "dropped", "rose"}
        led = frame.low(at - 1) in {"the", "is", "was", "only"}
        if (noun and led and not frame.low(after).endswith("s")) or (verb and number == 1):
            return at, number
    return None


def _side(frame: Frame, q: Quantity) -> tuple[int, bool] | None:
    """Return (direction, whether the line itself counts) of the words at a line."""
    if frame.low(q.j) == "or" and frame.low(q.j + 1) in _OR:
        return _OR[frame.low(q.j + 1)], True
    ahead = frame.words(q.i - 4, q.i)
    inclusive = "or" in ahead and "at" in ahead
    for low in reversed(ahead):
        if low in _OVER:
            return 1, inclusive
        if low in _UNDER:
            return -1, inclusive
        if low in _REACHED | _CROSSED:
            break
    around = set(ahead) | set(frame.words(q.j, q.j + 4))
    if around & (_REACHED | _CROSSED | _OVER):
        start = frame.view.level(frame.view.known[0]) or 0.0 if frame.view.known else 0.0
        rising = start < q.value * (level_factor(frame.view, q) or 1.0)
        return (1 if rising else -1), bool(around & _REACHED)
    return None


def _subject(frame: Frame, q: Quantity, at: int) -> int | None:
    """Return the period that is given the ordinal: the one in front, else the one behind."""
    points = [p for p in frame.places if p.point is not None and not p.i <= at < p.j]
    first, last = frame.segment(q.i)
    inside = [p for p in points if first <= p.i < last] or points
    ahead = [p for p in inside if p.j <= at]
    chosen = ahead[-1:] or [p for p in inside if p.i > at][:1]
    return chosen[0].point if chosen else None


def _beyond(frame: Frame, at: int, line: float, direction: int, inclusive: bool) -> bool:
    level = frame.view.level(at)
    if level is None:
        return False
    if abs(level - line) < 1e-9:
        return inclusive
    return (level - line) * direction > 0
