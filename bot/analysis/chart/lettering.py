"""Text on charts: user words made safe for the font, value labels kept apart.

Nothing is ever read as mathematical markup, and characters the font lacks are left out.
"""

from dataclasses import dataclass
from functools import lru_cache

from bot.analysis.facts import Findings
from bot.analysis.findings.series import Series
from bot.analysis.prompt import clean_text
from bot.analysis.units import PERCENT, RATIO, value_text

LABEL_CHARACTERS = 32
TITLE_CHARACTERS = 98


@lru_cache(maxsize=1)
def _known_characters() -> frozenset[int]:
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(font_manager.findfont("DejaVu Sans")).get_charmap())


def chart_text(text: str, limit: int = LABEL_CHARACTERS) -> str:
    """Return text the chart's font can draw, on one line, cut at `limit` characters."""
    known = _known_characters()
    kept = "".join(char if ord(char) in known else " " for char in clean_text(text, 400))
    return clean_text(kept, limit)


def bare_value(value: float, unit: str) -> str:
    """Write a value; only percent and multiples carry their sign, other units stand once on top."""
    text = value_text(value, unit)
    return text if unit in {PERCENT, RATIO} else text.removesuffix(f" {unit}")


@dataclass(frozen=True)
class ValueLabel:
    """A value written beside its point; `offset` in points from it, y up."""

    index: int
    value: float
    text: str
    offset: tuple[int, int]
    align: str


def value_labels(series: Series, findings: Findings) -> list[ValueLabel]:
    """Label first, last, lowest and highest value, each once, on the side with room."""
    if not series.used:
        return []
    wanted = [series.first, series.last]
    if not series.is_constant:
        wanted += [series.used[int(series.y.argmax())], series.used[int(series.y.argmin())]]
    room = max(len(findings.question.values) // 14, 1)  # a label is about 7 % of the width
    labels: list[ValueLabel] = []
    for index in dict.fromkeys(wanted):
        crowded = any(
            abs(index - other.index) < room and _is_alike(series, index, other.index)
            for other in labels
        )
        if not crowded:
            labels.append(_label(series, index))
    return labels


def _label(series: Series, index: int) -> ValueLabel:
    value = series.value(index)
    text = bare_value(value, series.unit)
    if index == series.last and series.last == len(series.values) - 1:
        return ValueLabel(index, value, text, (9, 0), "left")
    place = series.used.index(index)
    beside = [
        series.value(series.used[p]) for p in (place - 1, place + 1) if 0 <= p < len(series.y)
    ]
    above = not beside or value >= sum(beside) / len(beside)
    return ValueLabel(index, value, text, (0, 10 if above else -17), "center")


def _is_alike(series: Series, index: int, other: int) -> bool:
    spread = float(series.y.max() - series.y.min()) or 1.0
    return abs(series.value(index) - series.value(other)) < 0.12 * spread
