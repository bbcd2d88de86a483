"""Columns with roles -> the one series that is meant -> `MetricQuestion`.

The chosen rows are written out again with one reading only (ISO dates, decimal points) and go
through the readers of pasted text, so that a file and a paste give the same question.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.analysis.files.cells import is_blank
from bot.analysis.files.choices import ADD_UP, FileChoices
from bot.analysis.files.dates import ReadDates, days_of
from bot.analysis.files.headings import Sheet
from bot.analysis.files.limits import refusal
from bot.analysis.files.picking import Picked, is_measure
from bot.analysis.files.roles import Column, Roles
from bot.analysis.files.rows import (
    Rows,
    added_up,
    collect_rows,
    fill_gaps,
    iso_day,
    refuse_repeats,
    segment_rows,
)
from bot.analysis.parsing.assembly import Request, assemble
from bot.analysis.parsing.cleaning import clean_text, one_line
from bot.analysis.parsing.names import UNNAMED, is_plain_word
from bot.analysis.parsing.numbers import NumberStyle, signed_value, split_number
from bot.analysis.parsing.periods import period_in_text, read_period
from bot.analysis.parsing.sections import split_sections
from bot.analysis.parsing.series import MAX_POINTS
from bot.analysis.question import MetricQuestion, ProblemCode


@dataclass(slots=True)
class Built:
    """A question with what was done to get it."""

    question: MetricQuestion
    dates: ReadDates | None
    rows_used: int
    left_out: Counter[str]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What the user wrote beside the file, its name, and the day it was sent."""

    text: str
    stem: str
    today: date


def build_question(
    sheet: Sheet,
    roles: Roles,
    picked: Picked,
    choices: FileChoices,
    *,
    style: NumberStyle,
    wording: Wording,
) -> Built:
    """Read the chosen rows; raises UnreadableQuestionError naming the row to mend."""
    left_out: Counter[str] = Counter(sheet.left_out)
    notes: list[str] = [*sheet.notes, *picked.notes]
    kept = segment_rows(sheet.height, picked, left_out)
    dates = _read_dates(roles.time, kept, choices, wording.today) if roles.time else None
    rows = collect_rows(sheet, roles, picked, kept, dates, style, left_out)
    rows_used = len(rows.times)
    if choices.repeats or any(level == ADD_UP for _, level in picked.levels):
        rows = added_up(rows, picked, notes)
    refuse_repeats(rows, bool(picked.levels), picked.value)
    if len(rows.times) > MAX_POINTS:
        raise refusal(
            ProblemCode.TOO_LONG,
            f"The series has {len(rows.times):,} rows; at most {MAX_POINTS:,} can be analysed. "
            "Choose one segment, a shorter window or a longer period.",
        )
    if dates is not None and dates.days is not None:
        rows = fill_gaps(rows, choices, wording.today, notes)
    question = _assembled(rows, picked, roles, choices, wording, sheet.title)
    extra = [note for note in notes if note not in question.assumptions]
    question = question.model_copy(
        update={"assumptions": (*question.assumptions, *extra, *(dates.notes if dates else ()))}
    )
    return Built(question, dates, rows_used, left_out, notes)


def _read_dates(
    column: Column, kept: Sequence[int], choices: FileChoices, today: date
) -> ReadDates:
    different = dict.fromkeys(column.cells[i] for i in kept if not is_blank(column.cells[i]))
    period = read_period(choices.period) if choices.period else period_in_text(column.name)
    return days_of(list(different), column.name, choices, today=today, period=period)


def _assembled(
    rows: Rows, picked: Picked, roles: Roles, choices: FileChoices, wording: Wording, title: str
) -> MetricQuestion:
    """Hand the rows, rewritten, to the readers of pasted text."""
    table = ["period\tvalue" + ("\tnotes" if any(rows.remarks) else "")]
    for stamp, value, remark in zip(rows.times, rows.values, rows.remarks, strict=True):
        cells = [stamp, value] + ([_one_cell(remark)] if any(rows.remarks) else [])
        table.append("\t".join(cells))
    sections = split_sections(clean_text(wording.text))
    sections.fields["values"] = "\n".join(table)
    if not sections.fields.get("metric"):
        sections.fields["metric"] = _metric_name(picked, wording.stem, title)
    if choices.period:
        sections.fields["period"] = choices.period
    source = f"{wording.text}\n{sections.fields['metric']}\n" + "\n".join(table)
    question = assemble(Request(sections, wording.today, source_text=source.strip()))
    about = [
        f"{column.name}: {level}" for column, level in picked.levels
        if level != ADD_UP and not is_measure(column)
    ]  # fmt: skip
    about += [f"{c.name}: {next(iter(c.counts))}" for c in roles.constants]
    update: dict[str, object] = {
        "context": one_line("; ".join(filter(None, [*about, question.context])), 500)
    }
    sizes = _sizes(rows, question)
    if sizes is not None and question.denominators is None:
        update["denominators"] = sizes
    return question.model_copy(update=update)


def _one_cell(text: str) -> str:
    return " ".join(clean_text(text[:300]).split())


def _metric_name(picked: Picked, stem: str, title: str) -> str:
    """The heading; the measure's level, the title or the file's name where it says nothing."""
    heading = picked.value.name
    if " " not in heading:
        heading = heading.replace("_", " ").strip()
    measures = [level for column, level in picked.levels if is_measure(column)]
    bare = re.fullmatch(r"column \d+(?: \(\d+\))?", heading) or is_plain_word(heading)
    for name in measures + ([] if bare else [heading]):
        return one_line(clean_text(name), 80)
    for name in (title, re.sub(r"[_-]+", " ", stem).strip()):
        if re.search(r"[^\W\d]{3}", name):
            return one_line(clean_text(name), 80)
    return UNNAMED


def _sizes(rows: Rows, question: MetricQuestion) -> tuple[float | None, ...] | None:
    """People behind each value, where they stand in a column and the places are certain."""
    if all(base == "n/a" for base in rows.bases):
        return None
    sizes: list[float | None] = []
    for base in rows.bases:
        number = split_number(base)
        sizes.append(signed_value(number, NumberStyle.POINT) if number else None)
    if question.dates is None:
        return tuple(sizes) if len(sizes) == len(question.values) else None
    by_day = {iso_day(stamp): size for stamp, size in zip(rows.times, sizes, strict=True)}
    found = tuple(by_day.get(day.isoformat()) for day in question.dates)
    return found if any(size is not None for size in found) else None
