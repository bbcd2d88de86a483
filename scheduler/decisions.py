"""What a maintainer's decision does: approve, canary, reject, roll back. Each may be repeated.

Checks first (does it exist, did it pass, is it fresh, is it whole, does it answer), then one
transaction. An approval is bound to the checksum and the evaluation that was proposed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.jobs.commands import adapter_number
from bot.serving.promotion import (
    PromotionError,
    end_canary,
    find_rollback_target,
    promote,
    roll_back,
    smoke_test_replicas,
    start_canary,
)
from bot.slack.text import plain
from pipeline.training.artefact import check_adapter
from scheduler import notices
from scheduler.machine import Machine
from scheduler.story import end_of_proposal
from storage.adapters import Adapter, AdapterState, change_adapter_state, get_adapter
from storage.aliases import CANARY, LIVE, alias_history, get_alias
from storage.cycles import CycleRun, CycleState, list_cycle_runs, set_cycle_state
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError
from storage.evaluations import Evaluation, find_latest_evaluation

_ALL = 1_000_000


class DecisionError(ValueError):
    """The decision cannot be carried out as things stand; the message says why."""


@dataclass(frozen=True)
class _Case:
    """Everything known about the adapter that is decided on."""

    adapter: Adapter
    evaluation: Evaluation | None
    proposal: CycleRun | None
    live: str | None


def approve(machine: Machine, name: str, actor: str, reason: str = "approved") -> str:
    """Make a candidate or canary live; returns the sentence to tell.

    Raises:
        DecisionError, PromotionError, TrainingFailedError, NotFoundError, ConflictError.
    """
    case = _load(machine, name)
    if case.live == name:
        _show_approval(machine, case)  # a crash after the flip may have kept it from being shown
        return f"{name} is live already."
    evaluation = _check_may_serve(machine, case, actor)
    _check_answers(machine, case.adapter)
    machine.at_point("before_flip")
    with transaction(machine.engine) as session:
        _check_unmoved(session, case)
        flip = promote(
            session,
            name,
            case.adapter.sha256,
            actor=actor,
            reason=reason,
            evaluation_id=evaluation.id,
        )
        _close(session, case.proposal, CycleState.CLOSED)
    machine.at_point("after_flip")
    _show_approval(machine, case)
    before = flip.before or "the base model"
    return f"{name} is live; {before} is kept for {machine.settings.rollback_days} days."


def canary(machine: Machine, name: str, percent: int, actor: str) -> str:
    """Give a stable share of threads to a candidate. Raises as `approve`."""
    if not 1 <= percent <= 100:
        raise DecisionError(f"A canary takes 1 to 100 percent of the threads, not {percent}.")
    case = _load(machine, name)
    if case.live == name:
        raise DecisionError(f"{name} is live; there is nothing to try out.")
    evaluation = _check_may_serve(machine, case, actor)
    _check_answers(machine, case.adapter)
    with transaction(machine.engine) as session:
        _check_unmoved(session, case)
        start_canary(
            session,
            name,
            case.adapter.sha256,
            percent,
            actor=actor,
            reason=f"canary {percent} %",
            evaluation_id=evaluation.id,
        )
    number = adapter_number(name)
    _show(
        machine,
        case.proposal,
        f"*Canary {percent} %* since {_when(machine)}, started by {_who(actor)}. Next:"
        f" `/analyst approve {number}` or `/analyst reject {number} reason`.",
    )
    return f"{name} answers {percent} % of the threads; ratings are watched."


def reject(machine: Machine, name: str, actor: str, reason: str) -> str:
    """Turn a candidate down for good; a running canary ends at once. Raises as `approve`."""
    case = _load(machine, name)
    if case.adapter.state in {AdapterState.LIVE, AdapterState.RETIRED}:
        raise DecisionError(
            f"{name} is {case.adapter.state.value}; only candidates are rejected. To take a live"
            " adapter back use `/analyst rollback`."
        )
    with transaction(machine.engine) as session:
        _reject_in(session, name, actor, reason)
        _close(session, case.proposal, CycleState.CLOSED)
    _show(
        machine,
        case.proposal,
        f"*Rejected* by {_who(actor)}, {_when(machine)}: {plain(reason, 300)}",
    )
    return f"{name} is rejected: {reason}"


def rollback(
    machine: Machine,
    actor: str,
    reason: str = "rolled back",
    *,
    canary_becomes: AdapterState = AdapterState.CANDIDATE,
    expected: str | None = None,
) -> str:
    """One step back: a running canary ends, otherwise the adapter before goes live again.

    `expected` names what is to be taken back; nothing happens when it does not answer any more.
    The adapter before is smoke-tested, but a model server that is down does not stop a rollback.

    Raises:
        ConflictError: nothing to go back to, or not kept any more.
        TrainingFailedError: the files of the adapter before are damaged.
    """
    window = timedelta(days=machine.settings.rollback_days)
    with reading(machine.engine) as session:
        live, canary_name = serving_now(session)
        if expected is not None and expected not in (live, canary_name):
            return f"{expected} does not answer any more; {live or 'the base model'} is live."
        target = None
        if canary_name is None:
            target = find_rollback_target(session, window=window, now=machine.now())
        known = get_adapter(session, target) if target else None
    if canary_name is not None:
        with transaction(machine.engine) as session:
            end_canary(session, actor=actor, reason=reason, state=canary_becomes)
        words = f"*Canary ended* by {_who(actor)}, {_when(machine)}: {plain(reason, 300)}"
        _close_proposal_of(machine, canary_name, words)
        return f"The canary {canary_name} was ended: {reason}. What is live did not change."
    note = ""
    if known is not None:
        _check_files(machine, known)
        try:
            smoke_test_replicas(machine.replicas, known.name)
        except PromotionError as error:
            note = f" It could not be smoke-tested: {error}"
    with transaction(machine.engine) as session:
        flip = roll_back(session, target, actor=actor, reason=reason)
    machine.at_point("after_rollback")
    return f"{flip.after or 'The base model'} is live again; {flip.before} was taken back.{note}"


def expire_proposals(machine: Machine) -> list[str]:
    """Close proposals whose time is over; returns the adapters' names."""
    with reading(machine.engine) as session:
        runs = list_cycle_runs(session, state=CycleState.PROPOSED, limit=_ALL)
    expired = []
    for run in runs:
        name = run.result["adapter"]
        if machine.now() < end_of_proposal(run, machine.settings):
            continue
        with transaction(machine.engine) as session:
            known = get_adapter(session, name)
            if known is not None and known.state is AdapterState.CANARY:
                continue  # being tried out: a decision was taken
            _close(session, run, CycleState.CLOSED)
        _show(machine, run, f"*Expired* {_when(machine)}: nobody decided in time.")
        expired.append(name)
    return expired


