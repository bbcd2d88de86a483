"""Asking: scenarios of training families go through the served path and are stored as answers.

Nobody of flesh asks: team, channel and people are called "simulated". A question that was
answered before is not asked again.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy.engine import Engine
from sqlmodel import Session

import storage.answers
import storage.requests
from bot.analysis.claims import ClaimStatus
from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.prompt import PROMPT_VERSION, Shot
from bot.answering import Author, choose_author, write_checked_answer
from bot.serving.answer_record import GeneratedAnswer, WrittenSentence
from bot.serving.client import ModelClient
from pipeline.simulation.plan import LoopPlan
from pipeline.simulator.scenario import Scenario, draw_training_scenarios
from storage.answers import Answer, AnswerState
from storage.database import reading, transaction
from storage.requests import RequestState

SIMULATED = "simulated"
ASKER = f"{SIMULATED}:asker"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Asked:
    """One scenario and the answer it got."""

    number: int
    scenario: Scenario
    answer_id: str


def draw_questions(plan: LoopPlan, cycle: int) -> list[Scenario]:
    """Draw the questions of a cycle (1-based); every arm gets the same ones."""
    return draw_training_scenarios(plan.questions, plan.seed * 1000 + cycle)


def ask_all(
    engine: Engine,
    model: ModelClient,
    scenarios: list[Scenario],
    *,
    cycle: int,
    shots: tuple[Shot, ...],
    concurrency: int,
    on_progress: Progress,
) -> list[Asked]:
    """Have every scenario answered by whoever is live; in the order of the scenarios.

    Raises:
        ModelError: the server is away; what is answered stays.
    """

    def ask(number: int) -> Asked:
        key = f"{SIMULATED}:{cycle}:{number}"
        return Asked(
            number, scenarios[number], _answer(engine, model, scenarios[number], key, shots)
        )

    asked: list[Asked] = []
    with ThreadPoolExecutor(concurrency, thread_name_prefix="asking") as pool:
        for done in pool.map(ask, range(len(scenarios))):
            asked.append(done)
            on_progress(len(asked), len(scenarios))
    return asked


def _answer(
    engine: Engine, model: ModelClient, scenario: Scenario, key: str, shots: tuple[Shot, ...]
) -> str:
    with transaction(engine) as session:
        request = _open_request(session, scenario, key)
        known = storage.answers.find_answer_by_request(session, request.id)
    if known is not None and known.finished_at is not None:
        return known.id
    with reading(engine) as session:
        author = choose_author(
            session, base_model=model.settings.model, thread_key=key, shots=shots
        )
    findings = compute_findings(scenario.question)
    written = write_checked_answer(findings, author, model, on_sentence=_ignore)
    with transaction(engine) as session:
        answer = _store(session, request.id, findings, author, written)
        storage.requests.set_request_state(session, request.id, RequestState.ANSWERED)
        return answer.id


def _open_request(session: Session, scenario: Scenario, key: str) -> storage.requests.Request:
    request = storage.requests.create_request(
        session,
        key=key,
        team=SIMULATED,
        channel=SIMULATED,
        thread_ts=None,
        message_ts=None,
        user_id=ASKER,
        source=SIMULATED,
        text=scenario.request_text,
    )
    if request.question is None:
        question = scenario.question.model_dump(mode="json")
        storage.requests.set_request_state(
            session, request.id, RequestState.ANSWERING, question=question
        )
    return request


def _store(
    session: Session, request_id: str, findings: Findings, author: Author, written: GeneratedAnswer
) -> Answer:
    answer = storage.answers.start_answer(
        session,
        request_id,
        channel=SIMULATED,
        adapter=author.adapter,
        adapter_sha256=author.sha256,
        model_label=author.label,
        prompt_version=PROMPT_VERSION,
    )
    for position, sentence in enumerate(written.sentences):
        storage.answers.append_sentence(
            session,
            answer.id,
            position,
            sentence.section.value,
            sentence.text,
            sentence.written_by.value,
            [claim.model_dump(mode="json") for claim in sentence.verification.claims],
        )
    claims = [c for s in written.sentences for c in s.verification.claims if c.value is not None]
    return storage.answers.finish_answer(
        session,
        answer.id,
        state=AnswerState.FINISHED,
        findings=findings.model_dump(mode="json"),
        raw_text=written.raw_text,
        attempts=written.completions,
        model_written_share=written.model_written_share,
        claim_count=len(claims),
        verified_count=sum(claim.status is ClaimStatus.SUPPORTED for claim in claims),
    )


def _ignore(_: WrittenSentence) -> None:
    """Nobody reads along."""
