"""Whether a text asks for segments to be set against each other, and by which column.

"Compare the segments", "which market drives it?", "is it rate or mix?". A text that names one
segment asks about that one and is no business of this module.
"""

import re
from collections.abc import Sequence

_GENERIC = ("segment", "group")
_WORDS = re.compile(r"[^\W_]+")
_MIX = re.compile(
    r"\brates?\s+(?:or|and|vs\.?|versus|against|effect)\s+(?:the\s+|a\s+)?mix\b|"
    r"\bmix\s+(?:or|vs\.?|versus|against)\s+(?:the\s+|a\s+)?rates?\b|"
    r"\bmix[- ](?:shift|effect|change)s?\b|\bshift in (?:the )?mix\b|\bsimpson(?:['’]?s)?\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:why|what|how)\b[^.?!\n]{0,60}\b(?:the total|the whole|overall)\b|"
    r"\b(?:the total|the whole|overall)\b[^.?!\n]{0,60}\bwhy\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:compar\w+|contrast\w*|vs\.?|versus|against|differ\w*|between)\b", re.IGNORECASE
)
_BETWEEN = r"(?:across|between|among|by|per)"


def asks_comparison(text: str, names: Sequence[str] = ()) -> bool:
    """Tell whether a text asks to compare segments; `names` are columns or kinds of segment."""
    return bool(_MIX.search(text)) or any(_asks_by(text, name) for name in (*_GENERIC, *names))


def asks_about_total(text: str) -> bool:
    """Tell whether a text asks why the total moved, which its segments can explain."""
    return bool(_TOTAL.search(text))


def sets_against(text: str) -> bool:
    """Tell whether a text sets things against each other; which ones, their names must say."""
    return bool(_AGAINST.search(text))


def asks_to_compare(text: str, names: Sequence[str], levels: Sequence[str]) -> bool:
    """Tell whether a reply about known segments asks to compare them.

    `names` are the columns of segments, `levels` the segments; two of these set against each other
    are enough, and so is the question why the total moved.
    """
    if asks_comparison(text, names) or asks_about_total(text):
        return True
    return sets_against(text) and _names_several(text, levels)


def find_dimension(text: str, names: Sequence[str]) -> str:
    """Return the one name that a text asks to compare by; "" for none or several."""
    found = [name for name in names if _asks_by(text, name)]
    return found[0] if len(found) == 1 else ""


def _names_several(text: str, levels: Sequence[str]) -> bool:
    asked = f" {' '.join(_WORDS.findall(text.casefold()))} "
    plain = {" ".join(_WORDS.findall(level.casefold())) for level in levels}
    return sum(f" {name} " in asked for name in plain if name) > 1


def _asks_by(text: str, name: str) -> bool:
    noun = _noun(name)
    if not noun:
        return False
    patterns = (
        rf"\b(?:compar\w+|contrast|break\s*down|split)\b(?:\s+\S+){{0,6}}?\s+{noun}",
        rf"\b(?:which|what)\s+(?:of\s+the\s+|one\s+of\s+the\s+)?{noun}",
        rf"\b(?:differ\w*|changed?|comparison|effect)\s+{_BETWEEN}\s+(?:the\s+)?{noun}",
        rf"(?:^|[\n,;:]\s*){_BETWEEN}\s+(?:the\s+)?{noun}",
        rf"\b{noun}\s+comparison\b",
    )
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def _noun(name: str) -> str:
    """A pattern of a name and its plural, '' for a name without letters."""
    words = _WORDS.findall(name.replace("_", " "))
    if not any(len(word) > 1 for word in words):
        return ""
    plain = r"[\s_]+".join(map(re.escape, words))
    if plain.casefold().endswith("y"):
        return rf"(?:{plain}|{plain[:-1]}ies)\b"
    return rf"{plain}(?:s|es)?\b"
