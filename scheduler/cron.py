"""Cron lines as everybody writes them: five fields, Sunday 0 or 7, Monday 1. Pure.

APScheduler counts weekdays from Monday 0, so a line taken over from crontab would run a day late;
numbers become names here before it sees them.
"""

import re
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = re.compile(r"(?P<first>[0-7])(?:-(?P<last>[0-7]))?(?:/(?P<step>[1-7]))?")
_FIELDS = 5


def make_trigger(line: str, time_zone: str) -> CronTrigger:
    """Read a cron line.

    Raises:
        ValueError: not five fields, or a field that says no time.
    """
    fields = line.split()
    if len(fields) != _FIELDS:
        raise ValueError(f"it has {len(fields)} fields, wanted: minute hour day month weekday")
    named = ",".join(_name_days(part) for part in fields[-1].split(","))
    return CronTrigger.from_crontab(" ".join([*fields[:-1], named]), timezone=ZoneInfo(time_zone))


def _name_days(part: str) -> str:
    """Write one part of the weekday field with names; parts without numbers stay."""
    match = _NUMBERS.fullmatch(part)
    if match is None:
        if re.match(r"[0-9]", part):
            raise ValueError(f"{part!r} is no weekday; Sunday is 0 or 7, Monday 1")
        return part
    first = int(match["first"])
    last = int(match["last"]) if match["last"] else (6 if match["step"] else first)
    if last < first:
        raise ValueError(f"the weekdays {part!r} run backwards")
    return ",".join(_DAYS[day] for day in range(first, last + 1, int(match["step"] or 1)))
