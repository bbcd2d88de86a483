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
    rf"c\. )?{_NUMBER}(?![\d%])[ \t]+(?:[a-z-]{{2,20}}[ \t]+){{0,2}}?(?:{_NOUNS})"
    rf"\b[^.\n;:~=\d]{{0,12}}?[ \t]*(?:{_PER})",
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
_ABOUT = r"(?:about |around |roughly |approx\.? |~ ?|ca\.? )?"
_NOUN_FIRST = re.compile(
    rf"\b(?:{_NOUNS})[ \t]*(?:[:=~≈]|\bis\b|\bare\b)[ \t]*{_ABOUT}{_NUMBER}(?![\d%])"
    rf"[ \t]*(?:{_PER})(?!,? ?\d)",
    re.IGNORECASE,
)
# The number must end its line or sentence: "orders per week: 520, 530" are the values themselves.
_PER_FIRST = re.compile(
    rf"\b(?:{_NOUNS})[ \t]*(?:{_PER})[ \t]*[:=~≈][ \t]*{_ABOUT}{_NUMBER}[ \t]*(?=$|[\n).;])",
    re.IGNORECASE,
)
_NOT_PEOPLE = (
    r"points?|percent|pct|pp|dollars?|euros?|pounds?|minutes?|hours?|seconds?|days?|weeks?|months?|"
    r"times|emails?|newsletters?|releases?|deploys?|posts?|calls?|ads?|articles?|values?|usd|eur|gbp"
)
_ANY_PEOPLE = re.compile(
    rf"(?:^|(?<=[\n;(,]))[ \t]*(?:with |on |from |cohort )?{_ABOUT}{_NUMBER}[ \t]+"
    rf"(?:[a-z-]{{2,20}}[ \t]+)?(?!(?:{_NOT_PEOPLE})\b)[a-z-]{{3,20}}s[ \t]+(?:{_PER})"
    r"[ \t]*(?=$|[\n).,;])",
    re.IGNORECASE,
)
FEWEST_PEOPLE = 20  # "12 hires a month" is an event; a cohort that small carries no rate
_A_BASE_UNIT = re.compile(r"(?:\b(?:per|every|for each)|/)[ \t]*$", re.IGNORECASE)
_PLAIN = re.compile(
    rf"(?:about |around |roughly |approx\.? |~|"
    rf"ca\.? )?{_NUMBER}(?![\d%])(?:[^\n]{{0,60}}?(?:{_PER}))?",
    re.IGNORECASE,
)
_IN_TEXT = (
    _PER_PERIOD, _NOUN_FIRST, _PER_FIRST, _N_EQUALS, _COHORT_OF, _ADVERB_FIRST, _EACH, _ANY_PEOPLE,
)  # fmt: skip
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
    for pattern in _IN_TEXT:
        for match in pattern.finditer(text):
            if _A_BASE_UNIT.search(text[: match.start()]):
                continue  # "tickets per 100 accounts a week" counts by the hundred
            cohort = _cohort(match)
            if cohort is not None and (pattern is not _ANY_PEOPLE or cohort.size >= FEWEST_PEOPLE):
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
