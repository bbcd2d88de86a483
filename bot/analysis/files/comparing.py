"""Segments of a file set against each other: their rows added up by period, before and after.

Long tables (a column of segments) and wide ones (segments in the headings). Levels of other
segment columns are added up unless one is named. Which column and rate is `compare_by`.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.analysis.files.choices import ADD_UP, HEADINGS, FileChoices
from bot.analysis.files.compare_by import comparison_problem, pick_column, pick_measure
from bot.analysis.files.dates import ReadDates, days_of
from bot.analysis.files.headings import Sheet
from bot.analysis.files.measures import Measure, common_words, find_wide_measures
from bot.analysis.files.picking import asked_levels, levels_beside
from bot.analysis.files.roles import Column, Roles
from bot.analysis.files.segment_sums import SegmentSums
from bot.analysis.parsing.changes import SeriesFrame, find_changes, read_changes
from bot.analysis.parsing.cleaning import clean_text, one_line
from bot.analysis.parsing.numbers import NumberStyle
from bot.analysis.parsing.periods import period_in_text, read_period
from bot.analysis.parsing.sections import split_sections
from bot.analysis.parsing.surroundings import direction_of
from bot.analysis.question import Period, RecordedChange
from bot.analysis.segments.asking import sets_against
from bot.analysis.segments.comparison import SegmentComparison
from bot.analysis.segments.halves import compare_halves, tell_halves


@dataclass(slots=True)
class Compared:
    """A comparison with how the table was read for it."""

    comparison: SegmentComparison
    by: str
    measure: Measure
    dates: ReadDates
    levels: list[tuple[Column, str]]
    rows_used: int
    left_out: Counter[str]


def build_comparison(
    sheet: Sheet,
    roles: Roles,
    segments: Sequence[Column],
    choices: FileChoices,
    *,
    style: NumberStyle,
    text: str,
    today: date,
) -> Compared:
    """Add the rows up by segment and period.

    Raises:
        UnreadableQuestionError: no date column, no rate with people, or unsure which is meant.
    """
    if roles.time is None:
        raise comparison_problem(
            "A comparison of segments needs a column of dates with at least two periods. Add one, "
            "or choose it in the form.",
            "date_column",
        )
    wide = find_wide_measures(roles.numeric, style)
    column = pick_column(segments, wide, choices, text)
    named = asked_levels(column, text) if column is not None and sets_against(text) else []
    only = frozenset(named if len(named) > 1 else ())
    levels: list[tuple[Column, str]] = []
    if column is None:
        measures = wide
    else:
        measures = [pick_measure(roles, choices, text, style)]
        levels = levels_beside([c for c in segments if c is not column], choices, text)
    dates = _read_dates(roles.time, choices, today)
    left_out: Counter[str] = Counter(sheet.left_out)
    sums = SegmentSums()
    for measure in measures:
        sums.add_up(roles, measure, column, only, levels, dates, style, left_out)
    comparison = _as_comparison(sums, measures, column, levels, roles, choices, text, today)
    by = column.name if column is not None else HEADINGS
    return Compared(comparison, by, measures[0], dates, levels, sums.used, left_out)


def _read_dates(time: Column, choices: FileChoices, today: date) -> ReadDates:
    period = read_period(choices.period) if choices.period else period_in_text(time.name)
    return days_of(list(time.counts), time.name, choices, today=today, period=period)


def _as_comparison(
    sums: SegmentSums,
    measures: Sequence[Measure],
    column: Column | None,
    levels: Sequence[tuple[Column, str]],
    roles: Roles,
    choices: FileChoices,
    text: str,
    today: date,
) -> SegmentComparison:
    by = column.name if column is not None else "segment"
    order, series = sums.series(" ".join(by.replace("_", " ").split()))
    days = [key for key in order if isinstance(key, date)]
    period = _period(days, choices, roles.time)
    sections = split_sections(clean_text(text))
    frame = SeriesFrame(len(order), period, today, tuple(days) or None)
    changes = read_changes(sections.fields.get("changes", ""), frame) or find_changes(
        "\n".join(sections.lines), frame
    )
    cut = _cut_at(changes)
    halves = compare_halves(series, cut)
    metric = sections.fields.get("metric") or _metric_name(measures)
    about = [f"{c.name}: {level}" for c, level in levels if level != ADD_UP]
    about += [f"{c.name}: {next(iter(c.counts))}" for c in roles.constants]
    return SegmentComparison(
        metric=one_line(clean_text(metric), 80),
        by=by,
        segments=halves.counts,
        period=period,
        context=one_line("; ".join(about), 500),
        question=one_line(clean_text(text), 300),
        higher_is_better=direction_of(sections, metric, clean_text(text)),
        changes=changes,
        notes=tell_halves(halves, days or None, period),
        source_text=text,
    )


def _cut_at(changes: Sequence[RecordedChange]) -> int:
    """The position of the one recorded change among the periods, 0 for none or several."""
    places = {change.index for change in changes if change.index}
    return places.pop() if len(places) == 1 else 0


def _period(days: Sequence[date], choices: FileChoices, time: Column | None) -> Period:
    stated = read_period(choices.period) or (period_in_text(time.name) if time else None)
    if stated is not None or len(days) < 2:
        return stated or Period.WEEK
    gaps = sorted((b - a).days for a, b in itertools.pairwise(days))
    gap = gaps[len(gaps) // 2]
    steps = ((1, Period.DAY), (7, Period.WEEK), (31, Period.MONTH), (92, Period.QUARTER))
    return next((period for most, period in steps if gap <= most), Period.YEAR)


def _metric_name(measures: Sequence[Measure]) -> str:
    first = measures[0]
    name = first.value.name if len(measures) == 1 else common_words([m.value for m in measures])
    base = first.base.name if len(measures) == 1 else common_words([m.base for m in measures])
    name = " ".join((name or "rate").replace("_", " ").split())
    return name if first.scale else f"{name} share of {' '.join(base.replace('_', ' ').split())}"
