"""One line that ties a value to a time: "2024-06-03 42 %", "Week 3: 38 (redesign)", "120 in May".

Takes a line apart into label, value, the people counted beside it and a remark. Knows nothing of
the other lines.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.analysis.parsing.numbers import is_missing, split_fraction, split_number
from bot.analysis.parsing.time_labels import (
    CACHED_READINGS,
    LabelKind,
    TimeLabel,
    read_label,
    read_year,
)

MAX_LABEL_WORDS = 6
MAX_ROW_CHARACTERS = 200

_WORD = re.compile(r"\S+")
_EDGE = " \t:;,|=–—-→>"
_LEADING_VALUE = re.compile(
    r"\(?[-+~≈]?\s?(?:R?\$|[£€¥₹]|kr\s)?\s?-?\d[\d.,']*(?: \d{3}(?!\d))*\s?"
    r"(?:%|percent\b|pct\b|k\b|m\b|bn\b|pts?\b|points?\b|x\b|s\b|ms\b|sec(?:ond)?s?\b|"
    r"min(?:ute)?s?\b|h\b|hours?\b|days?\b|"
    r"months?\b|€|£|\$|kr\b|usd\b|eur\b|gbp\b|sek\b)?\)?",
    re.IGNORECASE,
)
_BASE = re.compile(
    r"(?:\bn\s*[=:]\s*|\bof\s+|\bout of\s+|\bfrom\s+|\bcohort\s*[=:]?\s*)(\d[\d,.' ]{0,14}\d|\d)",
    re.IGNORECASE,
)
_BASE_IN_BRACKETS = re.compile(r"\s*\(n\s*=\s*(\d[\d,.' ]{0,14})\)", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?:19|20)\d{2}\s*[:=]\s*\S")
_PART_OF_WHOLE = re.compile(r"(\d[\d,.]*\s*(?:/|\bof\b|\bout of\b)\s*\d[\d,.]*)\s*(?:\((.*)\))?")
_TRAILING_LABEL = re.compile(
    r"^\s*(?:\(|in\s|on\s|for\s|during\s)\s*([^()]{2,40}?)\)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled value; `base` is the number of people written beside it."""

    label: TimeLabel
    cell: str
    base: str = ""
    note: str = ""


@lru_cache(maxsize=CACHED_READINGS)
def read_row(line: str, *, years: bool = False) -> Row | None:
    """Take a labelled line apart; None when it does not begin or end with a time."""
    text = line.strip().strip("|").strip()
    if not text or len(text) > MAX_ROW_CHARACTERS:
        return None
    base = _BASE_IN_BRACKETS.search(text)
    if base is not None and base.end() < len(text):
        inner = read_row(text[: base.start()] + text[base.end() :], years=years)
        return replace(inner, base=base[1]) if inner is not None else None
    words = list(_WORD.finditer(text))
    for count in range(min(MAX_LABEL_WORDS, len(words)), 0, -1):
        end = words[count - 1].end()
        head, rest = text[:end].strip(_EDGE), text[end:].strip(" \t:;,|=–—→>")
        label = read_label(head) or (read_year(head) if years else None)
        if label is None:
            continue
        if (
            label.kind is LabelKind.MONTH
            and re.search(r"\s\d\d$", label.text)
            and re.match(r"\d{3}(?!\d)", rest)
        ):
            continue  # "janvier 12 400" is 12,400 in January
        if _YEAR_FIRST.match(rest):
            continue  # "Jan" of "Jan 2026: 6" leaves its year behind, which is no value
        if not rest and is_missing(text[end:]) and text[end:].strip():
            return Row(label, text[end:].strip())
        row = _with_value(label, _without_dash(rest))
        if row is not None:
            return row
    return _split_inside(text, years) or _label_last(text)


def _without_dash(rest: str) -> str:
    """Drop a dash that only joins label and value ("Week 3 - 42"); "-42" keeps its minus."""
    return rest[1:].lstrip() if rest[:2] in {"- ", "-\t"} and len(rest) > 2 else rest


def _split_inside(text: str, years: bool) -> Row | None:
    """Label and value joined without a space: "W1:42", "2024-06-03,42", "Jan=42"."""
    for match in re.finditer(r"[:=,;|]", text[:60]):
        head, rest = text[: match.start()].strip(_EDGE), text[match.end() :].strip()
        label = read_label(head) or (read_year(head) if years else None)
        if label is not None:
            row = _with_value(label, rest)
            if row is not None:
                return row
    return None


def read_base(note: str) -> str:
    """The people counted in a remark ("n=2,000"), '' if it names none."""
    match = _BASE.search(note)
    return match[1] if match else ""


def _with_value(label: TimeLabel, rest: str) -> Row | None:
    if is_missing(rest) and rest:
        return Row(label, rest)
    number = split_number(rest)
    if number is not None:
        base = _BASE.search(number.note)
        return Row(label, rest, base[1] if base else "", "" if base else number.note)
    part = _PART_OF_WHOLE.fullmatch(rest)
    if part is not None and split_fraction(part[1]) is not None:
        return Row(label, part[1], note=part[2] or "")
    match = _LEADING_VALUE.match(rest)
    if match is None or split_number(match[0]) is None:
        first = rest.split("(", 1)[0].strip()
        if first and is_missing(first) and len(rest) > len(first):
            return Row(label, first, note=rest[len(first) :].strip(" ()"))
        return None
    tail = rest[match.end() :]
    if tail[:1].isalnum() or (tail.strip()[:1].isdigit()):
        return None
    base = _BASE.search(tail)
    note = "" if base else tail.strip(" \t()[],;:-–—#←<*.")
    return Row(label, match[0].strip(), base[1] if base else "", note)


def _label_last(text: str) -> Row | None:
    """Value first: "42 % (week 1)", "120 in May"."""
    match = _LEADING_VALUE.match(text)
    if match is None or split_number(match[0]) is None:
        return None
    tail = _TRAILING_LABEL.match(text[match.end() :])
    label = read_label(tail[1]) if tail else None
    return Row(label, match[0].strip()) if label is not None else None
