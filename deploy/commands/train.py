"""`analyst train`: a dataset version becomes an adapter, in a process that survives this one."""

import time
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import Engine

from deploy.commands.learning import dataset_settings, open_learning, operator_name
from deploy.commands.output import bad_input_from, complain, fail, print_json, print_line, refuse
from deploy.settings import AnalystSettings
from pipeline.dataset.files import version_folder
from pipeline.launcher.files import RunFiles
from pipeline.launcher.local import NICENESS, LocalLauncher
from pipeline.launcher.port import LauncherError, RunState
from pipeline.training.base_model import check_base_model
from pipeline.training.checks import check_room
from pipeline.training.environment import training_environment
from pipeline.training.errors import TrainingFailedError, TrainingInputError
from pipeline.training.job import TrainingJob, run_key
from pipeline.training.pairs import read_pairs
from pipeline.training.presets import PRESETS, Preset, find_preset
from pipeline.training.progress import describe, read_progress
from pipeline.training.record import (
    HeldRun,
    TrainedAdapter,
    hold_run,
    is_known_run,
    note_ended,
    publish_run,
)
from pipeline.training.rows import read_training_data
from storage.database import reading
from storage.datasets import get_dataset_version

POLL_SECONDS = 0.5


def train(
    preset: Annotated[str, typer.Option(help=f"One of {', '.join(PRESETS)}.")] = "cpu-demo",
    dataset: Annotated[
        str | None, typer.Option(help="Folder or number of a version; default: the newest.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Default: the preset's.")] = None,
    max_steps: Annotated[int | None, typer.Option(min=1, help="Stop after so many steps.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="Stop after so long; default: the preset's.")
    ] = None,
    niceness: Annotated[
        int, typer.Option(min=0, max=19, help="0 trains as eagerly as the model server answers.")
    ] = NICENESS,
    again: Annotated[bool, typer.Option(help="Train anew although this was done before.")] = False,
    preferences: Annotated[
        bool, typer.Option(help="Then train on corrections as pairs, with enough of them.")
    ] = True,
    wandb: Annotated[bool, typer.Option(help="Report to Weights & Biases too.")] = False,
) -> None:
    """Train an adapter. The same command again goes on where an earlier one stopped."""
    settings, engine = open_learning()
    with bad_input_from(TrainingInputError):
        chosen = _adjust(find_preset(preset), seed, max_steps, minutes)
        if not preferences:
            chosen = chosen.model_copy(update={"preference": None})
        folder = _find_dataset(settings, engine, dataset)
        data = read_training_data(folder)
        read_pairs(folder)
        check_base_model(chosen)
    job = TrainingJob(
        preset=chosen, dataset=folder.resolve(), report_to="wandb" if wandb else "none"
    )
    runs = settings.data_dir / "training"
    runs.mkdir(parents=True, exist_ok=True)
    launcher = LocalLauncher(runs, environment=training_environment(), niceness=niceness)
    run_id = _choose_run(engine, chosen, data.fingerprint, again=again)
    try:
        check_room(chosen, runs)
        held = hold_run(engine, launcher, job, run_id, data.fingerprint)
        _follow(engine, launcher, held)
        trained = publish_run(
            engine, launcher, held, settings.vllm.adapters_dir, actor=operator_name()
        )
    except (TrainingFailedError, LauncherError) as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise fail(f"Training could not go on: {error.strerror}. Start the same again.") from error
    _tell(trained, as_json)


def _adjust(
    preset: Preset, seed: int | None, max_steps: int | None, minutes: float | None
) -> Preset:
    changes = {
        "seed": seed,
        "max_steps": max_steps,
        "wall_clock_seconds": minutes * 60 if minutes is not None else None,
    }
    return preset.model_copy(update={k: v for k, v in changes.items() if v is not None})


def _find_dataset(settings: AnalystSettings, engine: Engine, dataset: str | None) -> Path:
    if dataset is not None and not dataset.isdigit():
        return Path(dataset)
    with reading(engine) as session:
        stored = get_dataset_version(session, int(dataset) if dataset else None)
        if stored is None:
            wanted = f"version {dataset}" if dataset else "version at all"
            raise TrainingInputError(
                f"There is no dataset {wanted}. `analyst dataset build` makes one."
            )
        return version_folder(dataset_settings(settings).folder, stored.version, stored.fingerprint)


def _choose_run(engine: Engine, preset: Preset, fingerprint: str, *, again: bool) -> str:
    number = 0
    run_id = run_key(preset, fingerprint)
    while again and is_known_run(engine, run_id):
        number += 1
        run_id = run_key(preset, fingerprint, number)
    return run_id


def _follow(engine: Engine, launcher: LocalLauncher, held: HeldRun) -> None:
    """Show progress until the run has ended; Ctrl-C leaves it running."""
    files = RunFiles(launcher.folder(held.run_id))
    told = 0
    try:
        while (status := launcher.status(held.run_id)).state is RunState.RUNNING:
            lines = read_progress(files.progress)
            for line in lines[told:]:
                complain(describe(line))
            told = max(told, len(lines))
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        complain(
            "Training goes on in the background; the same command shows it again. "
            f"Its files are in {files.folder}."
        )
        raise typer.Exit(130) from None
    if status.state is RunState.FINISHED:
        return
    note_ended(engine, held, status)
    raise refuse(status.problem) if status.is_input else fail(status.problem)


def _tell(trained: TrainedAdapter, as_json: bool) -> None:
    result = trained.result
    if as_json:
        told = result.model_dump(mode="json")
        version, fingerprint = told.pop("dataset_version"), told.pop("dataset_fingerprint")
        print_json(
            {
                "adapter": trained.name,
                "dataset": {"version": version, "fingerprint": fingerprint},
                **told,
                "folder": str(trained.folder),
            }
        )
        return
    print_line(f"{trained.name} in {trained.folder}")
    print_line(
        f"validation loss {result.best_eval_loss:.4f} at step {result.best_step} of "
        f"{result.steps}, {result.seconds / 60:.1f} min, "
        f"{result.peak_memory_bytes / 1e9:.1f} GB at most; {result.stopped_because}"
    )
    preferred = result.preference
    if preferred is None:
        print_line(result.preference_note)
        return
    print_line(
        f"corrections: {preferred.pairs} pairs, {preferred.steps} steps, "
        f"{preferred.seconds / 60:.1f} min; validation loss "
        f"{preferred.eval_loss_before:.4f} before, {preferred.eval_loss:.4f} after"
    )
