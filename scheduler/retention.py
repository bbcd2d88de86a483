"""Retention: files of adapters that nobody can go back to any more are deleted; their rows stay."""

import shutil
from datetime import timedelta

from scheduler.decisions import serving_now
from scheduler.machine import Machine
from storage.adapters import AdapterState, list_adapters
from storage.audit import append_audit
from storage.database import reading, transaction

ACTOR = "system:retention"
_ALL = 1_000_000
_OVER = (AdapterState.RETIRED, AdapterState.REJECTED)


def remove_old_files(machine: Machine) -> list[str]:
    """Delete the folders of adapters retired or rejected long ago; returns their names."""
    settings = machine.settings
    days = max(settings.keep_days, settings.rollback_days)
    before = machine.now() - timedelta(days=days)
    with reading(machine.engine) as session:
        answering = serving_now(session)
        rows = [row for state in _OVER for row in list_adapters(session, state, limit=_ALL)]
    removed = []
    for row in rows:
        folder = machine.adapters_dir / row.name
        if row.updated_at > before or row.name in answering or not folder.is_dir():
            continue
        # Renamed first: the model server never finds half of it.
        grave = folder.with_name(f".removed-{row.name}")
        folder.rename(grave)
        shutil.rmtree(grave)
        with transaction(machine.engine) as session:
            append_audit(session, ACTOR, "adapter.remove_files", row.name, {"after_days": days})
        removed.append(row.name)
    return removed
