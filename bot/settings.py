"""Settings of how answers are made; put together in `deploy.settings`."""

from pydantic import BaseModel, Field


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
