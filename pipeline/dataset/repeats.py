"""Near-duplicates inside a dataset: the first one stays, later ones are left out.

Members of earlier versions come first, so that an approved latecomer never pushes out an example
that was trained on before.
"""

from collections.abc import Iterable

from bot.analysis.quality.duplicates import DuplicateKind, NearDuplicates, fingerprint_text
from bot.analysis.quality.finding import QualityCheck
from pipeline.dataset.members import Member, Rejection


def drop_repeats(
    members: Iterable[Member], trained_before: frozenset[str]
) -> tuple[list[Member], list[Rejection]]:
    """Keep the first of each set of near-duplicates.

    Inside a family the same series is expected (two corrections of one answer); across families
    it would let one story stand on both sides of the split.
    """
    known, family_of = NearDuplicates(), dict[str, str]()
    kept, dropped = [], []
    for member in sorted(members, key=lambda m: (m.key not in trained_before, m.example_id)):
        fingerprint = fingerprint_text(member.completion, member.values)
        repeated = [
            duplicate
            for duplicate in known.find_all(fingerprint)
            if duplicate.kind is not DuplicateKind.SERIES
            or family_of[duplicate.key] != member.family_id
        ]
        if repeated:
            first = repeated[0]
            detail = f"{first.similarity:.0%} the same {first.kind.value} as {first.key}."
            reason = QualityCheck.NEAR_DUPLICATE.value
            dropped.append(Rejection(member.example_id, member.key, reason, detail))
            continue
        known.add(member.key, fingerprint)
        family_of[member.key] = member.family_id
        kept.append(member)
    return sorted(kept, key=lambda m: m.example_id), dropped


def cap_authors(
    members: Iterable[Member], cap: int, trained_before: frozenset[str]
) -> tuple[list[Member], list[Rejection]]:
    """Keep at most `cap` examples per author; examples without an author are not counted."""
    taken: dict[str, int] = {}
    kept, dropped = [], []
    for member in sorted(members, key=lambda m: (m.key not in trained_before, m.example_id)):
        if member.author_id is not None:
            taken[member.author_id] = taken.get(member.author_id, 0) + 1
            if taken[member.author_id] > cap:
                detail = f"Its author has {cap} examples in the dataset already."
                dropped.append(Rejection(member.example_id, member.key, "author_cap", detail))
                continue
        kept.append(member)
    return sorted(kept, key=lambda m: m.example_id), dropped
