"""The rows of a file added up by segment and period: numerators and the people behind them.

One pass over the rows, so that 200,000 of them cost little. Rows that do not count are counted
with the reason.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.analysis.files.choices import ADD_UP
from bot.analysis.files.dates import ReadDates
from bot.analysis.files.measures import Measure, numbers_of
from bot.analysis.files.picking import is_total_level
from bot.analysis.files.roles import Column, Roles
from bot.analysis.parsing.cleaning import clean_text, one_line
from bot.analysis.parsing.columns import TOTAL_ROW
from bot.analysis.parsing.numbers import NumberStyle
from bot.analysis.segments.halves import SegmentSeries

_PLAIN = frozenset({"yes", "no", "true", "false", "y", "n", "t", "f", "not"})
_WORD = re.compile(r"[^\W\d_]")
Key = date | float  # a day, or the position of a period without one


@dataclass(slots=True)
class SegmentSums:
    """Numerators and denominators added up by segment and period."""

    parts: dict[tuple[str, Key], list[float]] = field(default_factory=dict)
    wholes: dict[tuple[str, Key], list[float]] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    used: int = 0

    def add_up(
        self,
        roles: Roles,
        measure: Measure,
        column: Column | None,
        only: Collection[str],
        levels: Sequence[tuple[Column, str]],
        dates: ReadDates,
        style: NumberStyle,
        left_out: Counter[str],
    ) -> None:
        """Add the rows of one measure; `column` names their segment, None: the measure does.

        `only` are the segments wanted, empty for all.
        """
        keys = _keys(dates)
        values, bases = numbers_of(measure.value, style), numbers_of(measure.base, style)
        kept = [(c.cells, level) for c, level in levels if level != ADD_UP]
        first = roles.columns[0]
        stamps = roles.time.cells if roles.time else []
        for i, stamp in enumerate(stamps):
            name = column.cells[i] if column is not None else measure.name
            if any(cells[i] != level for cells, level in kept) or (only and name not in only):
                left_out["other segments"] += 1
            elif TOTAL_ROW.match(first.cells[i]) or is_total_level(name):
                left_out["totals"] += 1
            elif not name or stamp not in keys:
                left_out["without a readable date or segment"] += 1
            else:
                value = values.get(measure.value.cells[i])
                base = bases.get(measure.base.cells[i])
                if base is None or (value is None and base):
                    left_out["without a value or its people"] += 1
                    continue
                at = (name, keys[stamp])
                self.names.setdefault(name)
                self.parts.setdefault(at, []).append(measure.part_of(value or 0.0, base))
                self.wholes.setdefault(at, []).append(base)
                self.used += 1

    def series(self, by: str) -> tuple[list[Key], list[SegmentSeries]]:
        """The periods in order, and every segment's counts in them, in the order of the file."""
        order = sorted({key for _, key in self.parts})
        return order, [
            SegmentSeries(
                name=one_line(clean_text(_told_name(name, by)), 60),
                parts=tuple(_sum(self.parts.get((name, key))) for key in order),
                wholes=tuple(_sum(self.wholes.get((name, key))) for key in order),
            )
            for name in self.names
        ]


def _keys(dates: ReadDates) -> dict[str, Key]:
    """What orders each cell of the time column; unfinished periods have none."""
    finished = {cell: label for cell, label in dates.labels.items() if not label.unfinished}
    if dates.days is not None:
        return {cell: dates.days[cell] for cell in finished}
    return {
        cell: float(position if label.number is None else label.number)
        for position, (cell, label) in enumerate(finished.items())
    }


def _told_name(name: str, by: str) -> str:
    """A segment's name as it can stand in a sentence: "size 11-50", "mobile yes"."""
    if name.casefold() in _PLAIN or not _WORD.search(name):
        return f"{by} {name}"
    return name


def _sum(values: list[float] | None) -> float | None:
    return None if values is None else math.fsum(values)
