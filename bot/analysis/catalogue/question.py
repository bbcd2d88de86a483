"""Rows read from the company's database -> `MetricQuestion`, with where they came from.

Checks what came back as carefully as what people paste. It opens no database.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.analysis.catalogue.model import CatalogueMetric
from bot.analysis.catalogue.request import CatalogueRequest
from bot.analysis.catalogue.window import floor_period
from bot.analysis.question import MetricQuestion, Problem, ProblemCode, UnreadableQuestionError

Rows = Sequence[Mapping[str, Any]]


def parameters_of(request: CatalogueRequest) -> dict[str, date | str]:
    """Return the values bound to a metric's SQL."""
    return {
        "start": request.window.start,
        "end": request.window.end,
        "segment": request.segment or "all",
        "market": request.market or "all",
    }


def make_question(
    request: CatalogueRequest,
    rows: Rows,
    cohort_rows: Rows = (),
    *,
    database: str,
    read_at: datetime,
    meanings: Mapping[str, str] | None = None,
) -> MetricQuestion:
    """Put the rows on the window's grid; periods without a row are missing values.

    `meanings` (lower-case term -> meaning) is the glossary; the terms in play go into the context.

    Raises:
        UnreadableQuestionError: nothing came back, or what came back is no series.
    """
    metric, days = request.metric, request.window.periods(request.metric.period)
    values = _column(rows, "value", request)
    people = _column(rows, "cohort", request) if any("cohort" in row for row in rows) else {}
    people = people or _column(cohort_rows, "cohort", request)
    found = sum(value is not None for value in values.values())
    if found == 0:
        raise _problem(
            request,
            f"{database} holds no {metric.name} {_for(request)}between {days[0].isoformat()} and"
            f" {days[-1].isoformat()}. Ask for another window, or tell {metric.owner}.",
        )
    series = tuple(values.get(day) for day in days)
    sizes = tuple(people.get(day) for day in days) if people else None
    known = [size for size in sizes or () if size]
    return MetricQuestion(
        metric=metric.name,
        definition=metric.definition,
        kind=metric.kind,
        unit=metric.unit,
        values=series,
        dates=days,
        period=metric.period,
        context=_context(request, meanings or {}),
        cohort_size=float(round(sum(known) / len(known))) if known else None,
        denominators=sizes if known and len(known) == len(days) else None,
        question=request.question,
        higher_is_better=metric.higher_is_better,
        assumptions=(_source(request, database, read_at, days), *request.notes),
        source_text=request.source_text,
    )


def terms_in_play(metric: CatalogueMetric, text: str, meanings: Mapping[str, str]) -> list[str]:
    """List "TERM = meaning" for the glossary terms that the metric lists or the text holds."""
    written = {word.strip("()?!.,;:").casefold() for word in text.split()}
    wanted = [term for term in metric.terms if term.casefold() in written]
    wanted += [
        term
        for term in meanings
        if term in written and term not in {name.casefold() for name in wanted}
    ]
    return [
        f"{term.upper() if term.islower() and len(term) <= 4 else term} = {meaning}"
        for term in wanted
        if (meaning := meanings.get(term.casefold()))
    ]


def _context(request: CatalogueRequest, meanings: Mapping[str, str]) -> str:
    place = request.place or "all segments and markets"
    terms = terms_in_play(request.metric, f"{request.place} {request.metric.name}", meanings)
    return "; ".join([place, *terms])


def _source(
    request: CatalogueRequest, database: str, read_at: datetime, days: tuple[date, ...]
) -> str:
    noun = request.metric.period.value
    return (
        f"Numbers from {database}: {request.metric.name}, {request.place or 'all segments'},"
        f" {len(days)} {noun}s from {days[0]:%-d %b %Y} to the {noun} of {days[-1]:%-d %b %Y}, read"
        f" {read_at:%-d %b %Y %H:%M} UTC. Owner: {request.metric.owner}."
    )


def _column(rows: Rows, name: str, request: CatalogueRequest) -> dict[date, float | None]:
    column: dict[date, float | None] = {}
    for row in rows:
        missing = {"period", name} - set(row)
        if missing:
            raise _problem(
                request,
                f"The query of {request.metric.name} gives no column {min(missing)!r}. Its"
                f" owner, {request.metric.owner}, has to mend it.",
            )
        day = _day(row["period"], request)
        if day in column:
            raise _problem(
                request,
                f"The query of {request.metric.name} gives two rows for {day.isoformat()}. Its"
                f" owner, {request.metric.owner}, has to mend it.",
            )
        column[day] = _number(row[name], request)
    return column


def _day(value: object, request: CatalogueRequest) -> date:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            value = None
    if not isinstance(value, date):
        raise _problem(
            request,
            f"The query of {request.metric.name} gives periods that are no dates. Its owner,"
            f" {request.metric.owner}, has to mend it.",
        )
    return floor_period(value, request.metric.period)


def _number(value: object, request: CatalogueRequest) -> float | None:
    if value is None:
        return None
    number = float(value) if isinstance(value, int | float | Decimal) else math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise _problem(
            request,
            f"The query of {request.metric.name} gives values that are no numbers. Its owner,"
            f" {request.metric.owner}, has to mend it.",
        )
    # As many digits as people read; float noise of a division is not information.
    return float(f"{number:.4g}") if request.metric.kind.value == "rate" else round(number, 2)


def _for(request: CatalogueRequest) -> str:
    return f"for {request.place} " if request.place else ""


def _problem(request: CatalogueRequest, message: str) -> UnreadableQuestionError:
    problem = Problem(code=ProblemCode.NO_VALUES, message=message, field="values")
    return UnreadableQuestionError(
        (problem,), {"metric": request.metric.name, "question": request.source_text}
    )
