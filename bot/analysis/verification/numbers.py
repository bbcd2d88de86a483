"""Numbers as people write them: digits, "1.2k", "three", "twenty-one", "third", "two thirds".

Reads tokens only; what a number means is decided by `quantities` and the role checks.
"""

from dataclasses import dataclass

from bot.analysis.verification.tokens import Token
from bot.analysis.verification.wordsets import numbered

_TENS = tuple(
    numbered("twenty thirty forty fifty sixty seventy eighty ninety")
)  # in order: dictionaries keep it
CARDINALS: dict[str, int] = numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
CARDINALS.update({word: 10 * (position + 2) for position, word in enumerate(_TENS)})
ORDINALS: dict[str, int] = numbered(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
ORDINALS.update({word[:-1] + "ieth": 10 * (at + 2) for at, word in enumerate(_TENS)})
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SUFFIXES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9}
PARTS: dict[str, int] = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "sixths": 6,
    "eighth": 8,
    "eighths": 8,
    "tenth": 10,
    "tenths": 10,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A written number: `half_step` is half of its last written digit (its own precision)."""

    value: float
    half_step: float
    after: int  # index of the first token behind it
    worded: bool = False


def read_number(tokens: list[Token], at: int) -> Number | None:
    """Read a cardinal number that starts at token `at`, with k, M, thousand; None if absent."""
    if not 0 <= at < len(tokens):
        return None
    token = tokens[at]
    if token.kind == "num":
        return _read_digits(tokens, at)
    if token.kind != "word":
        return None
    if token.low == "dozen" or (token.low == "a" and _low(tokens, at + 1) == "dozen"):
        return Number(12.0, 0.5, at + (1 if token.low == "dozen" else 2), worded=True)
    return _read_words(tokens, at)


def read_ordinal(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """Read "third", "3rd", "twenty-first": (value, index behind it)."""
    if not 0 <= at < len(tokens):
        return None
    token = tokens[at]
    if token.kind == "ordinal":
        return int(token.text[:-2]), at + 1
    if token.low in ORDINALS and token.low != "zeroth":
        return ORDINALS[token.low], at + 1
    following = _low(tokens, at + 1)
    if CARDINALS.get(token.low, 0) >= 20 and 0 < ORDINALS.get(following, 0) < 10:
        return CARDINALS[token.low] + ORDINALS[following], at + 2
    return None


def _low(tokens: list[Token], at: int) -> str:
    return tokens[at].low if 0 <= at < len(tokens) else ""


def _read_digits(tokens: list[Token], at: int) -> Number:
    token = tokens[at]
    digits = token.text.replace(",", "")
    decimals = len(digits.partition(".")[2])
    factor, after = 1.0, at + 1
    if after < len(tokens):
        following = tokens[after]
        touching = following.start == token.end
        if touching and following.low in _SUFFIXES and following.kind == "word":
            factor, after = _SUFFIXES[following.low], after + 1
        elif following.low in _SCALES:
            factor, after = float(_SCALES[following.low]), after + 1
    return Number(float(digits[:300]) * factor, 0.5 * 10.0**-decimals * factor, after)


def _read_words(tokens: list[Token], at: int) -> Number | None:
    first = tokens[at].low
    if first not in CARDINALS:
        return None
    value, after = CARDINALS[first], at + 1
    if value >= 20 and 0 < CARDINALS.get(_low(tokens, after), 0) < 10:
        value, after = value + CARDINALS[_low(tokens, after)], after + 1
    factor = 1
    while _low(tokens, after) in _SCALES:
        factor, after = factor * _SCALES[_low(tokens, after)], after + 1
        if factor > 10**12:
            break
    return Number(float(value * factor), 0.5 * factor if factor > 1 else 0.5, after, worded=True)
