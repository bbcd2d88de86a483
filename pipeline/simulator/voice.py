"""How a made-up person writes: the pieces that request styles are put together from.

A voice is a stock of segments, markets, change descriptions, questions and styles. Training and
golden scenarios have a voice each and share no style. Knows no randomness of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange
from pipeline.simulator.families import CauseKind

Style = Callable[[MetricQuestion], str]

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
SUFFIXES = {"%": "%", "ratio": "x", "hours": "h", "minutes": "min", "months": " months"}


@dataclass(frozen=True)
class Voice:
    """One side's stock of wording."""

    segments: tuple[str, ...]
    markets: tuple[str, ...]
    changes: dict[CauseKind, tuple[str, ...]]
    questions: tuple[str, ...]
    styles: tuple[Style, ...]


def format_number(question: MetricQuestion, value: float | None, missing: str = "n/a") -> str:
    """Write one value without its unit, with the digits it was given."""
    if value is None:
        return missing
    if question.kind is MetricKind.COUNT or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:g}" if value == int(value) else repr(round(value, 4))


def format_value(question: MetricQuestion, value: float | None, missing: str = "n/a") -> str:
    """Write one value with its unit where people write one (42.1%, €12.5, 9.3h)."""
    number = format_number(question, value, missing)
    if value is None:
        return number
    return f"{SYMBOLS.get(question.unit, '')}{number}{SUFFIXES.get(question.unit, '')}"


def join_values(question: MetricQuestion, separator: str, *, with_unit: bool = True) -> str:
    """Write the whole series on one line."""
    write = format_value if with_unit else format_number
    return separator.join(write(question, value) for value in question.values)


def name_unit(question: MetricQuestion) -> str:
    """Say the unit as people label it."""
    names = {"proportion": "as a share, 0 to 1", "count": "count", "ratio": "x", "points": "points"}
    return names.get(question.unit, question.unit)


def label_period(question: MetricQuestion, index: int) -> str:
    """Label one period: its date (the month alone for months), or its running number."""
    if question.dates is None:
        return f"{question.period.value} {index + 1}"
    return write_day(question, question.dates[index])


def write_day(question: MetricQuestion, day: date) -> str:
    """Write a period's first day, months without the day."""
    return f"{day:%Y-%m}" if question.period.value == "month" else day.isoformat()


def place_change(question: MetricQuestion, change: RecordedChange) -> str:
    """Say when a change happened, as its author would count."""
    if question.dates is not None and change.index is not None:
        return write_day(question, question.dates[change.index])
    ago = int(change.periods_ago or 0)
    word = question.period.value
    return f"this {word}" if ago == 0 else f"{ago} {word}{'' if ago == 1 else 's'} ago"


def list_changes(question: MetricQuestion, none: str = "none", between: str = "; ") -> str:
    """List the recorded changes with when they happened."""
    written = [f"{change.what} ({place_change(question, change)})" for change in question.changes]
    return between.join(written) or none


def write_cohort(question: MetricQuestion) -> str:
    """Write the cohort with thousands separators; empty when it is not stated."""
    return "" if question.cohort_size is None else f"{question.cohort_size:,.0f}"


def each_period(question: MetricQuestion) -> str:
    """Say how often the metric is taken: daily, weekly or monthly."""
    return {"day": "daily", "week": "weekly", "month": "monthly"}[question.period.value]


def unfinished_note(question: MetricQuestion, text: str) -> str:
    """Give `text` when the last period is still running, otherwise nothing."""
    return text if question.incomplete_last else ""
