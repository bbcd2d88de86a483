"""Rows of people rather than of periods: recognised, and turned into a `RowLevelTable`.

Proposes which column is the outcome; what drives it is computed elsewhere.
"""

import re
from datetime import date
from typing import cast

from bot.analysis.files.cells import is_blank, is_time, plain_number
from bot.analysis.files.choices import FileChoices
from bot.analysis.files.dates import days_of
from bot.analysis.files.limits import refusal, shorten
from bot.analysis.files.roles import Column, Roles, find_segments
from bot.analysis.files.row_level import ColumnKind, RowLevelColumn, RowLevelTable, Value
from bot.analysis.parsing.numbers import NumberStyle, signed_value, split_number
from bot.analysis.question import ProblemCode, UnreadableQuestionError

MIN_ROWS = 20  # fewer people than that carry no regression
MAX_CATEGORIES = 50
_YES = frozenset(
    {"1", "yes", "y", "true", "t", "ja", "oui", "si", "sí", "sim", "converted", "churned",
     "active", "activated", "paid", "retained", "won", "success", "positive", "purchased",
     "subscribed"}
)  # fmt: skip
_NO = frozenset(
    {"0", "no", "n", "false", "f", "nein", "non", "nao", "não", "not_converted", "retained",
     "inactive", "free", "lost", "failure", "negative", "none"}
)  # fmt: skip
_OUTCOME = re.compile(
    r"(?<![^\W_])(?:outcome|target|label|y|converted|conversion|churn|churned|activated|retained|"
    r"purchased|subscribed|upgraded|success|won|renewed|response|grade|is_active|cancelled|"
    r"canceled)(?![^\W_])",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?<![^\W_])(?:outcome|target|revenue|amount|spend|spent|ltv|value|score|sales)(?![^\W_])",
    re.IGNORECASE,
)
_DRIVERS = re.compile(
    r"\b(?:drives?|driv(?:er|ing)s?|predict\w*|affect\w*|influenc\w*|explains?|factors?|"
    r"correlat\w*|depends? on|associated|regression|odds)\b",
    re.IGNORECASE,
)


def is_row_level(roles: Roles, height: int, choices: FileChoices, question: str) -> bool:
    """Whether each row is one person or thing, with how it ended."""
    if choices.layout:
        return choices.layout == "rows"
    columns = [column for column in roles.columns if len(column.counts) > 1]
    if height < MIN_ROWS or len(columns) < 2:
        return False
    has_outcome = any(map(is_binary, columns)) or any(_OUTCOME.search(c.name) for c in columns)
    asks_drivers = bool(_DRIVERS.search(question)) and _mentioned(columns, question) is not None
    if not (has_outcome or asks_drivers):
        return False
    if any(column.is_identifier for column in columns if column is not roles.time):
        return True
    if roles.time is None or (roles.time.is_identifier and roles.time.is_numeric):
        return len(columns) >= 3 or asks_drivers
    if len(roles.time.counts) >= roles.time.filled:
        return False
    parts = [roles.time, *find_segments(roles)]
    places = len(set(zip(*(column.cells for column in parts), strict=True)))
    return places < 0.9 * height


def build_table(
    roles: Roles,
    height: int,
    choices: FileChoices,
    *,
    style: NumberStyle,
    question: str,
    name: str,
    today: date,
) -> RowLevelTable:
    """Type every column; raises UnreadableQuestionError when nothing can be compared."""
    outcome = _propose(roles, choices, question)
    columns: list[RowLevelColumn] = []
    left_out: list[tuple[str, str]] = []
    for column in roles.columns:
        is_outcome = outcome is not None and column is outcome
        why = "" if is_outcome else _useless(column)
        made = None if why else _typed(column, style, choices, today, is_outcome=is_outcome)
        if made is None:
            left_out.append((column.name, why or "too many different words to compare"))
        else:
            columns.append(made)
    if len(columns) < 2:
        raise refusal(
            ProblemCode.NO_VALUES,
            "The rows hold nothing to compare: besides the outcome there must be a column that "
            "differs between rows, such as plan, country or days active.",
        )
    return RowLevelTable(
        columns=tuple(columns),
        row_count=height,
        outcome=outcome.name if outcome and outcome.name in {c.name for c in columns} else None,
        left_out=tuple(left_out),
        question=question,
        source_name=name,
    )


