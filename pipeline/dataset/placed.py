"""What earlier versions settled: which families are on which side, and which examples were in."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from pipeline.dataset.splits import Split
from storage.datasets import DatasetMember, DatasetVersion
from storage.examples import Example


@dataclass(frozen=True)
class History:
    """The earlier versions, as far as a new one must respect them."""

    sides: dict[str, Split]
    keys: frozenset[str]
    fingerprints: frozenset[str]


def read_history(session: Session) -> History:
    """Read every earlier placement; a family was placed once and has one side."""
    placements = (
        select(Example.family_id, Example.key, DatasetMember.split)
        .join(DatasetMember, col(DatasetMember.example_id) == col(Example.id))
        .distinct()
    )
    sides: dict[str, Split] = {}
    keys = set()
    for family_id, key, split in session.exec(placements):
        sides[family_id] = Split(split)
        keys.add(key)
    fingerprints = frozenset(session.exec(select(DatasetVersion.fingerprint)))
    return History(sides=sides, keys=frozenset(keys), fingerprints=fingerprints)
