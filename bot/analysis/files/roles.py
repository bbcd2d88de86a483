"""What each column of a sheet is: time, number, segment, remark, identifier, one word throughout.

Looks at whole columns by their different values, so that 200,000 rows cost little. Chooses nothing
between two columns that may both be meant; that is `series`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.analysis.files.cells import is_blank, is_number, is_time
from bot.analysis.files.choices import FileChoices
from bot.analysis.files.headings import Sheet
from bot.analysis.files.limits import MAX_LEVELS
from bot.analysis.parsing.months import month_number
from bot.analysis.parsing.time_labels import LabelKind, TimeLabel, read_label, read_year
from bot.analysis.question import Period

TIME_WORDS = re.compile(
    r"(?<![^\W_])(?:date|day|days|week|weeks|wk|month|quarter|year|period|time|timestamp|datum|"
    r"woche|monat|quartal|jahr|tag|semaine|mois|jour|trimestre|année|annee|fecha|semana|mes|día|"
    r"dia|año|ano|vecka|månad|data|mese|giorno|settimana|anno|kw|w/c|dt|tydzień|miesiąc|неделя|"
    r"дата|месяц)(?![^\W_])|^#$|_at$|_on$",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\b(?:notes?|comments?|remarks?|events?|annotations?|releases?|kommentar|bemerkung)\b",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"(?<![^\W_])(?:id|identifier|obs|uid|uuid|guid|key|email|e-mail|user|username|customer|account|order|"
    r"session|nummer|nr|name|phone|index|unnamed)(?![^\W_])|id$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_YEAR_NAMES = frozenset({"year", "yr", "jahr", "année", "annee", "año", "ano", "anno", "år"})
_MONTH_NAMES = frozenset({"month", "mon", "monat", "mois", "mes", "mês", "mese", "månad"})
_QUARTER_NAMES = frozenset({"quarter", "qtr", "q", "quartal", "trimestre"})
_MOSTLY = 0.6  # share of filled cells that must be times or numbers
_NEARLY_ALL = 0.95
_SAMPLE = 200
_SERIAL_DAYS = (20_000, 80_000)  # spreadsheet serial numbers of the years 1954-2119
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(slots=True)
class Column:
    """A column with its different values counted; blanks are not among the values."""

    index: int
    name: str
    cells: list[str]
    counts: Counter[str]
    filled: int
    numbers: int

    @property
    def is_numeric(self) -> bool:
        """Whether most of what is filled in is numbers."""
        return self.numbers > 0 and self.numbers >= _MOSTLY * self.filled

    @property
    def is_identifier(self) -> bool:
        """Whether the values tell rows apart rather than describe them."""
        if self.filled < 2 or len(self.counts) < _NEARLY_ALL * self.filled:
            return False
        if _IDENTIFIER.search(self.name):
            return True
        return sum(map(bool, map(_EMAIL.fullmatch, list(self.counts)[:_SAMPLE]))) > _SAMPLE // 2


@dataclass(slots=True)
class Roles:
    """Columns by what they are; `constants` hold the same word in every row."""

    columns: list[Column]
    time: Column | None = None
    other_times: list[Column] = field(default_factory=list)
    numeric: list[Column] = field(default_factory=list)
    words: list[Column] = field(default_factory=list)
    constants: list[Column] = field(default_factory=list)

    def named(self, name: str) -> Column | None:
        """The column with this name, None when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        plain = name.casefold()
        return next((c for c in self.columns if c.name.casefold() == plain), None) if name else None


def find_roles(sheet: Sheet, choices: FileChoices) -> Roles:
    """Profile every column and sort it into a role."""
    _join_years(sheet)
    columns = [
        _profile(i, name, cells)
        for i, (name, cells) in enumerate(zip(sheet.names, sheet.columns, strict=True))
    ]
    roles = Roles(columns)
    roles.time = roles.named(choices.date_column) or _time_column(columns)
    for column in columns:
        if column is roles.time or not column.filled:
            continue
        if column is roles.named(choices.value_column):
            roles.numeric.append(column)
        elif not column.is_numeric and _share_of_times(column) >= _MOSTLY:
            roles.other_times.append(column)
        elif column.is_numeric:
            roles.numeric.append(column)
        elif len(column.counts) == 1 and column.filled == len(column.cells) > 1:
            roles.constants.append(column)
        else:
            roles.words.append(column)
    return roles


