"""Periods and windows that a sentence names, as positions of the series.

"week 3", "the last four weeks", "the five weeks since the redesign", "a day later", "since the
peak". Calendar names are read by `dates`; what a claim says about a place is checked elsewhere.
"""

from bot.analysis.verification.counted import read_counted
from bot.analysis.verification.dates import read_date
from bot.analysis.verification.edges import read_edge
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.positions import (
    read_event_days,
    read_event_ordinal,
    read_half,
    read_numbered,
    read_ordinal_place,
    read_week_of,
)
from bot.analysis.verification.relations import (
    apply_relations,
    join_ranges,
    read_related_anchor,
    read_relative,
)


def find_places(frame: Frame) -> None:
    """Fill `frame.places` and mark their tokens as taken."""
    at = 0
    while at < len(frame.tokens):
        place = None if at in frame.taken else _read_place(frame, at)
        if place is None:
            at += 1
            continue
        frame.places.append(place)
        frame.taken.update(range(place.i, place.j))
        at = place.j
    join_ranges(frame)
    apply_relations(frame)
    for place in frame.places:
        place.windows = tuple(window for window in place.windows if window)


def _read_place(frame: Frame, at: int) -> Place | None:
    return (
        read_event_days(frame, at)
        or read_counted(frame, at)
        or read_week_of(frame, at)
        or read_date(frame, at)
        or read_numbered(frame, at)
        or read_event_ordinal(frame, at)
        or read_half(frame, at)
        or read_edge(frame, at)
        or read_ordinal_place(frame, at)
        or read_relative(frame, at)
        or read_related_anchor(frame, at)
    )
