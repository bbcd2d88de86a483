"""Which column of a table holds the time, the values, the people counted, the remarks.

Turns a table into one draft series, or raises when it holds several and nothing says which is
meant.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.analysis.parsing.drafts import SeriesDraft, UnreadableSeriesError
from bot.analysis.parsing.numbers import is_missing, split_number
from bot.analysis.parsing.tables import Table
from bot.analysis.parsing.time_labels import LabelKind, TimeLabel, read_label, read_year
from bot.analysis.parsing.vocabulary import kind_of_name, looks_like_denominator
from bot.analysis.question import MetricKind, Period, ProblemCode

_TIME_HEADER = re.compile(
    r"\b(?:date|day|week|wk|month|quarter|year|period|time|datum|woche|monat|semaine|mois|fecha|"
    r"semana|mes|vecka|månad|data|w/c|kw|#)\b|^#$", re.IGNORECASE,
)  # fmt: skip
_CHANGE_HEADER = re.compile(
    r"\b(?:change|delta|diff|difference|wow|mom|yoy|qoq|vs|variance|growth)\b|Δ", re.IGNORECASE
)
_TARGET_HEADER = re.compile(
    r"\b(?:target|goal|benchmark|budget|plan|planned|forecast|ziel|soll)\b", re.IGNORECASE
)
_REMARK_HEADER = re.compile(
    r"\b(?:notes?|comments?|remarks?|events?|annotations?|release)\b", re.IGNORECASE
)
TOTAL_ROW = re.compile(
    r"^(?:grand )?(?:total|sum|average|avg|mean|summe|gesamt|overall)\b", re.IGNORECASE
)
_SERIAL_DAYS = (20_000, 80_000)  # spreadsheet serial numbers of the years 1954-2119
_SERIAL_ZERO = date(1899, 12, 30)
_WORDS = re.compile(r"[^\W\d_]{2,}")
SAME_SHARE = 0.02  # a rate column may be rounded against numerator / denominator


@dataclass(slots=True)
class Column:
    """One column: header, cells, and what most cells are."""

    header: str
    cells: list[str]

    def numbers(self) -> int:
        """How many cells are numbers."""
        return sum(split_number(cell) is not None for cell in self.cells)

    def filled(self) -> int:
        """How many cells hold something that is not a missing marker."""
        return sum(not is_missing(cell) for cell in self.cells)


def draft_from_table(table: Table, metric: str = "") -> SeriesDraft:
    """The one series of a table; raises UnreadableSeriesError when it holds several."""
    table = _without_totals(_upright(table))
    columns = [
        Column(table.header[i] if table.header else "", [row[i] for row in table.rows])
        for i in range(len(table.rows[0]))
    ]
    columns = [column for column in columns if column.filled() or column.header]
    time, labels = _time_column(columns)
    rest = [column for column in columns if column is not time]
    numeric = [c for c in rest if c.numbers() and c.numbers() * 2 >= c.filled()]
    words = [c for c in rest if c not in numeric and c.filled()]
    _refuse_segments(words, labels)
    value, base, notes = choose_values(numeric, metric)
    draft = SeriesDraft(
        cells=list(value.cells),
        labels=list(labels),
        name="" if _TIME_HEADER.fullmatch(value.header.strip()) else value.header,
        hint=f"{time.header if time else ''}",
        denominators=list(base.cells) if base else [],
        where=f"in column “{value.header}”" if value.header else "in the table",
        assumptions=notes,
    )
    _add_remarks(draft, words)
    _drop_empty_rows(draft)
    return draft


def _upright(table: Table) -> Table:
    """A table with its times across the top, turned so that they run down."""
    if not table.header:
        named = sum(read_label(cell) is not None for cell in table.rows[0][1:])
        if named < 2 or named < len(table.rows[0]) - 1 or read_label(table.rows[0][0]):
            return table
        table = Table(table.rows[0], table.rows[1:], table.first_line, table.last_line)
    across = [cell for cell in table.header[1:] if cell]
    times = [read_label(cell) or read_year(cell) for cell in across]
    if len(across) < 2 or not all(times):
        return table
    grid = [table.header, *table.rows]
    turned = [tuple(row[i] for row in grid) for i in range(len(table.header))]
    header = ("period", *turned[0][1:])
    return replace(table, header=header, rows=tuple(row for row in turned[1:] if any(row)))


def _without_totals(table: Table) -> Table:
    rows = tuple(row for row in table.rows if not TOTAL_ROW.match(row[0].strip()))
    return replace(table, rows=rows) if rows else table


def _time_column(columns: Sequence[Column]) -> tuple[Column | None, list[TimeLabel | None]]:
    for column in columns[:3]:
        labels: list[TimeLabel | None] = [read_label(cell) for cell in column.cells]
        named = bool(_TIME_HEADER.search(column.header))
        if named or not column.header:
            labels = [
                label or read_year(cell) for label, cell in zip(labels, column.cells, strict=True)
            ]
        found = sum(1 for label in labels if label is not None)
        if found and found * 2 > column.filled() and (found > 1 or len(column.cells) == 1):
            return column, labels
        if named and column.filled() and all(map(_whole, column.cells)):
            return column, [_ordinal(cell, column.header) for cell in column.cells]
    first = columns[0]
    count = [str(i) for i in range(1, len(first.cells) + 1)]
    serial = all(_whole(c) and _SERIAL_DAYS[0] <= int(c) <= _SERIAL_DAYS[1] for c in first.cells)
    if len(columns) == 2 and ([c.strip(".") for c in first.cells] == count or serial):
        return first, [_ordinal(cell.strip("."), "") for cell in first.cells]
    return None, []


def _whole(cell: str) -> bool:
    return cell.strip().isdigit() and len(cell.strip()) < 7


def _ordinal(cell: str, header: str) -> TimeLabel:
    """A bare number under a time header: a position, or a spreadsheet's serial day."""
    number = int(cell)
    if _SERIAL_DAYS[0] <= number <= _SERIAL_DAYS[1]:
        day = _SERIAL_ZERO + timedelta(days=number)
        return TimeLabel(LabelKind.DAY, cell, day.year, day.month, day.day)
    period = next((p for p in Period if p.value in header.casefold()), None)
    return TimeLabel(
        LabelKind.ORDINAL, f"{header} {cell}".strip(), number=float(number), period=period
    )


