"""One cell of a file: is it a number, a time, nothing, a formula; and its number in plain digits.

Fast for the usual cell (a table has a million of them), the careful readers of
`bot.analysis.parsing` for the rest.
"""

import re

from bot.analysis.parsing.numbers import (
    NumberStyle,
    is_missing,
    signed_value,
    split_number,
    styles_allowed,
)
from bot.analysis.parsing.time_labels import read_label

_PLAIN = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?")
_SIMPLE = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,15})?\s?%?")
_FORMULA = re.compile(r"\s*=(?!\s*\"?[-+]?[\d.,]+\"?\s*$)|\s*@[A-Za-z]|\s*[+-]\s*[A-Za-z(]")
_DATE_LIKE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}\.?(?:[T ].*)?")
_BODY = re.compile(r"\d[\d.,' _]*\d|\d|[.,]\d+")


def is_number(cell: str) -> bool:
    """Whether a cell is one number, with sign and unit as people write them; 01.06.2026 is none."""
    if _SIMPLE.fullmatch(cell):
        return True
    return split_number(cell) is not None and not _is_date_like(cell)


def _is_date_like(cell: str) -> bool:
    return _DATE_LIKE.fullmatch(cell) is not None and read_label(cell) is not None


def is_time(cell: str) -> bool:
    """Whether a cell names a day, week, month, quarter or position in time."""
    return read_label(cell) is not None


def is_blank(cell: str) -> bool:
    """Whether a cell is empty or says that nothing is there (n/a, -, null)."""
    return not cell or is_missing(cell)


def is_formula(cell: str) -> bool:
    """Whether a cell's text would be a formula in a spreadsheet."""
    return _FORMULA.match(cell) is not None


def written_styles(cell: str) -> frozenset[NumberStyle] | None:
    """The decimal marks a number can be meant with; None when it has no mark to tell."""
    if _PLAIN.fullmatch(cell) and "." not in cell:
        return None
    number = split_number(cell)
    if number is None or not re.search(r"[.,]", number.body):
        return None
    return styles_allowed(number.body)


def plain_number(cell: str, style: NumberStyle) -> str | None:
    """The cell with its digits rewritten so that only one reading is left; None if it has none.

    Sign, currency, scale and unit stay as written: "1.234,5 €" with a decimal comma gives
    "1234.5 €".
    """
    if style is NumberStyle.POINT and _PLAIN.fullmatch(cell):
        return _unmistakable(cell)
    number = split_number(cell)
    if number is None:
        return None
    match = _BODY.search(cell)
    if match is None or ":" in cell:
        return cell  # 02:30 and the like are read as they stand
    body = match[0]
    if style not in styles_allowed(body):
        return None
    try:
        signed_value(number, style)
    except (ValueError, OverflowError):
        return None  # 1e999 is no number that can be computed with
    group = "," if style is NumberStyle.POINT else "."
    digits = re.sub(r"[' _]", "", body.replace(group, "")).replace(style.value, ".")
    return f"{cell[: match.start()]}{_unmistakable(digits)}{cell[match.end() :]}"


def _unmistakable(digits: str) -> str:
    """1.234 could be taken for 1234; 1.2340 could not."""
    whole, mark, fraction = digits.rpartition(".")
    return f"{digits}0" if mark and len(fraction) == 3 and whole.strip("+-") != "0" else digits
