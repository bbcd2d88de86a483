"""Blind rating: which answer a person is shown next, so that no adapter is favoured.

The adapter this person rated least comes first; within it the order is a hash of person and
answer, random to the eye and the same on every retry.
"""

import hashlib
from collections.abc import Mapping, Sequence

from sqlmodel import Session

import storage.blind_ratings
from bot.dossier import Dossier, load_dossier


def choose_blind(
    offered: Sequence[tuple[str, str | None]], rated: Mapping[str | None, int], user_id: str
) -> str | None:
    """Pick the answer id to show next from (answer id, adapter) pairs; None when none is left."""

    def place(item: tuple[str, str | None]) -> tuple[int, str]:
        answer_id, adapter = item
        return rated.get(adapter, 0), hashlib.sha256(f"{user_id}:{answer_id}".encode()).hexdigest()

    return min(offered, key=place)[0] if offered else None


def take_blind(session: Session, user_id: str) -> Dossier | None:
    """Read the answer this person rates blind next."""
    offered = storage.blind_ratings.list_unrated(session, user_id)
    rated = storage.blind_ratings.count_blind_by_adapter(session, user_id)
    answer_id = choose_blind(offered, rated, user_id)
    return load_dossier(session, answer_id) if answer_id else None
