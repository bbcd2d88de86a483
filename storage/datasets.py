"""Dataset versions: exactly which approved examples were trained on, and on which side.

Written once per fingerprint, never changed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Field, Session, col, select

from storage.audit import append_audit
from storage.columns import Json, UtcDateTime, utc_now
from storage.errors import ConflictError
from storage.examples import Example, ExampleStatus
from storage.locks import lock_name
from storage.record import Record, save

# SQLite before 3.32 took 999 bound values a statement; two per row leaves room everywhere.
_INSERT_BATCH_ROWS = 400


class DatasetVersion(Record, table=True):
    """One frozen set of examples."""

    __tablename__ = "dataset_version"

    id: int = Field(default=None, primary_key=True)
    version: int = Field(unique=True, description="1, 2, 3, ...")
    fingerprint: str = Field(unique=True, max_length=64, description="SHA-256 of its content")
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_by: str = ""
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class DatasetMember(Record, table=True):
    """One example in one version, on one side."""

    __tablename__ = "dataset_member"

    dataset_version_id: int = Field(foreign_key="dataset_version.id", primary_key=True)
    example_id: int = Field(foreign_key="example.id", primary_key=True, index=True)
    split: str = Field(description="train or validation")


def create_dataset_version(
    session: Session,
    *,
    fingerprint: str,
    members: Iterable[tuple[int, str]],
    counts: dict[str, Any],
    settings: dict[str, Any] | None = None,
    created_by: str = "pipeline",
) -> DatasetVersion:
    """Freeze these (example id, split) pairs as the next version.

    A known fingerprint returns the version it has.

    Raises:
        ConflictError: an example is not approved; nothing is trained on that no human approved.
    """
    lock_name(session, "dataset_version")
    known = find_dataset_version(session, fingerprint)
    if known is not None:
        return known
    pairs = list(members)
    _check_approved(session, [example_id for example_id, _ in pairs])
    highest = session.exec(select(func.max(DatasetVersion.version))).one()
    dataset = DatasetVersion(
        version=(highest or 0) + 1,
        fingerprint=fingerprint,
        counts=counts,
        settings=settings or {},
        created_by=created_by,
    )
    save(session, dataset)
    rows = [
        {"dataset_version_id": dataset.id, "example_id": example_id, "split": split}
        for example_id, split in pairs
    ]
    if rows:
        session.exec(insert(DatasetMember), params=rows)
    details = {"fingerprint": fingerprint, "examples": len(pairs)}
    append_audit(session, created_by, "dataset.create", str(dataset.version), details)
    return dataset


def find_dataset_version(session: Session, fingerprint: str) -> DatasetVersion | None:
    """Return the version with this content, if any."""
    query = select(DatasetVersion).where(DatasetVersion.fingerprint == fingerprint)
    return session.exec(query).first()


def get_dataset_version(session: Session, version: int | None = None) -> DatasetVersion | None:
    """Return this version, or the newest when no number is given."""
    query = select(DatasetVersion).order_by(col(DatasetVersion.version).desc()).limit(1)
    if version is not None:
        query = query.where(DatasetVersion.version == version)
    return session.exec(query).first()


def list_dataset_examples(
    session: Session, version: int, split: str | None = None
) -> list[tuple[Example, str]]:
    """Return the version's examples with their side, in the order the examples were stored."""
    query = (
        select(Example, DatasetMember.split)
        .join(DatasetMember, col(DatasetMember.example_id) == col(Example.id))
        .join(DatasetVersion, col(DatasetVersion.id) == col(DatasetMember.dataset_version_id))
        .where(DatasetVersion.version == version)
        .order_by(col(Example.id))
    )
    if split is not None:
        query = query.where(DatasetMember.split == split)
    return [(example, side) for example, side in session.exec(query)]


def list_datasets_with_example(session: Session, example_id: int) -> list[DatasetVersion]:
    """Return the versions this example is in, oldest first."""
    query = (
        select(DatasetVersion)
        .join(DatasetMember, col(DatasetMember.dataset_version_id) == col(DatasetVersion.id))
        .where(DatasetMember.example_id == example_id)
        .order_by(col(DatasetVersion.version))
    )
    return list(session.exec(query))


def list_datasets_with_author(session: Session, author_id: str) -> list[DatasetVersion]:
    """Return the versions that hold anything from this person's families, oldest first."""
    families = select(Example.family_id).where(Example.author_id == author_id)
    versions = (
        select(DatasetMember.dataset_version_id)
        .join(Example, col(Example.id) == col(DatasetMember.example_id))
        .where(col(Example.family_id).in_(families))
    )
    query = select(DatasetVersion).where(col(DatasetVersion.id).in_(versions))
    return list(session.exec(query.order_by(col(DatasetVersion.version))))


def _check_approved(session: Session, example_ids: list[int]) -> None:
    approved: set[int] = set()
    for start in range(0, len(example_ids), _INSERT_BATCH_ROWS):
        batch = example_ids[start : start + _INSERT_BATCH_ROWS]
        query = select(Example.id).where(
            col(Example.id).in_(batch), col(Example.status) == ExampleStatus.APPROVED
        )
        approved.update(session.exec(query.with_for_update(read=True)))
    refused = sorted(set(example_ids) - approved)
    if refused:
        raise ConflictError(
            f"{len(refused)} examples are not approved and cannot be trained on, "
            f"the first being {refused[0]}."
        )
