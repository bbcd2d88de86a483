"""The difference between two versions, example by example."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from storage.datasets import get_dataset_version, list_dataset_examples
from storage.errors import NotFoundError


@dataclass(frozen=True)
class DatasetDiff:
    """Example keys by what happened to them; `moved` is always empty unless something is wrong.

    `rewritten` examples are the same rows with other text, because prompt, facts or labels changed.
    """

    older: int
    newer: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]
    rewritten: tuple[str, ...]
    settings: dict[str, tuple[Any, Any]]


def diff_versions(session: Session, older: int, newer: int) -> DatasetDiff:
    """Compare two versions. Raises NotFoundError for a version that does not exist."""
    before, after = _read(session, older), _read(session, newer)
    old_digests, new_digests = _digests(session, older), _digests(session, newer)
    both = sorted(before.keys() & after.keys())
    old_settings, new_settings = _settings(session, older), _settings(session, newer)
    return DatasetDiff(
        older=older,
        newer=newer,
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        moved=tuple(key for key in both if before[key] != after[key]),
        rewritten=tuple(key for key in both if old_digests.get(key) != new_digests.get(key)),
        settings={
            name: (old_settings.get(name), new_settings.get(name))
            for name in sorted(old_settings.keys() | new_settings.keys())
            if old_settings.get(name) != new_settings.get(name)
        },
    )


def _read(session: Session, version: int) -> dict[str, str]:
    if get_dataset_version(session, version) is None:
        raise NotFoundError("dataset version", version)
    return {example.key: side for example, side in list_dataset_examples(session, version)}


def _digests(session: Session, version: int) -> dict[str, str]:
    stored = get_dataset_version(session, version)
    return dict(stored.settings.get("members", {})) if stored else {}


def _settings(session: Session, version: int) -> dict[str, Any]:
    stored = get_dataset_version(session, version)
    kept = ("prompt_version", "filter_version", "validation_share", "author_cap")
    return {name: stored.settings.get(name) for name in kept} if stored else {}
