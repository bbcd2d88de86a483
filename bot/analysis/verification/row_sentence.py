"""One sentence about groups taken apart: words, mentions, directions and written numbers.

Part of `drivers`; it proves nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.analysis.answer import Section
from bot.analysis.facts import Fact, Findings
from bot.analysis.verification.frame import Context
from bot.analysis.verification.row_mentions import (
    Mention,
    find_mentions,
    find_places,
    name_stems,
    word_stems,
)
from bot.analysis.verification.row_words import (
    CLEAR,
    DOWN,
    MULTIPLES,
    NUMBER_WORDS,
    STAYING,
    STEP_AFTER,
    UP,
)
from bot.analysis.verification.tokens import Token, plain_text, tokenize

_R2 = re.compile(r"\b(?:pseudo[- ])?R(?:2\b|²|[- ]squared\b)", re.IGNORECASE)
_SPLITS = {";", "while", "whereas", "but", "although", "though"}
_COMPARED = {"more", "less", "fewer", "higher", "lower"}
_POINTS = {"point", "points", "pp", "ppt"}


@dataclass(slots=True)
class Number:
    """A written number over tokens first to last (excluded), its unit and sign as written."""

    first: int
    last: int
    value: float
    half_step: float
    unit: str  # %, pp, x, or ""
    sign: int = 0
    role: str = ""  # confidence, interval, or "" for a value


@dataclass
class RowSentence:
    """One sentence taken apart."""

    text: str
    tokens: list[Token]
    findings: Findings
    section: Section
    before: Context
    mentions: list[Mention]
    numbers: list[Number] = field(default_factory=list)

    @property
    def lows(self) -> set[str]:
        """All words, lower-cased."""
        return {token.low for token in self.tokens}

    @property
    def outcome_lows(self) -> set[str]:
        """The words of this sentence that name the outcome."""
        stems = {
            part for f in self.findings.facts if f.subject for part in name_stems(f.subject.outcome)
        }
        return {token.low for token in self.tokens if word_stems(token) & stems}

    @cached_property
    def outcome_places(self) -> set[int]:
        """Tokens of the outcome's whole name; "rate" in "conversion rate" has no role itself."""
        names = {f.subject.outcome for f in self.findings.facts if f.subject}
        return {
            at
            for name in names
            for first, last in find_places(self.tokens, name_stems(name), is_strong=True)
            for at in range(first, last)
        }

    @property
    def direction_places(self) -> list[int]:
        """Tokens that say up or down; "10 more days" says neither."""
        named = {k for mention in self.mentions for k in range(mention.first, mention.last)}
        return [
            at
            for at, token in enumerate(self.tokens)
            if token.low in UP | DOWN and at not in named and not self._is_step_word(at)
        ]

    def _is_step_word(self, at: int) -> bool:
        before = self.tokens[at - 1] if at else None
        counted = before is not None and (before.kind == "num" or before.low in NUMBER_WORDS)
        if self.words(at + 1, at + 2) and self.words(at + 1, at + 2)[0] in _POINTS:
            return False
        if any(m.first == at + 1 for m in self.mentions) and self.tokens[at].low in _COMPARED:
            return True
        hedge = self.words(at + 1, at + 2) == ["than"] and at + 2 < len(self.tokens)
        return (self.tokens[at].low in STEP_AFTER and counted) or (
            hedge and self.tokens[at + 2].kind == "num"
        )

    def direction_at(self, at: int) -> int:
        """+1 or -1, turned round where the outcome is negated or is the staying side."""
        sign = 1 if self.tokens[at].low in UP else -1
        fewer = {"fewer", "less", "lower"}
        if any(m.first and self.tokens[m.first - 1].low in fewer for m in self.mentions):
            sign = -sign
        first, last = self.segment(at)
        behind = self.words(at + 1, min(at + 6, last))
        # "The fall is not clear" is still a fall.
        is_negated = any(
            word == "not" and not set(self.words(k + 1, k + 2)) & CLEAR
            for k, word in enumerate(behind, start=at + 1)
        )
        if is_negated or (
            set(self.words(first, last)) & STAYING and not self.outcome_lows & set(behind)
        ):
            return -sign
        return sign

    def words(self, first: int, last: int) -> list[str]:
        """Lower-cased words of tokens first to last (excluded)."""
        return [token.low for token in self.tokens[max(first, 0) : max(last, 0)]]

    def words_but_outcome(self, first: int, last: int) -> list[str]:
        """The same without the outcome's name."""
        return [
            self.tokens[at].low
            for at in range(max(first, 0), min(last, len(self.tokens)))
            if at not in self.outcome_places
        ]

    def segment(self, at: int) -> tuple[int, int]:
        """The part of the sentence around a token, between "while", "but" and semicolons."""
        first = last = at
        while first > 0 and self.tokens[first - 1].low not in _SPLITS:
            first -= 1
        while last < len(self.tokens) and self.tokens[last].low not in _SPLITS:
            last += 1
        return first, max(last, at + 1)

    def subject_of(self, at: int) -> Mention | None:
        """The mention a token is about: nearest before it in its part, else behind, else open."""
        first, last = self.segment(at)
        own = [m for m in self.mentions if not m.is_against and first <= m.first < last]
        ahead = [m for m in own if m.last <= at]
        if ahead:
            return ahead[-1]
        if own:
            return own[0]
        if self.before.about is not None:
            return Mention(0, 0, *self.before.about)
        return None

    def against(self, mention: Mention) -> str:
        """The level a mention is set against, '' when none is named."""
        found = [m.level for m in self.mentions if m.is_against and m.variable == mention.variable]
        return found[0] if found else ""

    def effects_of(self, mention: Mention | None) -> list[Fact]:
        """Facts about a mention: its level, or, for its reference, the level against it."""
        if mention is None:
            return []
        return [
            fact
            for fact in self.findings.facts
            if fact.subject is not None
            and fact.subject.variable == mention.variable
            and self.flip_of(fact, mention) is not None
        ]

    def flip_of(self, fact: Fact, mention: Mention) -> int | None:
        """+1 when the fact says it in this order, -1 in the other, None when it is about others."""
        subject = fact.subject
        if subject is None or subject.variable != mention.variable:
            return None
        other = self.against(mention)
        if subject.reference and not mention.level:
            return None if subject.level else 1
        if subject.level == mention.level:
            return 1 if not other or not subject.reference or other == subject.reference else None
        if subject.reference and subject.reference == mention.level:
            if other:
                return -1 if other == subject.level else None
            levels = {
                f.subject.level
                for f in self.findings.facts
                if f.subject and f.subject.reference and f.subject.variable == mention.variable
            }
            return -1 if len(levels) == 1 else None
        return None


