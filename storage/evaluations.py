"""Evaluations: how an adapter did, in sum and case by case, beside the systems it is held against.

Cases are committed one at a time, so that an interrupted evaluation goes on where it stopped.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from storage.columns import Json, PlainText, UtcDateTime, state_type, utc_now
from storage.record import Record, get_locked, insert_if_new, save


class EvaluationState(StrEnum):
    """Where an evaluation stands."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class Evaluation(Record, table=True):
    """One evaluation of one adapter on one set of cases."""

    __table_args__ = (Index(None, "adapter_name", "started_at"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    adapter_name: str | None = Field(default=None, description="None: the base model")
    adapter_sha256: str | None = Field(default=None, max_length=64)
    case_set: str = Field(default="", description="name and fingerprint of the cases")
    config: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: EvaluationState = Field(
        default=EvaluationState.RUNNING, sa_type=state_type(EvaluationState)
    )
    n: int = 0
    summary: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json, description="layers, rouge, latency_ms, baselines, ..."
    )
    gates: list[Any] = Field(default_factory=list, sa_type=Json)
    has_passed: bool | None = None
    report: str = Field(default="", description="path of the written report")
    problem: str = Field(default="", sa_type=PlainText)
    started_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EvaluationCase(Record, table=True):
    """What one system answered to one case, and how that scored."""

    __tablename__ = "evaluation_case"
    __table_args__ = (UniqueConstraint("evaluation_id", "case_id", "system"),)

    id: int = Field(default=None, primary_key=True)
    evaluation_id: int = Field(foreign_key="evaluation.id")
    case_id: str
    system: str = Field(description="candidate, live, base, few_shot_base, hosted")
    raw_text: str = Field(default="", sa_type=PlainText, description="before the guard")
    delivered_text: str = Field(default="", sa_type=PlainText)
    scores: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    claims: list[Any] = Field(default_factory=list, sa_type=Json)
    latency_ms: float | None = None
    recorded_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def start_evaluation(
    session: Session,
    *,
    key: str,
    adapter_name: str | None,
    adapter_sha256: str | None = None,
    case_set: str = "",
    config: dict[str, Any] | None = None,
) -> Evaluation:
    """Open an evaluation; a known key returns the first one, with the cases it has."""
    row = Evaluation(
        key=key,
        adapter_name=adapter_name,
        adapter_sha256=adapter_sha256,
        case_set=case_set,
        config=config or {},
    )
    insert_if_new(session, row, "key")
    return session.exec(select(Evaluation).where(Evaluation.key == key)).one()


def record_case(session: Session, case: EvaluationCase) -> bool:
    """Store one case's result; False when this system's result for it is stored already."""
    return insert_if_new(session, case, "evaluation_id", "case_id", "system")


def list_cases(
    session: Session, evaluation_id: int, system: str | None = None
) -> list[EvaluationCase]:
    """Return the results so far, by case and system."""
    query = select(EvaluationCase).where(EvaluationCase.evaluation_id == evaluation_id)
    if system is not None:
        query = query.where(EvaluationCase.system == system)
    return list(session.exec(query.order_by(EvaluationCase.case_id, EvaluationCase.system)))


def finish_evaluation(
    session: Session,
    evaluation_id: int,
    *,
    n: int,
    summary: dict[str, Any],
    gates: list[Any],
    has_passed: bool,
    report: str = "",
) -> Evaluation:
    """Close an evaluation with its result; the first result stands."""
    evaluation = get_locked(session, Evaluation, evaluation_id, "evaluation")
    if evaluation.state is EvaluationState.FINISHED:
        return evaluation
    evaluation.n, evaluation.summary, evaluation.gates = n, summary, gates
    evaluation.has_passed, evaluation.report = has_passed, report
    evaluation.state, evaluation.ended_at = EvaluationState.FINISHED, utc_now()
    return save(session, evaluation)


def fail_evaluation(session: Session, evaluation_id: int, problem: str) -> Evaluation:
    """Record that an evaluation could not be finished, and why."""
    evaluation = get_locked(session, Evaluation, evaluation_id, "evaluation")
    evaluation.state, evaluation.problem = EvaluationState.FAILED, problem
    evaluation.ended_at = utc_now()
    return save(session, evaluation)


def get_evaluation(session: Session, evaluation_id: int) -> Evaluation | None:
    """Return the evaluation with this id, if any."""
    return session.get(Evaluation, evaluation_id)


def find_latest_evaluation(session: Session, adapter_name: str | None) -> Evaluation | None:
    """Return the newest finished evaluation of this adapter, if any."""
    query = select(Evaluation).where(
        Evaluation.adapter_name == adapter_name,
        col(Evaluation.state) == EvaluationState.FINISHED,
    )
    return session.exec(query.order_by(col(Evaluation.id).desc()).limit(1)).first()
