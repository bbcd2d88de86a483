"""Shares of a whole the series holds: of a value, of a loss, of what was gained before.

"About a third of the February value is gone", "half of the total loss had come by August",
"two thirds of what was gained up to mid-September is gone", "a third" beside a proved change.
"""

from collections.abc import Iterator

from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.multiples import ratio_holds
from bot.analysis.verification.proof import Proof, proved
from bot.analysis.verification.steps_said import step_pairs
from bot.analysis.verification.wordsets import words

_GONE = words("gone lost given erased back undone wiped")
_GAINED = words("gained gains gain growth rise won climb increase added")
_LOST = words("loss losses lost fall drop decline slide")
_HAPPENED = words("came come happened occurred fell done")


def share_of_whole(frame: Frame, q: Quantity) -> Proof | None:
    """Return the proof that a worded share is the part of a whole the words speak of."""
    share = q.share or 0.0
    hedge = q.margin if q.margin in {"nearly", "about", "more"} else "plain"
    for true, text in _parts(frame, q):
        if ratio_holds(share, true, hedge):
            return proved("derived:part", f"{text}: {true:.0%}")
    for before, after, label in step_pairs(frame):
        if before and ratio_holds(share, after / before, hedge):
            return proved(f"derived:ratio:{label}", f"the steps stand as {after / before:.2f}")
    return None


def _parts(frame: Frame, q: Quantity) -> Iterator[tuple[float, str]]:
    view = frame.view
    if not view.known:
        return
    first, last = view.level(view.known[0]) or 0.0, view.level(view.last) or 0.0
    behind = set(frame.words(q.j, len(frame.tokens)))
    if frame.low(q.j) != "of":
        yield from _beside(frame, q)
        yield from _half_again(frame, q)
        return
    high = view.level(view.high) or 0.0
    if behind & _GONE and behind & _GAINED and high > first:
        yield (high - last) / (high - first), "of the rise to the peak is gone"
        return
    if behind & _HAPPENED and behind & (_LOST | _GAINED) and last != first:
        for place in frame.places:
            for window in place.windows:
                ends = view.level(window[-1])
                if ends is not None and place.relation in {"by", "until", "before", "in", ""}:
                    yield (ends - first) / (last - first), "of the whole change had come by then"
        return
    if behind & _GONE:
        for place in frame.places:
            base = view.level(place.point) if place.point is not None else None
            if base and q.j < place.i <= q.j + 3:
                yield (base - last) / base, "of that value is gone"


def _beside(frame: Frame, q: Quantity) -> Iterator[tuple[float, str]]:
    """Yield a proved change of the sentence in parts of where it began ("1.0, about a third")."""
    if frame.low(q.i - 1) not in {
        ",",
        "(",
        "or",
        "about",
        "roughly",
        "nearly",
        "almost",
        "some",
        "under",
        "over",
    }:
        return
    for before, after in frame.now.pairs:
        if before:
            yield abs(after / before - 1), "of where it began"


def _half_again(frame: Frame, q: Quantity) -> Iterator[tuple[float, str]]:
    """Yield the growth behind "half as much again as in spring"."""
    if frame.words(q.j, q.j + 1) != ["as"] or "again" not in frame.words(q.j, q.j + 4):
        return
    last = frame.view.level(frame.view.last)
    for place in frame.places or []:
        for window in place.windows:
            base = frame.view.mean(window)
            if base and last is not None:
                yield last / base - 1, "more than there"
    if not frame.places:
        base = frame.view.level(frame.view.known[0])
        if base and last is not None:
            yield last / base - 1, "more than at the start"
