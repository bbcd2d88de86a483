"""What every table shares: one metadata with fixed constraint names, and race-safe inserts.

Constraint names are fixed so that migrations can address them on both databases.
"""

from typing import TypeVar

from sqlalchemy import MetaData, Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from storage.errors import NotFoundError

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Record(SQLModel):
    """Base of all tables. JSON columns are replaced whole: changes inside them are not seen."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


RecordT = TypeVar("RecordT", bound=Record)


def insert_if_new(session: Session, record: Record, *unique_columns: str) -> bool:
    """Insert the record unless its unique columns are taken; tell whether it went in.

    Safe against another transaction inserting the same key at the same moment: on PostgreSQL the
    second waits for the first to commit, on SQLite writers queue from the start. The object given
    stays outside the session; read the row back.
    """
    table: Table = inspect(type(record)).local_table
    values = {
        column.key: getattr(record, column.key)
        for column in table.columns
        if not (column.primary_key and getattr(record, column.key) is None)
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(table)
        .values(values)
        .on_conflict_do_nothing(index_elements=list(unique_columns))
        .returning(*table.primary_key.columns)
    )
    return session.exec(statement).first() is not None


def get_locked(session: Session, kind: type[RecordT], key: object, noun: str) -> RecordT:
    """Read a row fresh and keep others from changing it until this transaction ends.

    Raises:
        NotFoundError: there is no such row.
    """
    record = session.get(kind, key, with_for_update=True, populate_existing=True)
    if record is None:
        raise NotFoundError(noun, key)
    return record


def save(session: Session, record: RecordT) -> RecordT:
    """Write a new or changed row within the transaction, so that its id is known."""
    session.add(record)
    session.flush()
    return record
