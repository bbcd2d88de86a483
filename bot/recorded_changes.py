"""Use case: changes that the company recorded are set against the series, whoever asked.

Adds stored annotations of the window to a question's own changes; what they mean is judged by the
findings. Also records new ones. Knows neither Slack nor HTTP.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

import storage.annotations
from bot.analysis.catalogue.model import Catalogue, Choice
from bot.analysis.catalogue.names import normalise
from bot.analysis.parsing.calendar import add_periods
from bot.analysis.periods import index_of_day
from bot.analysis.question import MetricQuestion, RecordedChange
from storage.annotations import Annotation

MOST_CHANGES = 20  # of one question, its own ones first; as many as the parser keeps
TEXT_CHARACTERS = 200
NAME_CHARACTERS = 60
EARLIEST = date(2000, 1, 1)
FURTHEST_AHEAD = timedelta(days=366)  # planned changes may be recorded; typing errors may not
_SAME_CHANGE_DAYS = 7  # the same words within a week are the same change


class AnnotationError(ValueError):
    """What was to be recorded is incomplete; the message says what to mend, `field` where."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class NewAnnotation:
    """A change somebody wants recorded; `metric` and `segment` None: for all."""

    happened_on: date
    text: str
    who: str
    metric: str | None = None
    segment: str | None = None

    def key(self) -> str:
        """Name it by its content, so that importing a file twice adds nothing."""
        said = (self.happened_on.isoformat(), self.text, self.metric or "", self.segment or "")
        return "content:" + hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]


def check_annotation(new: NewAnnotation, catalogue: Catalogue | None, today: date) -> NewAnnotation:
    """Return it with the metric under its catalogue name.

    Raises:
        AnnotationError: no words, an unlikely date, or a metric or segment that does not exist.
    """
    text = " ".join(new.text.split())
    if not text:
        raise AnnotationError("Say what changed, for example “onboarding redesign”.", "what")
    if len(text) > TEXT_CHARACTERS:
        raise AnnotationError(
            f"The change has {len(text)} characters; say it in at most {TEXT_CHARACTERS}.", "what"
        )
    if not EARLIEST <= new.happened_on <= today + FURTHEST_AHEAD:
        raise AnnotationError(
            f"{new.happened_on.isoformat()} is not a likely date for a change; check the year.",
            "day",
        )
    metric, segment = (new.metric or "").strip(), (new.segment or "").strip()
    if metric and catalogue is not None:
        found = catalogue.find(metric)
        if found is None:
            names = ", ".join(known.name for known in catalogue.metrics[:12])
            raise AnnotationError(
                f"The catalogue has no metric “{metric[:60]}”. It has {names}. Leave the metric out"
                " for a change that concerns all.",
                "metric",
            )
        metric = found.name
        segment = _known_segment(segment, [*found.segments, *found.markets], found.name)
    if max(len(metric), len(segment)) > NAME_CHARACTERS:
        raise AnnotationError(
            f"The names of metric and segment have at most {NAME_CHARACTERS} characters.", "metric"
        )
    return NewAnnotation(new.happened_on, text, new.who, metric or None, segment or None)


def record(session: Session, new: NewAnnotation, key: str) -> Annotation:
    """Store a checked change; a known key returns the first one."""
    return storage.annotations.record_annotation(
        session,
        key=key,
        happened_on=new.happened_on,
        text=new.text,
        author_id=new.who,
        metric=new.metric,
        segment=new.segment,
    )


def with_recorded_changes(
    session: Session, question: MetricQuestion, catalogue: Catalogue | None
) -> MetricQuestion:
    """Return the question with the annotations of its window; unchanged when there are none.

    A question without dates cannot be set against dated changes and stays as it is.
    """
    if not question.dates:
        return question
    found = catalogue.find(question.metric) if catalogue is not None else None
    metric = found.name if found is not None else question.metric
    last_day = add_periods(question.dates[-1], 1, question.period) - timedelta(days=1)
    rows = storage.annotations.list_annotations(session, metric, question.dates[0], last_day)
    own = list(question.changes)
    added = [
        RecordedChange(
            what=row.text, index=index_of_day(question, row.happened_on), day=row.happened_on
        )
        for row in rows
        if _concerns(row, question.context) and not _is_told(row, own)
    ]
    if not added:
        return question
    room = max(MOST_CHANGES - len(own), 0)
    named = ", ".join(f"{change.what[:60]} ({change.day:%-d %b})" for change in added[:3])
    more = f" and {len(added) - 3} more" if len(added) > 3 else ""
    note = f"Recorded changes of this window, set against the series: {named}{more}."
    return question.model_copy(
        update={
            "changes": (*own, *added[:room]),
            "assumptions": (*question.assumptions, note),
        }
    )


def _concerns(row: Annotation, context: str) -> bool:
    """A change of one segment concerns questions about it and questions about no segment."""
    if not row.segment:
        return True
    place = normalise(context.split(";")[0])
    wanted = normalise(row.segment)
    return f" {wanted} " in f" {place} " or place in {"", "all segment and market"}


def _is_told(row: Annotation, own: Iterable[RecordedChange]) -> bool:
    wanted = normalise(row.text)
    return any(
        (wanted in normalise(change.what) or normalise(change.what) in wanted)
        and (change.day is None or abs((change.day - row.happened_on).days) <= _SAME_CHANGE_DAYS)
        for change in own
        if normalise(change.what)
    )


def _known_segment(segment: str, known: Sequence[Choice], metric: str) -> str:
    if not segment:
        return ""
    for choice in known:
        if normalise(segment) in choice.spellings:
            return choice.value
    names = ", ".join(choice.value for choice in known) or "none"
    raise AnnotationError(
        f"{metric} has no segment or market “{segment[:60]}”. It has {names}. Leave it out for a"
        " change that concerns all.",
        "segment",
    )
