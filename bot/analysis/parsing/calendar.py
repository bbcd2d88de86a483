"""A column of time labels set in order: oldest first, gaps found, repeats refused.

Takes the labels of one series and says where each value belongs (a slot per period), which
period separates them, and the first day of each slot where days are known.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from bot.analysis.parsing.time_labels import LabelKind, TimeLabel
from bot.analysis.parsing.years import resolve_days
from bot.analysis.question import Period, Problem, ProblemCode

DAYS_IN = {
    Period.DAY: 1.0, Period.WEEK: 7.0, Period.MONTH: 30.4375, Period.QUARTER: 91.3125,
    Period.YEAR: 365.25,
}  # fmt: skip
_MONTH_AND_TWO_DIGITS = re.compile(r"[^\W\d_]{3,12}\.?[ -]\d\d")
MAX_GAP_SHARE = 0.5  # with more holes than that, the spacing was probably read wrongly
MONTHS_IN = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where each row goes: `slots[row]` is its position among `length` periods."""

    slots: tuple[int, ...]
    length: int
    period: Period | None = None
    dates: tuple[date, ...] | None = None
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    day_first: bool | None = None


@dataclass(slots=True)
class _Notes:
    assumptions: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: ProblemCode, message: str) -> None:
        self.problems.append(Problem(code=code, message=message))


def place_rows(
    labels: Sequence[TimeLabel], *, today: date, period: Period | None, stated: bool = False
) -> Placement:
    """Order rows by their labels; `period` is what the text states (`stated`) or suggests."""
    labels = _years_not_days(labels)
    kinds = Counter(label.kind for label in labels)
    kind = kinds.most_common(1)[0][0]
    if kind in {LabelKind.ORDINAL, LabelKind.AGO} and len(kinds) == 1:
        return _place_numbers(labels, [int(label.number or 0) for label in labels], period)
    if kind is LabelKind.AGO or kinds.keys() <= {LabelKind.AGO, LabelKind.ORDINAL}:
        return _as_given(labels, period)
    if kind is LabelKind.WEEKDAY or LabelKind.WEEKDAY in kinds or LabelKind.AGO in kinds:
        return _as_given(labels, labels[0].period or period)
    days, day_first, notes = resolve_days(labels, today=today, period=period)
    if days is None:
        return _as_given(labels, period)
    return _place_days(labels, days, day_first, notes, period if stated else None, period)


def _years_not_days(labels: Sequence[TimeLabel]) -> Sequence[TimeLabel]:
    """Labels such as "Nov 24, Dec 24, Jan 25" are months of years where they count on evenly."""
    if len(labels) < 2 or not all(_MONTH_AND_TWO_DIGITS.fullmatch(label.text) for label in labels):
        return labels
    years = [2000 + int(label.text[-2:]) for label in labels]
    months = [year * 12 + (label.month or 0) for year, label in zip(years, labels, strict=True)]
    steps = {b - a for a, b in pairwise(months)}
    if steps not in ({1}, {-1}, {3}, {-3}):
        return labels
    return [
        TimeLabel(LabelKind.MONTH, label.text, year, label.month, language=label.language)
        for label, year in zip(labels, years, strict=True)
    ]


def _as_given(labels: Sequence[TimeLabel], period: Period | None) -> Placement:
    found = next((label.period for label in labels if label.period), None)
    return Placement(tuple(range(len(labels))), len(labels), found or period)


