"""Pairs of numbers: "from 42 % to 31 %", "between 40.3 % and 41.8 %", "42 to 31".

The order of from and to is the order in time; a range must be the lowest and highest value of
its window.
"""

from collections.abc import Iterator

from bot.analysis.verification.directions import clause_direction
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.levels import prove_level, stat_word
from bot.analysis.verification.matching import level_factor, matches_level
from bot.analysis.verification.proof import Proof, name_position, proved, refused, show
from bot.analysis.verification.wordsets import words

_LEAD = words(
    "about around roughly nearly almost just under over a an peak of low high approximately ~ "
    "the exactly some - $ only mean average"
)
_RANGING = words("range ranges ranged ranging varied varies vary fluctuated fluctuates swung")
_UNTIL_NOW = words("has have now currently every since")
_ONCE = words("used before previously formerly earlier once")
_NOWADAYS = words("then settled settles since after now afterwards")
LEAD_REACH = 6


def lead_word(frame: Frame, q: Quantity) -> str:
    """Return the preposition that leads a number, skipping hedges: "from", "to", "by"."""
    at = q.i - 1
    for _ in range(LEAD_REACH):
        low = frame.low(at)
        if low not in _LEAD:
            return low
        at -= 1
    return ""


def find_moves(frame: Frame) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield (from, to) pairs, in either written order."""
    levels = [q for q in frame.quantities if not q.unit.startswith("period")]
    for number, q in enumerate(levels):
        if lead_word(frame, q) != "from" or _RANGING & set(frame.words(q.i - 5, q.i)):
            continue
        following = levels[number + 1 : number + 2]
        if following and lead_word(frame, following[0]) == "to":
            yield q, following[0]
        elif number and lead_word(frame, levels[number - 1]) == "to":
            yield q, levels[number - 1]


def prove_move(frame: Frame, start: Quantity, end: Quantity) -> tuple[Proof, Proof]:
    """Check a move from one level to another: both levels, their order, the verb's direction."""
    view = frame.view
    direction = move_direction(frame, start, end)
    _pass_place_on(frame, start, end)
    if stat_word(frame, start) == "mean" and start.place is not None and end.place is not None:
        return _prove_means(frame, start, end, direction)
    if stat_word(frame, start) == "mean" and start.place is None and end.place is None:
        return _prove_means_around(frame, start, end, direction)
    starts = list(_positions(frame, start))
    ends = _order(frame, list(_positions(frame, end)), view.size, end)
    for last in ends:
        for first in _order(frame, starts, last, start):
            change = view.change(first, last)
            if change is None or first >= last or (direction and change * direction <= 0):
                continue
            if not _is_salient(frame, (start, end), first, last):
                continue
            frame.now.pairs.append((view.level(first) or 0.0, view.level(last) or 0.0))
            frame.now.positions.append((first, last))
            frame.now.points.extend((first, last))
            return tuple(  # type: ignore[return-value]
                proved(
                    f"level.{at}",
                    f"{name_position(view, at)} was {show(view, view.level(at) or 0)}",
                )
                for at in (first, last)
            )
    return _move_reasons(frame, start, end, starts, ends)


def _pass_place_on(frame: Frame, start: Quantity, end: Quantity) -> None:
    """Give a place in front of "from 39 to 90" to the end of the move ("on 7 March, from ...")."""
    ahead = start.place is not None and not start.direct and start.place.i < min(start.i, end.i)
    if ahead and start.place is not None and start.place.point is not None and not end.direct:
        several = sum(p.point is not None and p.j <= start.i for p in frame.places) > 1
        start.place, end.place = None, None if several else start.place


def _is_salient(frame: Frame, pair: tuple[Quantity, Quantity], first: int, last: int) -> bool:
    """Keep a move without places to ones people mean: a step, the ends, the extremes, a break."""
    view = frame.view
    if any(q.place is not None and q.place.windows for q in pair):
        return True
    if frame.lows & _UNTIL_NOW or not frame.places:
        ends = {view.last, *view.complete[-1:]}
        if frame.lows & _UNTIL_NOW:
            return last in ends
    marks = {view.known[0], view.last, view.high, view.low, *view.complete[-1:]}
    marks |= {event + shift for event in view.events if event is not None for shift in (-1, 0)}
    marks |= {
        at for place in frame.places for window in place.windows for at in window[:1] + window[-1:]
    }
    marks |= set(frame.before.points)
    if find_run_words(frame):
        marks |= {at for at, run in view.runs.items() if run[1] == 1 for at in (at - 1, at)}
        marks |= {at for at, run in view.runs.items() if view.runs.get(at + 1, (0, 0))[1] == 1}
    return last - first == 1 or {first, last} <= marks


def find_run_words(frame: Frame) -> bool:
    """Tell whether the sentence speaks of a run, whose ends a move may join."""
    return bool(frame.lows & {"row", "straight", "consecutive", "running", "successive"})


def _prove_means(
    frame: Frame, start: Quantity, end: Quantity, direction: int
) -> tuple[Proof, Proof]:
    """Check "the average rose from 302 before to 427 after"."""
    one, two = prove_level(frame, start), prove_level(frame, end)
    timed = frame.now.timed[-2:]
    if one.holds and two.holds and len(timed) == 2:
        change = timed[1][1] - timed[0][1]
        if direction and change * direction <= 0:
            two = refused("the average went the other way")
        frame.now.pairs.append((timed[0][1], timed[1][1]))
    return one, two


