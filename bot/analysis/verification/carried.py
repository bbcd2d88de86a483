"""Numbers that a typed fact states itself: intervals, slopes, breaks, outliers, seasons, volume.

The last resort before a refusal: the sentence must use the fact's words for its role, and agree
in value, unit, direction and period. Nothing is computed here.
"""

from dataclasses import dataclass
from functools import lru_cache

from bot.analysis.facts import Direction, Fact, FactKind, Findings
from bot.analysis.verification.directions import clause_direction
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.numbers import read_number
from bot.analysis.verification.proof import Proof, proved
from bot.analysis.verification.quotes import read_unit_word
from bot.analysis.verification.tokens import plain_text, tokenize
from bot.analysis.verification.vocabulary import MONTHS
from bot.analysis.verification.wordsets import words

# Words that give a sentence the role of a fact kind; one of them must stand in the sentence.
_CUES: dict[FactKind, frozenset[str]] = {
    FactKind.TREND: words("trend slope drift pace average typically"),
    FactKind.BREAK: words("break shift shifted broke"),
    FactKind.BREAK_DISTANCE: words("break shift after before same distance week weeks later"),
    FactKind.INTERVAL: words("interval confidence margin noise sampling plausible uncertainty"),
    FactKind.OUTLIER: words("outlier stands stand stood unusual course exceptional one-off"),
    FactKind.SEASONALITY: words("season seasonal seasonality cycle pattern"),
    FactKind.EVIDENCE: words("values points evidence observations data readings recorded"),
    FactKind.COHORT: words("people person users customers volume"),
    FactKind.CHANGE: words("year volume people"),
    FactKind.RELATIVE_CHANGE: words("year volume people"),
    FactKind.EFFECT: words("effect associated coefficient model regression holding each"),
    FactKind.QUOTE: words("stated volume cohort"),
}
_SIGNS = {Direction.UP: 1, Direction.DOWN: -1, Direction.FLAT: 0}
_CHANGES = frozenset({FactKind.CHANGE, FactKind.RELATIVE_CHANGE})
_VOLUME = words("volume people")
MOST_FACTS = 400  # of a very long series only the first, most worth telling, are read


@dataclass(frozen=True, slots=True)
class Stated:
    """One number as a fact states it; `sign` is 0 when the fact writes none."""

    value: float
    unit: str
    sign: int


class _Key:
    """Findings as a cache key by identity: comparing hundreds of facts would cost more."""

    __slots__ = ("findings",)

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def __hash__(self) -> int:
        return id(self.findings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.findings is self.findings


@lru_cache(maxsize=128)
def _stated(key: _Key) -> tuple[tuple[Fact, tuple[Stated, ...]], ...]:
    facts = [fact for fact in key.findings.facts if fact.kind in _CUES][:MOST_FACTS]
    return tuple((fact, _numbers_of(fact)) for fact in facts)


def _numbers_of(fact: Fact) -> tuple[Stated, ...]:
    values = (fact.value, *(fact.interval or ()))
    found = [Stated(value, _canonical(fact.unit), 0) for value in values]
    tokens = tokenize(plain_text(fact.text))
    at = 0
    while at < len(tokens):
        number = read_number(tokens, at)
        if number is None:
            at += 1
            continue
        low = tokens[at - 1].low if at else ""
        following = tokens[number.after].low if number.after < len(tokens) else ""
        if low in MONTHS or following in MONTHS:  # "8 Jun" is a date, not a count
            at = number.after
            continue
        sign = {"-": -1, "+": 1}.get(low, 0)
        unit = read_unit_word(tokens, at, number.after)
        found.append(Stated(number.value * (sign or 1), unit, sign))
        at = number.after
    return tuple(found)


def _canonical(unit: str) -> str:
    if unit.rstrip("s") in {"day", "week", "month", "quarter", "year"}:
        return f"period:{unit.rstrip('s')}"
    return {"points": "pt", "people": "noun", "count": "", "ratio": "x"}.get(unit, unit)


def carried_by_fact(frame: Frame, q: Quantity) -> Proof | None:
    """Return the proof by a typed fact that states this number in this role, None without one."""
    if q.margin in {"more", "less"} or frame.lows & {"no", "never", "none"} - _negated(q):
        return None
    points = [place.point for place in frame.places if place.point is not None]
    first, _ = frame.segment(q.i)
    direction = q.sign or clause_direction(frame, first, q.i)
    for fact, numbers in _stated(_Key(frame.findings)):
        if not _CUES[fact.kind] & frame.lows:
            continue
        if fact.id.startswith("volume") and not frame.lows & _VOLUME:
            continue
        if any(not fact.window[0] - 1 <= point <= fact.window[1] for point in points):
            continue
        ends = {fact.window[0] - 1, *fact.window}
        if fact.kind in _CHANGES and not ends.issuperset(points):
            continue
        opposed = fact.direction is not None and _SIGNS[fact.direction] * direction < 0
        if opposed and not q.sign:
            continue
        if any(_fits(q, stated, direction) for stated in numbers):
            return proved(fact.id, fact.text)
    return None


def _negated(q: Quantity) -> frozenset[str]:
    """Allow "no recorded change within 4 weeks": only counts of periods may be negated."""
    return frozenset({"no"}) if q.unit.startswith("period:") else frozenset()


def _fits(q: Quantity, stated: Stated, direction: int) -> bool:
    same = q.unit == stated.unit or {q.unit, stated.unit} <= {"noun", ""}
    same = same or {q.unit, stated.unit} <= {"pp", "pt"}
    if q.unit.startswith("period:") and stated.unit.startswith("period:"):
        same = same or "period:any" in {q.unit, stated.unit}
    if not same or abs(abs(stated.value) - abs(q.value)) > q.half_step * 1.001:
        return False
    if q.sign and stated.value and q.sign * stated.value < 0:
        return False
    return not (stated.sign and direction and stated.sign * direction < 0 and not q.sign)
