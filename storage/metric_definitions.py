"""Metric definitions: the company's vocabulary, with unit, good direction and reviewed SQL."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class MetricDefinition(Record, table=True):
    """One metric as the catalogue file defines it."""

    __tablename__ = "metric_definition"

    name: str = Field(primary_key=True)
    definition: str = Field(default="", sa_type=PlainText)
    unit: str = ""
    direction: str = Field(default="", description="up or down: which way is good")
    sql: str = Field(default="", sa_type=PlainText, description="reviewed, parameterised")
    synonyms: list[str] = Field(default_factory=list, sa_type=Json)
    segments: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    source: str = Field(default="", description="file and revision it was read from")
    is_active: bool = True
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def save_metric_definition(session: Session, metric: MetricDefinition) -> MetricDefinition:
    """Store the definition, replacing the one of the same name."""
    if insert_if_new(session, metric, "name"):
        return get_locked(session, MetricDefinition, metric.name, "metric")
    stored = get_locked(session, MetricDefinition, metric.name, "metric")
    for name, value in metric.model_dump(exclude={"name", "updated_at"}).items():
        setattr(stored, name, value)
    stored.updated_at = utc_now()
    return save(session, stored)


def get_metric_definition(session: Session, name: str) -> MetricDefinition | None:
    """Return the metric of exactly this name, if any."""
    return session.get(MetricDefinition, name)


def list_metric_definitions(
    session: Session, *, include_inactive: bool = False
) -> list[MetricDefinition]:
    """Return the metrics by name."""
    query = select(MetricDefinition)
    if not include_inactive:
        query = query.where(col(MetricDefinition.is_active).is_(True))
    return list(session.exec(query.order_by(col(MetricDefinition.name))))
