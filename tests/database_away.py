"""Taking a test's database away: PostgreSQL is stopped, a SQLite file is locked."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

Away = Callable[[], AbstractContextManager[None]]


@contextmanager
def stopped_server(server: Any) -> Iterator[None]:
    """Stop PostgreSQL, which ends every connection, and start it again after the block."""
    server.stop()
    try:
        yield
    finally:
        server.ensure_postgres_running()


@contextmanager
def locked_file(path: str) -> Iterator[None]:
    """Keep everybody from reading and writing a SQLite file during the block."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()