def _refuse_segments(words: Sequence[Column], labels: Sequence[TimeLabel | None]) -> None:
    """Rows of several segments below each other repeat their dates."""
    texts = [label.text for label in labels if label is not None]
    if len(set(texts)) == len(texts) or not words:
        return
    for column in words:
        names = list(dict.fromkeys(cell for cell in column.cells if cell))
        if 1 < len(names) < len(column.cells) and not _REMARK_HEADER.search(column.header):
            raise UnreadableSeriesError(
                ProblemCode.SEVERAL_SERIES,
                f"The table holds several series: {_and(names)}. Keep the rows of one of them, "
                "or ask about each in its own message.",
            )


def _and(names: Sequence[str]) -> str:
    shown = [f"“{name[:40]}”" for name in names[:4]]
    if len(names) > 4:
        return ", ".join(shown) + f" and {len(names) - 4} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def choose_values(numeric: list[Column], metric: str) -> tuple[Column, Column | None, list[str]]:
    """Value column, denominator column, what was assumed."""
    notes: list[str] = []
    if not numeric:
        raise UnreadableSeriesError(
            ProblemCode.NO_VALUES,
            "The table has no column of numbers. Send one column of dates and one of values.",
        )
    if len(numeric) > 1:
        kept = [c for c in numeric if not _CHANGE_HEADER.search(c.header)]
        if kept and len(kept) < len(numeric):
            dropped = [c.header for c in numeric if c not in kept]
            notes.append(f"Columns of changes were not used: {_and(dropped)}.")
            numeric = kept
    if len(numeric) > 1:
        kept = [c for c in numeric if not _TARGET_HEADER.search(_words_of(c.header))]
        if kept and len(kept) < len(numeric):
            dropped = [c.header for c in numeric if c not in kept]
            notes.append(f"Columns of targets were not used: {_and(dropped)}.")
            numeric = kept
    if len(numeric) == 1:
        return numeric[0], None, notes
    rates = [c for c in numeric if _is_rate(c)]
    named = _named(numeric, metric)
    value = named or (rates[0] if len(rates) == 1 else None)
    others = [c for c in numeric if c is not value]
    bases = [c for c in others if looks_like_denominator(_words_of(c.header)) and not _is_rate(c)]
    if value is not None and _is_rate(value) and others:
        base = _matching_base(value, others) or (bases[-1] if len(bases) == 1 else None)
        if base is not None or named is not None:
            return value, base, notes
    if value is not None and (named is not None):
        return value, None, notes
    counted = [c for c in numeric if looks_like_denominator(_words_of(c.header))]
    left = [c for c in numeric if c not in counted]
    if len(left) == 1 and len(counted) == 1 and kind_of_name(left[0].header) is MetricKind.SCORE:
        return left[0], counted[0], notes
    names = [c.header or f"column {i}" for i, c in enumerate(numeric, start=1)]
    raise UnreadableSeriesError(
        ProblemCode.SEVERAL_SERIES,
        f"The table holds several series: {_and(names)}. Write “Metric:” with the one you mean, "
        "or send that column alone.",
    )


