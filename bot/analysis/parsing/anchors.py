"""The day an undated series begins, where words say so ("start 2026-03-16", "weeks from 2 June").

Gives the first day of every period. Values with dates of their own need none of this.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.analysis.parsing.calendar import add_periods
from bot.analysis.parsing.months import month_names
from bot.analysis.parsing.periods import read_period
from bot.analysis.parsing.time_labels import LabelKind, TimeLabel, read_label
from bot.analysis.question import Period

LATEST_DAYS = 6  # the last period may have begun this far in the future: running weeks are pasted
_MONTHS = "|".join(sorted((re.escape(name) for name in month_names()), key=len, reverse=True))
_DAY = (
    rf"(?:\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})\b\.?"
    rf"(?:,? \d{{4}})?|(?:{_MONTHS})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?|"
    rf"(?:{_MONTHS})\b\.? \d{{4}})"
)
_UNITS = r"days?|weeks?|months?|quarters?|daily|weekly|monthly|quarterly"
_ANCHOR = re.compile(
    rf"(?:^|(?<=[\n(,;.]))[ \t]*(?:(?:first|1st) (?:day|week|month|quarter|value|point)|"
    rf"(?:week|day|month|quarter|period) 1|(?:(?:\d{{1,3}} )?(?:{_UNITS}),? )?(?:start(?:s|ing|ed|"
    rf" date| day)?|begin(?:s|ning)?|commencing)|(?:{_UNITS}),? (?:from|since))"
    rf"[ \t]*[:=]?[ \t]*(?:on |in |from |is |the )?(?:week of |week commencing |w/c )?"
    rf"(?P<day>{_DAY})(?:[ \t]*(?:on|onwards?))?(?=[ \t]*(?:$|[\n),;:.]))",
    re.IGNORECASE,
)
_IN_NAME = re.compile(
    rf" (?:starting|beginning|commencing|from|since) (?:on |the week of )?(?P<day>{_DAY})\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words that name the first day, and the first day of each period."""

    text: str
    dates: tuple[date, ...]


def anchored_period(text: str) -> Period | None:
    """The period a stated beginning implies ("months from ...", "start January 2026"), or None."""
    for match in _ANCHOR.finditer(text[:20_000]):
        unit = re.match(rf"\s*(?:\d{{1,3}} )?({_UNITS})\b", match[0], re.IGNORECASE)
        if unit is not None:
            return read_period(unit[1])
        label = read_label(match["day"])
        if label is not None and label.kind is LabelKind.MONTH:
            return Period.MONTH
    return None


def find_anchor(text: str, name: str, length: int, period: Period, today: date) -> Anchor | None:
    """The first beginning stated in a text or at the end of a name, where `length` periods fit."""
    for match in [*_ANCHOR.finditer(text[:20_000]), *_IN_NAME.finditer(name)]:
        label = read_label(match["day"])
        if label is None or label.kind not in {LabelKind.DAY, LabelKind.MONTH}:
            continue
        years = (label.year,) if label.year else (today.year, today.year - 1, today.year - 2)
        for year in years:
            dates = _dates(label, year, length, period)
            if dates and dates[-1] <= today + timedelta(days=LATEST_DAYS):
                return Anchor(match[0].strip(), dates)
    return None


def _dates(label: TimeLabel, year: int, length: int, period: Period) -> tuple[date, ...]:
    try:
        first = date(year, label.month or 1, label.day or 1)
        return tuple(add_periods(first, i, period) for i in range(length))
    except (ValueError, OverflowError):
        return ()
