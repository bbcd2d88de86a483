"""Settings of the learning cycle: when it runs, who decides, how candidates are watched."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from scheduler.cron import make_trigger


def _check_cron(value: str) -> str:
    try:
        make_trigger(value, "UTC")
    except ValueError as error:
        raise ValueError(f"{value!r} is no cron line of five fields: {error}") from error
    return value


def _check_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no time zone; give one like Europe/London.") from error
    return value


class WatchSettings(BaseModel):
    """How live ratings roll an adapter back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    false_alarm_rate: float = Field(
        default=0.05, gt=0, lt=0.5, description="chance that a good adapter is ever rolled back"
    )
    least_raters: int = Field(
        default=3, ge=1, description="different people; one person alone rolls nothing back"
    )
    baseline_days: int = Field(
        default=60, ge=1, description="ratings of the adapter before that still count"
    )
    watch_days: int = Field(
        default=30, ge=1, description="after this long a live adapter is no longer watched"
    )


class SchedulerSettings(BaseModel):
    """The clock, the cycle and its decisions; times in seconds unless the name says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(default=True, description="False: another process runs the cycle")
    cron: Annotated[str, AfterValidator(_check_cron)] = Field(
        default="0 3 * * 1", description="when a training cycle starts: minute hour day month day"
    )
    time_zone: Annotated[str, AfterValidator(_check_zone)] = "UTC"
    least_new_examples: int = Field(
        default=10, ge=0, description="newly approved examples a scheduled cycle needs"
    )
    start_at_new_examples: int = Field(
        default=50, ge=1, description="so many newly approved examples start a cycle at once"
    )
    preset: str = Field(default="cpu-demo", description="training preset of the cycle")
    max_steps: int | None = Field(
        default=None, ge=1, description="fewer training steps than the preset's; None: the preset's"
    )
    evaluation_cases: str = Field(default="golden", description="golden, simulated or a file")
    evaluation_limit: int | None = Field(default=None, ge=1, description="only so many cases")
    evaluation_baselines: str = Field(default="all", description="as for `analyst evaluate`")
    augment_count: int = Field(
        default=0, ge=0, description="new cases the teacher writes for review in each cycle"
    )
    training_limit_seconds: float = Field(default=6 * 3600.0, gt=0)
    model_wait_seconds: float = Field(
        default=3600.0, ge=0, description="how long an evaluation waits for a model server"
    )
    channel: str = Field(
        default="", description="channel id for proposals and alerts; empty: where it was asked"
    )
    replicas: tuple[str, ...] = Field(
        default=(), description="addresses (with /v1) to smoke-test; empty: the bot's model server"
    )
    canary_percent: int = Field(default=10, ge=1, le=100, description="of the Canary button")
    proposal_days: int = Field(default=14, ge=1, description="then a proposal expires")
    rollback_days: int = Field(default=30, ge=1, description="the adapter before is kept so long")
    keep_days: int = Field(
        default=90,
        ge=1,
        description="files of adapters retired or rejected longer ago are deleted; never fewer than"
        " rollback_days",
    )
    approver_differs: bool = Field(
        default=False, description="True: who started the cycle may not approve its adapter"
    )
    lease_seconds: float = Field(default=30.0, gt=1, description="silence that loses the lead")
    beat_seconds: float = Field(default=5.0, gt=0, description="heartbeat and lease renewal")
    command_seconds: float = Field(default=1.0, gt=0, description="how often commands are read")
    slot_seconds: float = Field(
        default=20.0, gt=0, description="how often due slots are looked for"
    )
    watch_seconds: float = Field(default=30.0, gt=0, description="how often ratings are looked at")
    reconcile_seconds: float = Field(default=60.0, gt=0)
    min_free_disk_mb: int = Field(default=500, ge=0, description="less free disk raises an alarm")
    watch: WatchSettings = WatchSettings()
    trainer: tuple[str, ...] = Field(
        default=(), description="program started with a run's folder; empty: the product's own"
    )
