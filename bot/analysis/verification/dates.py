"""Calendar names in a sentence: "13 June", "June 2026", "Q3 2025", "27 to 30 May", "Mondays".

Turns them into positions of the series; a day the series does not hold gives a place without
windows, which only a deadline may use. Positions in words ("week 3") live in `places`.
"""

from datetime import date

from bot.analysis.question import Period
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.numbers import read_ordinal
from bot.analysis.verification.vocabulary import MONTHS, WEEKDAYS

_JOINERS = frozenset({",", "and", "to", "-", "through", "until", "or", "&"})
_RANGES = frozenset({"to", "-", "through", "until"})
_FUZZY_MONTHS = {"early": range(1, 5), "mid": range(4, 10), "late": range(9, 13)}
_FUZZY_DAYS = {"early": range(1, 13), "mid": range(8, 25), "late": range(18, 32)}
_FUZZY = frozenset({"early", "mid", "late"})


def read_date(frame: Frame, at: int) -> Place | None:
    """Read a calendar name that starts at token `at`."""
    return (
        _read_iso(frame, at)
        or _read_days(frame, at)
        or _read_month(frame, at)
        or _read_quarter(frame, at)
        or _read_year(frame, at)
        or _read_weekdays(frame, at)
    )


def _read_iso(frame: Frame, at: int) -> Place | None:
    if frame.kind(at) != "iso":
        return None
    try:
        day = date.fromisoformat(frame.low(at))
    except ValueError:
        return None
    return _day_place(frame, at, at + 1, [day])


def _is_month(frame: Frame, at: int) -> bool:
    low = frame.low(at)
    return low in MONTHS and (
        low not in {"may", "march", "mar"} or frame.tokens[at].text[0] in "MJ"
    )


def _day_number(frame: Frame, at: int) -> int | None:
    if frame.kind(at) == "num" and frame.tokens[at].text.isdigit():
        value = int(frame.tokens[at].text[:6])
        return value if 1 <= value <= 31 else None
    if frame.kind(at) == "ordinal":
        value = int(frame.tokens[at].text[:-2])
        return value if 1 <= value <= 31 else None
    return None


def _read_days(frame: Frame, at: int) -> Place | None:
    """Read "13 June", "6, 7, 20 and 21 June", "June 13", "Wednesday 27 May 2026"."""
    start = at
    if frame.low(at) in WEEKDAYS:
        at += 1 + (frame.low(at + 1) == ",")
    if _is_month(frame, at) and _day_number(frame, at + 1) is not None:
        return _month_first(frame, start, at)
    days: list[int] = []
    ranged = False
    position = at
    while (number := _day_number(frame, position)) is not None:
        days.append(number)
        position += 1
        if frame.low(position) == "of" and _is_month(frame, position + 1):
            position += 1
        if _is_month(frame, position):
            return _finish_days(frame, start, position, days, ranged)
        if frame.low(position) not in _JOINERS or len(days) > 12:
            return None
        ranged = ranged or frame.low(position) in _RANGES
        position += 1
        while frame.low(position) in {"and", "the", *WEEKDAYS}:
            position += 1
    return None


def _finish_days(
    frame: Frame, start: int, month_at: int, days: list[int], ranged: bool
) -> Place | None:
    after, year = _year_behind(frame, month_at + 1)
    month = MONTHS[frame.low(month_at)]
    found = [day for number in days if (day := resolve_day(frame, number, month, year))]
    ranged = ranged or frame.low(start - 1) == "between"
    if ranged and len(found) == 2:
        place = _day_place(frame, start, after, found)
        if len(place.windows) and len(place.windows[0]) >= 1:
            window = place.windows[0]
            place.windows = (frame.view.span(window[0], window[-1]),)
            place.kind = "span"
        return place
    while frame.low(after) in {",", "and"}:  # "16 and 23 February and 2 March"
        more = _read_days(frame, after + 1)
        if more is None:
            break
        joined = tuple(
            sorted({*(_day_positions(frame, found)), *(more.windows[0] if more.windows else ())})
        )
        return Place(start, more.j, (joined,) if joined else (), "set", trouble=more.trouble)
    return _day_place(frame, start, after, found)


def _month_first(frame: Frame, start: int, at: int) -> Place | None:
    number = _day_number(frame, at + 1)
    if (
        frame.view.question.period is Period.MONTH
        and frame.low(at - 1) == ","
        and (any(frame.kind(k) == "num" for k in range(at - 1)) and number is not None)
    ):
        return None  # "July and August added 3 each, September 2"
    after, year = _year_behind(frame, at + 2 + (frame.low(at + 2) == ","))
    if year is None:
        after = at + 2
    day = resolve_day(frame, number or 1, MONTHS[frame.low(at)], year)
    return _day_place(frame, start, after, [day] if day else [])


def _year_behind(frame: Frame, at: int) -> tuple[int, int | None]:
    text = frame.tokens[at].text if at < len(frame.tokens) else ""
    if frame.kind(at) == "num" and len(text) == 4 and text.isdigit() and text[:2] in {"19", "20"}:
        return at + 1, int(text)
    return at, None


def resolve_day(frame: Frame, number: int, month: int, year: int | None) -> date | None:
    """Find the day meant by a day and month: the one inside the series if there is one."""
    dates = frame.view.question.dates or ()
    years = [year] if year else sorted({day.year for day in dates} | {d.year + 1 for d in dates})
    best: date | None = None
    for candidate in years:
        try:
            day = date(candidate, month, number)
        except ValueError:
            continue
        best = best or day
        if frame.view.position_of(day) is not None:
            return day
    return best


