"""`analyst simulate loop`: does the loop learn? Simulated questions and verdicts, real cycles.

Starts a model server of its own, keeps everything in a folder of its own, and goes on where it
was when it is started again.
"""

import contextlib
import socket
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.serving.client import ModelClient
from bot.serving.errors import ModelError
from deploy.commands.output import bad_input_from, complain, fail, print_json, print_line
from deploy.loop_parts import build_arm, loop_preset
from deploy.models import DEFAULT_MODEL, ModelFolderError, ensure_model
from deploy.settings import AnalystSettings, SettingsError, load_settings
from deploy.vllm.server import VllmServer, VllmStartError
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.evaluation.replay import be_patient
from pipeline.simulation.loop import run_arm
from pipeline.simulation.plan import QUICK, LoopPlan
from pipeline.simulation.report import summarise_loop, table_rows, write_loop_report
from pipeline.training.errors import TrainingFailedError, TrainingInputError

app = typer.Typer(help="Simulations that show whether parts do what they claim.")


@app.callback()
def _group() -> None:
    """Keep `loop` a subcommand although it is the only one."""


@app.command()
def loop(
    quick: Annotated[bool, typer.Option("--quick", help="One short cycle of each arm.")] = False,
    cycles: Annotated[int | None, typer.Option(min=1, help="Training cycles.")] = None,
    questions: Annotated[int | None, typer.Option(min=4, help="Asked before each cycle.")] = None,
    cases: Annotated[int | None, typer.Option(min=4, help="Golden cases that judge.")] = None,
    control: Annotated[bool, typer.Option(help="Also run the arm with shuffled verdicts.")] = True,
    folder: Annotated[
        Path | None, typer.Option(help="Where it is kept; default: data/simulated-loop.")
    ] = None,
    base_url: Annotated[
        str, typer.Option(help="A running model server that reads FOLDER/adapters.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Ask, rate, correct, train and evaluate by simulation; the same command again goes on."""
    with bad_input_from(SettingsError, TrainingInputError):
        settings = load_settings()
        plan = _plan(quick, cycles, questions, cases, control)
        loop_preset(settings, plan)
    place = folder or settings.data_dir / "simulated-loop"
    with bad_input_from(SettingsError):
        _hold_plan(place, plan)
    try:
        with contextlib.ExitStack() as running:
            address = base_url or _start_server(settings, place / "adapters", running)
            serving = be_patient(settings.serving.model_copy(update={"base_url": address}))
            model = running.enter_context(ModelClient(serving))
            rows: list[dict[str, Any]] = []
            for arm in plan.arms:
                parts = build_arm(arm, plan, settings, model, place, complain)
                rows += run_arm(parts, plan)
    except (EvaluationInputError, TrainingInputError) as error:
        raise fail(str(error)) from error
    except (ModelError, EvaluationInterruptedError, TrainingFailedError, VllmStartError) as error:
        raise fail(f"{error} What is done is kept; start the same command again.") from error
    except KeyboardInterrupt:
        complain("Stopped; what is done is kept, the same command goes on from it.")
        raise typer.Exit(130) from None
    told = summarise_loop(rows, plan)
    page = write_loop_report(place, told)
    if as_json:
        print_json({**told, "report": str(page)})
        return
    for line in table_rows(told):
        print_line(" | ".join(line))
    print_line(told["conclusion"])
    print_line(f"report: {page}")


def _plan(
    quick: bool, cycles: int | None, questions: int | None, cases: int | None, control: bool
) -> LoopPlan:
    given = {"cycles": cycles, "questions": questions, "cases": cases}
    changes = {name: value for name, value in given.items() if value is not None}
    return (QUICK if quick else LoopPlan()).model_copy(update={**changes, "with_control": control})


def _hold_plan(place: Path, plan: LoopPlan) -> None:
    """Refuse to go on with another plan in a folder, whose results would be mixed."""
    file = place / "plan.json"
    text = plan.model_dump_json(indent=1)
    if file.exists() and file.read_text(encoding="utf-8") != text:
        raise SettingsError(
            f"{place} holds a loop with other settings. Give the same options to go on with it, or"
            " another --folder."
        )
    place.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _start_server(settings: AnalystSettings, adapters: Path, running: contextlib.ExitStack) -> str:
    """Start a model server for this loop's adapters on a free port."""
    try:
        if settings.vllm.model == f"models/{DEFAULT_MODEL}":
            ensure_model(report=complain)
    except ModelFolderError as error:
        raise fail(str(error)) from error
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    adapters.mkdir(parents=True, exist_ok=True)
    own = settings.vllm.model_copy(
        update={
            "port": port,
            "adapters_dir": adapters.resolve(),
            "log_file": (adapters.parent / "vllm.log").resolve(),
        }
    )
    return running.enter_context(VllmServer(own, report=complain)).base_url
