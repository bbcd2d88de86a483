"""A database that is away is told from one that refuses, and waited for."""

import sqlite3
import threading
import time

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.database import reading, transaction
from storage.heartbeats import beat, get_heartbeat
from storage.outage import is_away, wait_out
from tests.database_away import Away

pytestmark = pytest.mark.integration


def write(engine: Engine) -> None:
    """One small transaction."""
    with transaction(engine) as session:
        beat(session, "test", {})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_stopped_server_is_away_for_new_and_open_connections(
    engine: Engine, database_away: Away
) -> None:
    with pytest.raises(DBAPIError) as cut, transaction(engine) as session:  # noqa: PT012
        beat(session, "test", {})
        with database_away():
            with pytest.raises(DBAPIError) as refused:
                write(engine)
            session.execute(text("SELECT 1"))
    assert is_away(cut.value)
    assert is_away(refused.value)
    write(engine)


def test_what_is_done_while_it_is_away_is_done_once_it_is_back(
    engine: Engine, database_away: Away
) -> None:
    write(engine)
    with database_away():
        waiting = threading.Thread(target=lambda: wait_out(lambda: write(engine)))
        waiting.start()
        time.sleep(0.3)
        assert waiting.is_alive()
    waiting.join(20)
    assert not waiting.is_alive()
    with reading(engine) as session:
        assert get_heartbeat(session, "test") is not None


@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "this is no SQL"])
def test_what_the_database_refuses_is_raised_at_once(engine: Engine, statement: str) -> None:
    def refused() -> None:
        with transaction(engine) as session:
            session.execute(text(statement))

    with pytest.raises(DBAPIError) as raised:
        wait_out(refused)
    assert not is_away(raised.value)


@pytest.mark.parametrize(
    ("code", "away"), [("SQLITE_BUSY", True), ("SQLITE_FULL", True), ("SQLITE_ERROR", False)]
)
def test_sqlite_says_by_its_code_whether_it_is_away(code: str, away: bool) -> None:
    original = sqlite3.OperationalError("whatever it says")
    original.sqlite_errorcode = getattr(sqlite3, code)
    assert is_away(OperationalError("INSERT", {}, original)) is away