def serving_now(session: Session) -> tuple[str | None, str | None]:
    """Name the live adapter and the canary, None where there is none."""
    live, trying = get_alias(session, LIVE), get_alias(session, CANARY)
    return (live.adapter_name if live else None, trying.adapter_name if trying else None)


def _load(machine: Machine, name: str) -> _Case:
    with reading(machine.engine) as session:
        adapter = get_adapter(session, name)
        if adapter is None:
            raise NotFoundError("adapter", name)
        live = get_alias(session, LIVE)
        return _Case(
            adapter,
            find_latest_evaluation(session, name),
            _find_proposal(session, name),
            live.adapter_name if live else None,
        )


def _find_proposal(session: Session, name: str) -> CycleRun | None:
    for run in list_cycle_runs(session, limit=_ALL):
        if run.result.get("adapter") == name:
            return run
    return None


def _check_may_serve(machine: Machine, case: _Case, actor: str) -> Evaluation:
    """State, evaluation, freshness and the rule of two persons."""
    name, state = case.adapter.name, case.adapter.state
    if state not in {AdapterState.CANDIDATE, AdapterState.CANARY}:
        raise DecisionError(f"{name} is {state.value}; only candidates can be approved.")
    lineage = case.adapter.lineage
    if "training_run" in lineage and lineage.get("dataset_version") is None:
        raise DecisionError(
            f"{name} was trained on a folder that is no dataset version, so nobody approved what it"
            " learned. Train from a version; such adapters are for comparison only."
        )
    if case.evaluation is None:
        raise DecisionError(
            f"{name} has no finished evaluation: run `analyst evaluate --adapter {name}`."
        )
    if case.evaluation.adapter_sha256 != case.adapter.sha256:
        raise DecisionError(f"The evaluation of {name} is of other files; evaluate it again.")
    if not case.evaluation.has_passed:
        failed = [g["name"] for g in case.evaluation.gates if g.get("passed") is False]
        raise DecisionError(f"{name} failed its gates ({', '.join(failed)}); it cannot go live.")
    if case.proposal is not None:
        _check_fresh(machine, case, actor)
    return case.evaluation


