"""Settings of the teacher: where it is, what it may see, what it may cost."""

import ipaddress
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

_LOCAL_NAMES = frozenset({"localhost", "ip6-localhost"})


class AugmentationSettings(BaseModel):
    """The teacher endpoint. Prices are per million tokens, in the currency of `budget`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(
        default="", description="OpenAI-compatible, with /v1; empty: the bot's own vLLM server"
    )
    model: str = Field(default="", description="empty: the bot's own base model")
    api_key: SecretStr = Field(default=SecretStr("none"))
    temperature: float = Field(default=0.8, ge=0, le=2, description="as published")
    max_tokens: int = Field(default=900, ge=100, description="one reply; 250 words are about 400")
    concurrency: int = Field(default=4, ge=1, le=64)
    budget: float = Field(default=5.0, ge=0, description="most that one run may cost")
    input_price: float = Field(default=0.0, ge=0, description="per million prompt tokens")
    output_price: float = Field(default=0.0, ge=0, description="per million reply tokens")
    allow_external: bool = Field(
        default=False, description="may send curated and simulated material off this machine"
    )
    allow_collected: bool = Field(
        default=False, description="may also send what users wrote off this machine"
    )
    connect_timeout_seconds: float = Field(default=5.0, gt=0)
    timeout_seconds: float = Field(default=120.0, gt=0, description="one reply, start to end")
    attempts: int = Field(default=5, ge=1, description="of one request")
    first_pause_seconds: float = Field(default=1.0, gt=0, description="doubles with every attempt")
    longest_pause_seconds: float = Field(default=60.0, gt=0, description="also for Retry-After")
    give_up_after: int = Field(
        default=5, ge=1, description="requests failing in a row before the run stops"
    )

    @property
    def is_free(self) -> bool:
        """Tell whether replies cost nothing, so that asking again is no waste of money."""
        return self.input_price == 0 and self.output_price == 0

    def price(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what a reply of this size costs."""
        cost = prompt_tokens * self.input_price + completion_tokens * self.output_price
        return cost / 1_000_000


def is_on_this_machine(base_url: str) -> bool:
    """Tell whether an address is this machine's loopback; a company network is not."""
    host = urlsplit(base_url).hostname or ""
    if host in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
