"""Inbox and commands: once per key, nothing lost, nobody's work done twice."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage.columns import utc_now
from storage.commands import CommandState, claim, finish, submit_command
from storage.database import transaction
from storage.errors import ConflictError, NotFoundError
from storage.inbox import list_unqueued, mark_enqueued, record_event

pytestmark = pytest.mark.integration


def test_a_key_is_recorded_once(engine: Engine) -> None:
    with transaction(engine) as session:
        first = record_event(session, "k", "mention", {"n": 1})
        assert first is not None
        assert (first.id, first.payload, first.enqueued_at) == (first.id, {"n": 1}, None)
    with transaction(engine) as session:
        assert record_event(session, "k", "mention", {"n": 2}) is None


def test_of_many_deliveries_at_once_exactly_one_is_new(race) -> None:  # type: ignore[no-untyped-def]
    for round_number in range(5):
        key = f"k{round_number}"
        results = race(*[lambda s, k=key: record_event(s, k, "mention", {}) for _ in range(8)])
        assert sum(result is not None for result in results) == 1


def test_the_sweeper_sees_old_events_without_a_job_oldest_first(engine: Engine) -> None:
    now = utc_now()
    with transaction(engine) as session:
        events = [record_event(session, f"k{n}", "mention", {}) for n in range(4)]
        for age_seconds, event in zip((5, 90, 60, 70), events, strict=True):
            assert event is not None
            event.received_at = now - timedelta(seconds=age_seconds)
        assert events[3] is not None
        mark_enqueued(session, events[3].id)
    with transaction(engine) as session:
        keys = [event.key for event in list_unqueued(session, 30, now=now)]
        assert keys == ["k1", "k2"]
        assert [event.key for event in list_unqueued(session, 30, limit=1, now=now)] == ["k1"]


def test_marking_an_unknown_event_names_it(engine: Engine) -> None:
    with pytest.raises(NotFoundError, match="4711"), transaction(engine) as session:
        mark_enqueued(session, 4711)


def test_a_command_is_submitted_once_and_the_first_wins(engine: Engine) -> None:
    with transaction(engine) as session:
        first = submit_command(session, key="k", who="U1", name="approve", arguments={"n": 7})
        again = submit_command(session, key="k", who="U2", name="reject")
    assert (again.id, again.who, again.arguments) == (first.id, "U1", {"n": 7})


def test_each_command_is_claimed_by_one_executor(engine: Engine, race) -> None:  # type: ignore[no-untyped-def]
    with transaction(engine) as session:
        for number in range(3):
            submit_command(session, key=f"k{number}", who="U1", name="approve")
    claimed = race(*[lambda s, w=worker: claim(s, w) for worker in "abcdef"])
    ids = [command.id for command in claimed if command is not None]
    assert len(ids) == len(set(ids)) == 3


def test_commands_come_oldest_first_and_by_name(engine: Engine) -> None:
    with transaction(engine) as session:
        submit_command(session, key="a", who="U1", name="cycle_run")
        submit_command(session, key="b", who="U1", name="approve")
        named = claim(session, "w", names=["approve"])
        assert named is not None
        assert named.key == "b"
        assert claim(session, "w", names=["approve"]) is None


def test_a_dead_executors_claim_is_taken_over_and_a_live_one_is_not(engine: Engine) -> None:
    now = utc_now()
    with transaction(engine) as session:
        submit_command(session, key="k", who="U1", name="approve")
        assert claim(session, "first", now=now) is not None
        soon, late = now + timedelta(seconds=299), now + timedelta(seconds=301)
        assert claim(session, "second", now=soon) is None
        taken = claim(session, "second", now=late)
        assert taken is not None
        assert taken.claimed_by == "second"


def test_a_finished_command_stays_finished(engine: Engine) -> None:
    with transaction(engine) as session:
        command = submit_command(session, key="k", who="U1", name="approve")
        done = finish(session, command.id, succeeded=True, result={"adapter": "a"})
        assert done.state is CommandState.DONE
        assert finish(session, command.id, succeeded=True).result == {"adapter": "a"}
        assert claim(session, "w") is None
        with pytest.raises(ConflictError, match="already ended"):
            finish(session, command.id, succeeded=False)
