"""A run of augmentation: plan the slots, work them with several hands, report what came of them.

A run is known by its name. Starting it again takes up what is unfinished and asks nothing twice.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.engine import Engine

from bot.analysis.quality.jargon import Glossary
from pipeline.augmentation.asking import Asked, Pacing
from pipeline.augmentation.errors import MAYBE_PAID, UNPAID
from pipeline.augmentation.examining import Examiner, Refused
from pipeline.augmentation.prompts import answer_messages, case_messages
from pipeline.augmentation.replies import Stage
from pipeline.augmentation.seeds import SeedKind, draw_example_seeds, draw_scenario_seeds
from pipeline.augmentation.settings import AugmentationSettings
from pipeline.augmentation.slots import NEXT, QUEUED, Workshop, work_slot
from pipeline.augmentation.surroundings import (
    check_settings,
    index_forbidden,
    index_known,
    load_seed_examples,
)
from pipeline.augmentation.teacher import Teacher
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.golden import GoldenText
from pipeline.simulator.scenario import draw_scenario
from storage.database import reading, transaction
from storage.teacher_requests import (
    TeacherState,
    fail_teacher_request,
    list_teacher_requests,
    plan_teacher_request,
    reopen_failed_requests,
    spent_on_run,
)


@dataclass(frozen=True)
class AugmentationPlan:
    """What a run is to make."""

    run: str
    count: int
    kind: SeedKind


@dataclass(frozen=True)
class AugmentationReport:
    """What became of a run. `rejected` counts slots by reason, `explained` gives one case each.

    `waiting` slots were not finished (budget, outage, stop); the same run takes them up again.
    """

    run: str
    requested: int
    generated: int
    rejected: dict[str, int]
    explained: dict[str, str]
    queued_for_review: int
    waiting: int
    cost: float
    budget: float
    prompt_tokens: int
    completion_tokens: int
    stopped: str


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    finished: int
    requested: int
    queued: int
    cost: float


def _ignore(_: object) -> None:
    return None


def _today() -> date:
    return datetime.now(UTC).date()


def run_augmentation(
    engine: Engine,
    settings: AugmentationSettings,
    plan: AugmentationPlan,
    analysis: Analysis,
    glossary: Glossary,
    golden: Sequence[GoldenText],
    *,
    progress: Callable[[Progress], None] = _ignore,
    at_point: Callable[[str], None] = _ignore,
    today: Callable[[], date] = _today,
) -> AugmentationReport:
    """Make `plan.count` attempts at a new example and queue the proved ones for review.

    Raises:
        AugmentationRefusedError: the settings or the material do not allow the run.
    """
    check_settings(settings)
    examiner = Examiner(
        analysis, glossary, index_known(engine), index_forbidden(engine, golden), today
    )
    _plan_slots(engine, settings, plan, examiner)
    at_point("planned")
    pacing = Pacing(settings)
    teacher = Teacher(settings)
    shop = Workshop(engine, teacher, examiner, pacing, today, at_point)
    try:
        _work_all(shop, plan, progress)
    except BaseException:
        pacing.halt("The run was interrupted.")
        raise
    finally:
        teacher.close()
    return report_run(engine, plan.run, settings.budget, stopped=pacing.stop_reason)


def report_run(engine: Engine, run: str, budget: float, *, stopped: str = "") -> AugmentationReport:
    """Count what is stored about a run."""
    with reading(engine) as session:
        requests = list_teacher_requests(session, run)
        cost = spent_on_run(session, run)
    last = {request.slot: request for request in requests}
    finished = [r for r in last.values() if r.outcome and r.outcome != NEXT]
    refused = [r for r in finished if r.outcome != QUEUED]
    generated = [
        r for r in last.values() if r.stage == Stage.ANSWER and r.state is TeacherState.ANSWERED
    ]
    return AugmentationReport(
        run=run,
        requested=len(last),
        generated=len(generated),
        rejected=dict(sorted(Counter(r.outcome for r in refused).items())),
        explained={r.outcome: r.detail for r in reversed(refused)},
        queued_for_review=len(finished) - len(refused),
        waiting=len(last) - len(finished),
        cost=round(cost, 6),
        budget=budget,
        prompt_tokens=sum(r.prompt_tokens for r in requests),
        completion_tokens=sum(r.completion_tokens for r in requests),
        stopped=stopped,
    )


def _plan_slots(
    engine: Engine, settings: AugmentationSettings, plan: AugmentationPlan, examiner: Examiner
) -> None:
    """Store the first request of every slot; of an earlier start, what failed unpaid goes again."""
    with reading(engine) as session:
        planned = {request.slot for request in list_teacher_requests(session, plan.run)}
    again = UNPAID | MAYBE_PAID if settings.is_free else UNPAID
    with transaction(engine) as session:
        reopen_failed_requests(session, plan.run, again)
    missing = [slot for slot in range(plan.count) if slot not in planned]
    if not missing:
        return
    if plan.kind is SeedKind.EXAMPLES:
        first = _first_from_examples(engine, settings, plan)
    else:
        first = _first_from_scenarios(plan, examiner, missing)
    with transaction(engine) as session:
        for slot in missing:
            request = plan_teacher_request(
                session,
                run=plan.run,
                slot=slot,
                stage=first[slot].stage.value,
                seed=first[slot].seed,
                messages=first[slot].messages,
            )
            refused = first[slot].refused
            if refused is not None:
                fail_teacher_request(
                    session, request.id, outcome=refused.reason, detail=refused.detail
                )


@dataclass(frozen=True)
class _First:
    """A slot's first request, or why there is nothing to ask."""

    stage: Stage
    seed: dict[str, Any]
    messages: list[Any]
    refused: Refused | None = None


