"""What stands around the values: changes, people counted, question, context, good direction.

Takes the sections and the series already read; decides nothing about the values themselves.
"""

import re
from datetime import date

from bot.analysis.parsing.changes import (
    SeriesFrame,
    change_clauses,
    find_changes,
    read_changes,
)
from bot.analysis.parsing.cleaning import one_line
from bot.analysis.parsing.cohorts import Cohort, find_cohort, per_period, read_cohort
from bot.analysis.parsing.drafts import SeriesDraft
from bot.analysis.parsing.finder import Found
from bot.analysis.parsing.lists import split_cells
from bot.analysis.parsing.names import (
    UNNAMED,
)
from bot.analysis.parsing.sections import Sections
from bot.analysis.parsing.series import ReadSeries, SeriesSettings, read_series
from bot.analysis.parsing.vocabulary import lower_is_better
from bot.analysis.parsing.wording import (
    asks,
    is_greeting,
    is_partial,
    join_context,
    join_question,
    split_sentences,
)
from bot.analysis.question import (
    Period,
    RecordedChange,
    UnreadableQuestionError,
)

_CONTEXT_FIELDS = ("segment", "market", "context")


def changes_of(
    sections: Sections, series: ReadSeries, prose: str, frame: SeriesFrame
) -> tuple[tuple[RecordedChange, ...], list[str]]:
    """Recorded changes of field, prose and remarks, and the clauses they came from."""
    listed = read_changes(sections.fields.get("changes", ""), frame)
    words = "\n".join([prose, sections.fields.get("context", "")])
    told = () if listed else find_changes(words, frame)
    remarked = tuple(
        RecordedChange(
            what=one_line(note, 100), index=slot, day=series.dates[slot] if series.dates else None
        )
        for slot, note in sorted(series.notes.items())
        if not is_partial(note) and re.search(r"[^\W\d]{3}", note)
    )
    return (*listed, *told, *remarked), change_clauses(prose, frame)


def cohort_of(
    sections: Sections, series: ReadSeries, prose: str, period: Period, notes: list[str]
) -> tuple[tuple[float | None, str], tuple[float | None, ...] | None]:
    """(Cohort size, the words it came from) and a size for each period where given."""
    if series.denominators is not None:
        return (None, ""), series.denominators
    named = sections.fields.get("cohort", "")
    if named:
        sizes = _listed_sizes(named, series)
        if sizes is not None:
            return (None, ""), sizes
    cohort: Cohort | None = read_cohort(named) if named else None
    if cohort is None:
        for text in (
            prose,
            sections.fields.get("context", ""),
            sections.fields.get("segment", ""),
            sections.fields.get("definition", ""),
        ):
            cohort = cohort or find_cohort(text[:20_000])
    if cohort is None:
        return (None, ""), None
    size, note = per_period(cohort, period)
    if note:
        notes.append(note)
    return (size, cohort.text), None


def _listed_sizes(named: str, series: ReadSeries) -> tuple[float | None, ...] | None:
    """A cohort field that lists one size for each value."""
    try:
        cells = split_cells(named)
        if len(cells) < 2 or len(cells) != len(series.slots):
            return None
        sizes = read_series(SeriesDraft(cells=cells), SeriesSettings(date.min, "number of people"))
    except UnreadableQuestionError:
        return None
    placed: list[float | None] = [None] * len(series.values)
    for slot, size in zip(series.slots, sizes.values, strict=True):
        placed[slot] = size
    return tuple(placed)


def words_of(
    sections: Sections, found: Found | None, prose: str, used: list[str]
) -> tuple[str, str, list[str]]:
    """Question, context, and what was left out."""
    sentences = split_sentences(prose)
    if found is not None and found.draft.context:
        sentences.extend(split_sentences(found.draft.context))
    question = one_line(sections.fields.get("question", ""), 300) or join_question(sentences)
    parts = []
    for key in _CONTEXT_FIELDS:
        text = sections.fields.get(key, "")
        if text:
            parts.extend([f"{key.capitalize()}:"] if key != "context" else [])
            parts.extend(split_sentences(text if text.endswith((".", "!", "?")) else text + "."))
    heading = found.name_line.strip() if found else ""
    for sentence in sentences:
        counted = found is not None and found.in_prose and _holds_values(sentence, found.draft)
        spent = any(text and text in sentence for text in used)
        if not (asks(sentence) or is_greeting(sentence) or counted or spent or sentence == heading):
            parts.append(sentence)
    context, left_out = join_context(parts)
    return question, context, left_out


def _holds_values(sentence: str, draft: SeriesDraft) -> bool:
    return bool(draft.cells) and draft.cells[0] in sentence


def direction_of(sections: Sections, metric: str, prose: str) -> bool | None:
    """Whether higher is better: stated, or by the word list; None when nothing is known."""
    for text in (
        sections.fields.get("direction", ""),
        prose[:20_000],
        sections.fields.get("context", ""),
    ):
        plain = text.casefold()
        if re.search(
            r"\b(?:lower|less|fewer|smaller|down|decreas\w*),? (?:is|=|are|means|the)"
            r" (?:better|good)",
            plain,
        ):
            return False
        if re.search(
            r"\b(?:higher|more|up|increas\w*),? (?:is|=|are|means|the) (?:better|good)", plain
        ):
            return True
    named = sections.fields.get("direction", "").casefold()
    if re.search(r"\b(?:lower|down|less|fewer|decrease|minimi[sz]e|false)\b", named):
        return False
    if re.search(r"\b(?:higher|up|more|increase|maximi[sz]e|true)\b", named):
        return True
    if metric == UNNAMED:
        return None
    return not lower_is_better(metric)