def _day_positions(frame: Frame, days: list[date]) -> list[int]:
    found = [frame.view.position_of(day) for day in days]
    return sorted({position for position in found if position is not None})


def _day_place(frame: Frame, i: int, j: int, days: list[date]) -> Place:
    positions = tuple(_day_positions(frame, days))
    kind = "point" if len(positions) == 1 else "set"
    trouble = "" if positions or not frame.view.question.dates else "outside the series"
    return Place(i, j, (positions,) if positions else (), kind, trouble=trouble)


def _read_month(frame: Frame, at: int) -> Place | None:
    if not _is_month(frame, at):
        return None
    months, position = [MONTHS[frame.low(at)]], at + 1
    while frame.low(position) in {"and", ","} and _is_month(frame, position + 1):
        if frame.tokens[position - 1].possessive or _day_number(frame, position + 2):
            break
        months.append(MONTHS[frame.low(position + 1)])
        position += 2
    after, year = _year_behind(frame, position)
    windows = tuple(_month_window(frame, month, year) for month in months)
    if len(months) > 1:
        joined = tuple(sorted({i for window in windows for i in window}))
        return Place(at, after, (joined,) if joined else (), "set")
    trouble = "" if windows[0] or not frame.view.question.dates else "outside the series"
    options = _month_options(frame, months[0], year) if windows[0] else ()
    if frame.low(at - 1) in _FUZZY_DAYS and len(windows[0]) > 1:
        near = _FUZZY_DAYS[frame.low(at - 1)]
        part = tuple(i for i in windows[0] if (frame.view.question.dates or ())[i].day in near)
        options = (part, *options) if part else options
    return Place(at, after, options, "point" if len(windows[0]) == 1 else "span", trouble=trouble)


def _month_window(frame: Frame, month: int, year: int | None) -> tuple[int, ...]:
    dates = frame.view.question.dates or ()
    return tuple(
        i for i, day in enumerate(dates) if day.month == month and year in {None, day.year}
    )


def _month_options(frame: Frame, month: int, year: int | None) -> tuple[tuple[int, ...], ...]:
    window = _month_window(frame, month, year)
    if frame.view.question.period in {Period.MONTH, Period.QUARTER, Period.YEAR}:
        return tuple((i,) for i in reversed(window))
    return (window,)


def _read_quarter(frame: Frame, at: int) -> Place | None:
    """Read "Q3 2024", "the third quarter of 2024"."""
    low, number, after = frame.low(at), 0, at + 1
    if frame.kind(at) == "name" and len(low) == 2 and low[0] == "q" and low[1] in "1234":
        number = int(low[1])
    else:
        ordinal = read_ordinal(frame.tokens, at)
        if ordinal is None or frame.low(ordinal[1]) != "quarter" or ordinal[0] > 4:
            return None
        number, after = ordinal[0], ordinal[1] + 1
        if frame.low(after) == "of":
            after += 1
        elif frame.view.question.period is Period.QUARTER or frame.low(at - 1) != "the":
            return None
    after, year = _year_behind(frame, after)
    dates = frame.view.question.dates or ()
    window = tuple(
        i
        for i, day in enumerate(dates)
        if (day.month - 1) // 3 + 1 == number and year in {None, day.year}
    )
    if frame.view.question.period is Period.QUARTER:
        return Place(at, after, tuple((i,) for i in reversed(window)), "point")
    return Place(at, after, (window,) if window else (), "span")


def _read_year(frame: Frame, at: int) -> Place | None:
    after, year = _year_behind(frame, at)
    if year is None:
        return None
    if frame.low(at - 1) not in {"in", "since", "of", "during", "from", "to", "until", *_FUZZY}:
        return None
    dates = frame.view.question.dates or ()
    part = _FUZZY_MONTHS.get(frame.low(at - 1), range(1, 13))
    window = tuple(i for i, day in enumerate(dates) if day.year == year and day.month in part)
    if not window and not frame.view.question.dates:
        return None
    return Place(at, after, (window,) if window else (), "fuzzy")


def _read_weekdays(frame: Frame, at: int) -> Place | None:
    low = frame.low(at)
    plural = low.removesuffix("s")
    dates = frame.view.question.dates or ()
    if frame.view.question.period is not Period.DAY or not dates:
        return None
    if low.endswith("s") and plural in WEEKDAYS:
        wanted = {WEEKDAYS[plural]}
    elif low == "weekend" and frame.low(at + 1) == "days":
        window = tuple(i for i, day in enumerate(dates) if day.weekday() >= 5)
        return Place(at, at + 2, (window,), "set")
    elif low in {"weekends", "weekend"} and frame.low(at - 1) not in {"last", "first"}:
        wanted = {5, 6}
    elif low == "working" and frame.low(at + 1) == "days":
        window = tuple(i for i, day in enumerate(dates) if day.weekday() < 5)
        return Place(at, at + 2, (window,), "set")
    elif low == "weekdays":
        wanted = {0, 1, 2, 3, 4}
    else:
        return None
    window = tuple(i for i, day in enumerate(dates) if day.weekday() in wanted)
    return Place(at, at + 1, (window,), "set") if window else None
