"""Opening the database, and the one way to a transaction.

SQLite or PostgreSQL behind one address; the schema comes from `storage.migration`. One transaction
per listener or job, never held open across a model call.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from storage.errors import DatabaseUrlError
from storage.migration import migrate

__all__ = ["StorageSettings", "describe_database", "migrate", "open_database", "reading"]
__all__ += ["transaction"]

# Far above any transaction of ours (milliseconds): covers a migration in another process.
SQLITE_BUSY_TIMEOUT_SECONDS = 30
# A database that is down is reported while the user still watches.
POSTGRESQL_CONNECT_TIMEOUT_SECONDS = 5
POOL_SIZE = 10
POOL_OVERFLOW = 20
DEFAULT_URL = "sqlite:///data/analyst.sqlite"
_READ_ONLY_OPTION = "storage_read_only"
_turns: dict[str, threading.Lock] = {}
_turns_lock = threading.Lock()


class StorageSettings(BaseModel):
    """Where everything is remembered."""

    model_config = ConfigDict(frozen=True)

    url: str = Field(
        default=DEFAULT_URL,
        description="sqlite:///relative/path, sqlite:////absolute/path or postgresql://...",
    )


def open_database(url: str) -> Engine:
    """Return an engine for this address; connects only when first used.

    The folder of a SQLite file is made. Raises DatabaseUrlError for any other kind of database
    and for SQLite in memory, which the threads of a bot could not share.
    """
    address = _read_url(url)
    json_writer: Callable[[Any], str] = partial(json.dumps, allow_nan=False)
    if address.get_backend_name() == "sqlite":
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            address,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            json_serializer=json_writer,
        )
        event.listen(engine, "connect", _prepare_sqlite_connection)
        event.listen(engine, "begin", _begin_sqlite_transaction)
        return engine
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": POSTGRESQL_CONNECT_TIMEOUT_SECONDS},
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_pre_ping=True,
        json_serializer=json_writer,
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Give a session that commits at the end of the block and rolls back when it raises.

    Rows stay readable after the block. Writers on SQLite queue at the start (BEGIN IMMEDIATE), so
    two of them never deadlock half-way; those of one process queue at a lock, because SQLite
    itself makes a waiting writer sleep up to 100 ms between two looks. Do not nest.
    """
    with (
        _writing_turn(engine),
        Session(engine, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that may only read and does not queue behind writers; writing raises."""
    options: dict[str, Any] = {_READ_ONLY_OPTION: True}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    with transaction(engine.execution_options(**options)) as session:
        yield session


def describe_database(engine: Engine) -> dict[str, str]:
    """Return kind, version and journal mode, for the operator's health check."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
            journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
            return {"kind": "sqlite", "version": str(version), "journal_mode": str(journal)}
        version = connection.execute(text("SHOW server_version")).scalar_one()
        return {"kind": "postgresql", "version": str(version)}


def _writing_turn(engine: Engine) -> contextlib.AbstractContextManager[object]:
    """The lock at which this process's writers on one SQLite file queue; none elsewhere."""
    if engine.dialect.name != "sqlite" or engine.get_execution_options().get(_READ_ONLY_OPTION):
        return contextlib.nullcontext()
    with _turns_lock:
        return _turns.setdefault(str(engine.url), threading.Lock())


def _read_url(url: str) -> URL:
    advice = "Use sqlite:///data/analyst.sqlite or postgresql://user@host/database."
    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError) as error:
        # The address may hold a password: it is not repeated.
        raise DatabaseUrlError(f"The database address cannot be read. {advice}") from error
    kind = address.get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise DatabaseUrlError(f"{kind!r} databases are not supported. {advice}")
    if kind == "sqlite" and address.database in {None, "", ":memory:"}:
        raise DatabaseUrlError(f"SQLite needs a file, not memory. {advice}")
    return address


def _prepare_sqlite_connection(connection: Any, _record: object) -> None:
    # None: transactions begin where _begin_sqlite_transaction says, not where the driver guesses.
    connection.isolation_level = None
    cursor = connection.cursor()
    # DELETE, not WAL: before SQLite 3.51.3 two connections can corrupt a WAL file on reset.
    cursor.execute("PRAGMA journal_mode = DELETE")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite_transaction(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get(_READ_ONLY_OPTION, False))
    if connection.info.get("query_only", False) != read_only:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.info["query_only"] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