def is_binary(column: Column) -> bool:
    """Two values that mean yes and no."""
    if len(column.counts) != 2:
        return False
    return _positive_level(column) is not None


def _positive_level(column: Column) -> str | None:
    first, second = column.counts
    for yes, no in ((first, second), (second, first)):
        a, b = yes.casefold().removesuffix(".0"), no.casefold().removesuffix(".0")
        if (a in _YES and b in _NO) or b in {f"not {a}", f"non-{a}", f"un{a}", f"not_{a}"}:
            return yes
    return None


def _mentioned(columns: list[Column], question: str) -> Column | None:
    asked = re.sub(r"[\W_]+", " ", question.casefold())
    found = [
        c for c in columns
        if (plain := re.sub(r"[\W_]+", " ", c.name.casefold()).strip()) and
        re.search(rf"\b{re.escape(plain)}\b", asked)
    ]  # fmt: skip
    return found[0] if found else None


def _propose(roles: Roles, choices: FileChoices, question: str) -> Column | None:
    """The outcome: chosen, asked about, named like one, or the only yes-or-no column."""
    chosen = roles.named(choices.value_column)
    if chosen is not None:
        return chosen
    usable = [c for c in roles.columns if c is not roles.time and not _useless(c)]
    candidates = [c for c in usable if is_binary(c) or c.is_numeric]
    asked = _mentioned(candidates, question)
    if asked is not None:
        return asked
    binary = [column for column in usable if is_binary(column)]
    named = [c for c in binary if _OUTCOME.search(c.name)]
    named = named or [c for c in candidates if _OUTCOME.search(c.name)]
    if named:
        return named[-1]
    if len(binary) == 1:
        return binary[0]
    measured = [c for c in candidates if _MEASURED.search(c.name) and not is_binary(c)]
    return measured[0] if len(measured) == 1 and not binary else None


def _useless(column: Column) -> str:
    """Why a column has nothing to compare, '' when it has."""
    if not column.filled:
        return "empty"
    if len(column.counts) == 1:
        return "the same in every row"
    if column.is_identifier:
        return "tells rows apart, describes nothing"
    return ""


def _typed(
    column: Column, style: NumberStyle, choices: FileChoices, today: date, *, is_outcome: bool
) -> RowLevelColumn | None:
    """The column with typed values, None for free text."""
    positive = _positive_level(column) if len(column.counts) == 2 else None
    if positive is None and is_outcome and len(column.counts) == 2 and not column.is_numeric:
        positive = sorted(column.counts)[1]
    if positive is not None:
        negative = next(level for level in column.counts if level != positive)
        values: list[Value] = [
            None if is_blank(cell) else cell == positive for cell in column.cells
        ]
        return RowLevelColumn(
            column.name, ColumnKind.BINARY, tuple(values), positive, negative
        )  # fmt: skip
    if column.numbers == column.filled:
        return RowLevelColumn(column.name, ColumnKind.NUMERIC, _floats(column, style))
    if all(map(is_time, list(column.counts)[:200])):
        try:
            days = days_of(list(column.counts), column.name, choices, today=today).days
        except UnreadableQuestionError:
            days = None
        if days is not None:
            return RowLevelColumn(
                column.name, ColumnKind.DATE, tuple(days.get(cell) for cell in column.cells)
            )
    if len(column.counts) > MAX_CATEGORIES:
        return None
    words = tuple(None if is_blank(cell) else cell for cell in column.cells)
    return RowLevelColumn(column.name, ColumnKind.CATEGORICAL, words)


def _floats(column: Column, style: NumberStyle) -> tuple[Value, ...]:
    read: dict[str, float | None] = {}
    for cell in column.counts:
        plain = plain_number(cell, style)
        number = split_number(plain) if plain is not None else None
        if number is None:
            raise refusal(
                ProblemCode.TEXT_IN_VALUES,
                f"“{shorten(cell, 40)}” in column “{shorten(column.name)}” is no number with "
                f"a decimal {'point' if style is NumberStyle.POINT else 'comma'} like the others. "
                "Choose the other decimal mark, or mend that cell.",
            )
        read[cell] = signed_value(number, NumberStyle.POINT)
    return cast("tuple[Value, ...]", tuple(read.get(cell) for cell in column.cells))
