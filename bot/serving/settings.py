"""Settings of the model client: where the server is, how long to wait, how to sample."""

from pydantic import BaseModel, ConfigDict, Field


class SamplingSettings(BaseModel):
    """How the next token is drawn.

    The published setting is temperature 0.7, top_p 0.9, 512 new tokens. The temperature here is
    lower because an answer copies numbers; a refused sentence is drawn again at a higher one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = Field(default=0.2, ge=0, le=2)
    top_p: float = Field(default=0.9, gt=0, le=1)
    max_tokens: int = Field(default=512, ge=1)
    seed: int | None = Field(
        default=None,
        description="leave unset on CPU: vLLM 0.32 keeps a random generator per seeded request and "
        "its engine dies when a prompt is processed in pieces (CPU generators have no offset); "
        "seen with 4 prompts at once. Temperature 0 repeats itself without a seed",
    )
    repetition_penalty: float = Field(
        default=1.0,
        gt=0,
        description="vLLM counts the prompt too, so a value above 1 punishes copying the facts",
    )


class ServingSettings(BaseModel):
    """The model server as the bot sees it; times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(default="http://127.0.0.1:8000/v1", description="vLLM, with /v1")
    model: str = Field(
        default="models/smollm2-135m-instruct", description="the base model's served name"
    )
    connect_timeout_seconds: float = Field(default=3, gt=0)
    first_token_timeout_seconds: float = Field(
        default=60, gt=0, description="also the longest silence allowed between two tokens"
    )
    total_timeout_seconds: float = Field(default=180, gt=0, description="one completion")
    answer_timeout_seconds: float = Field(
        default=240, gt=0, description="a whole answer, regenerated sentences included"
    )
    retry_pause_seconds: float = Field(default=0.3, ge=0, description="before the one retry")
    sampling: SamplingSettings = SamplingSettings()
