"""Simulate the demo company's two years and write them into a SQLite file.

The same last week and seed give the same rows. The file is written beside its place and moved
there whole, so that a reader never sees half of it.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from bot.analysis.question import MetricKind
from deploy.demo_company.story import MARKETS, MEASURES, RELEASES, SEGMENTS, WEEKS, Measure
from pipeline.simulator.families import Pattern
from pipeline.simulator.series import Shape, Trace, simulate_series

SEED = 7
PHI = 0.2  # of the noise that carries over to the next week
MARKET_FACTORS = (1.0, 0.96, 1.03)  # on the level, so that markets differ without a story
DATABASE_NAME = "the demo company's database"

_Key = tuple[str, str, str]
_TABLES = {
    "signup_week": ("signups", "activated"),
    "trial_week": ("trials", "paid"),
    "account_week": ("accounts", "cancelled"),
    "support_week": ("tickets",),
    "revenue_week": ("revenue", "accounts"),
}


def last_whole_week(today: date) -> date:
    """The Monday of the last week that is over."""
    return today - timedelta(days=today.weekday() + 7)


def write_company(file: Path, last_week: date, seed: int = SEED) -> int:
    """Write the company's database, replacing an older one; returns the number of rows."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".part")
    draft.unlink(missing_ok=True)
    days = [last_week - timedelta(weeks=WEEKS - 1 - step) for step in range(WEEKS)]
    count = 0
    connection = sqlite3.connect(draft)
    try:
        for table, columns in _TABLES.items():
            kinds = ", ".join(f"{column} REAL NOT NULL" for column in columns)
            connection.execute(
                f"CREATE TABLE {table} (week DATE, segment TEXT, market TEXT, {kinds},"
                " PRIMARY KEY (week, segment, market)) WITHOUT ROWID"
            )
            places = ", ".join("?" * (3 + len(columns)))
            rows = list(_rows(table, columns, days, seed))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - our own names
            count += len(rows)
        connection.commit()
    finally:
        connection.close()
    draft.replace(file)
    return count


def is_current(file: Path, last_week: date) -> bool:
    """Tell whether the file holds a company that ends with this week."""
    if not file.is_file():
        return False
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        (newest,) = connection.execute("SELECT MAX(week) FROM signup_week").fetchone()
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return bool(newest == last_week.isoformat())


def simulate_measure(measure: Measure, segment: str, market: str, seed: int = SEED) -> Trace:
    """Simulate one series of WEEKS values; each has its own stream of random numbers."""
    digest = hashlib.sha256(f"{measure.key}/{segment}/{market}".encode()).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
    told = [r for r in RELEASES if r.touches(measure.key, segment, market)]
    pattern, delta, start = Pattern.NOISE, 0.0, 0
    if told:
        pattern, delta, start = told[0].pattern, told[0].delta, WEEKS - told[0].weeks_ago
    shape = Shape(pattern, WEEKS, delta, start, 1, measure.noise_sd, PHI)
    level = measure.levels[SEGMENTS.index(segment)] * MARKET_FACTORS[MARKETS.index(market)]
    return simulate_series(rng, measure.kind, level, shape)[0]


def _rows(
    table: str, columns: tuple[str, ...], days: list[date], seed: int
) -> Iterator[tuple[object, ...]]:
    measure = next(measure for measure in MEASURES if measure.table == table)
    for segment in SEGMENTS:
        for market in MARKETS:
            trace = simulate_measure(measure, segment, market, seed)
            for step, day in enumerate(days):
                counted = _counted(measure, trace, step)
                yield (day.isoformat(), segment, market, *(counted[name] for name in columns))


def _counted(measure: Measure, trace: Trace, step: int) -> dict[str, float]:
    observed = float(trace.observed[step])
    if measure.kind is MetricKind.RATE and trace.cohorts is not None:
        people = int(trace.cohorts[step])
        return {measure.columns[1]: people, measure.columns[0]: round(observed * people)}
    if measure.kind is MetricKind.MONEY:
        accounts = 400 + step  # grows slowly and tells no story
        return {"accounts": accounts, measure.columns[0]: round(observed * accounts, 2)}
    return {measure.columns[0]: observed}
