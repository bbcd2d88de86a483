"""Segments with their counts before and after: what a file hands over.

Small enough to be kept beside the request. Types only; `findings` in this package computes.
"""

from pydantic import BaseModel, ConfigDict

from bot.analysis.question import Period, RecordedChange


class SegmentCounts(BaseModel):
    """People of one segment (`before_of`, `after_of`) and those of them with the outcome."""

    model_config = ConfigDict(frozen=True)

    name: str
    before: float
    before_of: float
    after: float
    after_of: float


class SegmentComparison(BaseModel):
    """Segments of one rate over two stretches of time.

    `by` is the column or kind of segment, `notes` say what the stretches are and what was left
    out.
    """

    model_config = ConfigDict(frozen=True)

    metric: str
    by: str
    segments: tuple[SegmentCounts, ...]
    period: Period = Period.WEEK
    context: str = ""
    question: str = ""
    higher_is_better: bool | None = None
    changes: tuple[RecordedChange, ...] = ()
    notes: tuple[str, ...] = ()
    source_text: str = ""
