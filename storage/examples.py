"""Examples: what the model may learn from, once a human approved it, with where it came from.

Prompt and completion are kept as they will be trained on. Deciding over them, and handing them
out to reviewers, is in `storage.reviews`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, func
from sqlmodel import Field, Session, col, select

from storage.audit import append_audit
from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.record import Record, insert_if_new, save


class ExampleStatus(StrEnum):
    """Where an example stands; only approved ones may enter a dataset."""

    CANDIDATE = "candidate"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"


class Example(Record, table=True):
    """One training example or negative. `family_id` is shared with everything derived from it."""

    __table_args__ = (
        Index(None, "status", "priority", "id"),
        Index(None, "metric_family", "pattern"),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True, description="origin and its id, or a fingerprint on import")
    origin: str = Field(description="correction, rating, import, augmentation, simulated, ...")
    status: ExampleStatus = Field(
        default=ExampleStatus.CANDIDATE, sa_type=state_type(ExampleStatus)
    )
    priority: int = Field(default=0, description="higher is reviewed first")
    family_id: str = Field(index=True)
    metric_family: str = ""
    pattern: str = Field(default="", description="drop, recovery, flat, noisy, ...")
    is_negative: bool = False
    request_text: str = Field(default="", sa_type=PlainText)
    question: dict[str, Any] | None = Field(default=None, sa_type=Json)
    facts: list[Any] = Field(default_factory=list, sa_type=Json)
    prompt: list[Any] = Field(default_factory=list, sa_type=Json, description="messages")
    completion: str = Field(default="", sa_type=PlainText)
    rejected_completion: str | None = Field(
        default=None, sa_type=PlainText, description="the other half of a preference pair"
    )
    sections: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    provenance: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    checks: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    flags: list[str] = Field(default_factory=list, sa_type=Json, description="shown to reviewers")
    author_id: str | None = Field(default=None, index=True, description="whose data it is")
    answer_id: str | None = Field(default=None, foreign_key="answer.id", index=True)
    correction_id: int | None = Field(default=None, foreign_key="correction.id", index=True)
    parent_example_id: int | None = Field(default=None, foreign_key="example.id", index=True)
    reviewer: str | None = None
    reasons: list[str] = Field(default_factory=list, sa_type=Json, description="of the decision")
    leased_by: str | None = Field(default=None, index=True)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def add_example(session: Session, example: Example) -> tuple[Example, bool]:
    """Store an example built by the caller; return the stored row and whether it is new.

    A known key returns the first one unchanged, whatever was decided about it since.
    """
    is_new = insert_if_new(session, example, "key")
    stored = session.exec(select(Example).where(Example.key == example.key)).one()
    return stored, is_new


def get_example(session: Session, example_id: int) -> Example | None:
    """Return the example with this id, if any."""
    return session.get(Example, example_id)


def find_example(session: Session, key: str) -> Example | None:
    """Return the example with this key, if any."""
    return session.exec(select(Example).where(Example.key == key)).first()


def list_examples(
    session: Session,
    *,
    status: ExampleStatus | str | None = None,
    origin: str | None = None,
    author_id: str | None = None,
    family_id: str | None = None,
    answer_id: str | None = None,
    after_id: int = 0,
    limit: int = 1000,
) -> list[Example]:
    """Return examples in the order they were stored, page by page through `after_id`."""
    query = select(Example).where(col(Example.id) > after_id)
    if status is not None:
        query = query.where(col(Example.status) == ExampleStatus(status))
    wanted = {
        Example.origin: origin,
        Example.author_id: author_id,
        Example.family_id: family_id,
        Example.answer_id: answer_id,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(col(column) == value)
    return list(session.exec(query.order_by(col(Example.id)).limit(limit)))


def count_examples(session: Session) -> dict[str, int]:
    """Return the number of examples by status; absent statuses are 0."""
    query = select(Example.status, func.count()).group_by(col(Example.status))
    counted = {str(status): count for status, count in session.exec(query)}
    return {status.value: counted.get(status.value, 0) for status in ExampleStatus}


def remove_author_examples(session: Session, author_id: str, actor: str) -> int:
    """Blank and remove everything that came from one person; return how many examples.

    What was derived from their families goes too. Dataset versions keep the bare membership, so
    that adapters trained on it can be listed (`storage.datasets.list_datasets_with_author`).
    """
    families = select(Example.family_id).where(Example.author_id == author_id)
    query = select(Example).where(
        col(Example.family_id).in_(families), col(Example.status) != ExampleStatus.REMOVED
    )
    removed = list(session.exec(query.with_for_update()))
    for example in removed:
        example.status = ExampleStatus.REMOVED
        example.request_text, example.completion, example.rejected_completion = "", "", None
        example.question, example.facts, example.prompt, example.sections = None, [], [], {}
        save(session, example)
    append_audit(session, actor, "examples.remove_author", author_id, {"removed": len(removed)})
    return len(removed)
