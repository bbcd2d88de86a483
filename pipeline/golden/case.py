"""What a golden case holds: request, question, and what a good answer says or must not say."""

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.analysis.facts import FactKind, Verdict
from bot.analysis.question import MetricQuestion
from pipeline.simulator.families import Pattern
from pipeline.simulator.truth import Stance


class Origin(StrEnum):
    """Who made a case."""

    HANDWRITTEN = "handwritten"
    SIMULATED = "simulated"


class MustMention(BaseModel):
    """A fact that a good answer tells; signed, in the unit that facts use."""

    model_config = ConfigDict(frozen=True)

    kind: FactKind
    value: float
    unit: str


class Unacceptable(BaseModel):
    """A claim that makes an answer wrong.

    `pattern` is a regular expression for blunt wordings of it, searched without regard to case;
    a match is a strong hint, no match proves nothing. A person judges by `claim`.
    """

    model_config = ConfigDict(frozen=True)

    claim: str
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return pattern


class GoldenTruth(BaseModel):
    """What truly happened and what follows from it.

    `verdict_also` lists other fair verdicts. `explained_by` is the position in the question's
    changes of the true cause and `cause` its wording; both are None when no recorded change did it.
    `effect` is signed, in `effect_unit`: "pp", "points" or "%".
    """

    model_config = ConfigDict(frozen=True)

    metric_family: str
    pattern: Pattern
    verdict: Verdict
    verdict_also: tuple[Verdict, ...] = ()
    cause: str | None = None
    explained_by: int | None = None
    explanation: str
    break_index: int | None = None
    effect: float | None = None
    effect_unit: str = ""
    stance: Stance
    must_mention: tuple[MustMention, ...]
    unacceptable: tuple[Unacceptable, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Every verdict that counts as right, the expected one first."""
        return (self.verdict, *self.verdict_also)


class GoldenCase(BaseModel):
    """One frozen case; `question` is None where reading the request is part of the task.

    `slices` are "name:value" labels. A `rotating` case stays out of daily use.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    family: str = Field(description="cases of one family are not independent")
    origin: Origin
    slices: tuple[str, ...]
    rotating: bool
    request: str
    question: MetricQuestion | None
    truth: GoldenTruth
