"""Calendar days for labels that leave something open: no year, or 03/04 in unknown order.

Decides for a whole column at once, so that the days come out evenly spaced and not in the
future. Placing them in slots is the business of `bot.analysis.parsing.calendar`.
"""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

from bot.analysis.parsing.drafts import UnreadableSeriesError
from bot.analysis.parsing.time_labels import LabelKind, TimeLabel
from bot.analysis.question import Period, ProblemCode

FORWARD_DAYS = 6  # a label may name the last day of the running week
_EVEN_DAYS = {1: Period.DAY, 7: Period.WEEK, 14: Period.WEEK}

Parts = tuple[int | None, int, int]  # year (None: open), month, day


def resolve_days(
    labels: Sequence[TimeLabel], *, today: date, period: Period | None
) -> tuple[list[date] | None, bool | None, list[str]]:
    """Days of the labels in the order given, whether 03/04 was read day first, assumptions.

    The days are None when some label names no calendar day at all.
    """
    notes: list[str] = []
    numeric = [label for label in labels if label.kind is LabelKind.NUMERIC]
    if not numeric:
        return _finish([_parts(label, True) for label in labels], today, notes), None, notes
    choices = [first for first in (True, False) if _valid(numeric, first)]
    if not choices:
        return None, None, notes
    read = {f: _finish([_parts(label, f) for label in labels], today, []) for f in choices}
    if len(choices) == 1 or _same_days(read):
        day_first = choices[0]
    else:
        _refuse_undecided(read, numeric, period)
        day_first = _better_order(read, labels, period)
        order = "day first" if day_first else "month first"
        notes.append(f"Dates such as {numeric[0].text} were read {order}.")
    days = _finish([_parts(label, day_first) for label in labels], today, notes)
    return days, day_first, notes


def _same_days(read: dict[bool, list[date] | None]) -> bool:
    return read.get(True) == read.get(False)


def _valid(numeric: Sequence[TimeLabel], day_first: bool) -> bool:
    for label in numeric:
        first, second = label.month or 0, label.day or 0
        month, day = (second, first) if day_first else (first, second)
        try:
            date(label.year or 2024, month, day)
        except ValueError:
            return False
    return True


def _better_order(
    read: dict[bool, list[date] | None], labels: Sequence[TimeLabel], period: Period | None
) -> bool:
    """Day first unless month first is more even (or fits the stated period)."""
    scores = {}
    for day_first, days in read.items():
        scores[day_first] = _evenness(sorted(days or []), period)
    if scores[True] == scores[False] and any("." in label.text for label in labels):
        return True
    return scores[True] >= scores[False]


def _refuse_undecided(
    read: dict[bool, list[date] | None], numeric: Sequence[TimeLabel], period: Period | None
) -> None:
    """Raise where 03/04 makes an even series both ways and no period was named."""
    if period is not None or len(numeric) < 3 or any("." in label.text for label in numeric):
        return
    if all(_evenness(sorted(days or []), None) >= 1.0 for days in read.values()):
        raise UnreadableSeriesError(
            ProblemCode.AMBIGUOUS_NUMBERS,
            f"Dates such as “{numeric[0].text}” can be read day first or month first. Write them "
            "as 2026-03-31, or say whether the values are daily or monthly.",
        )


def _evenness(days: list[date], period: Period | None) -> float:
    """Share of neighbouring gaps equal to the commonest; a wanted period counts extra."""
    gaps = [(b - a).days for a, b in itertools.pairwise(days)]
    if not gaps:
        return 0.0
    usual = max(set(gaps), key=gaps.count)
    near = sum(abs(gap - usual) <= (3 if usual >= 28 else 0) for gap in gaps) / len(gaps)
    found = _EVEN_DAYS.get(usual)
    if found is None:
        found = Period.MONTH if 28 <= usual <= 31 else None
    wanted = 0.5 if period is not None and found is period else 0.0
    return near + wanted + (0.1 if found else 0.0)


def _parts(label: TimeLabel, day_first: bool) -> Parts | None:
    year, number = label.year, int(label.number or 0)
    if label.kind is LabelKind.NUMERIC:
        first, second = label.month or 0, label.day or 0
        return (year, second, first) if day_first else (year, first, second)
    if label.kind is LabelKind.DAY:
        return year, label.month or 1, label.day or 1
    if label.kind is LabelKind.MONTH:
        return year, label.month or 1, 1
    if label.kind is LabelKind.QUARTER:
        return year, 3 * number - 2, 1
    if label.kind is LabelKind.YEAR:
        return year, 1, 1
    if label.kind is LabelKind.ISO_WEEK and year:
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            return None
        return monday.year, monday.month, monday.day
    return None


def _finish(parts: list[Parts | None], today: date, notes: list[str]) -> list[date] | None:
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    if all(year is not None for year, _, _ in whole):
        return _all_made([_make(part[0], part) for part in whole])
    if any(year is not None for year, _, _ in whole):
        return _near_neighbours(whole)
    up = _walk(whole[::-1], today)
    down = _walk(whole, today)
    if up is None or down is None:
        return None
    up = up[::-1]
    days = up if _span(up) <= _span(down) else down
    last = max(days)
    notes.append(f"No year was given; the last date was read as {last.isoformat()}.")
    return days


def _make(year: int | None, part: Parts) -> date | None:
    if year is None or not 1 <= year <= 9998:
        return None
    try:
        return date(year, part[1], part[2])
    except ValueError:
        return date(year, part[1], 28) if (part[1], part[2]) == (2, 29) else None


def _span(days: list[date]) -> int:
    return (max(days) - min(days)).days


def _walk(newest_first: list[Parts], today: date) -> list[date] | None:
    """Days going back from the latest possible year; None if a date cannot exist."""
    limit = today + timedelta(days=FORWARD_DAYS)
    days: list[date] = []
    for part in newest_first:
        year = limit.year
        day = _make(year, part)
        while day is not None and day > limit and year > limit.year - 2:
            year -= 1
            day = _make(year, part)
        if day is None:
            return None
        days.append(day)
        limit = day
    return days


def _near_neighbours(parts: list[Parts]) -> list[date] | None:
    """Open years taken from the closest label that has one."""
    known = next(i for i, part in enumerate(parts) if part[0] is not None)
    days: list[date | None] = [None] * len(parts)
    days[known] = _make(parts[known][0], parts[known])
    for order in (range(known + 1, len(parts)), range(known - 1, -1, -1)):
        previous = days[known]
        for i in order:
            if previous is None:
                return None
            options = (
                [parts[i][0]] if parts[i][0] is not None
                else [previous.year - 1, previous.year, previous.year + 1]
            )  # fmt: skip
            made = [day for year in options if (day := _make(year, parts[i])) is not None]
            if not made:
                return None
            anchor = previous
            days[i] = previous = min(made, key=lambda day: abs((day - anchor).days))
    return _all_made(days)


def _all_made(days: Sequence[date | None]) -> list[date] | None:
    made = [day for day in days if day is not None]
    return made if made and len(made) == len(days) else None
