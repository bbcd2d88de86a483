"""Locks with a name, held to the end of the transaction, where a row lock has no row to hold.

Needed on PostgreSQL only: writers on SQLite are already one at a time.
"""

import hashlib

from sqlalchemy import Connection, text
from sqlmodel import Session


def lock_name(session: Session, name: str) -> None:
    """Wait until no other transaction holds this name; released on commit or rollback."""
    lock_connection(session.connection(), name)


def lock_connection(connection: Connection, name: str) -> None:
    """Do the same on a bare connection."""
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"growth-analyst:{name}".encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
