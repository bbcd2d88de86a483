"""Bringing a database to the current schema, from the migrations packaged beside this file.

Any number of processes may call it at once, any number of times. The steps themselves are in
`storage/migrations/versions`; this file only runs them.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from storage.locks import lock_connection

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Create or upgrade all tables in one transaction; do nothing when they are current.

    A second process waits for the first (SQLite: the write lock; PostgreSQL: an advisory lock).
    """
    with engine.begin() as connection:
        lock_connection(connection, "migrate")
        command.upgrade(migration_config(connection), "head")


def migration_config(connection: Connection) -> Config:
    """Return Alembic's configuration bound to an open connection."""
    config = Config()
    # Alembic reads % as interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
