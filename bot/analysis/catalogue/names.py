"""How names are compared: case, accents, punctuation and plurals do not count.

Knows no metric; the same form is used for metrics, segments, markets and what people type.
"""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+(?:[/&%][a-z0-9]+)*|%")


def normalise(name: str) -> str:
    """Return a name in the one form that is compared: "Sign-ups" becomes "sign up"."""
    return " ".join(words_of(name))


def words_of(text: str) -> list[str]:
    """Split a text into comparable words."""
    flat = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in flat if not unicodedata.combining(char))
    return [_singular(word) for word in _WORD.findall(plain)]


def _singular(word: str) -> str:
    """Strip a plural; both sides are treated alike, so no dictionary is needed."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    ends_plural = len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us"))
    return word[:-1] if ends_plural else word
