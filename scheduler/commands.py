"""Command rows, executed: claim, carry out, write down what to tell, tell it.

Each handler may run twice (a crash between deed and record), so each is repeatable. Long work is
only begun here.
"""

import logging
from collections.abc import Callable, Mapping

from bot.jobs.commands import CommandName
from bot.serving.promotion import PromotionError
from pipeline.training.errors import TrainingFailedError
from scheduler import decisions, notices
from scheduler.clock_slots import next_slot
from scheduler.cycle import TRAINING, open_training_cycle
from scheduler.decisions import DecisionError
from scheduler.machine import Machine
from scheduler.resume import resume_running
from storage.commands import Command, claim, finish
from storage.cycles import CycleState, list_cycle_runs, open_cycle_run, set_cycle_state
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError
from storage.outage import is_away

logger = logging.getLogger(__name__)

Handler = Callable[[Machine, Command], str]
REFUSALS = (DecisionError, PromotionError, TrainingFailedError, ConflictError, NotFoundError)


def execute_next(machine: Machine) -> bool:
    """Execute the oldest waiting command; False when none waits."""
    with transaction(machine.engine) as session:
        command = claim(
            session,
            machine.actor,
            names=[name.value for name in HANDLERS],
            # Only the leader executes, one at a time: a claim older than a lease is a dead one's.
            reclaim_after_seconds=machine.settings.lease_seconds,
        )
    if command is None:
        return False
    machine.at_point("command_claimed")
    execute(machine, command)
    return True


def execute(machine: Machine, command: Command) -> None:
    """Carry a claimed command out and tell the person; a refusal is an outcome, not a failure."""
    try:
        message, succeeded = HANDLERS[CommandName(command.name)](machine, command), True
    except REFUSALS as error:
        message, succeeded = str(error), False
    except Exception as error:  # the edge: one broken command must not stop the others
        if is_away(error):
            raise  # stays claimed, and is executed again once the claim is as old as a lease
        logger.exception("Command %d failed", command.id)
        message = f"That did not work (reference command-{command.id}); the log has the details."
        succeeded = False
    machine.at_point("command_executed")
    with transaction(machine.engine) as session:
        finish(session, command.id, succeeded=succeeded, message=message)
    if command.name == CommandName.CYCLE_RESUME.value and succeeded:
        resume_running(machine)
    where = str(command.arguments.get("channel", ""))
    notices.tell_person(machine, where, command.who, message)


def _approve(machine: Machine, command: Command) -> str:
    return decisions.approve(machine, str(command.target), command.who)


def _reject(machine: Machine, command: Command) -> str:
    reason = str(command.arguments.get("reason", "")) or "no reason given"
    return decisions.reject(machine, str(command.target), command.who, reason)


def _canary(machine: Machine, command: Command) -> str:
    percent = int(command.arguments.get("percent") or machine.settings.canary_percent)
    return decisions.canary(machine, str(command.target), percent, command.who)


def _rollback(machine: Machine, command: Command) -> str:
    """Bound to what was live when it was asked, so that running it twice takes one step back."""
    reason = str(command.arguments.get("reason", "")) or "rolled back on request"
    expected = command.arguments.get("live")
    return decisions.rollback(machine, command.who, reason, expected=expected)


def _cycle_run(machine: Machine, command: Command) -> str:
    channel = str(command.arguments.get("channel", ""))
    with reading(machine.engine) as session:
        running = list_cycle_runs(session, TRAINING, state=CycleState.RUNNING, limit=1)
    slot = f"command:{command.key}"
    if running and running[0].slot != slot:
        waits = f", waits for {running[0].waits_for}" if running[0].waits_for else ""
        raise DecisionError(f"Cycle {running[0].id} is under way{waits}; one runs at a time.")
    run_id = open_training_cycle(machine, slot, asked_by=command.who, channel=channel)
    if run_id is None:  # executed before, up to here
        resume_running(machine)
        return "The cycle has begun. `/analyst cycle status` shows its steps."
    machine.start_cycle(run_id)
    return f"Cycle {run_id} has begun. `/analyst cycle status` shows its steps."


def _pause(machine: Machine, command: Command) -> str:
    return "Paused: a running cycle rests before its next step, and the clock starts no other."


def _resume(machine: Machine, command: Command) -> str:
    return "Resumed: a resting cycle goes on, and the clock starts the next one when due."


def _skip(machine: Machine, command: Command) -> str:
    """Take the next slot before the clock does; the slot is fixed when the command is given."""
    slot = next_slot(machine.settings, command.submitted_at)
    with transaction(machine.engine) as session:
        run = open_cycle_run(session, TRAINING, slot.isoformat())
        if run is not None:
            set_cycle_state(session, run.id, CycleState.SKIPPED, problem=f"by {command.who}")
    return f"The cycle of {slot:%-d %b %Y %H:%M} UTC is skipped."


HANDLERS: Mapping[CommandName, Handler] = {
    CommandName.APPROVE: _approve,
    CommandName.REJECT: _reject,
    CommandName.CANARY: _canary,
    CommandName.ROLLBACK: _rollback,
    CommandName.CYCLE_RUN: _cycle_run,
    CommandName.CYCLE_PAUSE: _pause,
    CommandName.CYCLE_RESUME: _resume,
    CommandName.CYCLE_SKIP: _skip,
}
