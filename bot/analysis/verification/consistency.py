"""What the parts of one sentence say of each other: "down from", "repeats week 1", appositions.

A sentence can be false without a wrong number: 7.4 is not "down from" 4.8, and 23 March is not
"three weeks after the change" when it is one. These checks compare what is written with itself
and with the periods it names.
"""

from collections.abc import Iterator

from bot.analysis.verification.anchors import event_of
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.matching import level_factor, matches_level
from bot.analysis.verification.proof import Proof, name_position, proved, refused, show
from bot.analysis.verification.wordsets import words

Found = tuple[int, int, Proof]

_EQUALS = words("repeats repeated repeat equals equalled equaled matches matched mirrors ties tied")
_DESCRIBING = words("before after with under off since into without following")
_HAPPENED = words(
    "live moved launched shipped released started began switched changed deployed introduced came "
    "arrived out removed rolled opened"
)
EVENT_REACH = 7  # tokens between a change's name and its date
FROM_REACH = 4  # tokens between "down from" and its number


def find_consistency(frame: Frame) -> Iterator[Found]:
    """Yield claims that the parts of the sentence make about each other."""
    for at, token in enumerate(frame.tokens):
        if token.low in {"up", "down"} and frame.low(at + 1) == "from":
            found = _up_from(frame, at, 1 if token.low == "up" else -1)
        elif token.low in _EQUALS:
            found = _equal(frame, at)
        elif token.low == "both" and frame.low(at + 1) in {"at", "times", "with"}:
            found = _both(frame, at)
        else:
            found = None
        if found is not None:
            yield found
    for place in frame.places:
        dated = _dated_event(frame, place)
        if dated is not None:
            yield place.i, place.j, dated
    for one, two in _appositions(frame):
        yield two.i, two.j, _same_period(frame, one, two)


def _up_from(frame: Frame, at: int, side: int) -> Found | None:
    """Check "7.4 days, up from 4.8": the first number lies on that side of the second."""
    before = [q for q in frame.quantities if q.j <= at and not q.unit.startswith("period:")]
    behind = [q for q in frame.quantities if at < q.i <= at + FROM_REACH]
    if not before or not behind or not _comparable(frame, before[-1], behind[0]):
        return None
    one, two = before[-1].value, behind[0].value
    if (one - two) * side > 0:
        return at, at + 2, proved("derived:order", f"{one:g} against {two:g}")
    return at, at + 2, refused(f"{one:g} lies on the other side of {two:g}")


def _comparable(frame: Frame, one: Quantity, two: Quantity) -> bool:
    factors = level_factor(frame.view, one), level_factor(frame.view, two)
    return None not in factors and factors[0] == factors[1] and not one.sign and not two.sign


def _equal(frame: Frame, at: int) -> Found | None:
    """Check "week 8 repeats week 1": both periods have the same value."""
    ahead = [p for p in frame.places if p.j <= at and p.point is not None]
    behind = [p for p in frame.places if p.i > at and p.point is not None]
    if not ahead or not behind:
        return None
    one, two = (frame.view.level(p.point or 0) for p in (ahead[-1], behind[0]))
    if one is None or two is None:
        return None
    text = f"{show(frame.view, one)} and {show(frame.view, two)}"
    holds = abs(one - two) <= 1e-9
    return at, at + 1, proved("derived:equal", text) if holds else refused(text)


def _both(frame: Frame, at: int) -> Found | None:
    """Check "both at 1.4 %", "74 % both times": the number holds in both named periods."""
    near = [q for q in frame.quantities if at - 3 <= q.i <= at + 3 and level_factor(frame.view, q)]
    named = {i for p in frame.places if p.kind in {"point", "set"} for w in p.windows for i in w}
    for place in frame.places:
        if place.relation == "range" and place.windows:
            named |= {place.windows[0][0], place.windows[0][-1]}
    if not near or len(named) != 2:
        return None
    levels = [frame.view.level(i) for i in sorted(named)]
    holds = all(v is not None and matches_level(frame.view, near[0], v) for v in levels)
    text = " and ".join(show(frame.view, v) for v in levels if v is not None)
    return at, at + 1, proved("derived:equal", text) if holds else refused(text)


def _appositions(frame: Frame) -> Iterator[tuple[Place, Place]]:
    """Yield a named period with the description behind it (", three weeks after the change")."""
    for number, two in enumerate(frame.places):
        lead = two.i - 1 - (frame.low(two.i - 1) == "the")
        ends = two.j >= len(frame.tokens) or frame.kind(two.j) == "sym"
        described = set(frame.words(two.i, two.j)) & _DESCRIBING and any(
            event_of(frame, at) is not None for at in range(two.i, two.j)
        )
        ahead = [
            place
            for place in frame.places[:number]
            if place.point is not None
            and place.kind == "point"
            and place.relation not in {"offset", "nth"}
        ]
        fits = described and ends and frame.low(lead) == "," and two.relation in {"offset", "nth"}
        if fits and len(ahead) == 1 and (two.point is not None or two.trouble):
            yield ahead[0], two


def _same_period(frame: Frame, one: Place, two: Place) -> Proof:
    if one.point == two.point:
        return proved("derived:period", f"that is {name_position(frame.view, one.point or 0)}")
    return refused(f"{name_position(frame.view, one.point or 0)} is another period")


def _dated_event(frame: Frame, place: Place) -> Proof | None:
    """Check "when the prompt moved on 8 September": the day of the recorded change."""
    if frame.low(place.i - 1) != "on" or place.point is None or place.kind != "point":
        return None
    ahead = range(max(0, place.i - EVENT_REACH), place.i - 1)
    named = {event for at in ahead if (event := event_of(frame, at)) is not None}
    if len(named) != 1 or not _HAPPENED & set(frame.words(place.i - 3, place.i - 1)):
        return None
    true = frame.view.events[named.pop()]
    if true is None:
        return None
    text = f"that was {name_position(frame.view, true)}"
    return proved("derived:period", text) if true == place.point else refused(text)
