"""Spread and diversity of the shipped curated examples, as tables.

`python -m pipeline.dataset.spread` prints them and ends with 1 when two answers share too much
wording or open alike. It reads files only; counts of a built version are `analyst dataset show`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import typer

from bot.analysis.prompt import render_completion
from bot.analysis.quality.shape import count_words
from bot.analysis.question import MetricQuestion
from pipeline.curated import load_curated
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.dataset.rows import ExampleRow

GRAM_WORDS = 5
# A fifth of the shorter answer's 5-grams; the headings and stock facts ("level break in week 6,
# mean ... before and ... from then on") alone make up to about a tenth.
SHARED_GRAMS_ALLOWED = 0.20
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.?!:;])\s")
_LENGTHS = ((9, "5-9 values"), (14, "10-14 values"), (29, "15-29 values"), (10**9, "30 and more"))

Table = dict[str, Counter[str]]


@dataclass(frozen=True)
class Diversity:
    """How far the answers differ: closest pair by 5-grams, repeated openings, lengths in words."""

    answers: int
    closest: tuple[str, str, float]
    openings_repeated: tuple[str, ...]
    words: tuple[int, int, int]  # least, middle, most

    @property
    def passed(self) -> bool:
        """No pair shares more than allowed and every answer opens in its own way."""
        return self.closest[2] <= SHARED_GRAMS_ALLOWED and not self.openings_repeated


def count_spread(rows: Sequence[ExampleRow], analysis: Analysis) -> Table:
    """Count rows by metric, pattern, period, length, recorded changes and state of the data."""
    table: Table = {}
    for row in rows:
        question = analysis.read(row.request, row.written_on)
        for title, value in (
            ("metric", row.metric_family),
            ("pattern", row.pattern),
            ("period", question.period.value),
            ("length", _name_length(question)),
            ("recorded changes", _name_changes(question)),
            ("data", _name_data(question)),
            ("people behind a value", "stated" if question.cohort_size else "not stated"),
        ):
            table.setdefault(title, Counter())[value] += 1
    return table


def measure_diversity(rows: Sequence[ExampleRow]) -> Diversity:
    """Compare every pair of answers by wording, and all by their opening sentence.

    Raises:
        ValueError: fewer than two rows.
    """
    if len(rows) < 2:
        raise ValueError("Diversity is about at least two answers.")
    answers = [render_completion(row.sections) for row in rows]
    grams = [_grams(answer) for answer in answers]
    shares = (
        (a.id, b.id, _share(left, right))
        for (a, left), (b, right) in combinations(zip(rows, grams, strict=True), 2)
    )
    openings = Counter(_SENTENCE_END.split(row.analysis, maxsplit=1)[0].lower() for row in rows)
    words = sorted(count_words(answer) for answer in answers)
    return Diversity(
        answers=len(rows),
        closest=max(shares, key=lambda pair: pair[2]),
        openings_repeated=tuple(text for text, times in openings.items() if times > 1),
        words=(words[0], words[len(words) // 2], words[-1]),
    )


def _grams(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    starts = range(len(words) - GRAM_WORDS + 1)
    return frozenset(tuple(words[at : at + GRAM_WORDS]) for at in starts)


def _share(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> float:
    return len(left & right) / max(1, min(len(left), len(right)))


def _name_length(question: MetricQuestion) -> str:
    return next(name for most, name in _LENGTHS if len(question.values) <= most)


def _name_changes(question: MetricQuestion) -> str:
    return ("none", "one", "two and more")[min(len(question.changes), 2)]


def _name_data(question: MetricQuestion) -> str:
    if question.incomplete_last:
        return "last value incomplete"
    return "values missing" if None in question.values else "whole"


def main() -> None:
    """Print the tables; exit 1 when the answers are too alike."""
    rows = [row for row in load_curated() if isinstance(row, ExampleRow)]
    for title, counted in count_spread(rows, PRODUCT_ANALYSIS).items():
        typer.echo(f"{title} ({len(counted)})")
        for name, number in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
            typer.echo(f"  {name.replace('_', ' '):24} {number:4}")
    found = measure_diversity(rows)
    first, second, share = found.closest
    typer.echo(f"{found.answers} answers of {found.words[0]}-{found.words[2]} words, "
               f"middle {found.words[1]}")  # fmt: skip
    typer.echo(f"closest pair {first}, {second}: {share:.1%} of their 5-grams "
               f"(allowed {SHARED_GRAMS_ALLOWED:.0%})")  # fmt: skip
    typer.echo(f"opening sentences used twice: {len(found.openings_repeated)}")
    if not found.passed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
