"""Places that lean on another: "the following week", "before the redesign", "from May to July".

Gives every place its preposition and turns "since", "before" and "after" into windows.
"""

from bot.analysis.verification.anchors import anchor_at, event_of, extreme_anchor, implied_anchor
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.positions import period_noun, point_or_trouble
from bot.analysis.verification.wordsets import words

_ARTICLE_OK = words(", ; and about just only roughly exactly was came until")
_NEWER = words("new later current latest")
_BEFORE_PLACE = words("the very that both all of early mid late")


def read_relative(frame: Frame, at: int) -> Place | None:
    """Read "the following week", "the week before", "the day after", "the same week"."""
    low, period = frame.low(at), frame.view.question.period.value
    known = [place.point for place in frame.places if place.point is not None]
    base = known[-1] if known else (frame.before.points[-1] if frame.before.points else None)
    if low in {"following", "next"} and frame.low(at + 1) == "week" and period == "day":
        named = [p.windows[0] for p in frame.places if p.windows and len(p.windows[0]) == 7]
        if named:
            after = named[-1][-1]
            window = frame.view.span(after + 1, after + 7)
            return Place(at, at + 2, (window,) if window else (), "span")
    week = _shifted_week(frame, at)
    if week is not None:
        return week
    if low in {"following", "next", "preceding", "prior"} and period_noun(frame, at + 1) == period:
        if base is None:
            return None
        shift = 1 if low in {"following", "next"} else -1
        return point_or_trouble(frame, at, at + 2, base + shift)
    if frame.low(at - 1) in {"a", "per", "each", "every"} and frame.low(at - 2) not in _ARTICLE_OK:
        return None
    plural = frame.low(at).endswith("s")
    if period_noun(frame, at) == period and not plural and frame.low(at + 1) in {"before", "after"}:
        anchor = None if frame.low(at + 2) == "it" and known else anchor_at(frame, at + 2)
        shift = -1 if frame.low(at + 1) == "before" else 1
        if anchor is not None and set(frame.words(at - 3, at)) & {"no", "any", "every", "each"}:
            windows = relation_windows(
                frame, frame.low(at + 1), anchor[0], anchor[1], is_event=False
            )
            return Place(at, anchor[2], windows, "span", relation=frame.low(at + 1))
        if anchor is not None:
            return point_or_trouble(frame, at, anchor[2], anchor[0] + shift)
        ends = at + 2 >= len(frame.tokens) or frame.kind(at + 2) == "sym" or anchor is None
        if base is not None and ends:
            return point_or_trouble(frame, at, at + 2, base + shift)
    if period_noun(frame, at) == period and not plural:
        return _event_period(frame, at)
    if period_noun(frame, at) == period and frame.low(at + 1) in {"before", "after", "since"}:
        anchor = anchor_at(frame, at + 2)
        implied = implied_anchor(frame)
        if anchor is None and implied is not None:
            anchor = (implied, implied, at + 2)
        if anchor is not None:
            first, last, end = anchor
            windows = relation_windows(frame, frame.low(at + 1), first, last, is_event=True)
            return Place(at, end, windows, "span", relation=frame.low(at + 1))
    return None


def _shifted_week(frame: Frame, at: int) -> Place | None:
    """Read "the week before", "the previous week" behind a named week of daily values."""
    named = [p.windows[0] for p in frame.places if p.windows and len(p.windows[0]) == 7]
    if not named or frame.view.question.period.value != "day":
        return None
    pair = (frame.low(at), frame.low(at + 1))
    ends = at + 2 >= len(frame.tokens) or frame.kind(at + 2) == "sym"
    if pair[0] in {"previous", "preceding", "prior"} and pair[1] == "week":
        shift = -7
    elif pair in {("week", "before"), ("week", "after")} and ends:
        shift = -7 if pair[1] == "before" else 7
    else:
        return None
    window = frame.view.span(named[-1][0] + shift, named[-1][-1] + shift)
    return Place(at, at + 2, (window,) if len(window) == 7 else (), "span")


def _event_period(frame: Frame, at: int) -> Place | None:
    """Read "the week the CDN went live", "the month of the price increase", "release day"."""
    anchor = anchor_at(frame, at + 1, events_only=True)
    if anchor is None or frame.low(at + 1) in {"before", "after", "since"}:
        return None
    return Place(at, at + 1, ((anchor[0],),), "event", relation="in")


def read_related_anchor(frame: Frame, at: int) -> Place | None:
    """Read "before the redesign", "since the peak", "after it", "from then on"."""
    low = frame.low(at)
    if low in {"afterwards", "thereafter", "subsequently"}:
        return _bare_relation(frame, at, "after")
    if low in {"with", "under", "without"}:
        return _with_event(frame, at)
    if (low, frame.low(at + 1)) in {("ahead", "of"), ("prior", "to")}:
        anchor = anchor_at(frame, at + 2, events_only=True)
        if anchor is None:
            return None
        windows = relation_windows(frame, "before", anchor[0], anchor[1], is_event=True)
        return Place(at, anchor[2], windows, "span", relation="before")
    if low not in {"before", "after", "since", "until", "from", "following", "when", "once"}:
        return None
    if low == "from" and frame.words(at + 1, at + 3) != ["then", "on"]:
        anchor = anchor_at(frame, at + 1, events_only=True)
        if anchor is None or frame.low(anchor[2]) not in {"on", "onward", "onwards"}:
            anchor = extreme_anchor(frame, at + 1 + (frame.low(at + 1) in {"the", "its", "that"}))
            if anchor is None:
                return None
            low = "since"
    else:
        anchor = anchor_at(frame, at + 1)
    if anchor is None:
        if low in {"before", "since", "after"} and _ends_clause(frame, at + 1):
            return _bare_relation(frame, at, low)
        return None
    first, last, end = anchor
    windows = relation_windows(frame, low, first, last, is_event=True)
    return Place(at, end, windows, "span", relation=low)


