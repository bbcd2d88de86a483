"""Which period belongs to which number: "38 % in week 3 and 35 % in week 4".

A place right behind a number is its own; otherwise the nearest free place in front, then the
nearest behind. Bare number words decide nothing here.
"""

import itertools

from bot.analysis.verification.directions import word_direction
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.wordsets import words

_LINKS = words(
    "in on at during for over since of by before after until ( the and into across as back "
    "with , dates from between throughout within each days weeks months"
)
_STRONG = words(
    "in on at during for over since of by before after until ( into across from between "
    "throughout within"
)
_JOINS = words("vs versus and against")
DIRECT_REACH = 3


def bind_places(frame: Frame, quantities: list[Quantity]) -> None:
    """Set `place` and `direct` of the given quantities, in text order."""
    levels = [q for q in quantities if not q.unit.startswith("period:")]
    for q in levels:
        place = _right_behind(frame, q)
        if place is not None:
            q.place, q.direct, place.used = place, True, True
    for q in levels:
        near = next((p for p in frame.places if p.j == q.i - 2 and p.point is not None), None)
        if near is not None and q.place is None and frame.words(near.j, q.i) == [",", "with"]:
            q.place, q.direct, near.used = near, True, True
    _bind_in_order(frame, levels)
    for one, two in itertools.pairwise(levels):
        ended = frame.words(one.j, two.i) == ["to"] and two.direct and two.place is not None
        if ended and one.place is None and frame.low(one.i - 1) in {"up", "down", "by"}:
            one.place = two.place  # "down 60 to 280 in September"
    for number, q in enumerate(levels):
        if q.place is not None:
            continue
        left_limit = levels[number - 1].j if number else 0
        right_limit = levels[number + 1].i if number + 1 < len(levels) else len(frame.tokens)
        ahead = [p for p in frame.places if left_limit <= p.i and p.j <= q.i and not p.used]
        behind = [p for p in frame.places if q.j <= p.i and p.j <= right_limit and not p.used]
        if ahead:
            q.place = ahead[-1]
        elif behind and _same_clause(frame, q, behind[0]):
            q.place = behind[0]
        elif number and _is_listed(frame, levels[number - 1], q):
            q.place = levels[number - 1].place
        if q.place is not None:
            q.place.used = True


def _bind_in_order(frame: Frame, levels: list[Quantity]) -> None:
    """Bind "in August than in January (3.1 % vs 3.2 %)" one to one, in order."""
    for one, two in itertools.pairwise(levels):
        between = frame.words(one.j, two.i)
        if one.place or two.place or len(between) != 1 or between[0] not in _JOINS:
            continue
        ahead = [p for p in frame.places if p.j <= one.i and not p.used and p.point is not None]
        if len(ahead) == len(frame.places) == 2:
            for q, place in zip((one, two), ahead, strict=True):
                q.place, place.used = place, True


def _right_behind(frame: Frame, q: Quantity) -> Place | None:
    for place in frame.places:
        if place.i < q.j:
            continue
        between = frame.words(q.j, place.i)
        links = all(
            low in _LINKS or word_direction(frame, q.j + at) for at, low in enumerate(between)
        )
        if len(between) > DIRECT_REACH or not links:
            return None
        if "," in between and any(place.j <= o.i <= place.j + 1 for o in frame.quantities):
            return None  # "is 2.4, of the last four 1.55": the place leads the next number
        if place.relation in {"before", "after", "since", "until", "counted", "offset"}:
            return place if "," not in between and "and" not in between else None
        if between and set(between) & _STRONG and "and" not in between:
            return place
        return place if not between and place.relation else None
    return None


def _same_clause(frame: Frame, q: Quantity, place: Place) -> bool:
    return not {";", ",", "and", ":", "while", "but", "whereas"} & set(frame.words(q.j, place.i))


def _is_listed(frame: Frame, before: Quantity, q: Quantity) -> bool:
    """Tell whether two numbers stand in one list ("5,400, 5,450 and 5,600")."""
    return set(frame.words(before.j, q.i)) <= {",", "and", "or"} and before.j < q.i
