"""What a cell or the start of a line says about time: a date, a month, "week 3", "2 weeks ago".

Reads one label at a time and decides nothing about its neighbours: a missing year or an
ambiguous 03/04 stays open until `bot.analysis.parsing.calendar` sees the whole column.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bot.analysis.parsing.months import month_language, month_number
from bot.analysis.question import Period

MAX_LABEL_CHARACTERS = 48
CACHED_READINGS = 32_768  # several readers look at the same cells of up to 20,000 rows
_PLAIN_NUMBER = re.compile(r"[-+(]?\d*[.,]?\d*\s?%?\)?")


class LabelKind(StrEnum):
    """How a label places its value in time."""

    DAY = "day"  # day and month, year perhaps unknown
    NUMERIC = "numeric"  # 03/04 or 03/04/2024: order of day and month unknown
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ISO_WEEK = "iso_week"
    ORDINAL = "ordinal"  # week 3, day 5, period 2
    AGO = "ago"  # 3 weeks ago, last week, today
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class TimeLabel:
    """One label; only the parts its kind uses are set."""

    kind: LabelKind
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    number: float | None = None
    period: Period | None = None
    ends_period: bool = False
    language: str | None = None
    unfinished: bool = False


_MONTH_WORD = r"(?P<month>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_PREFIX = re.compile(
    r"^(?:(?P<end>w/e|week end(?:ing|ed)?|wk end(?:ing)?|period ending|ending|ended|to)|"
    r"w/c|wc|week commencing|week starting|week beginning|week of|wk of|w/o|woche vom|"
    r"semaine du|semana del?|settimana del|vecka från|starting|from|on|the|"
    r"mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday)\.?,?\s+(?=\S*\d|\S+\s+\d)",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\.?(?:[t ]\d{1,2}:\d{2}\S{0,20})?", re.IGNORECASE
)
_COMPACT_DATE = re.compile(r"((?:19|20)\d{2})([01]\d)([0-3]\d)")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_NUMERIC = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2})|(\.))?(?:[t ,]+\d{1,2}:\d{2}\S{0,20})?",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|ème|\.|º|°|:a|:e)?[\s-]*(?:of |de |di |d')?{_MONTH_WORD}"
    rf"(?:[\s,-]+(?:de |del )?{_YEAR})?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_MONTH_WORD}[\s-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:(?:,\s*|\s+){_YEAR})?", re.IGNORECASE
)
_MONTH_ONLY = re.compile(rf"{_MONTH_WORD}(?:[\s,/-]*(?:de |del )?{_YEAR})?", re.IGNORECASE)
_YEAR_THEN_MONTH = re.compile(r"(\d{4})[\s/-]*([^\W\d_]{3,12})\.?", re.IGNORECASE)
_CJK_DATE = re.compile(r"(?:(\d{4})[年년]\s?)?(\d{1,2})[月월](?:\s?(\d{1,2})[日일])?")
_QUARTER = re.compile(
    r"q([1-4])(?:[\s'/-]*(?:fy)?(\d{4}|\d{2}))?|(\d{4})[\s/-]*q([1-4])", re.IGNORECASE
)
_FISCAL_QUARTER = re.compile(r"fy\s?'?(\d{4}|\d{2})[\s/-]*q([1-4])", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"[\s(\[]+(?:mtd|qtd|wtd|ytd|partial|incomplete|so far|to date|in progress)[)\]]?$",
    re.IGNORECASE,
)
_TIGHT_RANGE = re.compile(r"(\d{1,2})\s?[-–]\s?(\d{1,2}\.?\s[^\W\d_].*)")
_ISO_WEEK = re.compile(r"(\d{4})[\s/-]*(?:w|kw|cw|wk|week)[\s-]?(\d{1,2})", re.IGNORECASE)
_WEEK_YEAR = re.compile(r"(?:w|kw|cw|wk|week|woche)[\s-]?(\d{1,2})[\s/,-]+(\d{4})", re.IGNORECASE)
_ORDINAL = re.compile(
    r"(?P<word>week|wk|kw|cw|w|woche|semaine|sem|semana|settimana|vecka|v|uge|uke|viikko|týden|"
    r"tydzień|неделя|day|d|tag|jour|día|dia|giorno|dag|month|m|monat|mois|mes|mese|månad|"
    r"quarter|quartal|year|period|p|t|#)\.?\s?[#-]?\s?(?P<number>\d{1,4})",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"(?P<number>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+"
    r"(?P<word>day|week|wk|month|quarter|year)s?\s+ago", re.IGNORECASE,
)  # fmt: skip
_NAMED = re.compile(r"(?P<which>this|current|last|previous) (?P<word>day|week|month|quarter|year)")
_RANGE = re.compile(
    r"\s*(?:–|—|\bto\b|\bthrough\b|\buntil\b|\bbis\b|\bau\b|\s-\s)\s*", re.IGNORECASE
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2}
_PERIOD_WORDS = {
    Period.DAY: "day d tag jour día dia giorno dag",
    Period.MONTH: "month m monat mois mes mese månad",
    Period.QUARTER: "quarter quartal",
    Period.YEAR: "year",
}
PERIOD_OF_WORD = {word: period for period, words in _PERIOD_WORDS.items() for word in words.split()}


@lru_cache(maxsize=CACHED_READINGS)
def read_label(cell: str) -> TimeLabel | None:
    """The time a cell names, or None when it names none."""
    text = " ".join(cell.strip().strip('"').rstrip(":").split())
    if not text or len(text) > MAX_LABEL_CHARACTERS:
        return None
    if _PLAIN_NUMBER.fullmatch(text) and len(text) != len("20260601"):
        return None
    label = _read_simple(text)
    if label is not None:
        return label
    unfinished = _UNFINISHED.search(text)
    if unfinished and (inner := read_label(text[: unfinished.start()])) is not None:
        return replace(inner, unfinished=True)
    if tight := _TIGHT_RANGE.fullmatch(text):
        return _read_range(tight[1], tight[2])
    prefix = _PREFIX.match(text)
    if prefix:
        inner = read_label(text[prefix.end() :])
        if inner is not None and prefix["end"]:
            return replace(inner, ends_period=True)
        return inner
    parts = _RANGE.split(text, maxsplit=1)
    if len(parts) == 2:
        return _read_range(parts[0], parts[1])
    return None


def _read_range(first: str, last: str) -> TimeLabel | None:
    """The start of "3 Jun - 9 Jun" or "3-9 June"."""
    end = read_label(last)
    if end is None:
        return None
    if first.strip().isdigit() and end.kind is LabelKind.DAY:
        return _day(first, end.year, end.month, int(first), end.language)
    return read_label(first)


def _read_simple(text: str) -> TimeLabel | None:
    for reader in (_read_digits, _read_words, _read_position):
        label = reader(text)
        if label is not None:
            return label
    return None


def _day(
    text: str, year: int | None, month: int | None, day: int, language: str | None = None
) -> TimeLabel | None:
    """A DAY label if that date exists (in a leap year where the year is open)."""
    try:
        date(year or 2024, month or 0, day)
    except ValueError:
        return None
    return TimeLabel(LabelKind.DAY, text, year, month, day, language=language)


def full_year(digits: str | None) -> int | None:
    """Year of "2024", "24" or "'24"; two digits mean this century."""
    if not digits:
        return None
    plain = digits.strip("'")
    return int(plain) if len(plain) == 4 else 2000 + int(plain)


def _read_digits(text: str) -> TimeLabel | None:
    if match := (_ISO_DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)):
        return _day(text, int(match[1]), int(match[2]), int(match[3])) if int(match[1]) else None
    if (match := _YEAR_MONTH.fullmatch(text)) and 1900 <= int(match[1]) <= 2100:
        return _month(text, int(match[1]), int(match[2]))
    if (match := _MONTH_YEAR.fullmatch(text)) and 1900 <= int(match[2]) <= 2100:
        return _month(text, int(match[2]), int(match[1]))
    if match := _NUMERIC.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        dated = match[4] or match[5] or match[2] == "/"
        if dated and max(first, second) <= 31 and 1 <= min(first, second) <= 12:
            year = full_year(match[4])
            language = "de" if match[2] == "." else None
            kind = LabelKind.NUMERIC
            return TimeLabel(kind, text, year, first, second, language=language)
    if match := _CJK_DATE.fullmatch(text):
        year = int(match[1]) if match[1] else None
        if match[3]:
            return _day(text, year, int(match[2]), int(match[3]))
        return _month(text, year, int(match[2]))
    return None


def _month(text: str, year: int | None, month: int) -> TimeLabel | None:
    if not 1 <= month <= 12:
        return None
    return TimeLabel(LabelKind.MONTH, text, year, month)


def _read_words(text: str) -> TimeLabel | None:
    for pattern in (_DAY_MONTH, _MONTH_DAY, _MONTH_ONLY):
        match = pattern.fullmatch(text)
        month = month_number(match["month"]) if match else None
        if match is None or month is None:
            continue
        language = month_language(match["month"])
        if pattern is _MONTH_DAY and language not in {"en", "hu"}:
            continue  # only there does the day follow the month
        year = full_year(match["year"])
        if pattern is _MONTH_ONLY:
            return TimeLabel(LabelKind.MONTH, text, year, month, language=language)
        label = _day(text, year, month, int(match["day"]), language)
        if label is not None:
            return label
    if match := _YEAR_THEN_MONTH.fullmatch(text):
        month = month_number(match[2])
        return _month(text, int(match[1]), month) if month else None
    return None


def _read_position(text: str) -> TimeLabel | None:
    plain = text.casefold()
    if match := _QUARTER.fullmatch(plain):
        year = full_year(match[2] or match[3])
        return TimeLabel(LabelKind.QUARTER, text, year, number=float(match[1] or match[4]))
    if match := _FISCAL_QUARTER.fullmatch(plain):
        return TimeLabel(
            LabelKind.QUARTER, text, full_year(match[1]), number=float(match[2])
        )  # fmt: skip
    if match := _ISO_WEEK.fullmatch(plain):
        return TimeLabel(LabelKind.ISO_WEEK, text, int(match[1]), number=float(match[2]))
    if match := _WEEK_YEAR.fullmatch(plain):
        return TimeLabel(LabelKind.ISO_WEEK, text, int(match[2]), number=float(match[1]))
    if match := _ORDINAL.fullmatch(plain):
        word = match["word"]
        neutral = word in {"period", "p", "t", "#"}
        period = None if neutral else PERIOD_OF_WORD.get(word, Period.WEEK)
        return TimeLabel(LabelKind.ORDINAL, text, number=float(match["number"]), period=period)
    if match := _AGO.fullmatch(plain):
        number = NUMBER_WORDS.get(match["number"]) or int(match["number"])
        period = PERIOD_OF_WORD.get(match["word"], Period.WEEK)
        return TimeLabel(LabelKind.AGO, text, number=-float(number), period=period)
    if match := _NAMED.fullmatch(plain):
        period = PERIOD_OF_WORD.get(match["word"], Period.WEEK)
        back = 0.0 if match["which"] in {"this", "current"} else -1.0
        return TimeLabel(LabelKind.AGO, text, number=back, period=period)
    if plain in {"today", "yesterday"}:
        back = 0.0 if plain == "today" else -1.0
        return TimeLabel(LabelKind.AGO, text, number=back, period=Period.DAY)
    stem = plain.rstrip(".")[:3]
    if stem in _WEEKDAYS and re.fullmatch(
        r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?", plain
    ):
        return TimeLabel(
            LabelKind.WEEKDAY, text, number=float(_WEEKDAYS.index(stem)), period=Period.DAY
        )
    return None


def read_year(cell: str) -> TimeLabel | None:
    """A bare year ("2024"); only for columns already known to hold time."""
    text = cell.strip().strip('"')
    if re.fullmatch(r"(?:fy\s?)?(?:19|20)\d{2}", text, re.IGNORECASE):
        return TimeLabel(LabelKind.YEAR, text, int(text[-4:]), period=Period.YEAR)
    return None
