"""Numbers the user stated: in the context, the changes, the definition or the question.

A quote needs the same value and unit and a word in common around it, so that a stray equal
number does not pass.
"""

from dataclasses import dataclass
from functools import lru_cache

from bot.analysis.answer import Section
from bot.analysis.facts import FactKind
from bot.analysis.question import MetricQuestion
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.matching import level_factor
from bot.analysis.verification.numbers import read_number
from bot.analysis.verification.proof import Proof, proved, refused
from bot.analysis.verification.tokens import Token, plain_text, stem, tokenize
from bot.analysis.verification.vocabulary import (
    CURRENCY_SIGNS,
    CURRENCY_WORDS,
    PEOPLE,
    PERIOD_NOUNS,
    STOP_WORDS,
    TIME_WORDS,
)
from bot.analysis.verification.wordsets import words

REACH = 9  # tokens around a number that describe it
_EXTRA = {"target": "goal", "goal": "target", "set": "target", "want": "target"}


@dataclass(frozen=True, slots=True)
class Quote:
    """One number of the user's own text."""

    value: float
    unit: str
    words: frozenset[str]
    source: str
    place: int = 0  # position in its text, to tell "from 20 to 10" from "from 10 to 20"


@lru_cache(maxsize=256)
def stated_numbers(question: MetricQuestion) -> tuple[Quote, ...]:
    """List the numbers a user wrote beside the series itself."""
    sources = [
        ("context", question.context),
        ("definition", question.definition),
        ("metric", question.metric),
        ("question", question.question),
        *(("recorded change", change.what) for change in question.changes),
    ]
    found: list[Quote] = []
    for source, text in sources:
        tokens = tokenize(plain_text(text))[:2000]
        at = 0
        while at < len(tokens):
            number = read_number(tokens, at)
            if number is None:
                at += 1
                continue
            around = tokens[max(0, at - REACH) : number.after + REACH]
            near = frozenset(_words(around))
            unit = read_unit_word(tokens, at, number.after)
            found.append(Quote(number.value, unit, near, source, at))
            at = max(number.after, at + 1)
    return tuple(found)


def _words(tokens: list[Token]) -> set[str]:
    found = {
        stem(token.low)
        for token in tokens
        if token.kind in {"word", "name"} and token.low not in STOP_WORDS
    }
    return found | {_EXTRA[word] for word in found if word in _EXTRA}


def read_unit_word(tokens: list[Token], at: int, after: int) -> str:
    """Return the unit written around a number (tokens `at` to `after`, last excluded)."""
    before = tokens[at - 1].low if at else ""
    low = tokens[after].low if after < len(tokens) else ""
    if before in CURRENCY_SIGNS:
        return CURRENCY_SIGNS[before]
    if low in {"%", "percent"}:
        return "%"
    if low in {"pp", "points", "point"}:
        return "pp"
    if low in PEOPLE:
        return "noun"
    if low in CURRENCY_WORDS:
        return CURRENCY_WORDS[low]
    if low in PERIOD_NOUNS:
        return f"period:{PERIOD_NOUNS[low]}"
    if low == "to" and after + 2 < len(tokens):
        return read_unit_word(tokens, after + 1, after + 2)
    return TIME_WORDS.get(low, "")


def find_quote(frame: Frame, q: Quantity) -> Quote | None:
    """Return the user's own statement of this number, None when they never said it."""
    around = frame.tokens[max(0, q.i - REACH) : q.j + REACH]
    words = _words(around)
    if q.whole is not None:
        return _find_part(frame, q, words)
    for quote in stated_numbers(frame.view.question):
        if abs(quote.value - q.value) > 1e-9 * max(1.0, abs(quote.value)):
            continue
        if quote.source == "metric" and q.worded:
            continue  # "four small rises" is not the 4 of "week-4 retention"
        if _same_unit(quote.unit, q.unit) and quote.words & words:
            return quote
    return None


def _find_part(frame: Frame, q: Quantity, near: set[str]) -> Quote | None:
    """Return the statement of "2 of 7 days" when both numbers stand in the user's text."""
    stated = [quote for quote in stated_numbers(frame.view.question) if quote.source == "context"]
    parts = [quote for quote in stated if quote.value == q.value and quote.words & near]
    return parts[0] if parts and any(quote.value == q.whole for quote in stated) else None


