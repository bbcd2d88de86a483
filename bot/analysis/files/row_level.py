"""A table with one row per user (or account, order, ...) and an outcome: hand-off to the drivers.

Made from a file by this package, read by the regression. Holds typed values only; it decides
neither which outcome is asked about (it proposes one) nor what drives it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Value = bool | float | str | date | None


class ColumnKind(StrEnum):
    """What a column's values are; None always means that the cell was empty."""

    BINARY = "binary"  # bool; `positive_label` and `negative_label` are what was written
    NUMERIC = "numeric"  # float
    CATEGORICAL = "categorical"  # str, one of a few levels
    DATE = "date"  # datetime.date


@dataclass(frozen=True, slots=True)
class RowLevelColumn:
    """One column: its heading, what its values are, and one value for each row, in file order."""

    name: str
    kind: ColumnKind
    values: tuple[Value, ...]
    positive_label: str = ""
    negative_label: str = ""

    @property
    def missing(self) -> int:
        """How many rows have no value."""
        return sum(value is None for value in self.values)


@dataclass(frozen=True, slots=True)
class RowLevelTable:
    """Rows of people or things with what was known about each and how it ended.

    All columns have `row_count` values. `outcome` names the proposed outcome column, None when
    none stood out; the question or the user may name another. `left_out` holds (column, why) for
    columns that carry nothing to compare (identifiers, free text, empty columns).
    """

    columns: tuple[RowLevelColumn, ...]
    row_count: int
    outcome: str | None = None
    left_out: tuple[tuple[str, str], ...] = ()
    question: str = ""
    source_name: str = ""

    def column(self, name: str) -> RowLevelColumn:
        """The column with this heading; raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def predictors(self) -> tuple[RowLevelColumn, ...]:
        """Every column but the proposed outcome."""
        return tuple(column for column in self.columns if column.name != self.outcome)

    def to_json(self) -> dict[str, Any]:
        """Plain data for another process or the database; dates as ISO text."""
        return {
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind.value,
                    "values": [
                        value.isoformat() if isinstance(value, date) else value
                        for value in column.values
                    ],
                    "positive_label": column.positive_label,
                    "negative_label": column.negative_label,
                }
                for column in self.columns
            ],
            "row_count": self.row_count,
            "outcome": self.outcome,
            "left_out": [list(pair) for pair in self.left_out],
            "question": self.question,
            "source_name": self.source_name,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> "RowLevelTable":
        """The table that `to_json` wrote."""
        return RowLevelTable(
            columns=tuple(_column_from_json(column) for column in data["columns"]),
            row_count=data["row_count"],
            outcome=data["outcome"],
            left_out=tuple((name, why) for name, why in data["left_out"]),
            question=data["question"],
            source_name=data["source_name"],
        )


def _column_from_json(data: dict[str, Any]) -> RowLevelColumn:
    kind = ColumnKind(data["kind"])
    values: Iterable[Value] = data["values"]
    if kind is ColumnKind.DATE:
        values = (date.fromisoformat(str(value)) if value else None for value in data["values"])
    return RowLevelColumn(
        name=data["name"],
        kind=kind,
        values=tuple(values),
        positive_label=data["positive_label"],
        negative_label=data["negative_label"],
    )
