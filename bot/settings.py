"""Settings of how answers are made and verdicts taken; put together in `deploy.settings`."""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr


class AnsweringSettings(BaseModel):
    """How many answers are written at once and how long a question waits for the model."""

    concurrent_answers: int = Field(default=4, description="jobs of one bot process at a time")
    model_wait_seconds: float = Field(
        default=5.0, description="first pause when the model server is down; doubles up to a minute"
    )
    model_give_up_seconds: float = Field(
        default=86_400.0, description="after a day of waiting the facts are posted without a model"
    )
    attempts_per_sentence: int = Field(
        default=3, description="drafts of one sentence before plain facts replace it"
    )
    sweep_seconds: float = Field(
        default=10.0, description="how often stored events without a job are looked for"
    )
    executor_id: str = Field(
        default="bot-1", description="name of this process; two on one database need two names"
    )


class RoleSettings(BaseModel):
    """Who holds which role: user ids (U...) and ids of Slack user groups (S...)."""

    growth_users: tuple[str, ...] = ()
    growth_groups: tuple[str, ...] = Field(
        default=(), description="with growth_users empty too, every full member may ask and rate"
    )
    analyst_users: tuple[str, ...] = ()
    analyst_groups: tuple[str, ...] = ()
    maintainer_users: tuple[str, ...] = ()
    maintainer_groups: tuple[str, ...] = ()
    remember_seconds: float = Field(
        default=300.0, description="how long what Slack says about a person or group is believed"
    )


class FeedbackSettings(BaseModel):
    """How verdicts become candidates, and how candidates are reviewed."""

    candidate_cap: int = Field(
        default=20,
        ge=1,
        le=49,
        description="of one person per training cycle; 50 planted ones can steer a model",
    )
    rating_cap: int = Field(
        default=10,
        ge=1,
        le=49,
        description="of those, how many may come from ratings; corrections keep the rest",
    )
    trusted_after: int = Field(
        default=5, description="approved examples before a person's are no longer marked as new"
    )
    approve_own: bool = Field(
        default=False, description="True lets people approve their own corrections"
    )
    lease_seconds: float = Field(
        default=900.0, description="how long a reviewer keeps an item they walk away from"
    )


class CatalogueSettings(BaseModel):
    """Where metrics are defined and the company's database that they are read from."""

    file: Path | None = Field(default=None, description="metrics.yaml; without one, none is known")
    database_url: SecretStr | None = Field(
        default=None, description="sqlite:///file, postgresql://... or duckdb:///file; only read"
    )
    database_name: str = Field(
        default="the company database", description="what readers are told the numbers come from"
    )
    timeout_seconds: float = Field(default=10.0, gt=0, le=120, description="of one query")
    row_cap: int = Field(default=5_000, ge=1, le=100_000, description="rows taken of one query")
    wait_seconds: float = Field(
        default=10.0, gt=0, description="first pause while the database is down; doubles to 5 min"
    )
    give_up_seconds: float = Field(
        default=86_400.0, description="after a day the asker is told to ask again"
    )
