"""Values written in a row: "42, 41, 38", "42;41;38", "42 -> 38", one per line.

Splits text into cells. Which character separates and which belongs to the numbers is decided
here; what the digits of one cell mean is decided by `bot.analysis.parsing.series`.
"""

import re

from bot.analysis.parsing.drafts import UnreadableSeriesError
from bot.analysis.parsing.numbers import is_missing, split_number, styles_allowed
from bot.analysis.question import ProblemCode

_JOIN_WORDS = re.compile(
    r"\s*,?\s+(?:and then|and finally|and now|followed by|down to|up to|and|then|to|now|und|et|y|"
    r"och|e|&)\s+(?=[-+($£€¥~]*\s?\d)",
    re.IGNORECASE,
)  # fmt: skip
_ARROWS = re.compile(r"\s*(?:->|→|=>|➜|>|⟶)\s*")
_SPACED_UNIT = re.compile(
    r"(?<=\d) +(?=(?:%|[€£$](?!\s?\d)|k\b|m\b|kr\b|pts?\b|points\b|percent\b|pct\b|users\b|"
    r"seconds\b|"
    r"secs?\b|s\b|minutes\b|mins?\b|hours\b|h\b|days\b|months\b|million\b|thousand\b|x\b|"
    r"usd\b|eur\b|gbp\b|sek\b|ms\b))",
    re.IGNORECASE,
)
_SPACED_CURRENCY = re.compile(r"(?<=[$£€¥]) +(?=\d)")
_SIGNS = "%+-$£€¥"
_CHAIN = re.compile(r"-?\d+(?:,-?\d+)+")
_BULLET = re.compile(r"^\s*(?:\[[ xX]\]|[•·▪◦‣]|[-–*+](?=\s))\s*")
_NUMBERED = re.compile(r"^\s*(\d{1,3})[.)]\s+(?=\S)")
_OUTER = re.compile(r"^[\[({<]\s*(.*?)\s*[\])}>]\s*,?$", re.DOTALL)


def split_cells(text: str) -> list[str]:
    """Cells of a list over one or more lines; raises UnreadableSeriesError if undecidable."""
    text = _unwrap(text.strip().rstrip(",;."))
    lines = strip_bullets([line.strip() for line in text.split("\n") if line.strip()])
    if len(lines) > 1 and all(_one_cell(line) for line in lines):
        return [line.rstrip(",;") for line in lines]
    cells: list[str] = []
    for line in lines:
        cells.extend(_split_line(line))
    return cells


def _unwrap(text: str) -> str:
    """Drop the brackets round a pasted [1, 2, 3]; brackets round one number mean a minus."""
    match = _OUTER.match(text)
    if match and (text[0] in "[{" or "," in match[1] or ";" in match[1]) and ")" not in match[1]:
        return match[1]
    return text


def _one_cell(line: str) -> bool:
    bare = line.rstrip(",;")
    return is_missing(bare) or split_number(bare) is not None


def strip_bullets(lines: list[str]) -> list[str]:
    """Drop list bullets, and numbering that counts 1, 2, 3, where every line has them."""
    if len(lines) < 2:
        return lines
    if all(_BULLET.match(line) for line in lines):
        return [_BULLET.sub("", line) for line in lines]
    numbered = [_NUMBERED.match(line) for line in lines]
    if all(numbered) and [int(m[1]) for m in numbered if m] == list(range(1, len(lines) + 1)):
        return [_NUMBERED.sub("", line) for line in lines]
    return lines


def _split_line(line: str) -> list[str]:
    line = line.strip().strip("|").strip()
    if "\t" in line:
        return _cells(line.split("\t"))
    line = line.replace(" · ", " ; ").replace(" • ", " ; ")
    strong = ";" in line or "|" in line
    line = _JOIN_WORDS.sub("; " if strong else ", ", line)
    if strong:
        return _cells(re.split(r"[;|]", line))
    if _ARROWS.search(line):
        return [c for c in (cell.strip(" ,") for cell in re.split(r"->|→|=>|➜|>|⟶|,\s", line)) if c]
    if line.count(" / ") >= 2 and not re.search(r",\s", line):
        return _cells(line.split(" / "))
    if re.search(r",\s", line):
        return _cells(re.split(r",(?=[\s,]|$)\s*|(?<=%),", line))
    if "," in line:
        return _split_commas(line)
    if line.count("/") >= 2 or " / " in line:
        return _cells(line.split("/"))
    return _split_spaces(line)


def _cells(parts: list[str]) -> list[str]:
    cells = [part.strip() for part in parts]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _split_commas(line: str) -> list[str]:
    """A line whose only commas have no space after them."""
    if " " in line.strip() and not re.search(r"[^\d\s,.%'+$£€¥-]", line):
        words = line.split()
        if len(words) > 1 and all(
            styles_allowed(w.strip(_SIGNS)) for w in words if w.strip(_SIGNS)
        ):
            return _split_spaces(line)
    match = _CHAIN.fullmatch(line.strip())
    if match is None:
        return _cells(line.split(","))
    parts = line.strip().split(",")
    if len(parts) == 2:
        return [line.strip()]
    if _alternates(parts):
        raise UnreadableSeriesError(
            ProblemCode.AMBIGUOUS_NUMBERS,
            f"“{line[:40]}” can be read in two ways: the comma may separate values or belong to a "
            "number. Put each value on its own line, or a semicolon between values.",
        )
    return parts


def _alternates(parts: list[str]) -> bool:
    """Whether a comma chain could be half as many numbers with a comma in each."""
    if len(parts) % 2 or len(parts) < 4:
        return False
    first, second = parts[::2], parts[1::2]
    if all(p.lstrip("-") == "0" for p in first):
        return True
    grouped = all(len(p) == 3 for p in second) and all(len(p.lstrip("-")) < 3 for p in first)
    return grouped and not all(p == "0" for p in second)


def _split_spaces(line: str) -> list[str]:
    line = _SPACED_CURRENCY.sub("", _SPACED_UNIT.sub("", line))
    words = line.split()
    grouped = re.fullmatch(r"\d{1,3}(?: \d{3})+", line.strip())
    if len(words) == 2 and grouped:
        return [line.strip()]
    if len(words) >= 4 and _alternates([word.strip("-%") for word in words]) and words[0] != "0":
        raise UnreadableSeriesError(
            ProblemCode.AMBIGUOUS_NUMBERS,
            f"“{line[:40]}” can be read in two ways: the space may separate values or group "
            "thousands. Put each value on its own line, or a semicolon between values.",
        )
    return words
