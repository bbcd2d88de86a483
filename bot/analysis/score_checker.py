"""Score the checker on texts that other people marked: token and span precision, recall, F1.

Each row holds a series as CSV text, a text about it and the spans humans marked wrong. Beside
our checker stands the published rule: a number is wrong when it is not among the numbers of the
input. Reads no files and prints nothing; `analyst score-checker` does both.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.analysis.facts import Findings, Verdict
from bot.analysis.question import MetricKind, MetricQuestion, Period
from bot.analysis.verification import verify_answer

Span = tuple[int, int]

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])[-+]?\d+(?:\.\d+)?")
_TOKEN = re.compile(r"\w+(?:[.,]\d+)*|[^\w\s]")
_UNITS = {
    "%": MetricKind.RATE,
    "proportion": MetricKind.RATE,
    "count": MetricKind.COUNT,
    "points": MetricKind.SCORE,
    "ratio": MetricKind.RATIO,
}
_TIME_UNITS = {"seconds", "minutes", "hours", "days", "months", "milliseconds"}
# The distance between two dates, in days, up to which a period is meant.
_PERIOD_DAYS = ((2, Period.DAY), (10, Period.WEEK), (45, Period.MONTH), (120, Period.QUARTER))


class UnreadableRowError(ValueError):
    """A row lacks a field or holds one that cannot be read; the message names row and field."""


@dataclass
class Counts:
    """True positives, false positives and false negatives of one way of counting."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    def scores(self) -> dict[str, float]:
        """Return precision, recall and F1 (0 where nothing was predicted or marked)."""
        predicted, marked = self.hits + self.wrong, self.hits + self.missed
        precision = self.hits / predicted if predicted else 0.0
        recall = self.hits / marked if marked else 0.0
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        return {"precision": precision, "recall": recall, "f1": f1}


@dataclass
class Tally:
    """Counts by token and by span of one checker."""

    tokens: Counts = field(default_factory=Counts)
    spans: Counts = field(default_factory=Counts)

    def add(self, text: str, found: Sequence[Span], marked: Sequence[Span]) -> None:
        """Count one text: a token is hit when both sides touch it, a span when they overlap."""
        for match in _TOKEN.finditer(text):
            at = match.span()
            said, true = _touches(at, found), _touches(at, marked)
            self.tokens.hits += said and true
            self.tokens.wrong += said and not true
            self.tokens.missed += true and not said
        self.spans.wrong += sum(not _touches(span, marked) for span in found)
        caught = sum(_touches(span, found) for span in marked)
        self.spans.hits += caught
        self.spans.missed += len(marked) - caught

    def as_dict(self) -> dict[str, dict[str, float]]:
        """Return both scores."""
        return {"token": self.tokens.scores(), "span": self.spans.scores()}


def score_rows(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Score our checker and the published rule over rows of `series`, `text`, `spans`.

    `series` is CSV text whose last numeric column holds the values (a first column of ISO dates
    is used when present); `spans` are [start, end] character positions marked wrong; `unit`,
    `metric`, `context` and `higher_is_better` are optional. A span is hit when it overlaps one of
    ours. Raises UnreadableRowError naming the row.
    """
    ours, published = Tally(), Tally()
    count = marked_spans = 0
    for number, row in enumerate(rows, start=1):
        text, spans = _text_of(row, number), _spans_of(row, number)
        question = read_question(row, number)
        findings = Findings(question=question, facts=(), verdict=Verdict.FLAT)
        checked = verify_answer(text, findings)
        ours.add(text, [(claim.start, claim.end) for claim in checked.unsupported], spans)
        published.add(text, published_rule(text, question), spans)
        count, marked_spans = count + 1, marked_spans + len(spans)
    return {
        "rows": count,
        "marked_spans": marked_spans,
        "checker": ours.as_dict(),
        "published_rule": published.as_dict(),
    }


def published_rule(text: str, question: MetricQuestion) -> list[Span]:
    """Return the numbers of a text that are not among the input's numbers."""
    known = {round(value, 6) for value in question.values if value is not None}
    if question.unit == "proportion":
        known |= {round(value * 100, 6) for value in known}
    for match in _NUMBER.finditer(f"{question.context} {question.definition}"):
        known.add(round(float(match.group().replace(",", "")), 6))
    if question.cohort_size is not None:
        known.add(round(question.cohort_size, 6))
    return [
        match.span()
        for match in _NUMBER.finditer(text)
        if round(float(match.group().replace(",", "")[:300]), 6) not in known
    ]


def read_question(row: Mapping[str, object], number: int) -> MetricQuestion:
    """Build the question of a row; raises UnreadableRowError naming the row and field."""
    lines = [line for line in csv.reader(io.StringIO(str(row.get("series") or ""))) if line]
    if lines and _number(lines[0][-1]) is None:
        lines = lines[1:]
    values = tuple(_number(line[-1]) for line in lines)
    if not any(value is not None for value in values):
        raise UnreadableRowError(
            f"Row {number}: 'series' holds no numbers; give CSV text with the values last."
        )
    dates = tuple(_day(line[0]) for line in lines) if len(lines[0]) > 1 else ()
    known = tuple(day for day in dates if day is not None)
    dated = len(known) == len(lines) and list(known) == sorted(set(known))
    unit = str(row.get("unit") or "count")
    kind = _UNITS.get(unit, MetricKind.DURATION if unit in _TIME_UNITS else MetricKind.MONEY)
    better = row.get("higher_is_better")
    return MetricQuestion(
        metric=str(row.get("metric") or "the metric"),
        kind=kind,
        unit=unit,
        values=values,
        dates=known if dated else None,
        period=_period(known) if dated else Period(str(row.get("period") or "week")),
        context=str(row.get("context") or ""),
        higher_is_better=better if isinstance(better, bool) else None,
    )


def _period(days: Sequence[date]) -> Period:
    if len(days) < 2:
        return Period.WEEK
    gap = min((later - earlier).days for earlier, later in itertools.pairwise(days))
    return next((period for limit, period in _PERIOD_DAYS if gap <= limit), Period.YEAR)


def _number(cell: str) -> float | None:
    try:
        return float(cell.strip().rstrip("%").replace(",", ""))
    except ValueError:
        return None


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        return None


def _text_of(row: Mapping[str, object], number: int) -> str:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UnreadableRowError(f"Row {number}: 'text' is missing; give the text that was marked.")
    return text


def _spans_of(row: Mapping[str, object], number: int) -> list[Span]:
    spans = row.get("spans")
    if not isinstance(spans, list | tuple):
        raise UnreadableRowError(f"Row {number}: 'spans' is missing; give a list, empty if none.")
    found: list[Span] = []
    for span in spans:
        if not isinstance(span, list | tuple) or len(span) != 2:
            raise UnreadableRowError(f"Row {number}: each span must be [start, end], not {span!r}.")
        start, end = span
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
            raise UnreadableRowError(f"Row {number}: span {span!r} is not two rising positions.")
        found.append((start, end))
    return found


def _touches(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
