"""Whom a superlative speaks of: the period or number it is given to, and the set it ranks in.

"Week 8 is the highest of the ten": week 8 is the subject, the ten the scope.
"""

from collections.abc import Iterator

from bot.analysis.verification.frame import Frame, Place, Quantity, Superlative
from bot.analysis.verification.matching import change_factor, level_factor
from bot.analysis.verification.wordsets import words

_COPULAS = words("is was marks ranks had has shows reads became set sets came remains at with as")


def subject_places(frame: Frame, found: Superlative) -> list[Place]:
    """Return the place a rank is given to: the one of its own clause, else the one in front."""
    if any(place.j == found.i and _is_scope(frame, place, found) for place in frame.places):
        return []  # "the January maximum" is no subject's
    usable = [place for place in frame.places if _can_be_subject(frame, place, found)]
    first, last = frame.segment(found.i)
    inside = [place for place in usable if first <= place.i and place.j <= last]
    behind = [place for place in inside if place.i >= found.j]
    ahead = [place for place in inside if place.j <= found.i]
    if ahead and (not behind or _is_predicate(frame, found, ahead[-1])):
        return [ahead[-1]]
    if behind:
        return [behind[0]]
    others = [o.i for o in frame.superlatives or () if o.i != found.i]
    others_j = [o.j for o in frame.superlatives or () if o.i != found.i]
    before = [
        place
        for place in usable
        if place.j <= found.i and not any(j <= place.i <= j + 2 for j in others_j if j < found.i)
    ]
    if before and not any(before[-1].j <= at < found.i for at in others):
        return [before[-1]]
    after = [place for place in usable if place.i >= found.j]
    if after and not any(found.j <= at < after[0].i for at in others):
        return [after[0]]
    return []


def _can_be_subject(frame: Frame, place: Place, found: Superlative) -> bool:
    if place.relation in {"since", "before", "after", "counted", "range", "until", "step"}:
        return False
    if place.trouble:
        return True
    return not _is_scope(frame, place, found) and (
        place.kind in {"point", "set", "event"} or len(place.windows) > 1
    )


def _is_predicate(frame: Frame, found: Superlative, ahead: Place) -> bool:
    """Tell "week 8 is the highest ..." from "in week 8 ... the highest was week 3"."""
    between = set(frame.words(ahead.j, found.i))
    return bool(between & _COPULAS) or ahead.j == found.i or frame.tokens[ahead.j - 1].possessive


def _is_scope(frame: Frame, place: Place, found: Superlative) -> bool:
    """Tell whether a place limits the ranking ("of all 21 days", "of April")."""
    if place.i < found.j:
        # "the January maximum": the month in front limits the ranking
        return place.j == found.i and bool(place.windows) and len(place.windows[0]) > 1
    if place.kind in {"span", "fuzzy"} and len(place.windows) < 2:
        return True
    return frame.low(place.i - 1) == "of" and frame.low(place.i - 2) not in {"that", "those"}


def subject_quantities(frame: Frame, found: Superlative) -> list[Quantity]:
    """Return the numbers a rank may speak of: those of its clause, else all of the sentence."""
    first, last = frame.segment(found.i)
    usable = [q for q in frame.quantities if not q.unit.startswith("period") and q.share is None]
    fitting = [
        q
        for q in usable
        if level_factor(frame.view, q) is not None
        or change_factor(frame.view, q) is not None
        or (found.steps and q.unit == "%")
    ]
    if frame.view.is_rate:  # bare numbers beside a rate are people, checked as products
        fitting = [q for q in fitting if q.unit not in {"", "noun"} or q.half_step < 0.5]
    inside = [q for q in fitting if first <= q.i < last and not found.i <= q.i < found.j]
    return inside or [q for q in fitting if not found.i <= q.i < found.j]


def rank_scopes(frame: Frame, found: Superlative, places: list[Place]) -> Iterator[tuple[int, ...]]:
    view = frame.view
    if found.since is not None:
        last = places[-1].point if places and places[-1].point is not None else view.last
        # "lowest since September": September itself was lower or equal, so it stands outside.
        yield view.span(found.since + 1, last)
        yield view.span(found.since, last)
        return
    if {"complete", "full", "finished"} & set(frame.words(found.j, found.j + 5)):
        yield view.complete if view.question.incomplete_last else view.known[:-1]
        return
    scoped = [
        place
        for place in frame.places
        if place not in places and place.windows and len(place.windows[0]) > 1
        and (place.i >= found.i or _is_scope(frame, place, found)) and place.kind in {"span", "set"}
        and frame.words(place.i - 2, place.i) != ["that", "of"]
        and ";" not in frame.words(found.j, place.i)
        and (place.kind == "span" or place.relation or frame.low(place.i - 1) in {"of", "among"})
    ]  # fmt: skip
    for place in scoped:
        yield place.windows[0]
    if scoped:
        return
    yield view.known
    if view.complete != view.known:
        yield view.complete