def read_sentence(text: str, findings: Findings, section: Section, before: Context) -> RowSentence:
    """Take a sentence apart: tokens, mentions, numbers."""
    plain = _R2.sub(lambda match: "rsq".ljust(len(match.group()))[: len(match.group())],
                    plain_text(text)[:2000])  # fmt: skip
    tokens = tokenize(plain) or tokenize("-")
    mentions = find_mentions(tokens, findings)
    sentence = RowSentence(text, tokens, findings, section, before, mentions)
    named = {k for mention in mentions for k in range(mention.first, mention.last)}
    for at, token in enumerate(tokens):
        if at in named:
            continue
        number = _read(tokens, at, token)
        if number is not None:
            sentence.numbers.append(number)
    _mark_intervals(sentence)
    return sentence


def _read(tokens: Sequence[Token], at: int, token: Token) -> Number | None:
    if token.low in MULTIPLES:
        return Number(at, at + 1, MULTIPLES[token.low], 0.05 * MULTIPLES[token.low], "x")
    if token.kind in {"pair", "iso", "version", "ordinal"}:
        return Number(at, at + 1, float("nan"), 0.0, "")
    if token.kind == "num":
        value = float(token.text.replace(",", ""))
        decimals = len(token.text.partition(".")[2])
        half = 0.5 * 10.0**-decimals
    elif token.low in NUMBER_WORDS:
        value, half = NUMBER_WORDS[token.low], 0.5
    else:
        return None
    sign = 0
    if at and tokens[at - 1].low in {"-", "+"} and tokens[at - 1].end == token.start:
        spaced = at < 2 or tokens[at - 2].end < tokens[at - 1].start or tokens[at - 2].low == "("
        sign = (-1 if tokens[at - 1].low == "-" else 1) if spaced else 0
    behind = [t.low for t in tokens[at + 1 : at + 4]]
    step = 1 if behind and behind[0] == "-" else 0
    unit, last = "", at + 1
    if behind[step : step + 1] and behind[step] in {"%", "percent"}:
        unit, last = "%", at + 2 + step
    elif behind[step : step + 1] and (
        behind[step] in _POINTS or behind[step] in {"percentage", "percentage-point"}
    ):
        unit, last = "pp", at + 2 + step
    elif behind[:1] and behind[0] in UP | DOWN and behind[1:2] and behind[1] in _POINTS:
        unit, last = "pp", at + 3
    elif behind[step : step + 1] and behind[step] in {"x", "times", "fold"}:
        unit, last = "x", at + 2 + step
    return Number(at, min(last, len(tokens)), value, half, unit, sign)


def _mark_intervals(sentence: RowSentence) -> None:
    """Tell "95 %" and the two ends behind it, or behind "interval", from values."""
    numbers, tokens = sentence.numbers, sentence.tokens
    for k, number in enumerate(numbers):
        behind = sentence.words(number.last, number.last + 2)
        is_level = number.unit == "%" and (
            set(behind) & {"interval", "ci", "confidence"}
            or (number.last < len(tokens) and tokens[number.last].kind == "num")
            or (behind[:1] in (["-"], ["+"], [":"]) and tokens[number.first - 1].low in "(,")
        )
        if is_level:
            number.role = "confidence"
        if k + 1 >= len(numbers):
            continue
        following = numbers[k + 1]
        between = [w for w in sentence.words(number.last, following.first) if w not in {"-", "+"}]
        ahead = set(sentence.words(number.first - 7, number.first))
        joined = between in (["to"], ["and"], []) and not is_level
        if (joined and not number.role and ahead & {"interval", "ci", "confidence", "between"}) or (
            joined and k and numbers[k - 1].role == "confidence" and not number.role
        ):  # fmt: skip
            number.role, following.role = "low", "high"
