"""The request as data: what was measured, over which periods, and what is asked.

Made by `bot.analysis.parsing`, read by everything after it. Holds values as the user gave
them (0.42 stays 0.42 with unit "proportion", 42 % stays 42 with unit "%"); it computes nothing.
"""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class MetricKind(StrEnum):
    """What sort of quantity a metric is; decides which statistics make sense."""

    RATE = "rate"  # share of a cohort, bounded: unit "%" or "proportion"
    COUNT = "count"  # integers of something: unit "count"
    MONEY = "money"  # unit is an ISO currency code
    SCORE = "score"  # NPS, CSAT: unit "points"
    RATIO = "ratio"  # unbounded multiples (LTV/CAC): unit "ratio"
    DURATION = "duration"  # unit is "seconds", "minutes", "hours", "days" or "months"


class Period(StrEnum):
    """The distance between two neighbouring values."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class RecordedChange(BaseModel):
    """Something the team did or saw (release, campaign, outage); a suspect, never a proof.

    `index` is the 0-based position of the first value the change can have touched, None when
    it cannot be placed in the series.
    """

    model_config = ConfigDict(frozen=True)

    what: str
    index: int | None = None
    day: date | None = None
    periods_ago: float | None = None


class MetricQuestion(BaseModel):
    """One series with its business context and the question asked about it.

    `values` run oldest to newest in `unit`; None marks a missing period. `dates`, where known,
    hold the first day of each period and have the length of `values`.
    """

    model_config = ConfigDict(frozen=True)

    metric: str
    definition: str = ""
    kind: MetricKind
    unit: str
    values: tuple[float | None, ...]
    dates: tuple[date, ...] | None = None
    period: Period = Period.WEEK
    context: str = ""
    cohort_size: float | None = Field(default=None, description="people per period, where stated")
    denominators: tuple[float | None, ...] | None = None
    changes: tuple[RecordedChange, ...] = ()
    question: str = ""
    higher_is_better: bool | None = None
    incomplete_last: bool = False
    assumptions: tuple[str, ...] = ()
    source_text: str = Field(default="", description="what the user pasted, verbatim")


class ProblemCode(StrEnum):
    """Why a request cannot be answered until the user mends it."""

    EMPTY = "empty"
    NO_VALUES = "no_values"
    TOO_FEW_VALUES = "too_few_values"
    TEXT_IN_VALUES = "text_in_values"
    REPEATED_DATES = "repeated_dates"
    MISSING_DATES = "missing_dates"
    MIXED_UNITS = "mixed_units"
    AMBIGUOUS_NUMBERS = "ambiguous_numbers"
    SEVERAL_SERIES = "several_series"
    TOO_LONG = "too_long"
    UNREADABLE_FILE = "unreadable_file"


class Problem(BaseModel):
    """One thing the user can fix: what was wrong and what to do, in plain words."""

    model_config = ConfigDict(frozen=True)

    code: ProblemCode
    message: str
    field: str = "values"


class UnreadableQuestionError(ValueError):
    """The request cannot be answered as it stands; `problems` say what to mend.

    `draft` holds what could be read (form field name -> text), so that a form can be opened
    pre-filled and nothing the user wrote is lost.
    """

    def __init__(self, problems: tuple[Problem, ...], draft: dict[str, str]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems
        self.draft = draft
