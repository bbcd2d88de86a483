"""The systems held against each other: the candidate, what is live, the base, few-shot base.

And, where it is asked for, a large hosted model with the same worked examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

import storage.aliases
from bot.analysis.prompt import Shot
from bot.answering import Author, author_for
from bot.serving.client import ModelClient
from pipeline.evaluation.errors import EvaluationInputError
from storage.adapters import get_adapter


class SystemName(StrEnum):
    """What a system is called in stored results and reports."""

    CANDIDATE = "candidate"
    LIVE = "live"
    FEW_SHOT_BASE = "few_shot_base"
    BASE = "base"
    HOSTED = "hosted"


SYSTEM_NAMES = {
    "candidate": "candidate",
    "live": "live adapter",
    "few_shot_base": "few-shot base",
    "base": "base alone",
    "hosted": "hosted few-shot model",
}
DEFAULT_BASELINES = (SystemName.LIVE, SystemName.FEW_SHOT_BASE, SystemName.BASE)
OFFERED_BASELINES = (*DEFAULT_BASELINES, SystemName.HOSTED)


@dataclass(frozen=True)
class System:
    """One system and who writes for it; `attempts` bounds the drafts of a sentence.

    `client` leads to another server than the one that serves users; such a model has one draft.
    """

    name: SystemName
    author: Author
    attempts: int
    client: ModelClient | None = None


@dataclass(frozen=True)
class Line:
    """The systems of one evaluation, the candidate first; `notes` say what was left out."""

    systems: tuple[System, ...]
    notes: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Their names in order."""
        return [system.name.value for system in self.systems]


def read_baselines(text: str) -> tuple[SystemName, ...]:
    """Read "live,base" into names; "all" means all on this machine, "none" no one.

    Raises:
        EvaluationInputError: a name that is no baseline.
    """
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    if wanted == ["none"]:
        return ()
    if "all" in wanted or not wanted:
        wanted = [*DEFAULT_BASELINES, *(name for name in wanted if name != "all")]
    allowed = {name.value: name for name in OFFERED_BASELINES}
    unknown = [name for name in wanted if name not in allowed]
    if unknown:
        raise EvaluationInputError(
            f"{unknown[0]!r} is no baseline; choose from {', '.join(allowed)}, all or none."
        )
    return tuple(name for name in OFFERED_BASELINES if name.value in wanted)


def line_up(
    session: Session,
    adapter: str,
    baselines: Sequence[SystemName],
    *,
    base_model: str,
    shots: tuple[Shot, ...],
    attempts: int,
    hosted: ModelClient | None = None,
) -> Line:
    """Put the candidate and its baselines together.

    Without a live adapter, what is live is the base with worked examples; a live baseline that is
    the candidate itself is left out, because the same answers twice compare nothing. The base
    without examples is served to nobody, so its refused sentences are never drafted again.
    """
    candidate = _adapter_author(session, adapter)
    systems, notes = [System(SystemName.CANDIDATE, candidate, attempts)], []
    alias = storage.aliases.get_alias(session, storage.aliases.LIVE)
    live = alias.adapter_name if alias else None
    for name in baselines:
        if name is SystemName.BASE:
            author = Author(adapter=None, sha256=None, label=f"{base_model} alone", shots=())
            systems.append(System(name, author, attempts=1))
            continue
        if name is SystemName.HOSTED:
            if hosted is None:
                raise ValueError("The hosted baseline needs its client.")
            author = Author(adapter=None, sha256=None, label=hosted.settings.model, shots=shots)
            systems.append(System(name, author, attempts=1, client=hosted))
            continue
        if name is SystemName.FEW_SHOT_BASE:
            author = author_for(None, base_model=base_model, shots=shots)
        elif live is None:
            notes.append("No adapter is live: users get the few-shot base, which stands for live.")
            continue
        elif live == adapter:
            notes.append("The candidate is the live adapter itself; there is no other to compare.")
            continue
        else:
            author = _adapter_author(session, live)
        systems.append(System(name, author, attempts))
    return Line(tuple(systems), tuple(notes))


def _adapter_author(session: Session, name: str) -> Author:
    known = get_adapter(session, name)
    return Author(adapter=name, sha256=known.sha256 if known else None, label=name, shots=())
