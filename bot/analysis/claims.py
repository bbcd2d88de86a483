"""Claims: what an answer says that must be proved, and whether it was.

Made by `bot.analysis.verification`; stored with the answer and shown under "Show the working".
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class ClaimStatus(StrEnum):
    """Whether the facts carry a claim."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"


class Claim(BaseModel):
    """One number or worded quantity in a text.

    `start` and `end` are character positions in the text that was checked. `value` is None for
    worded quantities without a number of their own ("stable").
    """

    model_config = ConfigDict(frozen=True)

    text: str
    start: int
    end: int
    value: float | None
    unit: str
    status: ClaimStatus
    fact_id: str | None
    reason: str


class Verification(BaseModel):
    """The claims of one text; `verified` when none of them is unsupported."""

    model_config = ConfigDict(frozen=True)

    claims: tuple[Claim, ...]

    @property
    def verified(self) -> bool:
        """True when every claim is carried by a fact."""
        return all(claim.status is ClaimStatus.SUPPORTED for claim in self.claims)

    @property
    def unsupported(self) -> tuple[Claim, ...]:
        """The claims no fact carries."""
        return tuple(c for c in self.claims if c.status is ClaimStatus.UNSUPPORTED)
