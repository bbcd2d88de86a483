"""One metric as the reviewed file defines it, and the whole catalogue.

Validated with pydantic; where a field stands in the file is `loading`'s business. Holds no
values: those come from the company's database.
"""

import re
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from bot.analysis.catalogue.names import normalise
from bot.analysis.catalogue.statements import UnsafeStatementError, check_statement
from bot.analysis.parsing.units import CURRENCY_CODES, DURATION_UNITS
from bot.analysis.question import MetricKind, Period

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
MOST_METRICS = 500
_PLAIN_NAME = re.compile(r"[\w][\w /&%().+'’-]*")
_KIND_OF_UNIT = {
    "%": MetricKind.RATE,
    "proportion": MetricKind.RATE,
    "count": MetricKind.COUNT,
    "points": MetricKind.SCORE,
    "ratio": MetricKind.RATIO,
    **dict.fromkeys(DURATION_UNITS, MetricKind.DURATION),
    **dict.fromkeys(CURRENCY_CODES, MetricKind.MONEY),
}


class GoodDirection(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"


class Choice(BaseModel):
    """A segment or market: the value the SQL compares with, and what people call it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Name
    aliases: tuple[Name, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Value and aliases, normalised."""
        return tuple(dict.fromkeys(normalise(name) for name in (self.value, *self.aliases)))


class CatalogueMetric(BaseModel):
    """One metric.

    `sql` gives rows with `period` (its first day) and `value`, and may give `cohort` (people
    behind the value); it binds `:start` (first day, included) and `:end` (excluded), and
    `:segment` and `:market`, which are "all" when the question names none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    aliases: tuple[Name, ...] = ()
    definition: Words
    unit: str
    direction: GoodDirection
    owner: Words
    terms: tuple[Name, ...] = Field(default=(), description="glossary terms it is explained with")
    period: Period = Period.WEEK
    sql: str
    cohort_sql: str = ""
    segments: tuple[Choice, ...] = ()
    markets: tuple[Choice, ...] = ()

    @field_validator("name", "aliases")
    @classmethod
    def _plain(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for name in [value] if isinstance(value, str) else value:
            if not _PLAIN_NAME.fullmatch(name):
                raise ValueError(
                    f"{name!r} holds signs that no metric is called by; use letters, digits,"
                    " spaces and / & % ( ) . + ' -"
                )
        return value

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, unit: str) -> str:
        if unit not in _KIND_OF_UNIT:
            raise ValueError(
                f"{unit!r} is not a known unit; use %, proportion, count, points, ratio, a currency"
                f" code like EUR, or {', '.join(DURATION_UNITS)}"
            )
        return unit

    @field_validator("sql", "cohort_sql")
    @classmethod
    def _one_reading_statement(cls, sql: str) -> str:
        if not sql:
            return sql
        try:
            bound = check_statement(sql)
        except UnsafeStatementError as error:
            raise ValueError(f"the SQL is refused: {error}") from error
        missing = {"start", "end"} - bound
        if missing:
            raise ValueError(
                "the SQL must bind :start and :end, so that it reads one window and not the whole"
                f" table; {', '.join(f':{name}' for name in sorted(missing))} is missing"
            )
        return sql

    @model_validator(mode="after")
    def _choices_are_bound(self) -> Self:
        for name, choices in (("segment", self.segments), ("market", self.markets)):
            for statement in filter(None, (self.sql, self.cohort_sql)):
                is_bound = name in check_statement(statement)
                if choices and not is_bound:
                    raise ValueError(f"{name}s are listed but the SQL does not bind :{name}")
                if is_bound and not choices:
                    raise ValueError(f"the SQL binds :{name} but no {name}s are listed")
            spellings = [spelling for choice in choices for spelling in choice.spellings]
            twice = next((one for one in spellings if spellings.count(one) > 1), None)
            if twice:
                raise ValueError(f"the {name} {twice!r} is listed twice")
        return self

    @property
    def kind(self) -> MetricKind:
        """The sort of quantity its unit says."""
        return _KIND_OF_UNIT[self.unit]

    @property
    def higher_is_better(self) -> bool:
        """Whether up is good."""
        return self.direction is GoodDirection.HIGHER

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Name and aliases, normalised."""
        return tuple(dict.fromkeys(normalise(name) for name in (self.name, *self.aliases)))


class Catalogue(BaseModel):
    """All metrics the company has agreed on; no name or alias means two of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1, le=1)
    reviewed_by: Words
    metrics: tuple[CatalogueMetric, ...] = Field(min_length=1, max_length=MOST_METRICS)

    def find(self, name: str) -> CatalogueMetric | None:
        """Return the metric of exactly this name or alias, whatever its case."""
        wanted = normalise(name)
        return next((metric for metric in self.metrics if wanted in metric.spellings), None)
