"""The reconciler: after any restart the system is as recorded, or it says what is missing.

Cycles under way are started again, files of adapters that answer are checked and brought back from
their training run where they were damaged, proposals that never reached Slack are posted.
"""

import shutil
from pathlib import Path

from pipeline.launcher.files import RunFiles
from pipeline.training.artefact import check_adapter, publish_adapter
from pipeline.training.errors import TrainingFailedError
from scheduler import notices
from scheduler.decisions import expire_proposals, serving_now
from scheduler.machine import Machine
from scheduler.resume import resume_running
from scheduler.retention import remove_old_files
from storage.adapters import Adapter, get_adapter
from storage.cycles import CycleState, list_cycle_runs, set_cycle_state
from storage.database import reading, transaction

_ALL = 1_000_000


def reconcile(machine: Machine) -> list[str]:
    """Bring the system back to what is recorded; returns a sentence for each thing wrong."""
    resume_running(machine)
    expire_proposals(machine)
    remove_old_files(machine)
    _post_missing_proposals(machine)
    return check_serving_files(machine)


def check_serving_files(machine: Machine) -> list[str]:
    """Check the files of what answers; returns what was wrong and what was done about it."""
    problems = []
    with reading(machine.engine) as session:
        names = [name for name in serving_now(session) if name is not None]
        adapters = [found for name in names if (found := get_adapter(session, name)) is not None]
    for adapter in adapters:
        try:
            if check_adapter(machine.adapters_dir / adapter.name) == adapter.sha256:
                continue
            wrong = f"The files of {adapter.name} are not the registered ones."
        except TrainingFailedError as error:
            wrong = str(error)
        problems.append(f"{wrong} {_bring_back(machine, adapter)}")
    return problems


def _bring_back(machine: Machine, adapter: Adapter) -> str:
    """Replace damaged files by those the training run kept, put the damaged ones aside."""
    run = adapter.lineage.get("training_run")
    kept = RunFiles(machine.runs_dir / str(run)).folder / "adapter"
    advice = "Restore its folder from a backup, or use `/analyst rollback`."
    try:
        if not run or check_adapter(kept) != adapter.sha256:
            return f"Its training run kept no copy. {advice}"
    except TrainingFailedError:
        return f"Its training run kept no whole copy. {advice}"
    folder = machine.adapters_dir / adapter.name
    if folder.exists():
        folder.rename(_aside(folder))
    publish_adapter(kept, machine.adapters_dir, adapter.name)
    return "It was restored from its training run; restart the model server if answers look odd."


def _aside(folder: Path) -> Path:
    """A name that the model server's resolver is never asked for."""
    target = folder.with_name(f".damaged-{folder.name}")
    if target.exists():
        shutil.rmtree(target)
    return target


def _post_missing_proposals(machine: Machine) -> None:
    """A proposal made while Slack or the channel's setting was missing is posted later."""
    with reading(machine.engine) as session:
        runs = list_cycle_runs(session, state=CycleState.PROPOSED, limit=_ALL)
    for run in runs:
        if run.result.get("message"):
            continue
        message = notices.propose(machine, run.id)
        if message:
            with transaction(machine.engine) as session:
                set_cycle_state(
                    session,
                    run.id,
                    CycleState.PROPOSED,
                    waits_for=run.waits_for,
                    result=run.result | {"message": message},
                )
