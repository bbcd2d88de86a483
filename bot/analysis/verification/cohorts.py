"""People behind a rate: "31 % of 2,000 is 620", "220 fewer a week", "an extra $4.60 each".

Every operation is a product of the cohort size (or a denominator) with a level or difference.
"""

from collections.abc import Iterator
from itertools import pairwise

from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.proof import Proof, proved, refused
from bot.analysis.verification.quotes import stated_numbers
from bot.analysis.verification.spans import lead_word
from bot.analysis.verification.tolerance import is_near

Product = tuple[float, str]


def sizes(frame: Frame) -> list[float]:
    """Return the cohort sizes a product may use: those written here first, else the known ones."""
    question = frame.view.question
    known = [size for size in (question.cohort_size, *(question.denominators or ())) if size]
    known += [q.value for q in stated_numbers(question) if q.unit in {"", "noun"} and q.value >= 20]
    written = [
        q.value
        for q in frame.quantities
        if q.unit in {"noun", ""} and any(abs(q.value - size) < 0.5 for size in known)
    ]
    return written or sorted(set(known))


def prove_product(frame: Frame, q: Quantity, *, strict: bool = False) -> Proof:
    """Check a number of people (or money) against cohort size times level or difference.

    `strict` asks for the size and the share to be written in the same sentence.
    """
    if q.place is not None and frame.view.is_rate and q.unit == "" and not q.direct:
        windows = [window for window in q.place.windows if window]
        found = _prove_at_place(frame, q, windows[0][-1]) if windows else None
        if found is not None and found.holds:
            return found
    if q.place is not None and q.direct and q.place.point is not None and frame.view.is_rate:
        return _prove_at_place(frame, q, q.place.point)
    if strict and not _names_size(frame, q):
        return refused("no cohort size is named")
    if frame.view.unit in {"%", "pt"} and q.unit == "" and q.half_step < 0.5:
        return refused("people come in whole numbers")
    tried: Product | None = None
    side = _side_of(frame, q)
    for product, label in products(frame, q, side):
        tried = tried or (product, label)
        # People come in whole numbers, so a product may be rounded to the nearest one.
        half_step = max(q.half_step, 0.5 if abs(q.value) >= 5 else 0.0)
        if is_near(abs(q.value), abs(product), half_step, q.margin):
            return proved(f"derived:cohort:{label}", f"{label} is {product:,.1f}")
    if tried is None:
        return refused("no cohort size is known to make that number from")
    return refused(f"{tried[1]} is {tried[0]:,.1f}")


def _prove_at_place(frame: Frame, q: Quantity, at: int) -> Proof:
    """Check "128 in April": size times the level of that period."""
    level = frame.view.level(at)
    for size in sizes(frame):
        if level is not None:
            product = size * level / 100
            if is_near(q.value, product, max(q.half_step, 0.5), q.margin):
                return proved(f"derived:cohort:{at}", f"{size:,.0f} x {level:g} %")
    return refused("size times level gives another number there")


def _names_size(frame: Frame, q: Quantity) -> bool:
    known = [frame.view.question.cohort_size, *(frame.view.question.denominators or ())]
    known += [
        quote.value for quote in stated_numbers(frame.view.question) if quote.unit in {"", "noun"}
    ]
    return any(
        other is not q and other.unit in {"noun", ""} and any(other.value == size for size in known)
        for other in frame.quantities
    )


def _side_of(frame: Frame, q: Quantity) -> int:
    """Return which way "57 fewer than in the first", "211 extra users" says people went."""
    behind = set(frame.words(q.j, q.j + 2))
    if behind & {"more", "extra", "additional"}:
        return 1
    return -1 if behind & {"fewer", "less", "lost", "missing"} else 0


def products(frame: Frame, q: Quantity, side: int = 0) -> Iterator[Product]:
    """Yield size times share for the shares this sentence names, else for the salient ones."""
    shares = list(_written_shares(frame, q))
    per = 0.01 if frame.view.is_rate or frame.view.unit == "pt" else 1.0
    for size in sizes(frame):
        if size == q.value:
            continue
        held = lead_word(frame, q) in {"against", "from", "of", "than"}
        ends = list(_end_levels(frame)) if held and shares and not side else []
        for share in [*shares, *ends] or list(_salient_shares(frame, side)):
            yield size * share * per, f"{size:,.0f} x {share:g}{' %' if per < 1 else ''}"


def _end_levels(frame: Frame) -> Iterator[float]:
    """Yield the first, last, highest and lowest level ("920 at the start" beside another share)."""
    view = frame.view
    for at in {*view.known[:1], view.last, view.high, view.low}:
        yield view.level(at) or 0.0


def _written_shares(frame: Frame, q: Quantity) -> Iterator[float]:
    units = {"%", "pp"} if frame.view.is_rate else {"pp", "pt", frame.view.unit, "cent", "%"}
    for other in sorted(frame.quantities, key=lambda o: abs(o.i - q.i)):
        if other is q or other.unit not in units:
            continue
        yield abs(other.value) * (0.01 if other.unit == "cent" else 1.0)
    levels = frame.now.levels
    if len(levels) >= 2:
        yield abs(levels[-1] - levels[0])
    for before, after in frame.now.pairs:
        yield abs(after - before)


def _salient_shares(frame: Frame, side: int) -> Iterator[float]:
    """Yield levels and changes people mean; a side leaves only changes that go that way."""
    for share, is_change in _signed_shares(frame):
        if not side or (is_change and share * side > 0):
            yield abs(share) if is_change else share


def _signed_shares(frame: Frame) -> Iterator[tuple[float, bool]]:
    view = frame.view
    if not view.known:
        return
    points = [place.point for place in frame.places if place.point is not None]
    for at in points:
        yield view.change(at, view.last) or 0.0, True
        yield view.steps.get(at, 0.0), True
    for one, two in pairwise(points):
        yield view.change(one, two) or 0.0, True
    yield view.change(view.known[0], view.last) or 0.0, True
    yield view.change(view.last - 1, view.last) or 0.0, True
    for at in {view.known[0], view.last, view.high, view.low}:
        yield view.level(at) or 0.0, False
    for before, after in frame.before.pairs[-2:]:
        yield after - before, True
    yield from ((level, False) for level in frame.before.levels[-2:])
