"""Lineage: from a request to the adapters that learned from it, and back; and a person's removal.

Walks request -> answer -> rating or correction -> example -> dataset version -> adapter. Reads
what the nouns' own modules stored; holds no table.
"""

from typing import Any

from pydantic import BaseModel
from sqlmodel import Session, col, or_, select

from storage.answers import Answer
from storage.audit import append_audit
from storage.blind_ratings import BlindRating
from storage.corrections import Correction, CorrectionState
from storage.datasets import DatasetMember, DatasetVersion, list_datasets_with_example
from storage.errors import NotFoundError
from storage.examples import Example, list_examples, remove_author_examples
from storage.ratings import Rating, RatingHistory, list_ratings
from storage.requests import Request
from storage.reviews import list_review_decisions
from storage.training_runs import TrainingRun


class Lineage(BaseModel):
    """One example's way, in the order it was walked; lists are empty where nothing is."""

    request: str | None = None
    asked_by: str | None = None
    answer: str | None = None
    answered_by: str | None = None
    ratings: list[dict[str, Any]] = []
    correction: int | None = None
    example: int
    status: str
    decisions: list[dict[str, Any]] = []
    datasets: list[int] = []
    adapters: list[str] = []


class Removal(BaseModel):
    """What was blanked for a person, and what still holds their data until it is retrained."""

    examples: int
    corrections: int
    comments: int
    datasets: list[int]
    adapters: list[str]


def trace_example(session: Session, example_id: int) -> Lineage:
    """Walk an example both ways. Raises NotFoundError when there is none."""
    example = session.get(Example, example_id)
    if example is None:
        raise NotFoundError("example", example_id)
    answer = session.get(Answer, example.answer_id) if example.answer_id else None
    request = session.get(Request, answer.request_id) if answer else None
    versions = [found.version for found in list_datasets_with_example(session, example_id)]
    return Lineage(
        request=request.id if request else None,
        asked_by=request.user_id if request else None,
        answer=example.answer_id,
        answered_by=answer.adapter if answer else None,
        ratings=[
            {"user": rating.user_id, "score": rating.score, "thumb": rating.thumb}
            for rating in (list_ratings(session, answer.id) if answer else [])
        ],
        correction=example.correction_id,
        example=example.id,
        status=example.status.value,
        decisions=[
            {"reviewer": made.reviewer, "decision": made.decision.value, "reasons": made.reasons}
            for made in list_review_decisions(session, example_id)
        ],
        datasets=versions,
        adapters=list_adapters_of(session, versions),
    )


def trace_request(session: Session, request_id: str) -> list[Lineage]:
    """Walk forward from a request to every example that came of its answer."""
    query = select(Answer.id).where(Answer.request_id == request_id)
    return [
        trace_example(session, example.id)
        for answer_id in session.exec(query)
        for example in list_examples(session, answer_id=answer_id)
    ]


def list_adapters_of(session: Session, versions: list[int]) -> list[str]:
    """Name the adapters trained on any of these dataset versions, oldest first."""
    query = (
        select(TrainingRun.adapter_name)
        .where(col(TrainingRun.dataset_version).in_(versions))
        .where(col(TrainingRun.adapter_name).is_not(None))
        .order_by(col(TrainingRun.id))
    )
    return list(dict.fromkeys(name for name in session.exec(query) if name))


def remove_person(session: Session, user_id: str, actor: str) -> Removal:
    """Blank what a person wrote for training, and name the adapters that contain it.

    Their examples, and those made from questions they asked, go with everything derived from
    them; the next dataset version is without them. Scores stay, without comments.
    """
    asked = (
        select(Example.id)
        .join(Answer, col(Answer.id) == col(Example.answer_id))
        .join(Request, col(Request.id) == col(Answer.request_id))
        .where(Request.user_id == user_id)
    )
    theirs = or_(col(Example.author_id) == user_id, col(Example.id).in_(asked))
    families = select(Example.family_id).where(theirs)
    versions = _versions_with(session, families)
    # Examples of their questions are theirs as well, whoever corrected the answer.
    for example in session.exec(select(Example).where(col(Example.id).in_(asked))):
        example.author_id = user_id
        session.add(example)
    session.flush()
    removed = remove_author_examples(session, user_id, actor)
    corrections = session.exec(select(Correction).where(Correction.user_id == user_id)).all()
    for correction in corrections:
        correction.sections, correction.claims, correction.comment = {}, [], ""
        correction.state = CorrectionState.REMOVED
        session.add(correction)
    removal = Removal(
        examples=removed,
        corrections=len(corrections),
        comments=_blank_comments(session, user_id),
        datasets=versions,
        adapters=list_adapters_of(session, versions),
    )
    append_audit(session, actor, "person.remove", user_id, removal.model_dump())
    return removal


def _versions_with(session: Session, families: Any) -> list[int]:
    query = (
        select(DatasetVersion.version)
        .join(DatasetMember, col(DatasetMember.dataset_version_id) == col(DatasetVersion.id))
        .join(Example, col(Example.id) == col(DatasetMember.example_id))
        .where(col(Example.family_id).in_(families))
        .order_by(col(DatasetVersion.version))
        .distinct()
    )
    return list(session.exec(query))


def _blank_comments(session: Session, user_id: str) -> int:
    blanked = 0
    for table in (Rating, RatingHistory, BlindRating):
        query: Any = select(table).where(col(table.user_id) == user_id)
        for row in session.exec(query):
            if row.comment:
                row.comment, blanked = "", blanked + 1
                session.add(row)
    return blanked
