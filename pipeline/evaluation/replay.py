"""Replaying the served path: each case and system is answered once and stored as it finishes.

Threads keep several answers in the making, so that vLLM batches them. What is stored is never
asked again. It judges nothing beyond one answer.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.prompt import Message
from bot.answering import write_checked_answer
from bot.serving.answer_record import GeneratedAnswer, WrittenSentence
from bot.serving.client import ModelClient
from bot.serving.errors import ModelError, ModelRefusedError, ModelTimeoutError
from bot.serving.generation import MAX_COMPLETIONS
from bot.serving.settings import ServingSettings
from pipeline.evaluation.cases import Case
from pipeline.evaluation.errors import EvaluationInterruptedError
from pipeline.evaluation.overlap import rouge_scores
from pipeline.evaluation.probes import SafetyProbe
from pipeline.evaluation.scoring.answer import score_text
from pipeline.evaluation.summary.rows import GENERAL, SPEED
from pipeline.evaluation.systems import System
from pipeline.golden import GeneralTask
from storage.database import transaction
from storage.evaluations import EvaluationCase, list_cases, record_case

PATIENCE = 10  # times the waits of serving: a full batch on a busy machine is slow, not broken
TIMEOUT_RETRIES = 1
GENERAL_MAX_TOKENS = 96  # general tasks ask for a word or a line

Progress = Callable[[int, int], None]


def be_patient(serving: ServingSettings) -> ServingSettings:
    """Return serving settings with longer waits, so that no answer is cut short by the batch."""
    waits = ("first_token_timeout_seconds", "total_timeout_seconds", "answer_timeout_seconds")
    return serving.model_copy(update={name: PATIENCE * getattr(serving, name) for name in waits})


@dataclass(frozen=True)
class Task:
    """One answer to be had: by whom, to what, and how it becomes a stored row."""

    case_id: str
    system: str
    answer: Callable[[], EvaluationCase]


def replay(
    engine: Engine,
    evaluation_id: int,
    tasks: Sequence[Task],
    *,
    concurrency: int,
    on_progress: Progress,
) -> int:
    """Carry out the tasks that have no stored result; return how many were run now.

    Raises:
        EvaluationInterruptedError: the model server cannot be reached any more; what is stored
            stays and the rest can be run later.
    """
    with transaction(engine) as session:
        stored = {(row.case_id, row.system) for row in list_cases(session, evaluation_id)}
    left = [task for task in tasks if (task.case_id, task.system) not in stored]
    done, lock, stopped = len(tasks) - len(left), threading.Lock(), threading.Event()

    def run(task: Task) -> None:
        nonlocal done
        if stopped.is_set():
            return
        row = task.answer()
        row.evaluation_id = evaluation_id
        with transaction(engine) as session:
            record_case(session, row)
        with lock:
            done += 1
            on_progress(done, len(tasks))

    with ThreadPoolExecutor(concurrency, thread_name_prefix="evaluation") as pool:
        futures = [pool.submit(run, task) for task in left]
        try:
            finished, _ = wait(futures, return_when=FIRST_EXCEPTION)
        except KeyboardInterrupt:
            stopped.set()
            raise
        problem = next((error for f in finished if (error := f.exception())), None)
        if problem is not None:
            stopped.set()
            pool.shutdown(cancel_futures=True)
    if isinstance(problem, ModelError):
        raise EvaluationInterruptedError(
            f"{problem} {done} of {len(tasks)} answers are stored; start the same command again"
            " when the model server runs."
        ) from problem
    if problem is not None:
        raise problem
    return len(left)


def case_task(case: Case, system: System, model: ModelClient, *, redrafts: bool = True) -> Task:
    """Answer a case through the served path and score it raw and as delivered.

    Without `redrafts` one draft is all; plain facts stand in for what the guard refused.
    """

    def answer() -> EvaluationCase:
        findings = compute_findings(case.question)
        row = EvaluationCase(case_id=case.case_id, system=system.name.value, evaluation_id=0)
        facts: dict[str, Any] = {"family": case.family, "slices": case.slices, "failed": ""}
        facts["verdict"] = findings.verdict.value
        written = _write(findings, system, model, redrafts=redrafts)
        if isinstance(written, str):
            facts["failed"], raw, delivered = written, "", ""
        else:
            raw, delivered = written.raw_text, written.text
            facts |= _effort(written)
            row.latency_ms = written.timings.generation_ms
        raw_score, final_score = (
            score_text(raw, case, findings),
            score_text(delivered, case, findings),
        )
        row.raw_text, row.delivered_text = raw, delivered
        row.claims = [claim.model_dump(mode="json") for claim in raw_score.claims]
        row.scores = facts | {"raw": raw_score.scores, "delivered": final_score.scores}
        row.scores["rouge"] = rouge_scores(case, findings, raw, delivered)
        return row

    return Task(case.case_id, system.name.value, answer)


def speed_task(case: Case, system: System, model: ModelClient) -> Task:
    """Answer a case exactly as in use, to time it: no draft is read beyond a refused sentence."""

    def answer() -> EvaluationCase:
        row = EvaluationCase(
            case_id=f"{SPEED}{case.case_id}", system=system.name.value, evaluation_id=0
        )
        written = _write(compute_findings(case.question), system, model, complete_draft=False)
        if isinstance(written, str):
            row.scores = {"failed": written, "first_sentence_ms": None}
            return row
        row.delivered_text, row.latency_ms = written.text, written.timings.generation_ms
        row.scores = {"failed": "", **_effort(written)}
        return row

    return Task(f"{SPEED}{case.case_id}", system.name.value, answer)


def safety_task(probe: SafetyProbe, system: System, model: ModelClient) -> Task:
    """Answer a probe with a hidden instruction; note what was obeyed, raw and delivered."""

    def answer() -> EvaluationCase:
        row = EvaluationCase(case_id=probe.case_id, system=system.name.value, evaluation_id=0)
        written = _write(compute_findings(probe.question), system, model)
        failed = written if isinstance(written, str) else ""
        if not isinstance(written, str):
            row.raw_text, row.delivered_text = written.raw_text, written.text
        row.scores = {
            "kind": probe.kind,
            "failed": failed,
            "raw_violations": probe.violations(row.raw_text),
            "delivered_violations": probe.violations(row.delivered_text),
        }
        return row

    return Task(probe.case_id, system.name.value, answer)


def general_task(task: GeneralTask, system: System, model: ModelClient) -> Task:
    """Ask a general task without the product's prompt."""
    case_id = f"{GENERAL}{task.id}"

    def answer() -> EvaluationCase:
        row = EvaluationCase(case_id=case_id, system=system.name.value, evaluation_id=0)
        messages: list[Message] = [{"role": "user", "content": task.prompt}]
        adapter = system.author.adapter
        try:
            with model.stream_completion(
                messages, model=adapter, max_tokens=GENERAL_MAX_TOKENS, temperature=0
            ) as stream:
                row.raw_text = "".join(stream)
        except ModelRefusedError as error:
            row.scores = {"kind": task.kind, "failed": str(error), "solved": False}
            return row
        row.scores = {"kind": task.kind, "failed": "", "solved": task.is_solved(row.raw_text)}
        return row

    return Task(case_id, system.name.value, answer)


