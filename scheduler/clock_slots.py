"""Slots: the moments at which a cycle is due by the cron line, in UTC. Pure."""

from datetime import UTC, datetime, timedelta

from scheduler.cron import make_trigger
from scheduler.settings import SchedulerSettings


def next_slot(settings: SchedulerSettings, after: datetime) -> datetime:
    """The first slot strictly after a moment; clock changes are the cron line's business.

    Raises:
        ValueError: the cron line names no moment that ever comes (30 February).
    """
    trigger = make_trigger(settings.cron, settings.time_zone)
    found = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    if found is None:
        raise ValueError(f"The cron line {settings.cron!r} names no moment that ever comes.")
    moment: datetime = found.astimezone(UTC)
    return moment


def last_due_slot(settings: SchedulerSettings, since: datetime, now: datetime) -> datetime | None:
    """The latest slot in (since, now], or None. Several missed ones are caught up by one run."""
    due = None
    slot = next_slot(settings, since)
    while slot <= now:
        due, slot = slot, next_slot(settings, slot)
    return due