def _place_numbers(
    labels: Sequence[TimeLabel], numbers: list[int], period: Period | None
) -> Placement:
    """Place "week 3" style labels by their number."""
    notes = _Notes()
    period = next((label.period for label in labels if label.period), None) or period
    word = (period or Period.WEEK).value
    numbers = _unroll_weeks(numbers)
    repeated = [n for n, times in Counter(numbers).items() if times > 1]
    if repeated:
        text = next(
            label.text for label, n in zip(labels, numbers, strict=True) if n == repeated[0]
        )
        notes.problem(
            ProblemCode.REPEATED_DATES,
            f"“{text}” appears {Counter(numbers)[repeated[0]]} times. Keep one value for each "
            f"{word} and send it again.",
        )
        return Placement(
            tuple(range(len(numbers))), len(numbers), period, problems=tuple(notes.problems)
        )
    _note_order(numbers, notes)
    first, last = min(numbers), max(numbers)
    length = last - first + 1
    if length > 2 * len(numbers) + 2:
        notes.assumptions.append("The labels skip many numbers, so the values were kept in order.")
        order = {n: slot for slot, n in enumerate(sorted(numbers))}
        slots = tuple(order[n] for n in numbers)
        return Placement(slots, len(numbers), period, assumptions=tuple(notes.assumptions))
    missing = sorted(set(range(first, last + 1)) - set(numbers))
    if missing:
        name = f"{word} {missing[0]}" if missing[0] >= 0 else f"{-missing[0]} {word}s ago"
        _refuse_gap(name, len(missing), notes)
    slots = tuple(n - first for n in numbers)
    return Placement(
        slots, length, period, None, tuple(notes.assumptions), tuple(notes.problems)
    )  # fmt: skip


def _unroll_weeks(numbers: list[int]) -> list[int]:
    """Week numbers that pass the turn of the year (51, 52, 1, 2) made to count on."""
    if 50 <= max(numbers) <= 53 and min(numbers) == 1 and len(numbers) < 50:
        top = max(numbers)
        return [n + top if n < 27 else n for n in numbers]
    return numbers


def _note_order(keys: Sequence[int] | Sequence[date], notes: _Notes) -> None:
    pairs = list(itertools.pairwise(keys))
    if all(a < b for a, b in pairs):  # type: ignore[operator]
        return
    if all(a > b for a, b in pairs):  # type: ignore[operator]
        notes.assumptions.append("The newest value came first, so the order was turned round.")
    else:
        notes.assumptions.append("The rows were out of order and were sorted by date.")


def _place_days(
    labels: Sequence[TimeLabel],
    days: list[date],
    day_first: bool | None,
    assumptions: list[str],
    stated: Period | None,
    hint: Period | None,
) -> Placement:
    notes = _Notes(assumptions=assumptions)
    unplaced = tuple(range(len(days)))
    for day, times in Counter(days).items():
        if times > 1:
            text = next(label.text for label, d in zip(labels, days, strict=True) if d == day)
            notes.problem(
                ProblemCode.REPEATED_DATES,
                f"The date “{text}” appears {times} times. Keep one value for each date, or "
                "send one series at a time.",
            )
            return Placement(unplaced, len(days), hint, problems=tuple(notes.problems))
    _note_order(days, notes)
    ordered = sorted(days)
    period = _spacing(ordered) or _kind_period(labels) or hint
    if stated is not None and period is not None and stated is not period and len(days) > 2:
        notes.assumptions.append(
            f"The dates are a {period.value} apart, so the period is a {period.value}, "
            f"not a {stated.value}."
        )
    if any(label.ends_period for label in labels) and period is Period.WEEK:
        days = [day - timedelta(days=6) for day in days]
        ordered = sorted(days)
    positions = _positions(ordered, period or Period.WEEK, notes)
    if positions is None:
        return Placement(unplaced, len(days), period, problems=tuple(notes.problems))
    slot_of = dict(zip(ordered, positions, strict=True))
    length = positions[-1] + 1
    dates = _fill_dates(ordered, positions, period or Period.WEEK)
    return Placement(
        tuple(slot_of[day] for day in days), length, period, dates,
        tuple(notes.assumptions), tuple(notes.problems), day_first,
    )  # fmt: skip


def _kind_period(labels: Sequence[TimeLabel]) -> Period | None:
    return {
        LabelKind.MONTH: Period.MONTH, LabelKind.QUARTER: Period.QUARTER,
        LabelKind.YEAR: Period.YEAR, LabelKind.ISO_WEEK: Period.WEEK,
    }.get(labels[0].kind)  # fmt: skip


