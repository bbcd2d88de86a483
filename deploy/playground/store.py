"""What survives a restart: JSON records in one SQLite file.

One connection, one writer (the event loop). Does not know what the records mean; see
``workspace.py`` for that.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Store:
    """Records by kind and key, each written in its own transaction (so never half)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # Losing the last moments of practice after a power cut is fine; slow writes are not.
        self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS records ("
            "kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )

    def save(self, kind: str, key: str, body: dict[str, Any]) -> None:
        """Insert or replace one record."""
        self._connection.execute(
            "INSERT OR REPLACE INTO records (kind, key, body) VALUES (?, ?, ?)",
            (kind, key, json.dumps(body, separators=(",", ":"))),
        )

    def remove(self, kind: str, key: str) -> None:
        """Delete one record; nothing happens if there is none."""
        self._connection.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))

    def load(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every record of a kind, ordered by key."""
        rows = self._connection.execute(
            "SELECT key, body FROM records WHERE kind = ? ORDER BY key", (kind,)
        )
        for key, body in rows.fetchall():
            yield key, json.loads(body)

    def clear(self) -> None:
        """Forget everything."""
        self._connection.execute("DELETE FROM records")

    def close(self) -> None:
        """Release the file."""
        self._connection.close()
