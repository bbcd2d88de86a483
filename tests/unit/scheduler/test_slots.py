"""Slots of the cron line: in UTC, across clock changes, several missed ones caught up by one."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from scheduler.clock_slots import last_due_slot, next_slot
from scheduler.settings import SchedulerSettings


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_slot_follows_the_wall_clock_of_its_zone() -> None:
    berlin = SchedulerSettings(cron="0 3 * * *", time_zone="Europe/Berlin")
    assert next_slot(berlin, at("2026-01-10 12:00")) == at("2026-01-11 02:00")
    assert next_slot(berlin, at("2026-07-10 12:00")) == at("2026-07-11 01:00")


def test_an_hour_that_does_not_exist_is_still_one_slot_that_day() -> None:
    berlin = SchedulerSettings(cron="30 2 * * *", time_zone="Europe/Berlin")
    days = []
    moment = at("2026-03-27 12:00")
    for _ in range(4):
        moment = next_slot(berlin, moment)
        days.append(moment.date())
    assert len(set(days)) == 4


def test_a_slot_is_strictly_after() -> None:
    monday = SchedulerSettings()
    slot = next_slot(monday, at("2026-06-01 00:00"))
    assert slot == at("2026-06-01 03:00")
    assert next_slot(monday, slot) == at("2026-06-08 03:00")


def test_several_missed_slots_are_caught_up_by_the_last_one() -> None:
    monday = SchedulerSettings()
    assert last_due_slot(monday, at("2026-06-01 03:00"), at("2026-06-30 12:00")) == at(
        "2026-06-29 03:00"
    )
    assert last_due_slot(monday, at("2026-06-29 03:00"), at("2026-06-30 12:00")) is None


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [("cron", "every monday", "every monday"), ("time_zone", "Mars/Olympus", "Mars/Olympus")],
)
def test_a_wrong_setting_is_named(setting: str, value: str, named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        SchedulerSettings(**{setting: value})


@pytest.mark.parametrize(
    ("weekdays", "day"),
    [("0", 7), ("7", 7), ("1", 1), ("1-5", 1), ("5-7", 5), ("6,0", 6), ("*", 1), ("wed", 3)],
)
def test_weekdays_are_counted_as_crontab_does(weekdays: str, day: int) -> None:
    settings = SchedulerSettings(cron=f"0 3 * * {weekdays}")
    assert next_slot(settings, at("2026-06-01 00:00")) == at(f"2026-06-0{day} 03:00")


@pytest.mark.parametrize("cron", ["0 3 * *", "0 3 * * 8", "0 3 * * 5-1", "61 3 * * 1"])
def test_a_line_that_says_no_time_is_refused(cron: str) -> None:
    with pytest.raises(ValidationError, match="no cron line"):
        SchedulerSettings(cron=cron)
