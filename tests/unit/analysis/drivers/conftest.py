"""A made-up table of trial users with known tendencies, and real tables from statsmodels."""

import numpy as np
import pytest

from bot.analysis.drivers import compute_driver_findings
from bot.analysis.facts import Findings
from bot.analysis.files.row_level import ColumnKind, RowLevelColumn, RowLevelTable


def make_table(columns: dict[str, list], outcome: str) -> RowLevelTable:
    """Type plain columns: bool is binary, str categorical, numbers numeric."""
    made = []
    for name, values in columns.items():
        known = next(value for value in values if value is not None)
        if isinstance(known, bool):
            made.append(RowLevelColumn(name, ColumnKind.BINARY, tuple(values), "yes", "no"))
        elif isinstance(known, str):
            made.append(RowLevelColumn(name, ColumnKind.CATEGORICAL, tuple(values)))
        else:
            numbers = tuple(None if value is None else float(value) for value in values)
            made.append(RowLevelColumn(name, ColumnKind.NUMERIC, numbers))
    return RowLevelTable(tuple(made), len(made[0].values), outcome)


@pytest.fixture(scope="session")
def table_of():
    return make_table


@pytest.fixture(scope="session")
def users() -> RowLevelTable:
    rng = np.random.default_rng(7)
    n = 4_000
    days = rng.integers(0, 31, n)
    plan = rng.choice(["monthly", "annual", "quarterly"], n, p=[0.5, 0.3, 0.2])
    invited = rng.random(n) < 0.4
    country = rng.choice(["UK", "US", "DE"], n)
    signal = -0.5 + 0.06 * days + 0.6 * (plan == "annual") - 0.5 * (plan == "quarterly")
    signal = signal - 0.7 * invited
    converted = rng.random(n) < 1 / (1 + np.exp(-signal))
    return make_table(
        {
            "days_active": days.tolist(),
            "plan": plan.tolist(),
            "invited": [bool(v) for v in invited],
            "country": country.tolist(),
            "converted": [bool(v) for v in converted],
        },
        "converted",
    )


@pytest.fixture(scope="session")
def found(users: RowLevelTable) -> Findings:
    return compute_driver_findings(users)
