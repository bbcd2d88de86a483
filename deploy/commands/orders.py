"""Orders from the command line: rows for a running scheduler, or carried out here without one."""

import os
import time
import uuid
from datetime import timedelta
from typing import Any

import typer
from sqlalchemy.engine import Engine

from bot.jobs.commands import CommandName, Order, UnknownTargetError, submit
from bot.serving.client import ModelClient
from deploy.commands.learning import operator_name
from deploy.commands.output import bad_input_from, complain, fail, refuse
from deploy.cycle_parts import build_machine
from deploy.settings import AnalystSettings
from pipeline.training.errors import TrainingInputError
from scheduler.commands import execute_next
from scheduler.machine import Machine
from storage.columns import utc_now
from storage.commands import Command, CommandState, get_command
from storage.database import reading
from storage.heartbeats import get_heartbeat

_ALIVE = timedelta(seconds=30)  # six heartbeats of the default setting
_WAIT_SECONDS = 180.0  # two smoke tests on a busy CPU
_POLL_SECONDS = 0.2


def carry_out(settings: AnalystSettings, engine: Engine, name: CommandName, **said: Any) -> Command:
    """Have an order executed, by the running scheduler or here; returns the finished row.

    Ends with exit code 2 when it was refused, 1 when nobody executed it in time.
    """
    order = Order(key=f"cli:{uuid.uuid4()}", who=operator_name(), name=name, **said)
    with bad_input_from(UnknownTargetError):
        command = submit(engine, order)
    if scheduler_is_alive(engine):
        command = _wait(engine, command.id)
    else:
        with ModelClient(settings.serving) as model:
            machine = local_machine(settings, engine, model)
            while not _is_over(found := _read(engine, command.id)):
                if not execute_next(machine):
                    time.sleep(_POLL_SECONDS)
        command = found
    if command.state is CommandState.FAILED:
        raise refuse(command.message)
    complain(command.message)
    return command


def local_machine(settings: AnalystSettings, engine: Engine, model: ModelClient) -> Machine:
    """A machine for this process; it tells nobody in Slack and starts no workflow."""
    with bad_input_from(TrainingInputError):
        return build_machine(settings, engine, model, actor=f"cli-{os.getpid()}")


def scheduler_is_alive(engine: Engine) -> bool:
    """Tell whether a scheduler said lately that it leads."""
    with reading(engine) as session:
        heartbeat = get_heartbeat(session, "scheduler")
    return heartbeat is not None and utc_now() - heartbeat.beat_at < _ALIVE


def _wait(engine: Engine, command_id: int) -> Command:
    give_up_at = time.monotonic() + _WAIT_SECONDS
    while not _is_over(command := _read(engine, command_id)):
        if time.monotonic() > give_up_at:
            raise fail("The scheduler has not done it yet; `analyst doctor` says what is wrong.")
        time.sleep(_POLL_SECONDS)
    return command


def _read(engine: Engine, command_id: int) -> Command:
    with reading(engine) as session:
        command = get_command(session, command_id)
    if command is None:
        raise typer.Exit(1)
    return command


def _is_over(command: Command) -> bool:
    return command.state in {CommandState.DONE, CommandState.FAILED}