def _check_fresh(machine: Machine, case: _Case, actor: str) -> None:
    told = case.proposal.result if case.proposal else {}
    name = case.adapter.name
    expires = told.get("expires_at")
    is_canary = case.adapter.state is AdapterState.CANARY
    if expires and machine.now() >= datetime.fromisoformat(expires) and not is_canary:
        raise DecisionError(f"The proposal of {name} expired; evaluate it again or start a cycle.")
    if "live_when_proposed" in told and told["live_when_proposed"] != case.live:
        raise DecisionError(
            f"{name} was held against {told['live_when_proposed'] or 'the base model'}, but"
            f" {case.live or 'the base model'} is live now. Start a cycle to compare them."
        )
    asked_by = told.get("asked", {}).get("asked_by")
    if machine.settings.approver_differs and asked_by == actor:
        raise DecisionError(f"You started the cycle of {name}; another maintainer must approve it.")


def _check_unmoved(session: Session, case: _Case) -> None:
    """What was checked still stands inside the transaction that flips."""
    live = get_alias(session, LIVE)
    if (live.adapter_name if live else None) != case.live:
        raise ConflictError("Another adapter went live a moment ago; look again, then decide.")


def _check_answers(machine: Machine, adapter: Adapter) -> None:
    _check_files(machine, adapter)
    smoke_test_replicas(machine.replicas, adapter.name)


def _check_files(machine: Machine, adapter: Adapter) -> None:
    if check_adapter(machine.adapters_dir / adapter.name) != adapter.sha256:
        raise DecisionError(
            f"The files of {adapter.name} are not the ones that were registered; nothing changed."
        )


def _reject_in(session: Session, name: str, actor: str, reason: str) -> None:
    running = get_alias(session, CANARY)
    if running is not None and running.adapter_name == name:
        end_canary(session, actor=actor, reason=reason)
    change_adapter_state(session, name, AdapterState.REJECTED, actor, reason)


def _close(session: Session, run: CycleRun | None, state: CycleState) -> None:
    if run is not None and run.state is CycleState.PROPOSED:
        set_cycle_state(session, run.id, state)


def _close_proposal_of(machine: Machine, name: str, decision: str) -> None:
    with transaction(machine.engine) as session:
        run = _find_proposal(session, name)
        _close(session, run, CycleState.CLOSED)
    _show(machine, run, decision)


def _show_approval(machine: Machine, case: _Case) -> None:
    """Name who made it live and when, whoever repeats it."""
    with reading(machine.engine) as session:
        flip = alias_history(session, LIVE, limit=1)[0]
    _show(machine, case.proposal, f"*Approved* by {_who(flip.actor)}, {flip.at:%-d %b %H:%M} UTC.")


def _show(machine: Machine, run: CycleRun | None, decision: str) -> None:
    if run is not None:
        notices.show_decision(machine, run, decision)


def _who(actor: str) -> str:
    return f"<@{actor}>" if actor[:1] in {"U", "W"} and actor.isalnum() else f"`{actor}`"


def _when(machine: Machine) -> str:
    return f"{machine.now():%-d %b %H:%M} UTC"