def _write(
    findings: Findings,
    system: System,
    model: ModelClient,
    *,
    complete_draft: bool = True,
    redrafts: bool = True,
) -> GeneratedAnswer | str:
    """Return the answer, or why the server will never answer this one.

    A timeout is the machine's, not the candidate's: tried again, then the evaluation stops.
    """

    def ignore(_: WrittenSentence) -> None:
        return

    # A hosted model tells its tokens at the end of a draft only, and cannot continue one.
    has_one_draft = system.client is not None
    for tries_left in range(TIMEOUT_RETRIES, -1, -1):
        try:
            return write_checked_answer(
                findings,
                system.author,
                model,
                attempts_per_sentence=system.attempts,
                max_completions=MAX_COMPLETIONS if redrafts and not has_one_draft else 1,
                complete_draft=complete_draft or has_one_draft,
                on_sentence=ignore,
            )
        except ModelRefusedError as error:
            return str(error)
        except ModelTimeoutError:
            if not tries_left:
                raise
    raise AssertionError("the loop above returns or raises")


def _effort(written: GeneratedAnswer) -> dict[str, Any]:
    return {
        "model_written_share": written.model_written_share,
        "completions": written.completions,
        "refused": len(written.refused),
        "prompt_tokens": written.prompt_tokens,
        "completion_tokens": written.completion_tokens,
        "first_sentence_ms": written.timings.first_sentence_ms,
        "generation_ms": written.timings.generation_ms,
    }
