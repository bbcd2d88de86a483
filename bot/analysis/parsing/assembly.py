"""Everything the readers found, put together into one `MetricQuestion`.

Order matters: values first, for changes and cohorts are placed against them; then the words
that are left become question and context.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.analysis.parsing.anchors import anchored_period, find_anchor
from bot.analysis.parsing.calendar import DAYS_IN, add_periods
from bot.analysis.parsing.changes import (
    SeriesFrame,
    change_clauses,
)
from bot.analysis.parsing.cleaning import one_line
from bot.analysis.parsing.cohorts import find_cohort
from bot.analysis.parsing.drafts import SeriesDraft
from bot.analysis.parsing.finder import Found, find_series, read_values
from bot.analysis.parsing.names import (
    UNNAMED,
    clean_name,
    direction_in_name,
    is_plain_word,
    name_from_line,
    split_definition,
    unit_behind,
    unit_in_name,
)
from bot.analysis.parsing.numbers import split_number
from bot.analysis.parsing.periods import period_in_text, read_period
from bot.analysis.parsing.sections import Sections
from bot.analysis.parsing.series import ReadSeries, SeriesSettings, read_series
from bot.analysis.parsing.surroundings import changes_of, cohort_of, direction_of, words_of
from bot.analysis.parsing.time_labels import LabelKind
from bot.analysis.parsing.units import Unit, kind_of_unit, unit_of
from bot.analysis.parsing.vocabulary import find_metric_name, kind_of_name
from bot.analysis.parsing.wording import (
    is_greeting,
    is_partial,
    join_question,
    says_last_is_partial,
)
from bot.analysis.question import (
    MetricKind,
    MetricQuestion,
    Period,
    Problem,
    ProblemCode,
    UnreadableQuestionError,
)

MIN_VALUES = 2  # one value has no change to explain
DEFINITION_CHARACTERS = 300
_NEWEST_FIRST = re.compile(
    r"\b(?:newest|latest|most recent) (?:value |week |month |day )?first\b|\bnewest to oldest\b|"
    r"\bmost recent to oldest\b|\breverse chronological\b|\bgoing back in time\b",
    re.IGNORECASE,
)
_MASKS = re.compile(
    r"\b(?:last|past|previous|next|over|for|the) (?:the )?\d{1,3} (?:days?|weeks?|months?|"
    r"quarters?|years?)\b|"
    r"\b\d{1,3}-(?:day|week|month|hour)s?\b|\b(?:in|since|of|during|until|fy) ?(?:19|20)\d{2}\b|"
    r"\bv?\d+\.\d+\.\d+\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Request:
    """The text in sections and the day it was sent."""

    sections: Sections
    today: date
    source_text: str = ""


@dataclass(slots=True)
class _Reading:
    """What has been decided so far."""

    metric: str = ""
    definition: str = ""
    direction: str = ""
    unit: Unit | None = None
    found: Found | None = None
    notes: list[str] = field(default_factory=list)


def assemble(request: Request) -> MetricQuestion:
    """Read a request; raises UnreadableQuestionError with a draft of what could be read."""
    reading = _Reading()
    try:
        return _assemble(request, reading)
    except UnreadableQuestionError as error:
        raise UnreadableQuestionError(error.problems, draft_of(request, reading)) from None


def _assemble(request: Request, reading: _Reading) -> MetricQuestion:
    sections, today = request.sections, request.today
    prose_before = "\n".join(sections.lines)
    period, stated = _stated_period(sections, prose_before)
    label = sections.fields.get("metric", "").split("\n")[0]
    label, reading.direction = direction_in_name(label)
    label, reading.definition = split_definition(label)
    reading.metric, reading.unit = unit_in_name(label)
    reading.found = _find(request, reading.metric, period or Period.WEEK)
    if reading.found is None:
        raise _problem(
            ProblemCode.NO_VALUES,
            "No numbers were found. Send the values in a row, oldest first, for example "
            "“42 %, 41 %, 38 %”.",
        )
    found = reading.found
    prose = "\n".join(
        line for i, line in enumerate(sections.lines) if i not in found.used or found.in_prose
    )
    prose = f"{prose}\n{found.draft.tail}".strip("\n")
    frame = SeriesFrame(0, period or Period.WEEK, today)
    _name_metric(reading, "\n".join(_mask(line, frame) for line in prose.split("\n")), found)
    _take_unit(reading, sections)
    _turn_if_newest_first(found.draft, sections, prose)
    hint = _hinted_period(found.draft, prose) if period is None else None
    series = read_series(
        found.draft,
        SeriesSettings(today, reading.metric, reading.unit, period or hint, stated),
    )
    if sum(value is not None for value in series.values) < MIN_VALUES:
        raise _problem(
            ProblemCode.TOO_FEW_VALUES,
            f"Only one value ({found.draft.cells[0][:30]}) was found; a change needs at least "
            "two. Send the earlier values too, oldest first.",
        )
    return _build(request, reading, series, prose, series.period or period or hint)


def _hinted_period(draft: SeriesDraft, prose: str) -> Period | None:
    """The period that a header or a label beside the values names ("Months: ...")."""
    if len(draft.hint.split()) == 1:
        return read_period(draft.hint)
    return period_in_text(draft.hint) or anchored_period(f"{prose}\n{draft.name}")


def _turn_if_newest_first(draft: SeriesDraft, sections: Sections, prose: str) -> None:
    """Turn an undated list round where the words say that it runs back in time."""
    words = " ".join([sections.hints.get("values", ""), draft.name, prose[:20_000]])
    if any(draft.labels) or not _NEWEST_FIRST.search(words):
        return
    count = len(draft.cells)
    draft.cells.reverse()
    draft.denominators.reverse()
    draft.notes = {count - 1 - i: note for i, note in draft.notes.items()}
    draft.assumptions.append("The text says newest first, so the order was turned round.")


def _problem(code: ProblemCode, message: str) -> UnreadableQuestionError:
    return UnreadableQuestionError((Problem(code=code, message=message),), {})


def _stated_period(sections: Sections, prose: str) -> tuple[Period | None, bool]:
    """The period in words, and whether a field states it outright."""
    named = sections.fields.get("period", "")
    if named and (period := read_period(named)) is not None:
        return period, True
    told = prose[:20_000]
    cohort = find_cohort(told)
    if cohort is not None:  # "2,600 visitors a day" says nothing about the values' own period
        told = told[: cohort.start] + told[cohort.end :]
    for text in (
        sections.hints.get("values", ""), sections.fields.get("metric", ""), told,
        sections.fields.get("question", ""), sections.fields.get("context", ""),
    ):  # fmt: skip
        if (period := period_in_text(text)) is not None:
            return period, False
    return None, False


def _find(request: Request, metric: str, period: Period) -> Found | None:
    sections = request.sections
    values = sections.fields.get("values", "")
    if values:
        draft = read_values(values, metric)
        if draft is not None and (
            any(split_number(cell) for cell in draft.cells)
            or not any(map(str.strip, sections.lines))
        ):
            return Found(draft)
    frame = SeriesFrame(0, period, request.today)
    masked = [_mask(line, frame) for line in sections.lines]
    return find_series(sections.lines, masked, metric)


def _mask(line: str, frame: SeriesFrame) -> str:
    """A line with changes, cohorts and spans blanked, so that their numbers are not values."""
    if len(line) > 20_000 or not re.search(r"[^\W\d_]", line):
        return line  # without a word there is neither a change nor a cohort
    masked = line
    for clause in change_clauses(line, frame):
        if len(re.findall(r"\d+(?:[.,]\d+)?", clause)) <= 3:
            masked = masked.replace(clause, " " * len(clause))
    cohort = find_cohort(masked)
    if cohort is not None:
        masked = masked[: cohort.start] + " " * (cohort.end - cohort.start) + masked[cohort.end :]
    return _MASKS.sub(lambda match: " " * len(match[0]), masked)


def _name_metric(reading: _Reading, prose: str, found: Found) -> None:
    """Settle the name, taking a unit out of it where one is written."""
    if reading.metric:
        reading.metric = clean_name(reading.metric)
        reading.unit = reading.unit or unit_in_name(found.draft.name)[1]
        return
    candidates = [found.draft.name, found.name_line]
    for candidate in candidates:
        told, direction = direction_in_name(candidate.strip().rstrip(":"))
        reading.direction = reading.direction or direction
        plain, definition = split_definition(told)
        bare, unit = unit_in_name(plain)
        if not bare or is_plain_word(bare):
            reading.unit = reading.unit or unit
            continue
        name = name_from_line(bare + (":" if candidate is found.draft.name else ""))
        if name and not is_plain_word(name):
            reading.metric, reading.unit = name, reading.unit or unit
            reading.definition = definition
            return
    reading.metric = clean_name(find_metric_name(prose[:20_000])) or _name_below(prose)
    reading.unit = reading.unit or unit_behind(reading.metric, prose[:20_000])
    if not reading.metric:
        reading.metric = UNNAMED
        reading.notes.append("No metric was named; it is called “the metric”.")


def _name_below(prose: str) -> str:
    """A short line by itself, such as a title under the values."""
    for line in prose.split("\n"):
        if 0 < len(line.split()) <= 5 and not re.search(r"\d|[?!]", line) and not is_greeting(line):
            name = name_from_line(line)
            if name:
                return name
    return ""


def _take_unit(reading: _Reading, sections: Sections) -> None:
    named = sections.fields.get("unit", "").split("\n")[0].strip()
    if not named:
        return
    unit = unit_of(named) or next(
        (found for word in re.findall(r"%|[$£€]|[\w-]+", named) if (found := unit_of(word))), None
    )
    if unit is None:
        reading.notes.append(f"The unit “{named[:40]}” is not known; it was worked out instead.")
    else:
        reading.unit = unit


def _build(
    request: Request, reading: _Reading, series: ReadSeries, prose: str, period: Period | None
) -> MetricQuestion:
    sections, notes = request.sections, reading.notes
    if period is None:
        notes.append("No period was given; the values are read as weekly.")
    settled = period or Period.WEEK
    series, prose = _anchored(request, reading, series, prose, settled)
    frame = SeriesFrame(
        len(series.values), settled, request.today, series.dates, _first_position(reading.found),
        series.day_first,
    )  # fmt: skip
    changes, used = changes_of(sections, series, prose, frame)
    cohort, sizes = cohort_of(sections, series, prose, settled, notes)
    question, context, left_out = words_of(sections, reading.found, prose, [*used, cohort[1]])
    kind = kind_of_unit(series.unit) or kind_of_name(reading.metric) or MetricKind.COUNT
    return MetricQuestion(
        metric=reading.metric,
        definition=one_line(
            sections.fields.get("definition", "") or reading.definition, DEFINITION_CHARACTERS
        ),
        kind=kind,
        unit=series.unit,
        values=series.values,
        dates=series.dates,
        period=settled,
        context=context,
        cohort_size=cohort[0],
        denominators=sizes,
        changes=changes,
        question=question,
        higher_is_better=direction_of(sections, reading.metric, f"{reading.direction}\n{prose}"),
        incomplete_last=_incomplete(request, reading, series, prose, settled, notes),
        assumptions=tuple(dict.fromkeys([*notes, *series.assumptions, *left_out])),
        source_text=request.source_text,
    )


def _anchored(
    request: Request, reading: _Reading, series: ReadSeries, prose: str, period: Period
) -> tuple[ReadSeries, str]:
    """An undated series with the dates its stated beginning gives, and the prose without it."""
    if series.dates is not None:
        return series, prose
    sections = request.sections
    draft_name = reading.found.draft.name if reading.found else ""
    stated = [prose, *series.notes.values(), *sections.hints.values(), draft_name]
    stated += [sections.fields.get(key, "") for key in ("period", "context", "metric")]
    name = draft_name or sections.fields.get("metric", "")
    text = "\n".join(stated)
    anchor = find_anchor(text, name, len(series.values), period, request.today)
    if anchor is None:
        return series, prose
    notes = {slot: note for slot, note in series.notes.items() if anchor.text not in note}
    return replace(series, dates=anchor.dates, notes=notes), prose.replace(anchor.text, " ")


def _first_position(found: Found | None) -> int:
    """The number of the first period, where the labels count ("week 12" to "week 20")."""
    labels = found.draft.labels if found else []
    numbers = [
        int(label.number or 0) for label in labels
        if label is not None and label.kind is LabelKind.ORDINAL
    ]  # fmt: skip
    return min(numbers) if numbers else 1


def _incomplete(
    request: Request,
    reading: _Reading,
    series: ReadSeries,
    prose: str,
    period: Period,
    notes: list[str],
) -> bool:
    """Whether the last value belongs to a period that is not over."""
    last = len(series.values) - 1
    if is_partial(series.notes.get(last, "")):
        return True
    given = reading.found.draft.labels if reading.found else []
    if any(label is not None and label.unfinished for label in given):
        return True
    texts = (
        prose,
        request.sections.fields.get("context", ""),
        request.sections.hints.get("values", ""),
    )
    if any(says_last_is_partial(text) for text in texts):
        return True
    labels = reading.found.draft.labels if reading.found else []
    if any(
        label is not None and label.kind is LabelKind.AGO and label.number == 0 for label in labels
    ):
        notes.append("The last value is of the running period, so it may be incomplete.")
        return True
    if series.dates is None:
        return False
    try:
        end = add_periods(series.dates[-1], 1, period)
    except (ValueError, OverflowError):
        return False
    if (
        series.dates[-1] <= request.today < end
        and DAYS_IN[period] >= (end - timedelta(0) - series.dates[-1]).days - 1
    ):
        notes.append(
            f"The last {period.value} ends after {request.today.isoformat()}, so it is incomplete."
        )
        return True
    return False


def draft_of(request: Request, reading: _Reading) -> dict[str, str]:
    """Form fields with what could be read; every line the user wrote is in one of them."""
    sections = request.sections
    draft = {key: text for key, text in sections.fields.items() if text}
    used = reading.found.used if reading.found else set()
    if not draft.get("values"):
        numeric = [
            line for i, line in enumerate(sections.lines)
            if line.strip() and (i in used or re.search(r"\d", line))
        ]  # fmt: skip
        draft["values"] = "\n".join(numeric)
    kept = set(draft["values"].split("\n"))
    left = [line for line in sections.lines if line.strip() and line not in kept]
    question = join_question(left)
    if question and "question" not in draft:
        draft["question"] = question
    context = [line for line in left if line.strip() != question]
    if context:
        draft["context"] = "\n".join([*filter(None, [draft.get("context", "")]), *context])
    if reading.metric and reading.metric != UNNAMED:
        draft.setdefault("metric", reading.metric)
    return {key: text for key, text in draft.items() if text}
