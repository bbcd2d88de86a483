"""From typed columns to a design matrix: constant, numeric columns, one-hot levels.

Rows with a missing value are left out and counted. It fits nothing.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.analysis.drivers.cautions import Caution, CautionCode, spoken
from bot.analysis.files.row_level import ColumnKind, RowLevelColumn, RowLevelTable
from bot.analysis.question import Problem, ProblemCode, UnreadableQuestionError

Array = NDArray[np.float64]
FEWEST_ROWS = 20  # below this no regression is worth telling
MOST_PREDICTORS = 25
MOST_LEVELS = 12  # a column with more levels would spend more terms than tables can pay
MOST_MISSING = 0.4  # own choice: a column emptier than this costs more rows than it tells
UNIT_STEP_SD = (0.3, 30.0)  # spread for which "each additional one" reads well


@dataclass(frozen=True, slots=True)
class Term:
    """One column of the design: a numeric predictor, or one level against the reference.

    `step` is the size of "each additional" for a numeric predictor, 1 for a level.
    """

    variable: str
    level: str = ""
    reference: str = ""
    step: float = 1.0

    @property
    def is_numeric(self) -> bool:
        """Whether the predictor is a number rather than a level."""
        return not self.reference


@dataclass(frozen=True, slots=True)
class Design:
    """Outcome y (rows,) and x (rows, 1 + terms); column 0 of x is the constant."""

    outcome: RowLevelColumn
    y: Array
    x: Array
    terms: tuple[Term, ...]
    rows_total: int

    @property
    def rows(self) -> int:
        """Rows used."""
        return len(self.y)

    def positions(self, variable: str) -> list[int]:
        """Columns of x that belong to a variable."""
        return [k + 1 for k, term in enumerate(self.terms) if term.variable == variable]

    @property
    def variables(self) -> list[str]:
        """Variables in order, each once."""
        return list(dict.fromkeys(term.variable for term in self.terms))

    def without(self, variable: str) -> "Design":
        """The same design without a variable's columns."""
        gone = set(self.positions(variable))
        kept = [k for k in range(self.x.shape[1]) if k not in gone]
        terms = tuple(term for term in self.terms if term.variable != variable)
        return Design(self.outcome, self.y, self.x[:, kept], terms, self.rows_total)


def unusable(message: str, code: ProblemCode = ProblemCode.NO_VALUES) -> UnreadableQuestionError:
    """Make the error for a table that carries no regression."""
    return UnreadableQuestionError((Problem(code=code, message=message, field="outcome"),), {})


def find_outcome(table: RowLevelTable, name: str) -> RowLevelColumn:
    """Return the outcome by its heading; raises UnreadableQuestionError when it will not do."""
    wanted = name or table.outcome or ""
    names = ", ".join(column.name for column in table.columns[:12])
    if not wanted:
        raise unusable(f"Say which column is the outcome to explain: one of {names}.")
    found = [c for c in table.columns if spoken(c.name).casefold() == spoken(wanted).casefold()]
    if not found:
        raise unusable(f"There is no column “{wanted[:60]}” to explain. Choose one of {names}.")
    if found[0].kind in {ColumnKind.CATEGORICAL, ColumnKind.DATE}:
        raise unusable(
            f"“{found[0].name}” holds {found[0].kind.value} values; an outcome must be yes or no, "
            "an amount or a count. Choose another column, or add one that says yes or no."
        )
    return found[0]


def build_design(table: RowLevelTable, outcome: RowLevelColumn) -> tuple[Design, list[Caution]]:
    """Encode every usable predictor; raises UnreadableQuestionError when too little is left."""
    cautions: list[Caution] = []
    usable: list[RowLevelColumn] = []
    for column in table.columns:
        if column.name == outcome.name:
            continue
        why = _why_not(column)
        if why:
            cautions.append(_not_used(column.name, why))
        elif len(usable) < MOST_PREDICTORS:
            usable.append(column)
        else:
            cautions.append(_not_used(column.name, f"more than {MOST_PREDICTORS} predictors"))
    kept = [
        row
        for row in range(table.row_count)
        if outcome.values[row] is not None
        and all(column.values[row] is not None for column in usable)
    ]
    dropped = table.row_count - len(kept)
    if dropped:
        share = 100 * dropped / table.row_count
        cautions.append(
            Caution(
                CautionCode.MISSING,
                f"{dropped:,} of {table.row_count:,} rows ({share:.0f} %) miss a value and were "
                "left out; if they differ from the others, so may the result.",
            )
        )
    if len(kept) < FEWEST_ROWS:
        raise unusable(
            f"Only {len(kept)} complete rows: at least {FEWEST_ROWS} are needed. Add rows, or "
            "take out the columns that are often empty.",
            ProblemCode.TOO_FEW_VALUES,
        )
    y = np.array([float(outcome.values[row]) for row in kept])  # type: ignore[arg-type]
    if float(np.ptp(y)) == 0.0:
        raise unusable(
            f"“{outcome.name}” is the same in every complete row, so nothing can be compared."
        )
    columns, terms = [np.ones(len(kept))], []
    for column in usable:
        for values, term in _encode(column, kept):
            if float(np.ptp(values)) > 0.0:
                columns.append(values)
                terms.append(term)
    if not terms:
        raise unusable("Besides the outcome no column differs between the rows.")
    design = Design(outcome, y, np.column_stack(columns), tuple(terms), table.row_count)
    return design, cautions


def _not_used(name: str, why: str) -> Caution:
    return Caution(CautionCode.NOT_USED, f"{spoken(name)} was not compared: {why}.", name)


def _why_not(column: RowLevelColumn) -> str:
    known = {value for value in column.values if value is not None}
    if len(known) < 2:
        return "it is the same in every row"
    if column.missing > MOST_MISSING * len(column.values):
        return f"{100 * column.missing / len(column.values):.0f} % of its values are missing"
    if column.kind is ColumnKind.DATE:
        return "it is a date; give the days since then as a number"
    if column.kind is ColumnKind.CATEGORICAL and len(known) > MOST_LEVELS:
        return f"it has {len(known)} levels, more than {MOST_LEVELS}; group the rare ones"
    return ""


def _encode(column: RowLevelColumn, kept: list[int]) -> list[tuple[Array, Term]]:
    values: list[Any] = [column.values[row] for row in kept]
    if column.kind is ColumnKind.NUMERIC:
        numbers = np.array([float(value) for value in values])
        return [(numbers, Term(column.name, step=choose_step(float(numbers.std()))))]
    if column.kind is ColumnKind.BINARY:
        term = Term(column.name, column.positive_label or "yes", column.negative_label or "no")
        return [(np.array([float(bool(value)) for value in values]), term)]
    counts = Counter(str(value) for value in values)
    # The commonest level is the reference: it gives the least noisy comparison.
    reference = min(counts, key=lambda level: (-counts[level], level))
    return [
        (
            np.array([float(value == level) for value in values]),
            Term(column.name, level, reference),
        )
        for level in sorted(counts)
        if level != reference
    ]


def choose_step(spread: float) -> float:
    """Return 1, or the power of ten nearest below the spread where one unit says little."""
    low, high = UNIT_STEP_SD
    if spread <= 0 or low <= spread < high:
        return 1.0
    return float(10.0 ** math.floor(math.log10(spread)))
