"""Reading a metric's rows from the company's database: one statement, read-only, within limits.

The second lock after `bot.analysis.catalogue.statements`: each kind of database refuses to write
by its own means, stops at the time limit, and hands out no more rows than the cap. SQLite and
PostgreSQL go through SQLAlchemy, DuckDB through its own driver (the dialect for SQLAlchemy does
not work with its current versions). One connection per question; nothing is kept open.
"""

import contextlib
import logging
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from pydantic import SecretStr
from sqlalchemy import Connection, Date, Engine, String, bindparam, create_engine, event, make_url
from sqlalchemy import text as sql_text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.analysis.catalogue.statements import (
    UnsafeStatementError,
    check_statement,
    without_comments,
)

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5
# What a SELECT needs of SQLite, and nothing that writes, attaches or changes the session.
_SQLITE_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)
_PROGRESS_INSTRUCTIONS = 10_000  # of SQLite's virtual machine between two looks at the clock
_TIMEOUT_STATES = frozenset({"57014"})  # PostgreSQL: query_canceled
_WRITE_STATES = frozenset({"25006", "42501"})  # read_only_sql_transaction, insufficient_privilege

Parameters = Mapping[str, date | str]
Row = dict[str, Any]


class SourceDownError(RuntimeError):
    """The database cannot be reached now; the question can wait."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} cannot be reached")
        self.source_name = name[:1].upper() + name[1:]


class ReadRefusedError(ValueError):
    """The query was refused or stopped; the message says why, for the asker."""


class MetricSource(Protocol):
    """A database that metrics are read from. `name` is what people are told."""

    name: str

    def read(self, sql: str, parameters: Parameters) -> list[Row]:
        """Return the rows of one reading statement.

        Raises:
            SourceDownError: the database cannot be reached.
            ReadRefusedError: not a single reading statement, too slow, or too many rows.
        """
        ...


def open_source(
    url: SecretStr, *, name: str, timeout_seconds: float, row_cap: int
) -> "SqlalchemySource | DuckdbSource":
    """Make the source for an address; connects only when something is read.

    Raises:
        ValueError: the address is not of a kind that can be read.
    """
    advice = "use sqlite:///file, postgresql://user@host/database or duckdb:///file"
    try:
        address = make_url(url.get_secret_value().replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError) as error:
        # The address may hold a password: it is not repeated.
        raise ValueError(
            f"The address of the company's database cannot be read; {advice}."
        ) from error
    kind = address.get_backend_name()
    if kind == "duckdb":
        return DuckdbSource(Path(address.database or ""), name, timeout_seconds, row_cap)
    if kind == "sqlite" and address.database and address.database != ":memory:":
        engine = _open_sqlite(Path(address.database))
    elif kind == "postgresql":
        options = "-c default_transaction_read_only=on"
        options += f" -c statement_timeout={int(timeout_seconds * 1000)} -c lock_timeout=2000"
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": CONNECT_SECONDS, "options": options},
            poolclass=NullPool,
        ).execution_options(postgresql_readonly=True)
    else:
        raise ValueError(f"{kind} cannot be read as the company's database; {advice}.")
    return SqlalchemySource(engine, name, timeout_seconds, row_cap)


class SqlalchemySource:
    """SQLite or PostgreSQL behind SQLAlchemy."""

    def __init__(self, engine: Engine, name: str, timeout_seconds: float, row_cap: int) -> None:
        self.name = name
        self._engine = engine
        self._timeout_seconds, self._row_cap = timeout_seconds, row_cap

    def read(self, sql: str, parameters: Parameters) -> list[Row]:
        """Return the rows of one reading statement; see `MetricSource.read`."""
        statement, bound = _prepare(sql, parameters)
        if self._engine.dialect.name == "postgresql":
            # The driver takes all rows at once, so the cap has to hold on the server.
            statement = f"SELECT * FROM ({statement}) AS capped LIMIT {self._row_cap + 1}"  # noqa: S608 - reviewed, and checked above
        kinds = [
            bindparam(key, type_=String() if isinstance(value, str) else Date())
            for key, value in bound.items()
        ]
        try:
            with self._engine.connect() as connection, self._deadline(connection):
                result = connection.execute(sql_text(statement).bindparams(*kinds), bound)
                rows = [dict(row) for row in result.mappings().fetchmany(self._row_cap + 1)]
        except DBAPIError as error:
            raise self._explain(error) from error
        except SQLAlchemyError as error:
            _log(error)
            raise ReadRefusedError(_BROKEN) from error
        return _within_cap(rows, self._row_cap)

    @contextlib.contextmanager
    def _deadline(self, connection: Connection) -> Iterator[None]:
        driver: Any = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            yield  # PostgreSQL keeps the time itself (statement_timeout)
            return
        ends = time.monotonic() + self._timeout_seconds
        driver.set_progress_handler(lambda: time.monotonic() > ends, _PROGRESS_INSTRUCTIONS)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)

    def _explain(self, error: DBAPIError) -> Exception:
        state = getattr(error.orig, "sqlstate", None)
        said = str(error.orig).lower()
        _log(error.orig or error)
        if state in _TIMEOUT_STATES or said == "interrupted":
            return ReadRefusedError(_too_slow(self._timeout_seconds))
        if state in _WRITE_STATES or "not authorized" in said or "readonly" in said:
            return ReadRefusedError(_WRITES)
        is_postgres_down = self._engine.dialect.name == "postgresql" and state is None
        if is_postgres_down or (state or "").startswith(("08", "57P", "53", "28", "3D")):
            return SourceDownError(self.name)
        if "unable to open" in said or "locked" in said or "not a database" in said:
            return SourceDownError(self.name)
        return ReadRefusedError(_BROKEN)


class DuckdbSource:
    """A DuckDB file, opened read-only and without access to other files."""

    def __init__(self, file: Path, name: str, timeout_seconds: float, row_cap: int) -> None:
        self.name = name
        self._file = file
        self._timeout_seconds, self._row_cap = timeout_seconds, row_cap

    def read(self, sql: str, parameters: Parameters) -> list[Row]:
        """Return the rows of one reading statement; see `MetricSource.read`."""
        statement, bound = _prepare(sql, parameters)
        try:
            import duckdb
        except ImportError as error:
            raise ReadRefusedError(
                "The company's database is DuckDB, and its driver is not installed here. Whoever"
                " runs this bot can install it: pip install duckdb."
            ) from error
        # Named parameters are :name in the catalogue and $name in DuckDB.
        statement = re.sub(r"(?<!:):([A-Za-z_]\w*)", r"$\1", statement)
        config: dict[str, Any] = {"enable_external_access": "false", "lock_configuration": "true"}
        try:
            connection = duckdb.connect(str(self._file), read_only=True, config=config)
        except duckdb.Error as error:
            _log(error)
            raise SourceDownError(self.name) from error
        timer = threading.Timer(self._timeout_seconds, connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            cursor = connection.execute(statement, bound)
            names = [str(column[0]) for column in cursor.description or []]
            found = cursor.fetchmany(self._row_cap + 1)
        except duckdb.InterruptException as error:
            raise ReadRefusedError(_too_slow(self._timeout_seconds)) from error
        except duckdb.Error as error:
            _log(error)
            writes = isinstance(error, duckdb.PermissionException) or "read-only" in str(error)
            raise ReadRefusedError(_WRITES if writes else _BROKEN) from error
        finally:
            timer.cancel()
            connection.close()
        return _within_cap([dict(zip(names, row, strict=True)) for row in found], self._row_cap)


_WRITES = (
    "The metric's query tries to do more than read, so the database refused it. Its owner has to"
    " mend it in the catalogue."
)
_BROKEN = (
    "The metric's query does not fit the company's database any more. Its owner has to mend it in"
    " the catalogue."
)


def _log(error: BaseException) -> None:
    """One line for operators; the trace, which may hold values, only where it is asked for."""
    said = str(error).strip().split("\n", 1)[0][:200]
    logger.warning("A metric could not be read (%s): %s", type(error).__name__, said)
    logger.debug("The whole error", exc_info=error)


def _too_slow(seconds: float) -> str:
    return (
        f"The metric's query took longer than {seconds:g} seconds and was stopped. Ask for a"
        " shorter window, or have its owner make it faster."
    )


def _prepare(sql: str, parameters: Parameters) -> tuple[str, dict[str, date | str]]:
    try:
        wanted = check_statement(sql)
    except UnsafeStatementError as error:
        raise ReadRefusedError(f"The metric's query is refused: {error}.") from error
    return without_comments(sql), {name: parameters[name] for name in sorted(wanted)}


def _within_cap(rows: list[Row], cap: int) -> list[Row]:
    if len(rows) > cap:
        raise ReadRefusedError(
            f"The metric's query gives more than {cap:,} rows. Ask for a shorter window, or have"
            " its owner add up the rows of each period."
        )
    return rows


def _open_sqlite(file: Path) -> Engine:
    address = f"sqlite:///file:{quote(str(file))}?mode=ro&uri=true"
    engine = create_engine(address, connect_args={"timeout": CONNECT_SECONDS}, poolclass=NullPool)
    event.listen(engine, "connect", _lock_sqlite)
    return engine


def _lock_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_authorise)


def _authorise(action: int, first: str | None, second: str | None, *_: object) -> int:
    is_loading = action == sqlite3.SQLITE_FUNCTION and second == "load_extension"
    allowed = action in _SQLITE_ALLOWED and not is_loading
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
