"""How the file of a request was read: what the form that corrects it starts from.

Holds the reading's words and choices, where the file lies and, for rows with an outcome, the facts
about them (`drivers`); never its cells.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session

from storage.columns import Json, UtcDateTime, utc_now
from storage.record import Record, save


class FileReadingRow(Record, table=True):
    """One file of one request; `reading` has statement, choices, options and row facts."""

    __tablename__ = "file_reading"

    request_id: str = Field(primary_key=True, foreign_key="request.id")
    file: dict[str, Any] = Field(sa_type=Json, description="id, name and address, as Slack sent")
    reading: dict[str, Any] = Field(sa_type=Json)
    read_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def store_file_reading(
    session: Session, request_id: str, file: dict[str, Any], reading: dict[str, Any]
) -> FileReadingRow:
    """Remember how a request's file was read; a second reading replaces the first."""
    row = session.get(FileReadingRow, request_id)
    if row is None:
        row = FileReadingRow(request_id=request_id, file=file, reading=reading)
    row.file, row.reading, row.read_at = file, reading, utc_now()
    return save(session, row)


def find_file_reading(session: Session, request_id: str) -> FileReadingRow | None:
    """Return how the file of a request was read, None when it had none."""
    return session.get(FileReadingRow, request_id)
