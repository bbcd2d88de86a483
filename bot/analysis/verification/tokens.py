"""Cut a sentence into tokens with character positions; the ground every recogniser stands on.

Typographic signs are mapped one to one onto plain ones first, so positions stay those of the
original text. It knows nothing of metrics or facts.
"""

import re
from dataclasses import dataclass

from bot.analysis.verification.wordsets import words

# One character to one character: positions must survive.
_PLAIN = str.maketrans(
    {
        "\u2212": "-",
        "\u2013": "-",
        "\u2011": "-",
        "\u2010": "-",
        "\u2014": ";",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2007": " ",
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u00d7": "x",
        "\uff05": "%",
        "\n": " ",
        "\t": " ",
        "\r": " ",
        "*": " ",
        "_": " ",
        "`": " ",
    }
)

_TOKEN = re.compile(
    r"(?P<iso>(?<![\w.])\d{4}-\d{2}-\d{2}(?![\w]))"
    r"|(?P<version>(?<![\w.])\d+(?:\.\d+){2,}(?!\w))"
    r"|(?P<pair>(?<![\w.,])\d{1,4}/\d{1,4}(?![\w/]))"
    r"|(?P<ordinal>(?<![\w.])\d{1,4}(?:st|nd|rd|th)(?![\w]))"
    r"|(?P<name>(?<!\w)[A-Za-z]{1,20}\d[\w.]*(?<![.]))"
    r"|(?P<num>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"|(?P<word>[^\W\d]+(?:'[^\W\d]+)?(?:-[^\W\d]+(?:'[^\W\d]+)?)*)"
    r"|(?P<sym>[^\s\w])"
)

_SPLIT_HEADS = words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "joint all half next single two-thirds three-quarters quarter early late mid last"
)
_SPLIT_TAILS = words(
    "point points week weeks day days month months quarter quarters year years high low fold "
    "highest lowest best worst largest smallest percent biggest period thirds quarters"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign; `low` is the lower-cased text without a possessive ending."""

    kind: str  # num, word, name, sym, iso, version, pair, ordinal
    text: str
    low: str
    start: int
    end: int
    possessive: bool = False


def plain_text(text: str) -> str:
    """Map typographic signs to plain ones without moving any position."""
    return text.translate(_PLAIN)


def tokenize(text: str) -> list[Token]:
    """Return the tokens of already plain text, in order."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sym"
        raw, start = match.group(), match.start()
        if kind == "word":
            tokens.extend(_words(raw, start))
        else:
            tokens.append(Token(kind, raw, raw.lower(), start, match.end()))
    return tokens


def _words(raw: str, start: int) -> list[Token]:
    parts = raw.split("-")
    low_parts = [part.lower() for part in parts]
    whole = len(parts) == 1 or bool(set(low_parts[1:-1]) & {"over", "on", "by", "to"})
    if (whole and len(parts) > 1) or (
        len(parts) > 1 and not (low_parts[0] in _SPLIT_HEADS or low_parts[-1] in _SPLIT_TAILS)
    ):
        return [_word(raw, start)]
    tokens, position = [], start
    for part in parts:
        tokens.append(_word(part, position))
        position += len(part) + 1
    return tokens


def _word(raw: str, start: int) -> Token:
    low = raw.lower()
    possessive = low.endswith(("'s", "s'"))
    low = low.removesuffix("'s")
    return Token("word", raw, low.strip("'"), start, start + len(raw), possessive)


def stem(word: str) -> str:
    """Reduce a lower-cased word to a rough stem, enough to match "invites" with "invited"."""
    for ending in ("ations", "ation", "ings", "ing", "ions", "ion", "ies", "ied", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word[:-1] if word.endswith(("e", "y")) and len(word) > 4 else word
