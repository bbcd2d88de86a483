"""The reconciler: after any restart the system is as recorded, or it says what is missing.

Cycles under way are started again, files of adapters that answer are checked and brought back from
their training run where they were damaged, proposals that never reached Slack are posted.
"""

import shutil
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from bot.serving.promotion import find_rollback_target
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
from storage.errors import ConflictError

_ALL = 1_000_000


def reconcile(machine: Machine) -> list[str]:
    """Bring the system back to what is recorded; returns a sentence for each thing wrong."""
    resume_running(machine)
    expire_proposals(machine)
    remove_old_files(machine)
    _post_missing_proposals(machine)
    return check_serving_files(machine)


def check_serving_files(machine: Machine) -> list[str]:
    """Check the files of what answers, or would after a rollback; returns what is wrong.

    Damaged files are put aside, where the model server does not look, and replaced where the
    training run kept them. As long as they are not, the same sentence comes back.
    """
    with reading(machine.engine) as session:
        names = [name for name in serving_now(session) if name is not None]
        names += _rollback_target(machine, session)
        adapters = [found for name in names if (found := get_adapter(session, name)) is not None]
    return [
        _mend(machine, adapter)
        for adapter in adapters
        if _find_fault(machine.adapters_dir / adapter.name, adapter)
    ]


def _rollback_target(machine: Machine, session: Session) -> list[str]:
    window = timedelta(days=machine.settings.rollback_days)
    try:
        target = find_rollback_target(session, window=window, now=machine.now())
    except ConflictError:
        return []
    return [target] if target else []


def _find_fault(folder: Path, adapter: Adapter) -> str:
    """What is wrong with an adapter's folder; empty when it is whole and the registered one."""
    try:
        is_registered = check_adapter(folder) == adapter.sha256
    except TrainingFailedError as error:
        return str(error)
    return "" if is_registered else f"{folder} does not hold the registered files."


def _mend(machine: Machine, adapter: Adapter) -> str:
    """Put damaged files aside and those that the training run kept in their place."""
    folder = machine.adapters_dir / adapter.name
    aside = folder.with_name(f".damaged-{folder.name}")
    if folder.exists():
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)  # no adapter has such a name, so the model server never loads it
    fault = _find_fault(aside, adapter) if aside.exists() else f"{folder} is missing."
    problem = f"The files of {adapter.name} are damaged: {fault}"
    kept = RunFiles(machine.runs_dir / str(adapter.lineage.get("training_run"))).folder / "adapter"
    if _find_fault(kept, adapter):
        return (
            f"{problem} Its training run kept no whole copy. A model server that starts anew"
            " answers without it. Restore its folder from a backup, or use `/analyst rollback`."
        )
    publish_adapter(kept, machine.adapters_dir, adapter.name)
    return (
        f"{problem} It was restored from its training run; restart the model server if answers look"
        " odd."
    )


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
