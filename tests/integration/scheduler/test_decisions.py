"""Decisions: one transaction, bound to checksum and evaluation; refused with a reason otherwise."""

from datetime import timedelta

import pytest

from bot.serving.promotion import PromotionError
from pipeline.training.errors import TrainingFailedError
from scheduler.cycle import open_training_cycle
from scheduler.decisions import (
    DecisionError,
    approve,
    canary,
    expire_proposals,
    reject,
    rollback,
    serving_now,
)
from storage.adapters import AdapterState, get_adapter
from storage.aliases import LIVE, alias_history, get_alias
from storage.audit import verify_audit_chain
from storage.columns import utc_now
from storage.cycles import CycleState, get_cycle_run, set_cycle_state
from storage.database import reading, transaction
from storage.errors import ConflictError
from tests.integration.scheduler.conftest import World

pytestmark = pytest.mark.integration


def state_of(world: World, name: str) -> AdapterState:
    """The adapter's state."""
    with reading(world.engine) as session:
        found = get_adapter(session, name)
    assert found is not None
    return found.state


def live_of(world: World) -> str | None:
    """What is live."""
    with reading(world.engine) as session:
        return serving_now(session)[0]


def propose(world: World, name: str, **told: object) -> int:
    """Record a proposal as a finished cycle would."""
    run_id = open_training_cycle(world.machine, f"slot-{name}", asked_by="U1")
    assert run_id is not None
    result = {
        "asked": {"asked_by": "U1"},
        "adapter": name,
        "live_when_proposed": live_of(world),
        "expires_at": (utc_now() + timedelta(days=1)).isoformat(),
        **told,
    }
    with transaction(world.engine) as session:
        set_cycle_state(session, run_id, CycleState.PROPOSED, result=result)
    return run_id


def test_approval_flips_alias_and_states_together_bound_to_sum_and_evaluation(
    world: World,
) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    approve(world.machine, two, "U2")
    with reading(world.engine) as session:
        alias, known = get_alias(session, LIVE), get_adapter(session, two)
        assert verify_audit_chain(session) is None
    assert alias is not None
    assert known is not None
    assert (alias.adapter_name, alias.sha256) == (two, known.sha256)
    assert alias.evaluation_id is not None
    assert (state_of(world, one), state_of(world, two)) == (
        AdapterState.RETIRED,
        AdapterState.LIVE,
    )
    assert [r.model for r in world.stub.requests] == [one, two], "each was smoke-tested"


def test_approving_twice_changes_nothing(world: World) -> None:
    one = world.make_adapter(1)
    approve(world.machine, one, "U1")
    assert "already" in approve(world.machine, one, "U1")
    with reading(world.engine) as session:
        assert len(alias_history(session, LIVE)) == 1


def test_an_adapter_that_does_not_answer_is_not_made_live(world: World) -> None:
    one = world.make_adapter(1)
    world.stub.adapters_dir = None
    with pytest.raises(PromotionError, match="does not find"):
        approve(world.machine, one, "U1")
    assert live_of(world) is None


def test_a_damaged_file_is_not_made_live(world: World) -> None:
    one = world.make_adapter(1)
    (world.machine.adapters_dir / one / "adapter_model.safetensors").write_bytes(b"broken")
    with pytest.raises(TrainingFailedError, match="differs from its manifest"):
        approve(world.machine, one, "U1")
    assert live_of(world) is None


@pytest.mark.parametrize(
    ("made", "reason"),
    [({"passed": False}, "failed its gates"), ({"evaluated": False}, "no finished evaluation")],
)
def test_without_passed_gates_nothing_goes_live(
    world: World, made: dict[str, bool], reason: str
) -> None:
    one = world.make_adapter(1, **made)
    with pytest.raises(DecisionError, match=reason):
        approve(world.machine, one, "U1")
    with pytest.raises(DecisionError, match=reason):
        canary(world.machine, one, 10, "U1")


