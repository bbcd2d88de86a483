"""`analyst cycle run|status|pause|resume|skip`: the learning cycle from the command line."""

import time
from typing import Annotated, Any

import typer
from sqlalchemy.engine import Engine

from bot.jobs.commands import CommandName
from bot.serving.client import ModelClient
from deploy.commands.learning import open_learning
from deploy.commands.orders import carry_out, local_machine, scheduler_is_alive
from deploy.commands.output import complain, fail, print_json, print_line, refuse
from deploy.settings import AnalystSettings
from scheduler.cycle import TRAINING, run_cycle
from scheduler.steps import CycleTakenError
from scheduler.story import describe_run
from storage.cycles import CycleState, find_cycle_run, list_cycle_runs, list_steps
from storage.database import reading
from storage.outage import wait_out

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
_POLL_SECONDS = 1.0

app = typer.Typer(help="The learning cycle.", no_args_is_help=True)


@app.command()
def run(
    as_json: AsJson = False,
    wait: Annotated[bool, typer.Option(help="Follow it to its end.")] = True,
) -> None:
    """Collect, build, train, evaluate and propose; goes on where an earlier one stopped."""
    settings, engine = open_learning()
    run_id = _find_running(engine)
    if run_id is None:
        command = carry_out(settings, engine, CommandName.CYCLE_RUN)
        with reading(engine) as session:
            opened = find_cycle_run(session, TRAINING, f"command:{command.key}")
        if opened is None:
            raise fail("The cycle was not opened; see the scheduler's log.")
        run_id = opened.id
    else:
        complain(f"Cycle {run_id} is under way; this goes on with it.")
    if wait:
        _follow(settings, engine, run_id)
    _tell(engine, run_id, as_json)


@app.command()
def status(
    cycle: Annotated[int | None, typer.Argument(help="Its number; default: the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a cycle's steps, their times, and what it waits for."""
    _, engine = open_learning()
    if cycle is None:
        with reading(engine) as session:
            runs = list_cycle_runs(session, TRAINING, limit=1)
        if not runs:
            raise refuse("No cycle has run yet; `analyst cycle run` starts one.")
        cycle = runs[0].id
    _tell(engine, cycle, as_json)


@app.command()
def pause(as_json: AsJson = False) -> None:
    """Let a running cycle rest before its next step, and start no other."""
    _order(CommandName.CYCLE_PAUSE, as_json)


@app.command()
def resume(as_json: AsJson = False) -> None:
    """Let cycles run again."""
    _order(CommandName.CYCLE_RESUME, as_json)


@app.command()
def skip(as_json: AsJson = False) -> None:
    """Leave the next scheduled cycle out."""
    _order(CommandName.CYCLE_SKIP, as_json)


def _order(name: CommandName, as_json: bool) -> None:
    settings, engine = open_learning()
    command = carry_out(settings, engine, name)
    with reading(engine) as session:
        runs = list_cycle_runs(session, TRAINING, limit=1)
    if as_json:
        told: dict[str, Any] = {"cycle": None, "state": "none", "steps": []}
        told |= describe_run(engine, runs[0].id) if runs else {}
        print_json(told | {"message": command.message})


def _find_running(engine: Engine) -> int | None:
    with reading(engine) as session:
        runs = list_cycle_runs(session, TRAINING, state=CycleState.RUNNING, limit=1)
    return runs[0].id if runs else None


def _follow(settings: AnalystSettings, engine: Engine, run_id: int) -> None:
    """Run the cycle here, or watch the scheduler run it; says each step as it ends."""
    try:
        if scheduler_is_alive(engine):
            _watch(engine, run_id)
            return
        with ModelClient(settings.serving) as model:
            try:
                machine = local_machine(settings, engine, model)
                wait_out(lambda: run_cycle(machine, run_id))
            except CycleTakenError:
                _watch(engine, run_id)
    except KeyboardInterrupt:
        complain("Stopped watching. `analyst cycle run` goes on with it.")
        raise typer.Exit(130) from None


def _watch(engine: Engine, run_id: int) -> None:
    told: set[str] = set()
    while True:
        with reading(engine) as session:
            steps = list_steps(session, run_id)
        for step in steps:
            if step.ended_at and step.name not in told:
                told.add(step.name)
                complain(f"{step.name}: {step.state.value}")
        found = describe_run(engine, run_id)
        if found["state"] != CycleState.RUNNING.value or found["waits_for"].startswith("resume"):
            return
        time.sleep(_POLL_SECONDS)


def _tell(engine: Engine, run_id: int, as_json: bool) -> None:
    told = describe_run(engine, run_id)
    if as_json:
        print_json(told)
    else:
        waits = f", waits for {told['waits_for']}" if told["waits_for"] else ""
        print_line(f"Cycle {told['cycle']}: {told['state']}{waits}")
        for step in told["steps"]:
            seconds = f"{step['seconds']:8.1f} s" if step["seconds"] is not None else " " * 10
            print_line(f"  {step['name']:10} {step['state']:8} {seconds}  {step['problem']}")
        print_line(told["problem"] or str(told["result"].get("reason", "")))
    if told["state"] == CycleState.FAILED.value:
        raise typer.Exit(1)
