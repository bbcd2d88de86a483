"""Alarms: model server, disk, damaged files. Told once when they begin and once when they end."""

import shutil
from collections.abc import Sequence

from scheduler import notices
from scheduler.machine import Machine

# A restart of vLLM takes about 30 s to 100 s; two looks a minute apart tell an outage from one.
_LOOKS_BEFORE_ALARM = 3


class Alarms:
    """Remembers what was told, so that an outage of an hour is two messages."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._told: dict[str, tuple[str, ...]] = {}
        self._failed_looks: dict[str, int] = {}

    def look(self) -> None:
        """Look at every replica and at the disk."""
        for replica in self._machine.replicas:
            where = replica.settings.base_url
            failed = 0 if replica.is_healthy() else self._failed_looks.get(where, 0) + 1
            self._failed_looks[where] = failed
            down = failed >= _LOOKS_BEFORE_ALARM
            self.report(where, [f"The model server at {where} does not answer."] if down else [])
        free_mb = shutil.disk_usage(self._machine.adapters_dir.absolute().parent).free // 1_000_000
        short = free_mb < self._machine.settings.min_free_disk_mb
        self.report("disk", [f"Only {free_mb} MB of disk are free."] if short else [])

    def report(self, what: str, problems: Sequence[str]) -> None:
        """Tell problems that are new, and that all is well again."""
        before, now = self._told.get(what, ()), tuple(problems)
        if now == before:
            return
        self._told[what] = now
        for problem in now:
            notices.tell_channel(self._machine, "", f"Alarm: {problem}")
        if before and not now:
            notices.tell_channel(self._machine, "", f"Well again: {before[0]}")
