"""Cohort sizes in words: "2,000 sign-ups a week", "n=1800 per week", "about 2k trials".

Finds how many people stand behind each period, where the text says so.
"""

import re
from dataclasses import dataclass

from bot.analysis.parsing.calendar import DAYS_IN
from bot.analysis.parsing.numbers import NumberStyle, read_digits, split_number, styles_allowed
from bot.analysis.parsing.vocabulary import COHORT_NOUNS
from bot.analysis.question import Period

_NOUNS = "|".join(sorted(map(re.escape, COHORT_NOUNS), key=len, reverse=True))
_NUMBER = r"(?P<number>\d[\d,.']{0,14}(?: \d{3}){0,3}(?<=[\d])\s?(?:k|m|thousand|million)?)"
_PER = (
    r"(?:/|\bper\b|\ba\b|\beach\b|\bevery\b|\bpro\b)\s*(?P<period>day|week|wk|month|quarter|year|"
    r"woche|monat|tag)\b|(?P<adverb>\b(?:daily|weekly|monthly)\b)"
)
_PER_PERIOD = re.compile(
    rf"(?<![\w.,])(?:about |around |roughly |approx\.? |~|some |"
    rf"c\. )?{_NUMBER}(?![\d%])\s+(?:[a-z-]{{2,20}}\s+){{0,2}}?(?:{_NOUNS})"
    rf"\b[^.\n;]{{0,12}}?\s*(?:{_PER})",
    re.IGNORECASE,
)
_N_EQUALS = re.compile(
    rf"\bn\s*(?:=|≈|~)\s*~?\s*{_NUMBER}(?!\d)(?:\s*(?:{_NOUNS}))?(?:\s*(?:{_PER}))?", re.IGNORECASE
)
_COHORT_OF = re.compile(
    rf"\b(?:cohorts?(?: size)?|sample(?: size)?|base)\s*(?:of|is|are|was|=|:)?\s*(?:about |"
    rf"around |roughly |approx\.? |~)?{_NUMBER}(?![\d%])(?:\s*(?:{_NOUNS}))?(?:\s*(?:{_PER}))?",
    re.IGNORECASE,
)
_ADVERB_FIRST = re.compile(
    rf"(?<![\w.,]){_NUMBER}\s+(?P<adverb>daily|weekly|monthly)\s+(?:{_NOUNS})\b(?P<period>)",
    re.IGNORECASE,
)
_EACH = re.compile(
    rf"(?<![\w.,]){_NUMBER}\s+(?:{_NOUNS})\s+each\b(?P<period>)(?P<adverb>)", re.IGNORECASE
)
_PLAIN = re.compile(
    rf"(?:about |around |roughly |approx\.? |~|"
    rf"ca\.? )?{_NUMBER}(?![\d%])(?:[^\n]{{0,60}}?(?:{_PER}))?",
    re.IGNORECASE,
)
_PERIOD_OF = {
    "wk": Period.WEEK, "woche": Period.WEEK, "weekly": Period.WEEK, "monat": Period.MONTH,
    "monthly": Period.MONTH, "tag": Period.DAY, "daily": Period.DAY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cohort:
    """People per `per` (None: per period of the series), and where the text says it."""

    size: float
    per: Period | None
    text: str
    start: int = 0
    end: int = 0


def find_cohort(text: str) -> Cohort | None:
    """The first cohort size told in running text, or None."""
    for pattern in (_PER_PERIOD, _N_EQUALS, _COHORT_OF, _ADVERB_FIRST, _EACH):
        match = pattern.search(text)
        cohort = _cohort(match) if match else None
        if cohort is not None:
            return cohort
    return None


def read_cohort(field: str) -> Cohort | None:
    """The size in a cohort field; looser than running text, for any leading number counts."""
    found = find_cohort(field)
    if found is not None:
        return found
    match = _PLAIN.search(field)
    return _cohort(match) if match else None


def _cohort(match: re.Match[str]) -> Cohort | None:
    number = split_number(match["number"].strip(" ,.'"))
    if number is None or not styles_allowed(number.body):
        return None
    try:
        size = read_digits(number.body, _whole_style(number.body)) * number.scale
    except ValueError:
        return None
    word = (match["period"] or match["adverb"] or "").casefold()
    per = (_PERIOD_OF.get(word) or Period(word)) if word else None
    return Cohort(size, per, match[0].strip(), match.start(), match.end()) if size > 0 else None


def _whole_style(body: str) -> NumberStyle:
    """People are whole, so three digits after the last mark are thousands."""
    allowed = styles_allowed(body)
    if len(allowed) == 1:
        return next(iter(allowed))
    return NumberStyle.COMMA if re.search(r"\.\d{3}$", body) else NumberStyle.POINT


def per_period(cohort: Cohort, period: Period) -> tuple[float, str]:
    """People per period of the series, and a note when they had to be converted."""
    if cohort.per is None or cohort.per is period:
        return cohort.size, ""
    size = float(f"{cohort.size * DAYS_IN[period] / DAYS_IN[cohort.per]:.3g}")
    return size, (
        f"“{cohort.text}” is per {cohort.per.value}; it was converted to about {size:,.0f} "
        f"per {period.value}."
    )
