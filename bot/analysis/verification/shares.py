"""Shares in words and figures: "a quarter more", "half of the 30 promised", "one in three".

A share is a ratio of two values, a part of a written whole, or, beside a rate, its level.
"""

from bot.analysis.verification.changes import prove_change
from bot.analysis.verification.directions import direction_ahead
from bot.analysis.verification.durations import prove_share_of_periods
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.levels import prove_level
from bot.analysis.verification.multiples import against_usual, ratio_holds, ratio_pairs
from bot.analysis.verification.numbers import PARTS
from bot.analysis.verification.proof import Proof, proved, refused, show
from bot.analysis.verification.quotes import find_size
from bot.analysis.verification.tolerance import is_near
from bot.analysis.verification.wordsets import words

_BEING = words("used agree agreed do did are were is was now once at")


def prove_share(frame: Frame, q: Quantity) -> Proof:
    """Check "a quarter more", "exactly half", "a third of sign-ups"."""
    share = q.share or 0.0
    counted = prove_share_of_periods(frame, q)
    if counted is not None:
        return counted
    if frame.view.is_rate and frame.low(q.j - 1) not in PARTS:  # "one in three sign-ups"
        level = prove_level(frame, q)
        if level.holds:
            return level
    if frame.low(q.j - 1) not in PARTS:
        return refused("no fact carries that share")
    if frame.low(q.j) != "of" and (direction := share_direction(frame, q)):
        return _ratio(frame, q, 1 + direction * share)
    line = frame.low(q.i - 1) in {"below", "above", "under", "over", "past"}
    if frame.view.is_rate and line and frame.low(q.j) != "of":
        level = prove_level(frame, q)
        if level.holds:
            return level
    if frame.view.is_rate and frame.lows & _BEING and frame.low(q.j) in _BEING:
        level = prove_level(frame, q)
        if level.holds:
            return level
    if frame.low(q.j) in {"more", "higher", "up", "again", "above"}:
        return _ratio(frame, q, 1 + share)
    if frame.low(q.j) in {"less", "lower", "fewer", "down", "below"}:
        return _ratio(frame, q, 1 - share)
    timed = _prove_share_of_change(frame, q)
    if timed is not None:
        return timed
    if frame.low(q.j) == "of" and any(
        q.j < o.i <= q.j + 4 and not o.worded for o in frame.quantities
    ):
        part = prove_part(frame, q)
        if part is not None:
            return part
    hedge = "about" if q.margin == "just_over" else q.margin
    for base, top, _ in against_usual(frame, q.i) if frame.low(q.j) == "of" else ():
        if base and ratio_holds(share, top / base, hedge):
            return proved("derived:ratio:usual", f"{top / base:.2f} of the usual level")
    if frame.low(q.j) == "of" and frame.low(q.j + 1) not in {"what", "that", "its"}:
        if frame.view.is_rate:
            level = prove_level(frame, q)
            if level.holds:
                return level
        return refused("no fact carries that share")
    if frame.low(q.i - 1) == "by" or frame.low(q.j) == "of":
        change = prove_change(frame, q)
        if change.holds or frame.low(q.i - 1) == "by":
            return change
    return _ratio(frame, q, share)


def _prove_share_of_change(frame: Frame, q: Quantity) -> Proof | None:
    """Check "half of the growth came after week 5": the window's part of the whole change."""
    view = frame.view
    if not frame.lows & {"came", "happened", "occurred"} or not frame.places or not view.known:
        return None
    total = view.change(view.known[0], view.last)
    if not total:
        return None
    for place in frame.places:
        for window in place.windows:
            part = view.change(window[0] - 1, window[-1])
            if part is not None and ratio_holds(q.share or 0.0, part / total, "about"):
                return proved("derived:part", f"{part / total:.0%} of the change came then")
    return refused("another share of the change came then")


def share_direction(frame: Frame, q: Quantity) -> int:
    """Return the direction of "down roughly a quarter", "up by a third", "lost a fifth"."""
    return direction_ahead(frame, q.i, reach=4)


def prove_part(frame: Frame, q: Quantity) -> Proof | None:
    """Check "90 % of the 500 goal", "74 % of week 1": a value as a share of another."""
    view = frame.view
    wholes = [
        o for o in frame.quantities if q.j < o.i <= q.j + 5 and "," not in frame.words(q.j, o.i)
    ]
    if view.is_rate and any(find_size(frame, o) for o in wholes):
        return prove_level(frame, q)
    lines = [o.value for o in wholes]
    places = [p for p in frame.places if q.j < p.i <= q.j + 4 and p.point is not None]
    lines += [level for p in places if p.point is not None and (level := view.level(p.point))]
    if not lines:
        return None
    tops = [*frame.now.levels[-2:], view.level(view.last) or 0.0]
    for line in lines:
        for top in tops:
            if line and top != line and is_near(q.value, 100 * top / line, q.half_step, q.margin):
                return proved("derived:part", f"{show(view, top)} of {show(view, line)}")
    return refused(f"not {q.value:g} % of {show(view, lines[0])}")


def _ratio(frame: Frame, q: Quantity, ratio: float) -> Proof:
    hedge = q.margin if q.margin in {"nearly", "about", "more"} else "plain"
    for before, after, label in ratio_pairs(frame, q.i):
        if before and before * after > 0 and ratio_holds(ratio, after / before, hedge):
            return proved(f"derived:ratio:{label}", f"the ratio is {after / before:.2f}")
    return refused("no two values stand in that ratio")