def _spacing(ordered: Sequence[date]) -> Period | None:
    """The period most neighbouring days are apart by, None for a single day."""
    gaps = sorted((b - a).days for a, b in itertools.pairwise(ordered))
    if not gaps:
        return None
    usual = gaps[len(gaps) // 4]  # lower quartile: gaps are multiples of the period
    for period, (low, high) in {
        Period.DAY: (1, 3), Period.WEEK: (4, 17), Period.MONTH: (26, 45),
        Period.QUARTER: (80, 100), Period.YEAR: (350, 380),
    }.items():  # fmt: skip
        if low <= usual <= high:
            return period
    return None


def _positions(ordered: list[date], period: Period, notes: _Notes) -> list[int] | None:
    """Slot of each ordered day, with holes for missing periods; None after a problem."""
    gaps = [(b - a).days for a, b in itertools.pairwise(ordered)]
    if (
        period is Period.DAY
        and set(gaps) <= {1, 3}
        and 3 in gaps
        and all(d.weekday() < 5 for d in ordered)
    ):
        notes.assumptions.append("Only working days are given; weekends are not gaps.")
        return list(range(len(ordered)))
    if period is Period.WEEK and gaps and all(12 <= gap <= 16 for gap in gaps):
        notes.assumptions.append("The dates are two weeks apart; each step is two weeks.")
        return list(range(len(ordered)))
    positions = [_grid_position(ordered[0], day, period) for day in ordered]
    steps = [b - a for a, b in itertools.pairwise(positions)]
    missing = positions[-1] + 1 - len(positions)
    if any(step < 1 for step in steps) or missing > MAX_GAP_SHARE * (positions[-1] + 1):
        uneven = next((i for i, step in enumerate(steps) if step < 1), steps.index(max(steps)))
        notes.problem(
            ProblemCode.MISSING_DATES,
            f"The dates are not evenly spaced: {ordered[uneven].isoformat()} is followed by "
            f"{ordered[uneven + 1].isoformat()}. Send one value for every {period.value}, and "
            "write n/a where there is none.",
        )
        return None
    _note_gaps(ordered, positions, period, notes)
    return positions


def _note_gaps(ordered: list[date], positions: list[int], period: Period, notes: _Notes) -> None:
    """Ask about periods that have no row at all."""
    count = positions[-1] + 1 - len(positions)
    for i, (a, b) in enumerate(pairwise(positions)):
        if b - a > 1:
            _refuse_gap(add_periods(ordered[i], 1, period).isoformat(), count, notes)
            return


def _refuse_gap(first: str, count: int, notes: _Notes) -> None:
    more = f" and {count - 1} more" if count > 1 else ""
    notes.problem(
        ProblemCode.MISSING_DATES,
        f"There is no row for {first}{more}. Add it, or write n/a as its value if there is none.",
    )


def _grid_position(first: date, day: date, period: Period) -> int:
    if period in MONTHS_IN:
        months = (day.year - first.year) * 12 + day.month - first.month
        return round(months / MONTHS_IN[period])
    return round((day - first).days / DAYS_IN[period])


def _fill_dates(ordered: list[date], positions: list[int], period: Period) -> tuple[date, ...]:
    """The day of every slot, the missing ones counted on from the slot before."""
    known = dict(zip(positions, ordered, strict=True))
    dates: list[date] = []
    for slot in range(positions[-1] + 1):
        dates.append(known[slot] if slot in known else add_periods(dates[-1], 1, period))
    return tuple(dates)


def add_periods(day: date, count: int, period: Period) -> date:
    """The day `count` periods later, at most the last day of the shorter month."""
    if period in MONTHS_IN:
        months = day.year * 12 + day.month - 1 + count * MONTHS_IN[period]
        year, month = divmod(months, 12)
        for last in (day.day, 30, 29, 28):
            if last <= day.day:
                try:
                    return date(year, month + 1, last)
                except ValueError:
                    continue
    return day + timedelta(days=count * int(DAYS_IN[period]))
