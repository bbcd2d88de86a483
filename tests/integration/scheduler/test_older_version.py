"""Proposals of an older version of the product, and decisions that a crash left half shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler import decisions
from scheduler.cycle import open_training_cycle
from scheduler.decisions import approve, serving_now
from scheduler.reconcile import reconcile
from storage.adapters import get_adapter
from storage.cycles import CycleState, get_cycle_run, set_cycle_state
from storage.database import reading, transaction
from storage.evaluations import finish_evaluation, start_evaluation
from tests.integration.scheduler.conftest import RecordingSlack, World

pytestmark = pytest.mark.integration


def test_a_proposal_of_an_older_version_can_still_be_approved(world: World) -> None:
    """It names adapter and message and little else; the gates of its evaluation have no words."""
    one = world.make_adapter(1, evaluated=False)
    run_id = open_training_cycle(world.machine, "older", asked_by="U1")
    assert run_id is not None
    with transaction(world.engine) as session:
        known = get_adapter(session, one)
        assert known is not None
        begun = start_evaluation(
            session, key="older", adapter_name=one, adapter_sha256=known.sha256
        )
        gates = [{"name": "format"}]
        finish_evaluation(session, begun.id, n=4, summary={}, gates=gates, has_passed=True)
        told = {"adapter": one, "message": {"channel": "C1", "ts": "1.0"}, "unknown": [1]}
        set_cycle_state(session, run_id, CycleState.PROPOSED, result=told)
    slack = RecordingSlack()
    world.machine = replace(world.machine, slack=slack)
    assert reconcile(world.machine) == []
    assert "is live" in approve(world.machine, one, "U2")
    assert "Approved" in slack.updated[-1]["text"]
    with reading(world.engine) as session:
        run = get_cycle_run(session, run_id)
        assert serving_now(session) == (one, None)
    assert run is not None
    assert run.state is CycleState.CLOSED


def test_a_proposal_of_an_older_version_that_was_never_sent_is_sent_and_expires(
    world: World,
) -> None:
    one = world.make_adapter(1)
    run_id = open_training_cycle(world.machine, "older", asked_by="U1", channel="C1")
    assert run_id is not None
    with transaction(world.engine) as session:
        told = {"adapter": one, "asked": {"channel": "C1"}}
        set_cycle_state(session, run_id, CycleState.PROPOSED, result=told)
    slack = RecordingSlack()
    world.machine = replace(world.machine, slack=slack)
    assert reconcile(world.machine) == []
    assert one in slack.posted[0]["text"]
    days = world.machine.settings.proposal_days + 1
    later = world.machine.now() + timedelta(days=days)
    world.now = lambda: later
    assert decisions.expire_proposals(world.machine) == [one]


def test_approving_again_after_a_crash_shows_who_decided_first(world: World) -> None:
    one = world.make_adapter(1)
    run_id = open_training_cycle(world.machine, "now", asked_by="U1")
    assert run_id is not None
    with transaction(world.engine) as session:
        told = {"adapter": one, "message": {"channel": "C1", "ts": "1.0"}}
        set_cycle_state(session, run_id, CycleState.PROPOSED, result=told)
    approve(world.machine, one, "U2")
    slack = RecordingSlack()
    world.machine = replace(world.machine, slack=slack)
    assert "already" in approve(world.machine, one, "U3")
    assert "<@U2>" in slack.updated[-1]["text"]