def test_what_no_dataset_version_holds_cannot_go_live(world: World) -> None:
    made_by_hand: dict[str, object] = {"training_run": "cpu-demo-x", "dataset_version": None}
    one = world.make_adapter(1, lineage=made_by_hand)
    with pytest.raises(DecisionError, match="no dataset version"):
        approve(world.machine, one, "U1")
    two = world.make_adapter(2, lineage=made_by_hand | {"dataset_version": 3})
    assert "is live" in approve(world.machine, two, "U1")


def test_a_rejected_adapter_stays_rejected(world: World) -> None:
    one = world.make_adapter(1)
    reject(world.machine, one, "U1", "too vague")
    with pytest.raises(DecisionError, match="rejected"):
        approve(world.machine, one, "U1")


def test_a_proposal_held_against_what_is_live_no_more_is_stale(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    propose(world, two)
    approve(world.machine, one, "U1")
    with pytest.raises(DecisionError, match="held against"):
        approve(world.machine, two, "U1")


def test_an_expired_proposal_is_closed_and_cannot_be_approved(world: World) -> None:
    one = world.make_adapter(1)
    run_id = propose(world, one)
    world.now = lambda: utc_now() + timedelta(days=2)
    with pytest.raises(DecisionError, match="expired"):
        approve(world.machine, one, "U1")
    assert expire_proposals(world.machine) == [one]
    with reading(world.engine) as session:
        run = get_cycle_run(session, run_id)
    assert run is not None
    assert run.state is CycleState.CLOSED


def test_who_started_the_cycle_may_not_approve_where_two_are_wanted(world: World) -> None:
    one = world.make_adapter(1)
    propose(world, one)
    strict = world.machine.settings.model_copy(update={"approver_differs": True})
    world.machine = type(world.machine)(**{**vars(world.machine), "settings": strict})
    with pytest.raises(DecisionError, match="another maintainer"):
        approve(world.machine, one, "U1")
    approve(world.machine, one, "U2")
    assert live_of(world) == one


def test_rolling_back_goes_one_promotion_back_each_time_never_to_and_fro(world: World) -> None:
    one, two, three = (world.make_adapter(number) for number in (1, 2, 3))
    approve(world.machine, one, "U1")
    approve(world.machine, two, "U1")
    rollback(world.machine, "U1")
    assert live_of(world) == one
    approve(world.machine, three, "U1")
    rollback(world.machine, "U1")
    assert live_of(world) == one
    rollback(world.machine, "U1")
    assert live_of(world) is None
    with pytest.raises(ConflictError, match="nothing to roll back"):
        rollback(world.machine, "U1")


def test_a_rollback_works_while_the_model_server_is_down_and_says_so(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    approve(world.machine, two, "U1")
    world.stub.stop()
    assert "could not be smoke-tested" in rollback(world.machine, "U1")
    assert live_of(world) == one


def test_after_the_window_the_adapter_before_is_not_promised_any_more(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    approve(world.machine, two, "U1")
    world.now = lambda: utc_now() + timedelta(days=31)
    with pytest.raises(ConflictError, match="30 days ago"):
        rollback(world.machine, "U1")


def test_a_canary_ends_by_approval_rejection_or_rollback(world: World) -> None:
    one, two, three = (world.make_adapter(number) for number in (1, 2, 3))
    canary(world.machine, one, 10, "U1")
    approve(world.machine, one, "U1")
    canary(world.machine, two, 10, "U1")
    assert live_of(world) == one
    reject(world.machine, two, "U1", "no")
    canary(world.machine, three, 100, "U1")
    rollback(world.machine, "U1")
    with reading(world.engine) as session:
        assert serving_now(session) == (one, None)
    assert state_of(world, two) is AdapterState.REJECTED
    assert state_of(world, three) is AdapterState.CANDIDATE


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_outside_one_to_a_hundred_is_refused(world: World, percent: int) -> None:
    with pytest.raises(DecisionError, match="1 to 100"):
        canary(world.machine, world.make_adapter(1), percent, "U1")
