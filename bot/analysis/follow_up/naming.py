"""Which periods a reply means: "week 4", "3 June", "the last two weeks", "the redesign week".

Works on one question; positions are 0-based. It changes nothing.
"""

import re

from bot.analysis.parsing.months import month_number
from bot.analysis.periods import period_aliases
from bot.analysis.question import MetricQuestion

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_PERIODS = r"(?:day|week|month|quarter|year|period|value|point)s?"
COUNT = rf"(?:(?P<count>\d{{1,4}}|{'|'.join(_NUMBERS)})\s+)?(?P<noun>{_PERIODS})"
_END = re.compile(
    rf"\b(?P<end>last|latest|final|newest|most recent|first|oldest|earliest)\s+{COUNT}\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"\b{_PERIODS}\s+(?P<first>\d{{1,4}})\s*(?:-|–|to|through|until|and)\s*"
    rf"(?:{_PERIODS}\s+)?(?P<last>\d{{1,4}})\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(day|week|month|quarter|year)s\s+(\d)")
_LOWEST = re.compile(r"\b(?:dip|trough|lowest|worst|low)\b", re.IGNORECASE)
_HIGHEST = re.compile(r"\b(?:spike|peak|highest|best|high)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")
# Words of a recorded change that any sentence may hold; they point to no change.
_COMMON = frozenset(
    {"week", "weeks", "month", "months", "days", "from", "with", "that", "this", "last", "first"}
    | {"changed", "change", "launch", "launched", "after", "before", "moved", "went", "made"}
    | {"started", "their", "there", "into", "over"}
)
_FIRST_WORDS = frozenset({"first", "oldest", "earliest"})


def find_periods(question: MetricQuestion, text: str) -> list[int]:
    """List the positions that a phrase means, in order; empty when it names none."""
    size = len(question.values)
    lowered = _PLURAL.sub(r"\1 \2", text.casefold())
    found: set[int] = set()
    for match in _RANGE.finditer(lowered):
        first, last = int(match["first"]) - 1, int(match["last"]) - 1
        both_named = " and " in match[0]
        found |= {first, last} if both_named else set(range(first, last + 1))
    for match in _END.finditer(lowered):
        count = min(read_count(match["count"]), size)
        from_start = match["end"] in _FIRST_WORDS
        found |= set(range(count)) if from_start else set(range(size - count, size))
    if not found:
        found |= _named(question, lowered)
    found |= _of_changes(question, lowered)
    if not found:
        found |= _extremes(question, lowered)
    return sorted(index for index in found if 0 <= index < size)


def read_count(written: str | None) -> int:
    """Read a count in digits or words; none written means one."""
    if written is None:
        return 1
    return _NUMBERS.get(written.casefold()) or int(written)


def _named(question: MetricQuestion, text: str) -> set[int]:
    found = set()
    for index in range(len(question.values)):
        for alias in period_aliases(question, index):
            if re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", text):
                found.add(index)
                break
    if found or question.dates is None:
        return found
    months = {number for word in _WORD.findall(text) if (number := month_number(word))}
    return {at for at, day in enumerate(question.dates) if day.month in months}


def _of_changes(question: MetricQuestion, text: str) -> set[int]:
    said = set(_WORD.findall(text)) - _COMMON
    return {
        change.index
        for change in question.changes
        if change.index is not None and said & set(_WORD.findall(change.what.casefold()))
    }


def _extremes(question: MetricQuestion, text: str) -> set[int]:
    known = [(value, at) for at, value in enumerate(question.values) if value is not None]
    if _LOWEST.search(text) and known:
        return {min(known)[1]}
    if _HIGHEST.search(text) and known:
        return {max(known)[1]}
    return set()