def _prove_means_around(
    frame: Frame, start: Quantity, end: Quantity, direction: int
) -> tuple[Proof, Proof]:
    """Check "from an average of 14.4 to 7.4": the means before and after one of the changes."""
    view = frame.view
    for event in view.events:
        if not event:
            continue
        before, after = view.mean(view.span(0, event - 1)), view.mean(view.span(event, view.last))
        if before is None or after is None or (direction and (after - before) * direction <= 0):
            continue
        if matches_level(view, start, before) and matches_level(view, end, after):
            frame.now.pairs.append((before, after))
            text = f"the mean went from {show(view, before)} to {show(view, after)}"
            return proved("derived:mean", text), proved("derived:mean", text)
    refusal = refused("no recorded change has these means before and after it")
    return refusal, refusal


def move_direction(frame: Frame, start: Quantity, end: Quantity) -> int:
    """Return the direction of the verb that governs a from-to pair."""
    left = min(start.i, end.i)
    first, _ = frame.segment(left)
    found = clause_direction(frame, first, left)
    if found or first == 0:
        return found
    return clause_direction(frame, max(0, first - 8), left)


def _positions(frame: Frame, q: Quantity) -> Iterator[int]:
    view = frame.view
    if q.place is not None and not q.place.windows:
        return
    window: tuple[int, ...] = view.known
    if q.place is not None and (q.direct or q.place.point is not None):
        window = tuple(at for option in q.place.windows for at in option)
        if q.place.kind == "span":
            lead = (window[0] - 1,) if q.place.sized and lead_word(frame, q) == "from" else ()
            window = (window[-1], *window, *lead)
    for at in window:
        true = view.level(at)
        if true is not None and matches_level(view, q, true):
            yield at


def _order(frame: Frame, starts: list[int], last: int, q: Quantity) -> list[int]:
    """Sort possible starts: the step before first, then the ends of the series."""
    view = frame.view
    factor = level_factor(view, q) or 1.0

    def distance(at: int) -> float:
        return round(abs((view.level(at) or 0.0) - q.value * factor), 6)

    return sorted(starts, key=lambda at: (distance(at), at != last - 1, at))


def _move_reasons(
    frame: Frame, start: Quantity, end: Quantity, starts: list[int], ends: list[int]
) -> tuple[Proof, Proof]:
    view = frame.view
    one = (
        proved("level", "a value of the series")
        if starts
        else refused(_missing(frame, start.place))
    )
    two = proved("level", "a value of the series") if ends else refused(_missing(frame, end.place))
    if starts and ends:
        two = refused(
            "the series did not go from the first to the second of these, in that direction"
        )
    del view
    return one, two


def _missing(frame: Frame, place: Place | None) -> str:
    view = frame.view
    if place is not None and place.trouble:
        return place.trouble
    if place is not None and place.point is not None:
        level = view.level(place.point)
        if level is not None:
            return f"{name_position(view, place.point)} was {show(view, level)}"
    return "no value of the series equals it"


def find_ranges(frame: Frame) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield (low, high) of "between 40 and 42 %"."""
    for one, two in zip(frame.quantities, frame.quantities[1:], strict=False):
        if _leads_range(frame, one, two) and set(frame.words(one.j, two.i)) <= {"and", "-", "to"}:
            yield one, two


def _leads_range(frame: Frame, one: Quantity, two: Quantity) -> bool:
    lead = lead_word(frame, one)
    if lead == "between":
        return True
    return lead == "from" and bool(_RANGING & set(frame.words(one.i - 5, one.i)))


def prove_range(frame: Frame, low: Quantity, high: Quantity) -> Proof:
    """Check that two numbers are the lowest and highest value of a window."""
    view = frame.view
    places = [place for place in frame.places if place.windows and len(place.windows[0]) > 1]
    first, last = frame.segment(low.i)
    near = [place for place in places if first <= place.i < last]
    windows = [window for place in near or places for window in place.windows]
    if {"full", "complete"} & set(frame.words(low.i - 6, low.i)):
        windows = [view.complete if view.question.incomplete_last else view.known[:-1]]
    windows = windows or [view.known, view.complete]
    for event in view.events:
        if event is not None and not places:
            first, last = frame.segment(low.i)
            own = set(frame.words(first, last))
            if not own & _ONCE:
                windows.append(view.span(event, view.last))
            if not own & _NOWADAYS:
                windows.append(view.span(0, event - 1))
    for window in windows:
        values = view.several(window)
        if (
            values
            and matches_level(view, low, min(values))
            and matches_level(view, high, max(values))
        ):
            return proved(
                "derived:range",
                f"lowest {show(view, min(values))}, highest {show(view, max(values))}",
            )
    for fact in frame.findings.facts:
        bounds = fact.interval
        if bounds is None or fact.kind.value not in {"interval", "trend", "effect"}:
            continue
        if matches_level(view, low, bounds[0]) and matches_level(view, high, bounds[1]):
            return proved(fact.id, fact.text)
    values = view.several(windows[0]) if windows else []
    if not values:
        return refused("no values there")
    return refused(
        f"the values there lie between {show(view, min(values))} and {show(view, max(values))}"
    )
