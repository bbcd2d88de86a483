"""Sentences about groups: regression effects and segments, checked against their facts.

Stands in for the series checks where the findings hold no series. Every number needs a predictor
or segment, a role (odds, points, rate, p-value, ...) and a direction that one fact carries; an
association told as a proven cause is refused. Unread numbers are refused, never passed.
"""

from bot.analysis.answer import Section
from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.facts import Fact, FactKind, Findings
from bot.analysis.verification.frame import Context
from bot.analysis.verification.row_mentions import Mention
from bot.analysis.verification.row_numbers import prove_number
from bot.analysis.verification.row_sentence import Number, RowSentence, read_sentence
from bot.analysis.verification.row_words import (
    CLEAR,
    FUTURE,
    HEDGED,
    NEGATION,
    OUTCOME_WORDS,
    STRONGEST,
    WEAKEST,
    find_causal,
)

_RATIOS = {FactKind.ODDS_RATIO, FactKind.RATE_RATIO}
_ADDS = {"adds", "added", "contributes", "contributed"}
_EFFECTS = _RATIOS | {FactKind.COEFFICIENT, FactKind.RATE_EFFECT, FactKind.CHANGE}


def check_rows(
    text: str, findings: Findings, section: Section, before: Context
) -> tuple[list[Claim], Context]:
    """Return the claims of a sentence and the context behind it."""
    sentence = read_sentence(text, findings, section, before)
    claims = [_number_claim(sentence, number) for number in sentence.numbers]
    claims += _causes(sentence)
    claims += _certainties(sentence)
    claims += _ranks(sentence)
    claims += _directions(sentence)
    if "simpson" in sentence.lows or "simpson's" in sentence.lows:
        is_true = any(fact.id == "total.simpson" for fact in findings.facts)
        claims.append(
            _claim(sentence, 0, 1, "total.simpson" if is_true else None, "Simpson's paradox")
        )
    about = [mention for mention in sentence.mentions if not mention.is_against]
    following = Context(about=(about[-1].variable, about[-1].level) if about else before.about)
    return claims, following


def _number_claim(sentence: RowSentence, number: Number) -> Claim:
    fact_id, reason = prove_number(sentence, number)
    claim = _claim(sentence, number.first, number.last, fact_id, reason)
    return claim.model_copy(update={"value": number.value, "unit": number.unit})


def _causes(sentence: RowSentence) -> list[Claim]:
    """Refuse an association told as a proven cause; the reason of an urgency is none."""
    found = find_causal(sentence.text)
    if found is None:
        return []
    if sentence.section is Section.URGENCY and not sentence.mentions:
        return []
    return [
        Claim(
            text=found.group(),
            start=found.start(),
            end=found.end(),
            value=None,
            unit="",
            status=ClaimStatus.UNSUPPORTED,
            fact_id=None,
            reason="the facts are associations; none proves a cause",
        )
    ]


def _certainties(sentence: RowSentence) -> list[Claim]:
    """Check "significant", "clear": against the corrected p-value of the predictor named."""
    claims = []
    for at, token in enumerate(sentence.tokens):
        if token.low not in CLEAR:
            continue
        mention = sentence.subject_of(at)
        facts = sentence.effects_of(mention) if mention else _whole_change(sentence, at)
        if not any(m.is_against for m in sentence.mentions):
            facts = [fact for fact in facts if fact.kind is FactKind.CHANGE] or facts
        if not facts:
            continue
        negated = bool(set(sentence.words(at - 5, at)) & NEGATION)
        is_clear = any(fact.subject and fact.subject.is_clear for fact in facts)
        holds = is_clear != negated
        reason = f"the fact is {'clear' if is_clear else 'not clear'}: {facts[0].text}"
        claims.append(_claim(sentence, at, at + 1, facts[0].id if holds else None, reason))
    return claims


def _whole_change(sentence: RowSentence, at: int) -> list[Fact]:
    """The total's change, or the effect named near a word, where no segment is named."""
    near = set(sentence.words_but_outcome(at - 12, at + 6))
    wanted = "total.change"
    if "mix" in near or "effect" in near:
        wanted = "total.mix" if "mix" in near else "total.rate"
    return [fact for fact in sentence.findings.facts if fact.id == wanted]


def _ranks(sentence: RowSentence) -> list[Claim]:
    claims = []
    order = list(
        dict.fromkeys(
            fact.subject.variable + fact.subject.level
            for fact in sorted(sentence.findings.facts, key=_number_of)
            if fact.subject and _number_of(fact) and fact.subject.variable
        )
    )
    for at, token in enumerate(sentence.tokens):
        is_most = token.low in STRONGEST or sentence.words(at, at + 2) == ["most", "important"]
        is_most = is_most or (token.low == "most" and bool(set(sentence.words(at - 2, at)) & _ADDS))
        if not (is_most or token.low in WEAKEST) or not order:
            continue
        mention = sentence.subject_of(at)
        facts = sentence.effects_of(mention) if mention else []
        keys = {f.subject.variable + f.subject.level for f in facts if f.subject}
        place = order[0] if is_most else order[-1]
        if mention is not None:
            fact_id = facts[0].id if place in keys else None
            claims.append(_claim(sentence, at, at + 1, fact_id, "the order of the effects' sizes"))
    return claims


def _number_of(fact: Fact) -> int:
    """Return the place of driver.3.points or segment.2.contribution in the order of size."""
    head, _, rest = fact.id.partition(".")
    number, _, last = rest.partition(".")
    ranked = head == "driver" or last == "contribution"
    return int(number) if ranked and number.isdigit() else 0


def _directions(sentence: RowSentence) -> list[Claim]:
    """Check "older users are more likely": direction words without a number of their own."""
    claims = []
    for at in sentence.direction_places:
        first, last = sentence.segment(at)
        if any(first <= number.first < last for number in sentence.numbers):
            continue
        mention = sentence.subject_of(at)
        if mention is None or not set(sentence.words(first, last)) & (
            OUTCOME_WORDS | sentence.outcome_lows
        ):
            continue
        if set(sentence.words(first, last)) & (HEDGED | NEGATION | FUTURE):
            continue
        claims.append(_direction_claim(sentence, at, mention))
    return claims[:1]


def _direction_claim(sentence: RowSentence, at: int, mention: Mention) -> Claim:
    facts = [fact for fact in sentence.effects_of(mention) if fact.kind in _EFFECTS]
    for fact in facts:
        neutral = 1.0 if fact.kind in _RATIOS else 0.0
        flip = sentence.flip_of(fact, mention)
        if flip is None or not fact.subject:
            continue
        up = (fact.value > neutral) != (flip < 0)
        if up == (sentence.direction_at(at) > 0) and (
            fact.subject.is_clear or fact.kind in {FactKind.CHANGE, FactKind.RATE_EFFECT}
        ):
            return _claim(sentence, at, at + 1, fact.id, "the direction of the effect")
    return _claim(sentence, at, at + 1, None, "the effect is not clear, or goes the other way")


def _claim(sentence: RowSentence, first: int, last: int, fact_id: str | None, reason: str) -> Claim:
    start, end = sentence.tokens[first].start, sentence.tokens[last - 1].end
    return Claim(
        text=sentence.text[start:end],
        start=start,
        end=end,
        value=None,
        unit="",
        status=ClaimStatus.SUPPORTED if fact_id else ClaimStatus.UNSUPPORTED,
        fact_id=fact_id,
        reason=reason,
    )
