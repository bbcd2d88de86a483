"""How periods are named: "week 3", "the week of 3 Jun", "June 2024", "6 weeks".

One naming for facts, chart, working view and the checker, which also asks here for the other
ways a reader may write the same period. It knows nothing of values.
"""

from datetime import date, timedelta

from bot.analysis.question import MetricQuestion, Period

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

_WEEKDAYS = (
    "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays",
)  # fmt: skip

# A year holds this many periods, and a season lasts this many (weeks in a year, days in a week).
PERIODS_PER_YEAR = {
    Period.DAY: 365,
    Period.WEEK: 52,
    Period.MONTH: 12,
    Period.QUARTER: 4,
    Period.YEAR: 1,
}
PERIODS_PER_SEASON = {
    Period.DAY: 7,
    Period.WEEK: 52,
    Period.MONTH: 12,
    Period.QUARTER: 4,
    Period.YEAR: 0,
}
_DAYS = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 91, Period.YEAR: 365}


def name_period(question: MetricQuestion, index: int) -> str:
    """Name one period in words; `index` is 0-based, "week 1" is the first."""
    if question.dates is None or not 0 <= index < len(question.dates):
        return f"{question.period.value} {index + 1}"
    return _name_day(question.dates[index], question.period, _spans_years(question))


def at_period(question: MetricQuestion, index: int) -> str:
    """Name one period with its preposition: "in week 3", "on 3 Jun"."""
    on_day = question.period is Period.DAY and question.dates is not None
    return f"{'on' if on_day else 'in'} {name_period(question, index)}"


def short_period(question: MetricQuestion, index: int) -> str:
    """Name one period for an axis or a table: "3 Jun", "Jun 2024", "w3"."""
    if question.dates is None or not 0 <= index < len(question.dates):
        return f"{question.period.value[0]}{index + 1}"
    day = question.dates[index]
    if question.period in {Period.DAY, Period.WEEK}:
        text = f"{day.day} {_MONTHS[day.month - 1][:3]}"
        return f"{text} {day.year}" if _spans_years(question) else text
    if question.period is Period.MONTH:
        return f"{_MONTHS[day.month - 1][:3]} {day.year}"
    return _name_day(day, question.period, with_year=True)


def name_window(question: MetricQuestion, first: int, last: int) -> str:
    """Name a window: "week 1 to week 6", or one period when both ends are the same."""
    if first == last:
        return name_period(question, first)
    return f"{name_period(question, first)} to {name_period(question, last)}"


def count_periods(question: MetricQuestion, number: float) -> str:
    """Write a number of periods: "1 week", "6 weeks", "2.5 months"."""
    number_text = f"{number:,.1f}".removesuffix(".0")
    return f"{number_text} {question.period.value}{'' if abs(number) == 1 else 's'}"


def period_unit(question: MetricQuestion) -> str:
    """Return the unit of a number of periods: "weeks"."""
    return f"{question.period.value}s"


def season_place_name(question: MetricQuestion, place: int, length: int) -> str:
    """Name a place in the season: a weekday, a month, a quarter, or "week 7 of 52".

    `place` is a 0-based position modulo `length`.
    """
    if question.dates is None or place >= len(question.dates) or question.period is Period.WEEK:
        return f"{question.period.value} {place + 1} of {length}"
    day = question.dates[place]
    if question.period is Period.DAY:
        return _WEEKDAYS[day.weekday()]
    if question.period is Period.MONTH:
        return _MONTHS[day.month - 1]
    return f"Q{(day.month - 1) // 3 + 1}"


def period_aliases(question: MetricQuestion, index: int) -> tuple[str, ...]:
    """List the ways a reader may write one period, longest first, in lower case.

    A position ("week 3", "w3", "3rd week") is always among them, a date where dates are known.
    """
    noun, place = question.period.value, index + 1
    names = {f"{noun} {place}", f"{noun[0]}{place}", f"{_ordinal(place)} {noun}"}
    if question.dates is not None and 0 <= index < len(question.dates):
        names |= _date_aliases(question, index)
    return tuple(sorted((name.lower() for name in names), key=lambda name: (-len(name), name)))


def index_of_day(question: MetricQuestion, day: date) -> int | None:
    """Return the first period a change on `day` can have touched; None outside the series.

    A period that has begun before the day but ends after it is touched.
    """
    if not question.dates:
        return None
    for index, start in enumerate(question.dates):
        following = question.dates[index + 1] if index + 1 < len(question.dates) else None
        end = following or start + timedelta(days=_DAYS[question.period])
        if day < end:
            return index if day >= start or index > 0 else None
    return None


def _name_day(day: date, period: Period, with_year: bool) -> str:
    month = _MONTHS[day.month - 1]
    if period is Period.MONTH:
        return f"{month} {day.year}"
    if period is Period.QUARTER:
        return f"Q{(day.month - 1) // 3 + 1} {day.year}"
    if period is Period.YEAR:
        return str(day.year)
    text = f"{day.day} {month[:3]}" + (f" {day.year}" if with_year else "")
    return f"the week of {text}" if period is Period.WEEK else text


def _date_aliases(question: MetricQuestion, index: int) -> set[str]:
    day = (question.dates or ())[index]
    month, short = _MONTHS[day.month - 1], _MONTHS[day.month - 1][:3]
    names = {day.isoformat(), name_period(question, index)}
    if question.period in {Period.DAY, Period.WEEK}:
        for name in (month, short):
            names |= {f"{day.day} {name}", f"{name} {day.day}", f"{day.day} {name} {day.year}"}
            names |= {f"{name} {_ordinal(day.day)}", f"{_ordinal(day.day)} {name}"}
            names.add(f"{name} {day.day}, {day.year}")
    elif question.period is Period.MONTH:
        names |= {f"{month} {day.year}", f"{short} {day.year}"}
        names |= set() if _repeats_month(question, day) else {month, short}
    elif question.period is Period.QUARTER:
        names.add(f"Q{(day.month - 1) // 3 + 1} {day.year}")
        if not _spans_years(question):
            names.add(f"Q{(day.month - 1) // 3 + 1}")
    else:
        names.add(str(day.year))
    return names


def _repeats_month(question: MetricQuestion, day: date) -> bool:
    return sum(other.month == day.month for other in question.dates or ()) > 1


def _spans_years(question: MetricQuestion) -> bool:
    dates = question.dates  # ascending, so the ends tell
    return dates is not None and len(dates) > 1 and dates[0].year != dates[-1].year


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
