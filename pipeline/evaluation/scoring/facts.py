"""Layer 2, ours: which claims are proved, what was left out, whether the action has grounds."""

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.analysis.answer import AnswerSections
from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.facts import Fact, FactKind, Findings
from bot.analysis.quality.action import check_action
from bot.analysis.verification import verify_answer
from pipeline.evaluation.cases import Case
from pipeline.golden import match_facts

HEADLINE_FACTS = 2  # asked for where a case names none: total change and what explains it best
_NUMBERS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_RELATIVE_TOLERANCE = 0.006  # "38 %" for 38.2 %: two written digits


class ClaimError(StrEnum):
    """Kinds of unsupported claims, as reports group them."""

    DIRECTION = "wrong direction"
    PREDICTION = "prediction"
    BENCHMARK = "outside benchmark"
    SEQUENCE = "wrong run or rank"
    PLACE = "wrong place or time"
    CAUSE = "cause not proved"
    VALUE = "number nobody proved"
    WORDED = "wording too strong"
    RULED_OUT = "ruled out by the truth"


_PATTERNS: tuple[tuple[ClaimError, re.Pattern[str]], ...] = (
    (ClaimError.PREDICTION, re.compile(r"prediction|has not happened")),
    (ClaimError.BENCHMARK, re.compile(r"benchmark|nor the question")),
    (
        ClaimError.DIRECTION,
        re.compile(r"other way|other side|that direction|in that order|hardly moved"),
    ),
    (
        ClaimError.SEQUENCE,
        re.compile(r"\brun\b|in a row|steps|highest|lowest|worst|best|not beyond"),
    ),
    (ClaimError.CAUSE, re.compile(r"cause|suspect|certain|explain")),
    (
        ClaimError.PLACE,
        re.compile(r"\bthat date\b|is (?:not )?in week|happened|\bwas \S+ (?:in|there)"),
    ),
)


def classify_error(claim: Claim) -> ClaimError:
    """Name the kind of an unsupported claim by its unit and the checker's reason."""
    if claim.unit == "direction":
        return ClaimError.DIRECTION
    for kind, pattern in _PATTERNS:
        if pattern.search(claim.reason):
            return kind
    return ClaimError.WORDED if claim.value is None else ClaimError.VALUE


def classify_ruled_out(claim: str) -> ClaimError:
    """Name the kind of a claim that the truth of a golden case rules out."""
    wrong_way = claim in {"The metric got better", "The metric got worse"}
    return ClaimError.DIRECTION if wrong_way else ClaimError.RULED_OUT


def find_claims(text: str, findings: Findings) -> tuple[Claim, ...]:
    """List every claim of an answer, each supported or not."""
    return verify_answer(text, findings).claims


def list_required(case: Case, findings: Findings) -> list[str]:
    """Return what an answer must mention: by the truth, the case's list, or the facts on top."""
    if case.truth is not None:
        return match_facts(case.truth, findings)
    if case.must_mention:
        return list(case.must_mention)
    ranked = [findings.fact(fact_id) for fact_id in findings.prompt_facts]
    telling = [fact.id for fact in ranked if fact.kind is not FactKind.QUOTE]
    return telling[:HEADLINE_FACTS]


def recall_facts(
    required: Sequence[str], text: str, claims: Sequence[Claim], findings: Findings
) -> float | None:
    """Return the share of the required facts an answer mentions; None when none is required."""
    if not required:
        return None
    facts = {fact.id: fact for fact in findings.facts}
    supported = [claim for claim in claims if claim.status is ClaimStatus.SUPPORTED]
    found = sum(
        _tells(supported, facts[item]) or _says(text, facts[item])
        if item in facts
        else item.lower() in text.lower()
        for item in required
    )
    return found / len(required)


def is_action_grounded(sections: AnswerSections, findings: Findings) -> bool:
    """Tell whether the action is concrete and rests on something this question holds.

    Grounds are a proved number in it, a recorded change, or the metric itself.
    """
    action = sections.recommended_action
    if not check_action(action).passed:
        return False
    question = findings.question
    named = " ".join([question.metric, *(change.what for change in question.changes)])
    words = set(re.findall(r"[^\W\d_]{4,}", named.lower()))
    lowered = action.lower()
    if any(re.search(rf"\b{re.escape(word[:6])}", lowered) for word in words):
        return True
    return any(
        claim.status is ClaimStatus.SUPPORTED and claim.fact_id
        for claim in verify_answer(f"Recommended action: {action}", findings).claims
    )


def _tells(claims: Sequence[Claim], fact: Fact) -> bool:
    """Tell whether proved claims carry a fact: by name, by its value, or by two of its numbers.

    "Fell from 42 % to 31 %" tells a change of -11 points without naming the eleven.
    """
    if any(c.fact_id == fact.id or (c.fact_id or "").startswith(f"{fact.id}.") for c in claims):
        return True
    if any(
        c.value is not None and c.unit in {fact.unit, "any"} and _is_near(c.value, fact.value)
        for c in claims
    ):
        return True
    stated = {float(number.replace(",", "")) for number in _NUMBERS.findall(fact.text)}
    told = [c.value for c in claims if c.value is not None]
    return sum(any(_is_near(value, number) for value in told) for number in stated) >= 2


def _is_near(written: float, exact: float) -> bool:
    return abs(abs(written) - abs(exact)) <= _RELATIVE_TOLERANCE * max(abs(exact), 1)


def _says(text: str, fact: Fact) -> bool:
    """A fact without a number to copy (evidence, no change near) counts when its words do."""
    if any(char.isdigit() for char in fact.text):
        return False
    words = set(re.findall(r"[^\W\d_]{4,}", fact.text.lower()))
    found = sum(bool(re.search(rf"\b{re.escape(word[:5])}", text.lower())) for word in words)
    return bool(words) and found >= len(words) / 2
