"""Annotations: recorded changes (a redesign, a price, a campaign) that may explain a break."""

from datetime import date, datetime

from sqlalchemy import Index, func
from sqlmodel import Field, Session, col, or_, select

from storage.columns import PlainText, UtcDateTime, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class Annotation(Record, table=True):
    """One change, on one day, for one metric or for all."""

    __table_args__ = (Index(None, "metric", "happened_on"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    metric: str | None = Field(default=None, description="None: for every metric")
    segment: str | None = Field(default=None, description="None: for every segment")
    happened_on: date
    text: str = Field(sa_type=PlainText)
    author_id: str = Field(index=True)
    is_removed: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def record_annotation(
    session: Session,
    *,
    key: str,
    happened_on: date,
    text: str,
    author_id: str,
    metric: str | None = None,
    segment: str | None = None,
) -> Annotation:
    """Store a change; a known key returns the first one unchanged."""
    row = Annotation(
        key=key,
        happened_on=happened_on,
        text=text,
        author_id=author_id,
        metric=metric,
        segment=segment,
    )
    insert_if_new(session, row, "key")
    return session.exec(select(Annotation).where(Annotation.key == key)).one()


def remove_annotation(session: Session, annotation_id: int) -> Annotation:
    """Stop showing a change. Raises NotFoundError when there is none."""
    annotation = get_locked(session, Annotation, annotation_id, "annotation")
    annotation.is_removed = True
    return save(session, annotation)


def list_annotations(
    session: Session, metric: str | None, first_day: date, last_day: date
) -> list[Annotation]:
    """Return the changes from first to last day (both included) that concern this metric.

    Names are compared without case.
    """
    query = (
        select(Annotation)
        .where(
            or_(
                col(Annotation.metric).is_(None),
                func.lower(col(Annotation.metric)) == (metric or "").lower(),
            )
        )
        .where(Annotation.happened_on >= first_day, Annotation.happened_on <= last_day)
        .where(col(Annotation.is_removed).is_(False))
        .order_by(col(Annotation.happened_on), col(Annotation.id))
    )
    return list(session.exec(query))


def list_latest_annotations(session: Session, limit: int = 20) -> list[Annotation]:
    """Return the newest changes by their day, for people to look through."""
    query = (
        select(Annotation)
        .where(col(Annotation.is_removed).is_(False))
        .order_by(col(Annotation.happened_on).desc(), col(Annotation.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))


def remove_annotations_by_key(session: Session, prefix: str, keep: frozenset[str]) -> int:
    """Stop showing those whose key begins with `prefix` and is not in `keep`; returns how many."""
    query = (
        select(Annotation)
        .where(col(Annotation.key).startswith(prefix, autoescape=True))
        .where(col(Annotation.is_removed).is_(False))
    )
    old = [row for row in session.exec(query) if row.key not in keep]
    for row in old:
        row.is_removed = True
        save(session, row)
    return len(old)