def _first_from_examples(
    engine: Engine, settings: AugmentationSettings, plan: AugmentationPlan
) -> dict[int, _First]:
    seeds = draw_example_seeds(plan.run, load_seed_examples(engine, settings), plan.count)
    return {
        slot: _First(Stage.CASE, seed.as_json(), list(case_messages(seed)))
        for slot, seed in enumerate(seeds)
    }


def _first_from_scenarios(
    plan: AugmentationPlan, examiner: Examiner, slots: Sequence[int]
) -> dict[int, _First]:
    drawn = draw_scenario_seeds(plan.run, plan.count)
    first = {}
    for slot in slots:
        seed = drawn[slot]
        case = examiner.admit_scenario(draw_scenario(seed.family, seed.seed))
        if isinstance(case, Refused):
            first[slot] = _First(Stage.ANSWER, seed.as_json(), [], case)
        else:
            messages = list(answer_messages(case.findings))
            first[slot] = _First(Stage.ANSWER, seed.as_json(), messages)
    return first


def _work_all(shop: Workshop, plan: AugmentationPlan, progress: Callable[[Progress], None]) -> None:
    queued = finished = 0
    with ThreadPoolExecutor(shop.teacher.settings.concurrency, "augment") as pool:
        slots = [pool.submit(work_slot, shop, plan.run, slot) for slot in range(plan.count)]
        try:
            for slot in as_completed(slots):
                outcome = slot.result()
                if outcome == Asked.BUDGET:
                    shop.pacing.halt(
                        f"The budget of {shop.teacher.settings.budget:g} does not allow another"
                        " request. Raise it and run the same command to go on."
                    )
                finished += outcome not in {Asked.BUDGET, Asked.STOPPED}
                queued += outcome == QUEUED
                with reading(shop.engine) as session:
                    cost = spent_on_run(session, plan.run)
                progress(Progress(finished, plan.count, queued, cost))
        except BaseException:
            shop.pacing.halt("The run was interrupted.")
            pool.shutdown(wait=False, cancel_futures=True)
            raise
