"""The clock: APScheduler says when, our tables say what; one leader at a time.

Jobs live in memory and schedules in code: the library keeps nothing that could be lost or run
twice. What was started is a row, unique by slot; a missed slot is caught up from those rows.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session

from pipeline.chapters import count_new_examples
from scheduler.clock_slots import last_due_slot
from scheduler.commands import execute_next
from scheduler.cycle import TRAINING, open_training_cycle
from scheduler.health import Alarms
from scheduler.machine import Machine
from scheduler.pause import is_paused
from scheduler.reconcile import reconcile
from scheduler.watch import watch_once
from storage.audit import append_audit, list_audit
from storage.cycles import list_cycle_runs
from storage.database import transaction
from storage.datasets import get_dataset_version
from storage.heartbeats import beat
from storage.leases import acquire_lease, release_lease

logger = logging.getLogger(__name__)

LEASE = "clock"
HEARTBEAT = "scheduler"
_INSTALLED = "clock.installed"
ACTOR = "system:clock"
_STOP_SECONDS = 5.0


class Clock:
    """Starts with `start`, ends with `stop`; between them it acts only while it leads."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._leads_until = 0.0
        self._alarms = Alarms(machine)
        # A turn left out because the one before still runs is how it should be, not a warning.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._apscheduler = BackgroundScheduler(
            timezone="UTC",
            # A machine that slept runs each job once, however late: our rows know what is due.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    @property
    def leads(self) -> bool:
        """Whether this process holds the lead; after a long pause it does not believe so."""
        return time.monotonic() < self._leads_until

    def start(self) -> None:
        """Take the lead if it is free, then keep looking at commands, slots, ratings, health."""
        self.beat_once()
        settings = self._machine.settings
        every: dict[str, tuple[Callable[[], object], float]] = {
            "beat": (self.beat_once, settings.beat_seconds),
            "commands": (self._led(self._execute_commands), settings.command_seconds),
            "slots": (self._led(self._start_due), settings.slot_seconds),
            "watch": (self._led(lambda: watch_once(self._machine)), settings.watch_seconds),
            "reconcile": (self._led(self._reconcile), settings.reconcile_seconds),
        }
        now = self._machine.now()
        for name, (job, seconds) in every.items():
            self._apscheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=now)
        self._apscheduler.start()

    def stop(self) -> None:
        """Stop looking and give the lead away."""
        self._apscheduler.shutdown(wait=False)
        self._leads_until = 0.0
        try:
            with transaction(self._machine.engine) as session:
                release_lease(session, LEASE, self._machine.actor)
        except Exception:
            logger.exception("The lead could not be given back; it ends by itself")

    def beat_once(self) -> None:
        """Renew the lead and say that the scheduler is alive."""
        seconds = self._machine.settings.lease_seconds
        asked = time.monotonic()
        try:
            with transaction(self._machine.engine) as session:
                lease = acquire_lease(session, LEASE, self._machine.actor, seconds)
                if lease is None:
                    self._leads_until = 0.0
                    return
                beat(session, HEARTBEAT, {"leader": self._machine.actor, "token": lease.token})
            self._leads_until = asked + seconds
        except Exception:
            logger.exception("The scheduler could not renew its lead; it tries again")

    def _led(self, job: Callable[[], object]) -> Callable[[], None]:
        """Run only while leading; a failure is logged and the next turn comes."""

        def turn() -> None:
            if not self.leads:
                return
            try:
                job()
            except Exception:
                logger.exception("A job of the scheduler failed; it runs again")

        return turn

    def _execute_commands(self) -> None:
        while self.leads and execute_next(self._machine):
            continue

    def _start_due(self) -> None:
        run_id = open_due_cycle(self._machine)
        if run_id is not None:
            self._machine.start_cycle(run_id)

    def _reconcile(self) -> None:
        self._alarms.report("files", reconcile(self._machine))
        self._alarms.look()


def open_due_cycle(machine: Machine) -> int | None:
    """Open the cycle that is due by the cron line or by enough new examples; None if none is."""
    settings, now = machine.settings, machine.now()
    with transaction(machine.engine) as session:
        if is_paused(session):
            return None
        since = _last_considered(session, now)
        new = count_new_examples(session)
        newest = get_dataset_version(session)
        version = newest.version if newest else 0
    slot = last_due_slot(settings, since, now)
    if slot is not None:
        least = settings.least_new_examples
        return open_training_cycle(machine, slot.isoformat(), asked_by=ACTOR, least_new=least)
    if new >= settings.start_at_new_examples:
        return open_training_cycle(
            machine, f"examples-after-version-{version}", asked_by=ACTOR, least_new=1
        )
    return None


def _last_considered(session: Session, now: datetime) -> datetime:
    """The newest slot that has a row, or the moment the clock was first started here."""
    installed = list_audit(session, limit=1, action=_INSTALLED)
    if not installed:
        append_audit(session, ACTOR, _INSTALLED, TRAINING, {})
    moments = [installed[0].at if installed else now - timedelta(seconds=1)]
    for run in list_cycle_runs(session, TRAINING, limit=200):
        try:
            moments.append(datetime.fromisoformat(run.slot))
        except ValueError:
            continue  # started by a command or by new examples
    return max(moments)