def _words_of(header: str) -> str:
    return header.replace("_", " ")


def _is_rate(column: Column) -> bool:
    if (
        any("%" in cell for cell in column.cells)
        or "%" in column.header
        or column.header.casefold().endswith(("_pct", "_percent"))
    ):
        return True
    if kind_of_name(_words_of(column.header)) is MetricKind.RATE:
        return True
    values = [v for cell in column.cells if (v := _plain(cell)) is not None]
    return bool(values) and all(0 <= v <= 1 for v in values) and any(0 < v < 1 for v in values)


def _plain(cell: str) -> float | None:
    number = split_number(cell)
    if number is None:
        return None
    try:
        return float(number.body.replace(",", "").replace(" ", "").replace("'", ""))
    except ValueError:
        return None


def _named(numeric: Sequence[Column], metric: str) -> Column | None:
    """The column whose header is the metric asked for, by shared words."""
    wanted = {word.casefold() for word in _WORDS.findall(metric)}
    if not wanted:
        return None
    scores = [
        (len(wanted & {w.casefold() for w in _WORDS.findall(c.header)}), i)
        for i, c in enumerate(numeric)
    ]
    best = max(scores)
    if best[0] == 0 or sum(score == best[0] for score, _ in scores) > 1:
        return None
    return numeric[best[1]]


def _matching_base(rate: Column, others: Sequence[Column]) -> Column | None:
    """The column that, under another one, gives the rate."""
    for base in others:
        for part in others:
            if part is base:
                continue
            rows = [
                (_plain(r), _plain(p), _plain(b))
                for r, p, b in zip(rate.cells, part.cells, base.cells, strict=True)
            ]
            known = [(r, p, b) for r, p, b in rows if r is not None and p is not None and b]
            if (
                known
                and all(
                    min(abs(p / b - r), abs(100 * p / b - r) / 100) < SAME_SHARE
                    for r, p, b in known
                )
                and all(p <= b for _, p, b in known)
            ):
                return base
    return None


def _add_remarks(draft: SeriesDraft, words: Sequence[Column]) -> None:
    """Sparse words beside values are remarks; one word all the way down is context."""
    for column in words:
        names = {cell for cell in column.cells if cell}
        if len(names) == 1 and column.filled() == len(column.cells) > 1:
            name = names.pop()
            draft.context = f"{column.header}: {name}" if column.header else name
        else:
            for i, cell in enumerate(column.cells):
                if not is_missing(cell):
                    draft.notes[i] = f"{draft.notes[i]}; {cell}" if i in draft.notes else cell


def _drop_empty_rows(draft: SeriesDraft) -> None:
    """Rows without label and value at the end of a table."""
    while draft.cells and is_missing(draft.cells[-1]) and draft.labels and draft.labels[-1] is None:
        draft.cells.pop()
        draft.labels.pop()
        if draft.denominators:
            draft.denominators.pop()
    draft.notes = {i: note for i, note in draft.notes.items() if i < len(draft.cells)}
