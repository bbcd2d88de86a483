"""Places at an end of the series: "last week", "the first four weeks", "the final reading".

Also parts of a calendar span: "the last seven days of May".
"""

from bot.analysis.verification.anchors import anchor_at, implied_anchor
from bot.analysis.verification.dates import read_date
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.numbers import read_number
from bot.analysis.verification.periods_count import period_count
from bot.analysis.verification.positions import after_event, is_own, period_noun
from bot.analysis.verification.wordsets import words

_LAST = words("last latest final newest current closing")
_NEAR_LAST = words("penultimate second-to-last next-to-last")
_FIRST = words("first opening initial starting earliest")
_FILLERS = words(
    "complete full whole single weekly daily monthly quarterly sale recorded finished past"
)
_STEP_NAMES = words("change step move gain drop rise fall swing movement")


def read_edge(frame: Frame, at: int) -> Place | None:
    """Read "last week", "the final reading", "the first four weeks", "this week"."""
    low, after = frame.low(at), at + 1
    if low == "all" and (whole := _read_whole(frame, at)) is not None:
        return whole
    swapped = _read_swapped(frame, at)
    if swapped is not None:
        return swapped
    if low == "most" and frame.low(after) == "recent":
        low, after = "latest", after + 1
    elif low == "past" or low == "previous" or low in _LAST | _FIRST | {"this"}:
        pass
    elif low not in _NEAR_LAST:
        return None
    if low == "this" and period_noun(frame, after) != frame.view.question.period.value:
        return None
    while frame.low(after) in _FILLERS:
        after += 1
    number = read_number(frame.tokens, after)
    if number is not None:
        position = number.after
        while frame.low(position) in _FILLERS:
            position += 1
        if not period_noun(frame, position) and frame.count_noun and number.worded:
            size = period_count(frame.view, number.value, frame.count_noun)
            if low == "previous" and size:
                found = _window_before(frame, at, number.after, size)
                if found is not None:
                    return found
            return _edge_window(frame, at, number.after, low, float(size or 0), "any")
        if not period_noun(frame, position):
            return None
        frame.count_noun = period_noun(frame, position)
        found = _part_of(frame, at, position + 1, low, number.value, period_noun(frame, position))
        size = period_count(frame.view, number.value, frame.count_noun)
        if found is None and low not in _FIRST and size:
            found = _window_up_to(frame, at, position + 1, size)
        return found or _edge_window(
            frame, at, position + 1, low, number.value, period_noun(frame, position)
        )
    noun = period_noun(frame, after)
    if frame.low(after) in _STEP_NAMES and low in _LAST and frame.view.known:
        return Place(at, after + 1, ((frame.view.last,),), "point")
    if not noun or noun == "any-point" or low == "past":
        return None
    return _edge_place(frame, at, after + 1, low, noun)


def _read_whole(frame: Frame, at: int) -> Place | None:
    """Read "all nine quarters", "all of the nine" when that is the length of the series."""
    after = at + 1
    while frame.low(after) in {"of", "the", "these", "those", "our"}:
        after += 1
    number = read_number(frame.tokens, after)
    if number is None or number.value != len(frame.view.known):
        return None
    noun = period_noun(frame, number.after)
    if not noun or not is_own(frame, noun) or frame.low(at - 1) not in {"of", "over", "across"}:
        return None
    frame.count_noun = noun
    return Place(at, number.after + 1, (frame.view.known,), "span", relation="over")


def _read_swapped(frame: Frame, at: int) -> Place | None:
    """Read "three latest months", "two opening weeks": the number in front of the edge."""
    number = read_number(frame.tokens, at)
    if number is None or not number.worded:
        return None
    low, noun = frame.low(number.after), period_noun(frame, number.after + 1)
    if low not in _LAST | _FIRST or not noun:
        return None
    frame.count_noun = noun
    return _edge_window(frame, at, number.after + 2, low, number.value, noun)


def _window_up_to(frame: Frame, i: int, j: int, size: int) -> Place | None:
    """Read "the last four weeks before the redesign": they end where the change begins."""
    if frame.low(j) != "before":
        return None
    anchor = anchor_at(frame, j + 1)
    if anchor is None:
        implied = implied_anchor(frame)
        anchor = None if implied is None else (implied, implied, j + 1)
    if anchor is None or anchor[0] - size < 0:
        return None
    window = frame.view.span(anchor[0] - size, anchor[0] - 1)
    return Place(i, anchor[2], (window,), "span", relation="counted", sized=size)


def _window_before(frame: Frame, i: int, j: int, size: int) -> Place | None:
    """Read "the previous four" as the window before the one named first, or before the change."""
    named = [place.windows[0][0] for place in frame.places if place.windows]
    implied = implied_anchor(frame)
    starts = named[:1] + ([implied] if implied is not None else [])
    windows = tuple(frame.view.span(at - size, at - 1) for at in starts if at - size >= 0)
    return Place(i, j, windows, "span", relation="counted", sized=size) if windows else None


def _edge_place(frame: Frame, i: int, j: int, low: str, noun: str) -> Place | None:
    view = frame.view
    if noun == "step" or not view.known:
        return None
    part = _part_of(frame, i, j, low, 1.0, noun)
    if part is not None:
        return part
    if not is_own(frame, noun):
        count = 2 if noun == "weekend" else period_count(view, 1, noun)
        if noun == "weekend" or count is None or count < 2:
            return None
        return _edge_window(frame, i, j, low, 1.0, noun)
    last = view.last
    if low in _FIRST:
        windows: tuple[tuple[int, ...], ...] = ((view.known[0],),)
        if after_event(frame) is not None:
            windows = ((after_event(frame) or 0,), *windows)
    elif low == "previous" or low in _NEAR_LAST:
        base = frame.before.points[-1] if low == "previous" and frame.before.points else last
        windows = ((max(0, base - 1),),)
    elif view.question.incomplete_last and low in {"last", "latest"}:
        windows = ((last,), (last - 1,))
    else:
        windows = ((last,),)
    return Place(i, j, windows, "point")


def _part_of(frame: Frame, i: int, j: int, low: str, count: float, noun: str) -> Place | None:
    """Read "the first week of May", "the last seven days of May"."""
    size = period_count(frame.view, count, noun)
    if frame.low(j) != "of" or size is None:
        return None
    inner = read_date(frame, j + 1 + (frame.low(j + 1) == "the"))
    if inner is None or not inner.windows:
        return None
    window = inner.windows[0]
    part = window[:size] if low in _FIRST else window[-size:]
    return Place(i, inner.j, (part,), "point" if len(part) == 1 else "span", sized=size)


def _edge_window(frame: Frame, i: int, j: int, low: str, count: float, noun: str) -> Place | None:
    view = frame.view
    size = period_count(view, count, noun)
    if size is None:
        return None
    if size > len(view.known) + (noun == "step"):
        trouble = f"the series has only {len(view.known)} values"
        return Place(i, j, (), "span", trouble=trouble, sized=size)
    known = view.known
    if low in _FIRST:
        windows: tuple[tuple[int, ...], ...] = (known[:size],)
    elif low == "previous":
        windows = (known[-2 * size : -size],) if 2 * size <= len(known) else (known[-size:],)
    else:
        windows = (known[-size:],)
        if view.question.incomplete_last:
            windows = (*windows, known[-size - 1 : -1])
    return Place(i, j, windows, "span", sized=size)
