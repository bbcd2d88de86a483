"""Typed facts: every number the system can prove, with where it came from.

Computed by `bot.analysis.findings`, carried by the prompt, and the only ground on which
`bot.analysis.verification` accepts a claim.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bot.analysis.question import MetricQuestion


class FactKind(StrEnum):
    """What a fact states; together with window and unit it is the role a claim must match."""

    LEVEL = "level"  # the value of one period
    CHANGE = "change"  # absolute difference between two periods (unit: pp, points, count, ...)
    RELATIVE_CHANGE = "relative_change"  # percent change between two periods
    RATIO = "ratio"  # one period as a multiple of another
    MEAN = "mean"
    MEDIAN = "median"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    RANGE = "range"  # interval of lowest to highest
    STREAK = "streak"  # consecutive rises or falls; value is the number of steps
    TREND = "trend"  # slope per period with interval
    BREAK = "break"  # level shift; window holds its first period
    BREAK_DISTANCE = "break_distance"  # periods between a break and a recorded change
    OUTLIER = "outlier"
    COHORT = "cohort"  # people, from a rate and a cohort size
    INTERVAL = "interval"  # uncertainty interval of a rate (Wilson)
    SEASONALITY = "seasonality"
    EVIDENCE = "evidence"  # number of values, weakness of the evidence
    QUOTE = "quote"  # a number the user stated themselves
    EFFECT = "effect"  # a regression effect
    ODDS_RATIO = "odds_ratio"  # of a binary outcome, per step of a predictor (unit: ratio)
    ODDS_CHANGE = "odds_change"  # the same in percent, odds ratio - 1
    MARGINAL_EFFECT = "marginal_effect"  # average difference in probability (unit: pp)
    COEFFICIENT = "coefficient"  # of a continuous outcome, in its unit
    RATE_RATIO = "rate_ratio"  # of a count outcome, per step of a predictor (unit: ratio)
    RATE_CHANGE = "rate_change"  # the same in percent, rate ratio - 1
    P_VALUE = "p_value"  # corrected for the number of tests
    FIT = "fit"  # pseudo-R2 or R2 (no unit)
    SEGMENT_RATE = "segment_rate"  # observed share or mean of a segment
    SEGMENT_DIFFERENCE = "segment_difference"  # of two segments' rates (unit: pp)
    MIX_EFFECT = "mix_effect"  # change of a total rate due to segments' weights (unit: pp)
    RATE_EFFECT = "rate_effect"  # change of a total rate due to segments' own rates (unit: pp)


class Direction(StrEnum):
    """Which way the numbers went; good or bad is the verdict's business."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class Verdict(StrEnum):
    """What the series as a whole says, with the metric's good direction taken into account."""

    IMPROVING = "improving"
    WORSENING = "worsening"
    FLAT = "flat"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"


class Subject(BaseModel):
    """What a regression or segment fact is about.

    `level` against `reference` for a categorical variable, `step` (in the variable's own unit)
    for a numeric one; `is_clear` when the corrected p-value is under 0.05.
    """

    model_config = ConfigDict(frozen=True)

    variable: str
    outcome: str
    level: str = ""
    reference: str = ""
    step: float = 0.0
    is_clear: bool = False


class Fact(BaseModel):
    """One provable statement.

    `value` is in `unit` ("%", "pp", "count", "points", ISO currency, "weeks", ...); rates are
    always shown in percent here, whatever scale the user pasted. `window` is (first, last)
    0-based positions, inclusive; a fact about one period has first == last.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="stable within one question, e.g. change.total, level.5")
    kind: FactKind
    value: float
    unit: str
    text: str = Field(description="compact line for the prompt, about 25 tokens at most")
    window: tuple[int, int]
    method: str
    direction: Direction | None = None
    interval: tuple[float, float] | None = None
    arithmetic: str = Field(default="", description="how the value is made, e.g. 31 / 42 - 1")
    minimum_length: int = 1
    why: str = Field(default="", description="why this statistic applies here")
    rank: int = Field(default=100, description="1 is most worth telling; above 50 only checked")
    subject: Subject | None = None


class Findings(BaseModel):
    """Everything code knows about one question, facts ordered by rank."""

    model_config = ConfigDict(frozen=True)

    question: MetricQuestion
    facts: tuple[Fact, ...]
    verdict: Verdict
    warnings: tuple[str, ...] = ()
    prompt_facts: tuple[str, ...] = Field(default=(), description="ids of the dozen to tell")

    def fact(self, fact_id: str) -> Fact:
        """Return the fact with this id; KeyError when there is none."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        raise KeyError(fact_id)

    @property
    def is_about_rows(self) -> bool:
        """True for regressions and segments: facts about groups, not about periods."""
        if self.question.values:  # asked for every sentence of every answer
            return False
        return any(fact.subject is not None for fact in self.facts)
