"""Building a dataset version: filter, cap, split, check for leaks, freeze, write.

Reads approved examples, computes outside any transaction, and stores the version in one short
one. The same examples under the same code give the same fingerprint.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.engine import Engine

from bot.analysis.prompt import PROMPT_VERSION
from bot.analysis.quality.finding import FILTER_VERSION
from bot.analysis.quality.jargon import Glossary
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.balance import advise_size, count_strata
from pipeline.dataset.card import write_card
from pipeline.dataset.files import version_folder, write_version
from pipeline.dataset.golden import GoldenText
from pipeline.dataset.leakage import Leak, LeakageError, LeakCheck
from pipeline.dataset.members import Member, Rejection, prepare_member
from pipeline.dataset.placed import read_history
from pipeline.dataset.repeats import cap_authors, drop_repeats
from pipeline.dataset.splits import VALIDATION_SHARE, Split, assign_splits, group_families
from pipeline.dataset.tokens import TOKENIZER_FOLDER, TokenReport, measure_tokens
from pipeline.dataset.transfer import read_all_examples
from storage.columns import canonical_json
from storage.database import reading, transaction
from storage.datasets import create_dataset_version
from storage.examples import Example, ExampleStatus


class DatasetSettings(BaseModel):
    """How versions are made."""

    model_config = ConfigDict(frozen=True)

    folder: Path = Field(default=Path("data/datasets"), description="one folder per version")
    validation_share: float = Field(default=VALIDATION_SHARE, gt=0, lt=0.5)
    author_cap: int = Field(
        default=40,
        ge=1,
        description="examples of one person in a version; 50-100 planted ones can steer a model",
    )
    tokenizer: Path = TOKENIZER_FOLDER


class EmptyDatasetError(ValueError):
    """No approved example is left to build from."""


@dataclass(frozen=True)
class BuiltDataset:
    """A frozen version. `rejected` counts examples by reason; one may have several reasons."""

    version: int
    fingerprint: str
    is_new: bool
    folder: Path
    counts: dict[str, Any]
    rejected: dict[str, int]
    rejections: tuple[Rejection, ...]
    tokens: TokenReport
    advice: str


@dataclass(frozen=True)
class _Draft:
    members: list[Member]
    sides: dict[str, Split]
    rejections: list[Rejection] = field(default_factory=list)


def build_dataset(
    engine: Engine,
    settings: DatasetSettings,
    analysis: Analysis,
    glossary: Glossary,
    golden: Sequence[GoldenText],
    *,
    created_by: str = "pipeline",
    report: Callable[[str], None] = lambda _: None,
) -> BuiltDataset:
    """Freeze all approved examples that pass the filter as the next version.

    Nothing new since an earlier version gives that version back.

    Raises:
        EmptyDatasetError: nothing approved passes the filter.
        LeakageError: an example repeats a golden case; nothing was built.
        ConflictError: an example was withdrawn while the version was being built; build again.
    """
    with reading(engine) as session:
        approved = read_all_examples(session, status=ExampleStatus.APPROVED)
        history = read_history(session)
    report(f"{len(approved)} approved examples")
    draft = _draft(approved, settings, analysis, glossary, history.sides, history.keys)
    if not draft.members:
        raise EmptyDatasetError(_explain_empty(len(approved), draft.rejections))
    report(f"{len(draft.members)} pass the filter")
    check_leaks(draft.members, golden)
    fingerprint = fingerprint_members(draft.members, draft.sides, settings)
    counts = count_strata(draft.members, draft.sides)
    tokens = measure_tokens(draft.members, settings.tokenizer)
    rejected = dict(sorted(Counter(r.reason for r in draft.rejections).items()))
    frozen = _frozen_settings(draft.members, settings, len(golden)) | {
        "rejected": rejected,
        "tokens": tokens.model_dump(mode="json"),
        "advice": advise_size(counts["examples"]),
    }
    with transaction(engine) as session:
        stored = create_dataset_version(
            session,
            fingerprint=fingerprint,
            members=[(m.example_id, draft.sides[m.family_id].value) for m in draft.members],
            counts=counts,
            settings=frozen,
            created_by=created_by,
        )
        version = stored.version
    folder = version_folder(settings.folder, version, fingerprint)
    frozen_text = {k: v for k, v in frozen.items() if k != "members"}
    card = write_card(version, fingerprint, counts, rejected, tokens, frozen_text)
    manifest = {"version": version, "fingerprint": fingerprint, **frozen_text, "counts": counts}
    write_version(folder, draft.members, draft.sides, card=card, manifest=manifest)
    return BuiltDataset(
        version=version,
        fingerprint=fingerprint,
        is_new=fingerprint not in history.fingerprints,
        folder=folder,
        counts=counts,
        rejected=rejected,
        rejections=tuple(draft.rejections),
        tokens=tokens,
        advice=advise_size(counts["examples"]),
    )


def fingerprint_members(
    members: Sequence[Member], sides: Mapping[str, Split], settings: DatasetSettings
) -> str:
    """SHA-256 (hex) over sorted content, sides, and prompt and filter version."""
    content = {
        "members": sorted([member.digest, sides[member.family_id].value] for member in members),
        "prompt_version": PROMPT_VERSION,
        "filter_version": FILTER_VERSION,
        "validation_share": settings.validation_share,
        "author_cap": settings.author_cap,
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def check_leaks(members: Sequence[Member], golden: Sequence[GoldenText]) -> None:
    """Stop when a member repeats a golden case. Raises LeakageError naming each of them."""
    check = LeakCheck(golden)
    found: list[Leak] = []
    for member in members:
        leak = check.find(member.key, member.request, member.values, member.completion)
        if leak is not None:
            found.append(leak)
    if found:
        raise LeakageError(found)


def _draft(
    approved: Sequence[Example],
    settings: DatasetSettings,
    analysis: Analysis,
    glossary: Glossary,
    placed: Mapping[str, Split],
    trained_before: frozenset[str],
) -> _Draft:
    members: list[Member] = []
    rejections: list[Rejection] = []
    for example in approved:
        member, refused = prepare_member(example, analysis, glossary)
        rejections += refused
        if member is not None:
            members.append(member)
    members, capped = cap_authors(members, settings.author_cap, trained_before)
    members, repeated = drop_repeats(members, trained_before)
    families = group_families((m.family_id, m.pattern, m.metric_family) for m in members)
    sides = assign_splits(families, placed, validation_share=settings.validation_share)
    return _Draft(members, sides, [*rejections, *capped, *repeated])


def _frozen_settings(
    members: Sequence[Member], settings: DatasetSettings, golden_cases: int
) -> dict[str, Any]:
    return {
        "prompt_version": PROMPT_VERSION,
        "filter_version": FILTER_VERSION,
        "validation_share": settings.validation_share,
        "author_cap": settings.author_cap,
        "golden_cases_checked": golden_cases,
        # What each member was when it was frozen: tells a rewritten example from an unchanged one
        # even after a person's data was deleted.
        "members": {member.key: member.digest[:16] for member in members},
    }


def _explain_empty(approved: int, rejections: list[Rejection]) -> str:
    if approved == 0:
        return (
            "There are no approved examples. Import some with `analyst examples import`, or approve"
            " candidates in Slack with `/analyst review`."
        )
    reasons = Counter(r.reason for r in rejections)
    listed = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return f"None of {approved} approved examples passes the filter: {listed}."
