"""One written number: sign, currency, digits, scale and unit, in any common number style.

`split_number` takes a cell apart without deciding what "1.234" means; `choose_style` decides
that once for a whole series from the evidence in it; `read_digits` then makes the float.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.analysis.parsing.units import Unit, currency_of, read_suffix

CACHED_READINGS = 32_768  # several readers look at the same cells of up to 20,000 rows
MAX_NUMBER_CHARACTERS = 60  # longer than any number people paste, keeps matching cheap

MISSING_MARKERS = frozenset(
    {"", "-", "–", "—", "--", "---", "n/a", "na", "n.a.", "n.a", "#n/a", "null", "none", "nil",
     "nan", "blank", "missing", "?", "??", "tbd", "tbc", "no data", "nodata", "not available",
     "not tracked", "unknown", "#div/0!", "#ref!", "#value!", "#null!", "k.a.", "k. a.", "nd",
     "n.d.",
     "...", ".", "(blank)", "(missing)", "(none)", "(n/a)", "not measured", "<null>"}
)  # fmt: skip


_NUMBER = re.compile(
    r"""(?P<about>(?:~|≈|=|about\s|approx\.?\s|ca\.?\s|circa\s|around\s|roughly\s)*)\s*
    (?P<open>\()?\s*(?P<sign>[-+±–]?)\s*
    (?P<currency>(?:us|r|a|c|au|ca|nz|s|hk)?\$|[£€¥₹₩₽₺₪₴฿₫₦]|zł|kr\.?|[A-Z]{3}(?=[\s\d-]))?
    \s*(?P<sign_after>[-+]?)
    (?P<body>\d+(?:[.,'_][0-9]+|\ (?=\d{3}(?!\d))\d{3})*|[.,]\d+)
    (?P<exponent>e[+-]?\d{1,3}(?!\w))?
    (?P<suffix>[^\d()]{0,30}?)\s*(?P<close>\)|-)?
    (?P<note>\s*(?:\([^()]{0,50}\)|\[[^\[\]]{0,30}\]|\*+))?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPOUND_DURATION = re.compile(
    r"(?:(\d{1,5})\s?h(?:ours?|rs?)?)?\s*(?:(\d{1,5})\s?m(?:in(?:ute)?s?)?)?\s*"
    r"(?:(\d{1,5})\s?s(?:ec(?:ond)?s?)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
_FRACTION = re.compile(
    r"\s*(\d[\d,.' ]{0,14}?)\s*(?:/|\bof\b|\bout of\b)\s*(\d[\d,.' ]{0,14}\d|\d)\s*", re.IGNORECASE
)


class NumberStyle(StrEnum):
    """Which character is the decimal mark; the other one groups thousands."""

    POINT = "."
    COMMA = ","


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as written: digits still undecided, everything else understood."""

    raw: str
    body: str
    negative: bool = False
    scale: float = 1.0
    scaled: bool = False
    unit: Unit | None = None
    about: bool = False
    note: str = ""


def is_missing(cell: str) -> bool:
    """Whether a cell says that the value is not there."""
    return cell.strip().casefold() in MISSING_MARKERS


@lru_cache(maxsize=CACHED_READINGS)
def split_number(cell: str) -> WrittenNumber | None:
    """Take a cell apart into sign, digits, scale and unit; None when it is not one number."""
    text = cell.strip().strip('"').strip("'")
    if text.startswith("="):
        text = text[1:].strip()  # a spreadsheet's ="42"
    if not text or len(text) > MAX_NUMBER_CHARACTERS or not any(map(str.isdigit, text)):
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or (match["close"] == ")" and not match["open"]):
        return _split_duration(text)
    suffix = read_suffix(match["suffix"])
    if suffix is None or (match["open"] and match["close"] != ")"):
        return _split_duration(text)
    scale, unit = suffix
    if match["currency"]:
        currency = currency_of(match["currency"])
        if currency is None or (unit is not None and unit.name != currency.name):
            return None
        unit = currency
    if unit is not None and unit.factor != 1.0 and unit.name.isupper():
        scale, unit = scale * unit.factor, Unit(unit.name, 1.0, unit.note)
    body = match["body"] + (match["exponent"] or "")
    return WrittenNumber(
        raw=cell.strip(),
        body=body,
        negative=bool(match["open"]) or match["close"] == "-"
        or "-" in (match["sign"] + match["sign_after"])
        or match["sign"] == "–",
        scale=scale,
        scaled=scale != 1.0,
        unit=unit,
        about=bool(match["about"].strip("= ")),
        note=(match["note"] or "").strip(" ()[]*"),
    )  # fmt: skip


def _split_duration(text: str) -> WrittenNumber | None:
    """Read "2m 30s", "1h20m" or "02:30" as seconds."""
    match = _COMPOUND_DURATION.fullmatch(text)
    if match is None or sum(part is not None for part in match.groups()) < 2:
        match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = hours * 3600 + minutes * 60 + seconds
    note = "Times written in hours, minutes and seconds were converted to seconds."
    return WrittenNumber(raw=text, body=str(total), unit=Unit("seconds", 1.0, note))


def split_fraction(cell: str) -> tuple[str, str] | None:
    """Numerator and denominator of "840/2000" or "840 of 2,000", None for anything else."""
    if len(cell) > MAX_NUMBER_CHARACTERS:
        return None
    match = _FRACTION.fullmatch(cell)
    return (match[1], match[2]) if match else None


_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:,\d{3})+"),
    ".": re.compile(r"\d{1,3}(?:\.\d{3})+"),
}
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")


def styles_allowed(body: str) -> frozenset[NumberStyle]:
    """The number styles in which these digits are well formed (both, one or none)."""
    digits = re.sub(r"e[+-]?\d+$", "", body.replace("'", "").replace("_", "").replace(" ", ""),
                    flags=re.IGNORECASE)  # fmt: skip
    allowed = set()
    for style in NumberStyle:
        group = "," if style is NumberStyle.POINT else "."
        whole, mark, fraction = digits.partition(style.value)
        if mark and (style.value in fraction or group in fraction or not fraction):
            continue
        grouped = group in whole
        if grouped and not _GROUPED[group].fullmatch(whole):
            continue
        if grouped and whole.startswith("0"):
            continue
        allowed.add(style)
    if not allowed and _INDIAN.fullmatch(digits):
        allowed.add(NumberStyle.POINT)
    return frozenset(allowed)


def read_digits(body: str, style: NumberStyle) -> float:
    """The number these digits mean in a style; raises ValueError when malformed or infinite."""
    group = "," if style is NumberStyle.POINT else "."
    digits = body.replace(group, "").replace("'", "").replace("_", "").replace(" ", "")
    value = float(digits.replace(style.value, "."))
    if not math.isfinite(value):
        raise ValueError(f"{body} is too large a number")
    return value


def signed_value(number: WrittenNumber, style: NumberStyle) -> float:
    """The written number as a float in its own unit (scale applied, unit factor not)."""
    value = read_digits(number.body, style)
    # Decimal-exact scaling: 1.1 k is 1100, not 1100.0000000000002.
    if number.scale != 1.0:
        value = float(f"{value * number.scale:.12g}")
    if not math.isfinite(value):
        raise ValueError(f"{number.raw} is too large a number")
    return -value if number.negative and value != 0 else value


def undecided_bodies(numbers: Sequence[WrittenNumber]) -> list[str]:
    """Digits that mean different things in the two styles ("1.234", "1,234")."""
    return [
        n.body for n in numbers if len(styles_allowed(n.body)) == 2 and re.search("[.,]", n.body)
    ]
