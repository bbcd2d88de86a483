"""How our column types are written into a migration: as plain SQLAlchemy types.

A migration must keep meaning the same when the code's own types change.
"""

from typing import Any, Literal

from sqlalchemy import JSON, Enum
from sqlmodel import AutoString

from storage.columns import PlainText, UtcDateTime


def render_column_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Return the source text for one column type, or False for Alembic's own choice."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, PlainText):
        return "sa.Text()"
    if isinstance(item, JSON):
        return "sa.JSON()"
    if isinstance(item, (Enum, AutoString)):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False
