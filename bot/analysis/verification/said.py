"""What the words around a number say of it: a change, a step, a pace, and which way it went.

Wider than the plain direction words: "cost", "went" and "gone" say a loss of something wanted.
"""

from bot.analysis.verification.changes import direction_of
from bot.analysis.verification.directions import word_direction
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.wordsets import words

_COST = words("cost costs costing")
_TAKEN = words("took takes taken gone went missed lacking")
_BROUGHT = words("added adds adding brought brings gave regained gained won extra")
_COMPARED = words(
    "separate separates separated distance spread span "
    "gap short below above under over than against compared versus difference differ differs "
    "behind ahead beyond between worth more less fewer further down up dearer cheaper apart"
)
_STEPS = words("step steps move moves each every weekly monthly daily quarterly week-on-week")
_PACED = words("a an each every per weekly monthly daily average averaged typical")


def said_direction(frame: Frame, q: Quantity) -> int:
    """Return +1 or -1 for the way the words say the metric went, 0 when they leave it open."""
    found = direction_of(frame, q)
    if found:
        return found
    behind = frame.low(q.j)
    if behind in {"beyond", "ahead", "above", "over"} and frame.low(q.j + 1):
        return 1
    first, last = frame.segment(q.i)
    near = set(frame.words(first, last))
    if near & _BROUGHT:
        return 1
    if near & _TAKEN:
        return -1
    return -1 if near & _COST and frame.view.question.higher_is_better else 0


def says_change(frame: Frame, q: Quantity) -> bool:
    """Tell whether a word of the sentence makes a change or a difference of a number."""
    if q.unit == "pp" or q.sign:
        return True
    if frame.lows & (_COST | _TAKEN | _BROUGHT | _COMPARED | _STEPS):
        return True
    return any(word_direction(frame, at) for at in range(len(frame.tokens)))


def says_step(frame: Frame) -> bool:
    """Tell whether the sentence speaks of single steps ("added", "the last step", "cost")."""
    if frame.lows & (_COST | _TAKEN | _BROUGHT | _STEPS):
        return True
    free = (at for at in range(len(frame.tokens)) if at not in frame.taken)
    return any(word_direction(frame, at) for at in free)


def says_pace(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number is so much a period ("€5 to €7 dearer each month")."""
    if q.per:
        return True
    period = frame.view.question.period.value
    for at in range(len(frame.tokens)) if "each" in frame.lows else ():
        if frame.low(at) == "each" and f"{period}s" in frame.words(at + 1, at + 7):
            return True  # "2 to 3 points in each of the last five months"
    return bool(frame.lows & _PACED) and any(
        frame.low(at) in _PACED and frame.view.question.period.value in frame.words(at + 1, at + 3)
        for at in range(len(frame.tokens))
    )