def _with_event(frame: Frame, at: int) -> Place | None:
    """Read "with the new fee", "without it", "under the old rules" as a side of the change.

    An adjective that is not the change's own ("with the short copy") leaves the side open.
    """
    anchor = anchor_at(frame, at + 1, events_only=True)
    if frame.low(at + 1) in {"it", "them"}:
        position = implied_anchor(frame)
        anchor = None if position is None else (position, position, at + 2)
    elif anchor is None or frame.low(at + 1) not in {"the", "our", "its"}:
        return None
    if anchor is None:
        return None
    between = [k for k in range(at + 2, anchor[2] - 1) if event_of(frame, k) is None]
    sides: tuple[str, ...] = ("before",) if frame.low(at) == "without" else ("since",)
    if between and frame.low(at + 1) not in {"it", "them"} and frame.low(between[0]) not in _NEWER:
        sides = ("since", "before")
    windows = [
        window
        for side in sides
        for window in relation_windows(frame, side, anchor[0], anchor[1], is_event=True)
    ]
    return Place(at, anchor[2], tuple(windows), "span", relation=sides[0])


def _ends_clause(frame: Frame, at: int) -> bool:
    if at >= len(frame.tokens) or frame.kind(at) == "sym":
        return True
    return frame.low(at) in {"and", "it", "to", "but", "while", "then"}


def _bare_relation(frame: Frame, at: int, low: str) -> Place | None:
    base = implied_anchor(frame)
    if base is None:
        return None
    windows = relation_windows(frame, low, base, base, is_event=True)
    return Place(at, at + 1, windows, "span", relation=low)


def relation_windows(
    frame: Frame, relation: str, first: int, last: int, *, is_event: bool
) -> tuple[tuple[int, ...], ...]:
    """Return the windows "since", "before", "after" or "until" make of an anchor."""
    view = frame.view
    if relation in {"before", "until"}:
        until = view.span(0, first - 1)
        options = [until] if relation == "before" else [until, view.span(0, last)]
    elif relation in {"since", "from"}:
        options = [view.span(first, view.last)]
        options += [view.span(last + 1, view.last)] if relation == "since" else []
    elif relation in {"after", "following"}:
        options = [view.span(last + 1, view.last)]
        options = [view.span(first, view.last), *options] if is_event else options
    else:
        options = [view.span(first, last)]
    return tuple(option for option in options if option)


def join_ranges(frame: Frame) -> None:
    """Join "from week 2 to week 4", "between June and August" into one span."""
    joined: list[Place] = []
    for place in frame.places:
        while joined and joined[-1].relation == "when" and frame.low(place.i - 1) == "to":
            joined.pop()  # "from the week of 18 May, when the check moved, to week 8"
        before = joined[-1] if joined else None
        link = frame.low(place.i - 1) if frame.low(place.i - 1) != "the" else frame.low(place.i - 2)
        start = frame.low(before.i - 1) if before else ""
        start = frame.low(before.i - 2) if before and start == "the" else start
        near = before is not None and not any(
            frame.kind(at) == "num" for at in range(before.j, place.i)
        )
        if (
            before is not None
            and near
            and before.windows
            and place.windows
            and (
                (start, link) in {("from", "to"), ("between", "and"), ("from", "until")}
                or (link == "to" and place.i - before.j == 1)
            )
        ):
            first, last = before.windows[0][0], place.windows[0][-1]
            window = frame.view.span(min(first, last), max(first, last))
            joined[-1] = Place(before.i, place.j, (window,), "span", relation="range")
            continue
        joined.append(place)
    frame.places[:] = joined


def apply_relations(frame: Frame) -> None:
    """Give each place the preposition in front of it, and widen "since week 3" to a window."""
    for place in frame.places:
        if place.relation:
            continue
        at = place.i - 1
        while frame.low(at) in _BEFORE_PLACE and at > 0:
            at -= 1
        low = frame.low(at)
        if low == "to" and frame.low(at - 1) == "up" and place.point and place.kind == "point":
            place.windows, place.relation = (frame.view.span(0, place.point),), "until"
            place.kind = "span"
            continue
        if low in {"through", "till"} and place.point is not None and place.kind == "point":
            place.windows, place.relation = (frame.view.span(0, place.point),), "until"
            place.kind = "span"
            continue
        if low in {"in", "on", "at", "by", "during", "into", "over", "across", "for", "within"}:
            place.relation = {"on": "in", "at": "in", "into": "in"}.get(low, low)
        elif low in {"before", "after", "since", "until"} and place.windows:
            first, last = place.windows[0][0], place.windows[0][-1]
            place.windows = relation_windows(frame, low, first, last, is_event=False)
            place.relation, place.kind = low, "span"
            place.origin = tuple(range(first, last + 1))
        elif low == "from" and frame.low(place.j) in {"on", "onward", "onwards"} and place.windows:
            first = place.windows[0][0]
            place.windows = (frame.view.span(first, frame.view.last),)
            place.relation, place.kind = "since", "span"
