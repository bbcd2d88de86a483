"""The same small company in SQLite, PostgreSQL and DuckDB, and sources that read it."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from pydantic import SecretStr

from bot.catalogue_reading import MetricSource, open_source

MONDAY = date(2026, 11, 16)  # first day of the last of 30 weeks
WEEKS = 30
NAME = "the test company"
CREATE = "CREATE TABLE signup_week (week DATE, segment TEXT, market TEXT, signups INT, done INT)"


def rows() -> list[tuple[Any, ...]]:
    """Thirty weeks of two segments and two markets; 100 sign-ups each, 40 or 30 done."""
    return [
        (MONDAY - timedelta(weeks=back), segment, market, 100, 40 if segment == "SMB" else 30)
        for back in range(WEEKS)
        for segment in ("SMB", "Enterprise")
        for market in ("UK", "US")
    ]


@dataclass(frozen=True)
class Company:
    """A database of one kind; `count` looks at it beside the source, to see what happened."""

    kind: str
    url: str
    count: Callable[[], int]

    def source(self, *, timeout_seconds: float = 5.0, row_cap: int = 1_000) -> MetricSource:
        """Open it as the bot does."""
        return open_source(
            SecretStr(self.url), name=NAME, timeout_seconds=timeout_seconds, row_cap=row_cap
        )


@pytest.fixture(params=["sqlite", "postgresql", "duckdb"])
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """The company, once in each kind of database."""
    if request.param == "sqlite":
        yield _sqlite(tmp_path / "company.sqlite")
    elif request.param == "duckdb":
        yield _duckdb(tmp_path / "company.duckdb")
    else:
        yield from _postgresql(request.getfixturevalue("postgresql_server_url"))


def _sqlite(file: Path) -> Company:
    connection = sqlite3.connect(file)
    connection.execute(CREATE)
    connection.executemany(
        "INSERT INTO signup_week VALUES (?, ?, ?, ?, ?)",
        [(row[0].isoformat(), *row[1:]) for row in rows()],
    )
    connection.commit()
    connection.close()

    def count() -> int:
        opened = sqlite3.connect(file)
        (found,) = opened.execute("SELECT COUNT(*) FROM signup_week").fetchone()
        opened.close()
        return int(found)

    return Company("sqlite", f"sqlite:///{file}", count)


def _duckdb(file: Path) -> Company:
    with duckdb.connect(str(file)) as connection:
        connection.execute(CREATE)
        connection.executemany("INSERT INTO signup_week VALUES (?, ?, ?, ?, ?)", rows())

    def count() -> int:
        with duckdb.connect(str(file), read_only=True) as opened:
            found = opened.execute("SELECT COUNT(*) FROM signup_week").fetchone()
            assert found is not None
            return int(found[0])

    return Company("duckdb", f"duckdb:///{file}", count)


def _postgresql(server_url: str) -> Iterator[Company]:
    name = f"company_{uuid.uuid4().hex[:12]}"
    url = server_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CREATE)
        connection.cursor().executemany(
            "INSERT INTO signup_week VALUES (%s, %s, %s, %s, %s)", rows()
        )

    def count() -> int:
        with psycopg.connect(url) as opened:
            found = opened.execute("SELECT COUNT(*) FROM signup_week").fetchone()
            assert found is not None
            return int(found[0])

    yield Company("postgresql", url, count)
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
