"""Transactions: commit, roll back, read only, many writers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, StatementError

from storage.commands import Command, submit_command
from storage.database import describe_database, reading, transaction
from storage.heartbeats import beat, get_heartbeat
from storage.inbox import find_event, record_event
from storage.requests import create_request, get_request

pytestmark = pytest.mark.integration


def test_an_exception_rolls_everything_back(engine: Engine) -> None:
    def fail_half_way() -> None:
        with transaction(engine) as session:
            record_event(session, "k", "mention", {})
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    with reading(engine) as session:
        assert find_event(session, "k") is None


def test_rows_stay_readable_after_the_transaction(engine: Engine) -> None:
    with transaction(engine) as session:
        command = submit_command(session, key="k", who="U1", name="approve", target="a")
    assert (command.target, command.submitted_at.tzinfo) == ("a", UTC)


def test_a_reader_cannot_write_and_the_next_writer_can(engine: Engine) -> None:
    for _ in range(3):
        with pytest.raises(DBAPIError), reading(engine) as session:
            record_event(session, "k", "mention", {})
    with transaction(engine) as session:
        assert record_event(session, "k", "mention", {}) is not None


def test_readers_do_not_wait_for_a_writer_in_progress(engine: Engine) -> None:
    with transaction(engine) as writing:
        record_event(writing, "k", "mention", {})
        with reading(engine) as session:
            assert find_event(session, "k") is None


def test_times_come_back_aware_in_utc_whatever_zone_they_were_given_in(engine: Engine) -> None:
    berlin = timezone(timedelta(hours=2))
    with transaction(engine) as session:
        beat(session, "bot", now=datetime(2026, 7, 1, 14, 30, 0, 5, tzinfo=berlin))
    with reading(engine) as session:
        heartbeat = get_heartbeat(session, "bot")
    assert heartbeat is not None
    assert heartbeat.beat_at == datetime(2026, 7, 1, 12, 30, 0, 5, tzinfo=UTC)
    assert heartbeat.beat_at.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="no time zone"), transaction(engine) as session:
        beat(session, "bot", now=datetime(2026, 7, 1, 14, 30))  # noqa: DTZ001 - the point


def test_text_no_database_takes_is_stored_with_replacements(engine: Engine) -> None:
    with transaction(engine) as session:
        record_event(session, "k", "mention", {"text": "nul \x00 and half \ud83d"})
        request = create_request(
            session,
            key="k",
            team="T1",
            channel="C1",
            thread_ts=None,
            message_ts="1.0",
            user_id="U1",
            source="mention",
            text="42\x0031 \ud83d 😀",
        )
    with reading(engine) as session:
        stored = get_request(session, request.id)
        assert stored is not None
        assert stored.text == "42�31 � 😀"
        event = find_event(session, "k")
    assert event is not None
    assert event.payload["text"] == "nul \x00 and half \ud83d"


def test_numbers_that_are_none_are_refused_in_json(engine: Engine) -> None:
    with pytest.raises((StatementError, ValueError)), transaction(engine) as session:
        record_event(session, "k", "mention", {"value": float("nan")})


def test_many_writers_at_once_all_get_through(race, engine: Engine) -> None:  # type: ignore[no-untyped-def]
    def submit(number: int) -> Command:
        def job(session):  # type: ignore[no-untyped-def]
            return submit_command(session, key=f"k{number}", who="U1", name="approve")

        return job  # type: ignore[return-value]

    commands = race(*[submit(number) for number in range(16)])
    assert len({command.id for command in commands}) == 16


def test_the_database_describes_itself(engine: Engine) -> None:
    described = describe_database(engine)
    assert described["kind"] == engine.dialect.name
    assert described["version"][0].isdigit()
    if engine.dialect.name == "sqlite":
        assert described["journal_mode"] == "delete"
