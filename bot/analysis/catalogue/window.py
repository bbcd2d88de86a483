"""Which periods a text asks for: "the last 8 weeks", "since 1 September", "in Q3", "this year".

Gives whole periods only, the running one left out. It reads no values and knows no metric.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.analysis.parsing.calendar import add_periods
from bot.analysis.parsing.months import month_number
from bot.analysis.parsing.time_labels import NUMBER_WORDS
from bot.analysis.question import Period

# A quarter of weekly values: enough for a trend, few enough that old levels do not hide news.
DEFAULT_PERIODS = 12
FEWEST_PERIODS = 2
MOST_PERIODS = 1_100  # three years of days
_DAYS = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 91, Period.YEAR: 365}
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"
_NUMBER = rf"(?P<number>\d{{1,4}}|{'|'.join(NUMBER_WORDS)}|couple of|few)"
_LAST = re.compile(
    rf"\b(?:(?:over|for|in|during|within)\s+)?(?:the\s+)?(?:last|past|previous|recent)\s+"
    rf"(?:{_NUMBER}\s+)?{_UNIT}\b(?!\s+ago)"
)
_THIS = re.compile(
    rf"\b(?:(?:over|for|in|during|within)\s+)?(?:this|the current)\s+{_UNIT}(?:\s+so far)?\b"
)
_TO_DATE = re.compile(r"\b(?:year to date|ytd|since new year)\b")
_MONTH_WORD = r"(?P<{0}>[^\W\d_]{{3,9}})\.?"
_ISO = r"\d{4}-\d{1,2}-\d{1,2}"
_DAY_MONTH = r"\d{1,2}(?:st|nd|rd|th)?\s+[^\W\d_]{3,9}\.?(?:,?\s+\d{4})?"
_MONTH_DAY = r"[^\W\d_]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?!\d)(?:,?\s+\d{4})?"
_MONTH_YEAR = r"[^\W\d_]{3,9}\.?(?:\s+\d{4})?"
_QUARTER = r"q[1-4](?:\s+\d{4})?"
_DATE = rf"(?:{_ISO}|{_DAY_MONTH}|{_MONTH_DAY}|{_QUARTER}|{_MONTH_YEAR})"
_BETWEEN = re.compile(
    rf"\b(?:from|between)\s+(?P<first>{_DATE})\s+(?:to|until|till|and|through)\s+(?P<last>{_DATE})"
)
_SINCE = re.compile(rf"\b(?:since|from|starting)\s+(?P<first>{_DATE})")
_IN = re.compile(rf"\b(?:in|during|for)\s+(?P<first>{_QUARTER}|{_MONTH_YEAR}|\d{{4}}\b)")


class WindowError(ValueError):
    """The window holds nothing to read; the message says why."""


@dataclass(frozen=True)
class Window:
    """First days of the first period and of the period after the last."""

    start: date
    end: date

    def periods(self, period: Period) -> tuple[date, ...]:
        """List the first day of each period in the window."""
        days, day = [], self.start
        while day < self.end:
            days.append(day)
            day = add_periods(day, 1, period)
        return tuple(days)


@dataclass(frozen=True)
class ReadWindow:
    """A window, the text without the words that named it, and what was assumed."""

    window: Window
    rest: str
    notes: tuple[str, ...] = ()


def read_window(text: str, period: Period, today: date) -> ReadWindow:
    """Read the window of a lower-case text; the default window when it names none.

    Raises:
        WindowError: it lies in the future, ends before it begins, or is too long.
    """
    now = floor_period(today, period)
    stated = _stated(text, period, today, now)
    if stated is None:
        start = add_periods(now, -DEFAULT_PERIODS, period)
        note = f"No window was named; the last {DEFAULT_PERIODS} whole {period.value}s are read."
        return ReadWindow(Window(start, now), text, (note,))
    start, end, rest = stated
    start, end = floor_period(start, period), min(_ceiling(end, period), now)
    if end <= start:
        if start <= now and end >= add_periods(now, -1, period):
            note = (
                f"The running {period.value} is not over; the {DEFAULT_PERIODS} whole"
                f" {period.value}s before it are read."
            )
            return ReadWindow(
                Window(add_periods(now, -DEFAULT_PERIODS, period), now), rest, (note,)
            )
        raise WindowError(
            f"The window ends before it begins, or has no whole {period.value} yet. Name one that"
            f" lies before {now.isoformat()}, for example “the last 8 {period.value}s”."
        )
    count = len(Window(start, end).periods(period)) if _is_short(start, end, period) else 0
    if not count or count > MOST_PERIODS:
        raise WindowError(
            f"The window is longer than {MOST_PERIODS:,} {period.value}s. Name a shorter one."
        )
    if count < FEWEST_PERIODS:
        start = add_periods(end, -DEFAULT_PERIODS, period)
        note = (
            f"One {period.value} alone shows no change; {DEFAULT_PERIODS} {period.value}s up to it"
            " are read."
        )
        return ReadWindow(Window(start, end), rest, (note,))
    return ReadWindow(Window(start, end), rest)


def states_window(text: str, period: Period, today: date) -> bool:
    """Tell whether a text names a window of its own."""
    return _stated(text.casefold(), period, today, floor_period(today, period)) is not None


def floor_period(day: date, period: Period) -> date:
    """Return the first day of the period a day lies in; weeks begin on Monday."""
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    if period is Period.MONTH:
        return day.replace(day=1)
    if period is Period.QUARTER:
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1) if period is Period.YEAR else day


def read_day(text: str, today: date) -> tuple[date, date] | None:
    """Read a date, month or quarter: its first day and the day after it; None when it is none.

    Without a year the latest one that is not in the future is meant.
    """
    plain = text.casefold().strip(" .,")
    try:
        return _numeric_day(plain) or _quarter(plain, today) or _named_day(plain, today)
    except ValueError:  # 31 February
        return None


def _stated(text: str, period: Period, today: date, now: date) -> tuple[date, date, str] | None:
    if match := _LAST.search(text):
        return *_last(match, period, today, now), _without(text, match)
    if match := _THIS.search(text):
        start = floor_period(today, Period(match["unit"]))
        return start, today + timedelta(days=1), _without(text, match)
    if match := _TO_DATE.search(text):
        return date(today.year, 1, 1), today + timedelta(days=1), _without(text, match)
    if match := _BETWEEN.search(text):
        first, last = read_day(match["first"], today), read_day(match["last"], today)
        if first and last:
            return first[0], last[1], _without(text, match)
    if (match := _SINCE.search(text)) and (first := read_day(match["first"], today)):
        return first[0], today + timedelta(days=1), _without(text, match)
    for match in _IN.finditer(text):
        if first := read_day(match["first"], today):
            return *first, _without(text, match)
    return None


def _last(match: re.Match[str], period: Period, today: date, now: date) -> tuple[date, date]:
    unit = Period(match["unit"])
    number = match["number"]
    if number is None and unit in {Period.YEAR, Period.QUARTER, Period.MONTH} and unit != period:
        start = floor_period(today, unit)  # "last quarter" is the one before this
        return add_periods(start, -1, unit), start
    words = {None: 1, "couple of": 2, "few": 4}
    count = words.get(number) or NUMBER_WORDS.get(number or "") or int(number or 1)
    count = max(int(count), 1)
    if _DAYS[unit] < _DAYS[period]:
        count, unit = -(-count * _DAYS[unit] // _DAYS[period]), period
    if unit == period:
        # Counted from the end, so that years of leap days do not matter.
        reach = min(count, MOST_PERIODS + 1)
        return add_periods(now, -reach, period), now
    reach = min(count, 60)
    return add_periods(now, -reach, unit), now


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _ceiling(day: date, period: Period) -> date:
    floor = floor_period(day, period)
    return floor if floor == day else add_periods(floor, 1, period)


def _is_short(start: date, end: date, period: Period) -> bool:
    return (end - start).days / _DAYS[period] <= MOST_PERIODS * 1.1


def _numeric_day(plain: str) -> tuple[date, date] | None:
    if re.fullmatch(r"(?:19|20)\d{2}", plain):
        return date(int(plain), 1, 1), date(int(plain) + 1, 1, 1)
    if re.fullmatch(_ISO, plain):
        day = date(*(int(part) for part in plain.split("-")))
        return day, day + timedelta(days=1)
    return None


def _quarter(plain: str, today: date) -> tuple[date, date] | None:
    match = re.fullmatch(r"q(?P<quarter>[1-4])(?:\s+(?P<year>\d{4}))?", plain)
    if match is None:
        return None
    start = date(int(match["year"] or today.year), 3 * int(match["quarter"]) - 2, 1)
    if not match["year"] and start > today:
        start = start.replace(year=start.year - 1)
    return start, add_periods(start, 1, Period.QUARTER)


def _named_day(plain: str, today: date) -> tuple[date, date] | None:
    if not re.fullmatch(rf"{_DAY_MONTH}|{_MONTH_DAY}|{_MONTH_YEAR}", plain):
        return None
    word = re.search(r"[^\W\d_]{3,9}", re.sub(r"(?<=\d)(?:st|nd|rd|th)", " ", plain))
    month = month_number(word.group()) if word else None
    if month is None:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", plain)]
    year = next((number for number in numbers if number > 31), None)
    day = next((number for number in numbers if number <= 31), None)
    start = date(year or today.year, month, day or 1)
    if year is None and start > today:
        start = start.replace(year=start.year - 1)
    return start, start + timedelta(days=1) if day else add_periods(start, 1, Period.MONTH)