def find_segments(roles: Roles) -> list[Column]:
    """Word columns that split the rows of one date into several series."""
    time = roles.time
    if time is None or len(time.counts) >= time.filled:
        return []
    return [
        column
        for column in roles.words
        if 1 < len(column.counts) <= MAX_LEVELS
        and len(column.counts) * 2 <= column.filled
        and not _REMARK.search(column.name)
    ]


def label_of(cell: str, column_name: str) -> TimeLabel | None:
    """The time a cell of the time column names: dates, years, serial days, positions."""
    label = read_label(cell) or read_year(cell)
    if label is not None or not cell:
        return label
    plain = cell.removesuffix(".0").rstrip(".")
    if not plain.isdecimal() or len(plain) > 6:
        return None
    number = int(plain)
    if _SERIAL_DAYS[0] <= number <= _SERIAL_DAYS[1]:
        day = _SERIAL_ZERO + timedelta(days=number)
        return TimeLabel(LabelKind.DAY, cell, day.year, day.month, day.day)
    period = next((p for p in Period if p.value in column_name.casefold()), None)
    return TimeLabel(LabelKind.ORDINAL, cell, number=float(number), period=period)


def _join_years(sheet: Sheet) -> None:
    """Put a column of years and one of months or quarters together into one: 2026-03, 2026-Q1."""
    plain = [name.casefold() for name in sheet.names]
    year = next((i for i, name in enumerate(plain) if name in _YEAR_NAMES), None)
    if year is None or not all(map(read_year, sheet.columns[year])):
        return
    for names, form, most in ((_MONTH_NAMES, "{}-{:02}", 12), (_QUARTER_NAMES, "{}-Q{}", 4)):
        part = next((i for i, name in enumerate(plain) if name in names), None)
        if part is None:
            continue
        numbers = [_small(cell) for cell in sheet.columns[part]]
        if not all(1 <= number <= most for number in numbers):
            continue
        joined = [
            form.format(cell.strip()[-4:], number)
            for cell, number in zip(sheet.columns[year], numbers, strict=True)
        ]
        sheet.names[year] = f"{sheet.names[year]} and {sheet.names[part]}"
        sheet.columns[year] = joined
        del sheet.names[part], sheet.columns[part]
        return


def _small(cell: str) -> int:
    """The whole number of a cell such as 3, 3.0, Q3 or M3; the month of a name; else 0."""
    match = re.fullmatch(r"[QqMm]?(\d{1,2})(?:\.0)?", cell.strip())
    return int(match[1]) if match else month_number(cell) or 0


def _profile(index: int, name: str, cells: list[str]) -> Column:
    counts = Counter(cells)
    for cell in [cell for cell in counts if is_blank(cell)]:
        del counts[cell]
    filled = counts.total()
    numbers = sum(times for cell, times in counts.items() if is_number(cell))
    return Column(index, name, cells, counts, filled, numbers)


def _share_of_times(column: Column) -> float:
    """Share of a sample of the different values that are times."""
    sample = list(column.counts)[:_SAMPLE]
    return sum(map(is_time, sample)) / len(sample) if sample else 0.0


def _time_column(columns: Sequence[Column]) -> Column | None:
    """The likeliest time column: real dates under a telling name first, then by position."""
    best, best_score = None, 0.0
    for column in columns:
        score = _time_score(column)
        if score > best_score:
            best, best_score = column, score
    return best


def _time_score(column: Column) -> float:
    if column.filled == 0:
        return 0.0
    is_named = bool(TIME_WORDS.search(column.name))
    share = _share_of_times(column)
    if share >= _MOSTLY:
        return 2.0 * share + is_named - 0.01 * column.index
    sample = list(column.counts)[:_SAMPLE]
    if is_named and all(read_year(cell) for cell in sample):
        return 1.5
    whole = all(label_of(cell, column.name) is not None for cell in sample)
    if whole and (is_named or _all_serials(column, sample)):
        return 1.0 - 0.01 * column.index
    if whole and column.index == 0 and _counts_up(column):
        return 0.5
    return 0.0


def _all_serials(column: Column, sample: Sequence[str]) -> bool:
    """Serial days in a first column of their own, each once."""
    return (
        column.index == 0
        and len(column.counts) == column.filled
        and all(
            cell.isdecimal() and _SERIAL_DAYS[0] <= int(cell) <= _SERIAL_DAYS[1] for cell in sample
        )
    )


def _counts_up(column: Column) -> bool:
    """A first column 1, 2, 3, ... counts the periods, unless it numbers people."""
    if _IDENTIFIER.search(column.name) or len(column.cells) > 2_000:
        return False
    wanted = [str(i) for i in range(1, len(column.cells) + 1)]
    return [cell.rstrip(".") for cell in column.cells] == wanted