def _same_unit(stated: str, written: str) -> bool:
    if written in {"noun", ""}:
        return stated in {"", "noun", "period:any"} or written == ""
    if written in {"pp", "pt"}:
        return stated == "pp"
    return stated == written


def find_size(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number is the cohort size or one of the denominators."""
    question = frame.view.question
    sizes = [question.cohort_size, *(question.denominators or ())]
    if q.unit not in {"noun", ""}:
        return False
    if any(size is not None and abs(size - q.value) <= q.half_step * 0.01 for size in sizes):
        return True
    return any(
        fact.kind is FactKind.QUOTE and abs(fact.value - q.value) <= q.half_step
        for fact in frame.findings.facts
    )


_LINES = words(
    "promise promised sla commitment target goal limit budget line threshold cap ceiling floor "
    "quota plan"
)


def reference_line(frame: Frame, at: int) -> float | None:
    """Return the limit or target the user stated when the words behind `at` name one."""
    behind = frame.words(at, at + 6)
    if not set(behind) & _LINES:
        return None
    for quote in stated_numbers(frame.view.question):
        unit = "%" if frame.view.is_rate else frame.view.unit
        fits = quote.unit == unit or (
            quote.unit in {"", "noun", "pp"} and unit in {"x", "count", "pt"}
        )
        if fits or (quote.unit in {"ms", "s", "min", "h"} and quote.unit == unit):
            return quote.value
    return None


def quotes_in_order(frame: Frame, start: Quantity, end: Quantity) -> bool:
    """Tell whether a from-to pair of quotes keeps the order of the user's own text.

    True as well when the two are no pair there.
    """
    before, after = find_quote(frame, start), find_quote(frame, end)
    if before is None or after is None or before.source != after.source:
        return True
    return before.place < after.place or abs(before.place - after.place) > REACH


@lru_cache(maxsize=256)
def _stated_words(question: MetricQuestion) -> frozenset[str]:
    texts = [question.context, question.definition, question.question]
    texts += [change.what for change in question.changes]
    texts += [change.day.strftime("%-d %B %Y %b") for change in question.changes if change.day]
    texts += [change.day.isoformat() for change in question.changes if change.day]
    return frozenset(token.low for text in texts for token in tokenize(plain_text(text)))


def prove_stated_date(frame: Frame, place: Place) -> Proof:
    """Check a date the series does not hold: only the user's own dates may be named."""
    wanted = {token.low for token in frame.tokens[place.i : place.j] if token.kind != "sym"}
    wanted = {word[:-2] if word[:-2].isdigit() else word for word in wanted}
    fillers = {"the", "of", "week", "month", "quarter", "day", "in", "a", "an"}
    if wanted - fillers <= _stated_words(frame.view.question):
        return proved("quote:date", "a date stated in the question")
    return refused("the series does not hold that date")


_SIDES = {"above": 1, "over": 1, "beyond": 1, "below": -1, "under": -1, "beneath": -1}
_STANDS = words("is are remain remains sits sit stands stand still now we it well just far clearly")
SIDE_REACH = 6


def stands_rightly(frame: Frame, q: Quantity) -> bool:
    """Check "we are above the 6 % hoped for": the newest value must lie on that side.

    Only the plain present is checked here; counts and named periods have their own checks.
    """
    if frame.section is Section.RECOMMENDED_ACTION or frame.places:
        return True
    for at in range(q.i - 1, max(0, q.i - SIDE_REACH), -1):
        if any(other.i <= at + 1 < other.j for other in frame.quantities if other is not q):
            return True  # "just over half of the 4.0": the side is that of the half
        if frame.low(at) not in _SIDES:
            continue
        counted = any(other.unit.startswith("period") for other in frame.quantities)
        if frame.low(at - 1) not in _STANDS or counted or frame.lows & {"not", "no", "never"}:
            return True
        factor, true = level_factor(frame.view, q), frame.view.level(frame.view.last)
        if factor is None or true is None:
            return True
        return (true - q.value * factor) * _SIDES[frame.low(at)] > 0
    return True
