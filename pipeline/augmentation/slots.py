"""One slot of a run: from its stored requests to a queued candidate or a reason.

Every step reads what is stored and does what is missing, so the same code starts a slot and takes
it up again after a crash.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Engine

from bot.analysis.prompt import render_completion, render_messages
from pipeline.augmentation.asking import Asked, Pacing, ask_once
from pipeline.augmentation.examining import Examiner, NewCase, NewExample, Refused
from pipeline.augmentation.prompts import answer_messages
from pipeline.augmentation.replies import Stage, reply_schema
from pipeline.augmentation.seeds import SeedKind
from pipeline.augmentation.teacher import Teacher
from pipeline.simulator.families import parse_family
from pipeline.simulator.scenario import draw_scenario
from storage.database import reading, transaction
from storage.examples import Example, add_example
from storage.teacher_requests import (
    TeacherRequest,
    TeacherState,
    list_teacher_requests,
    plan_teacher_request,
    record_teacher_outcome,
)

ORIGIN = "augmentation"
QUEUED = "queued"
NEXT = "next"


@dataclass(frozen=True)
class Workshop:
    """What every slot needs. `at_point` is told each named point as it passes."""

    engine: Engine
    teacher: Teacher
    examiner: Examiner
    pacing: Pacing
    today: Callable[[], date]
    at_point: Callable[[str], None]


def work_slot(shop: Workshop, run: str, slot: int) -> str:
    """Bring a slot as far as it goes; return "queued", a reason, "budget" or "stopped"."""
    while True:
        with reading(shop.engine) as session:
            request = list_teacher_requests(session, run, slot=slot)[-1]
        if request.outcome and request.outcome != NEXT:
            return request.outcome
        if request.state in {TeacherState.PLANNED, TeacherState.SENT}:
            schema = reply_schema(Stage(request.stage))
            asked = ask_once(shop.engine, shop.teacher, request, schema, shop.pacing, shop.at_point)
            if asked in {Asked.BUDGET, Asked.STOPPED}:
                return asked.value
            continue
        if Stage(request.stage) is Stage.CASE:
            _finish_case(shop, request)
        else:
            _finish_answer(shop, request)
        shop.at_point("examined")


def _finish_case(shop: Workshop, request: TeacherRequest) -> None:
    """Judge a new case; a good one plans its answer in the same transaction."""
    case = shop.examiner.read_case(request.reply)
    with transaction(shop.engine) as session:
        if isinstance(case, Refused):
            record_teacher_outcome(session, request.id, outcome=case.reason, detail=case.detail)
            return
        written_on = shop.today().isoformat()
        plan_teacher_request(
            session,
            run=request.run,
            slot=request.slot,
            stage=Stage.ANSWER.value,
            seed={**request.seed, "request": case.request, "written_on": written_on},
            messages=list(answer_messages(case.findings)),
        )
        record_teacher_outcome(session, request.id, outcome=NEXT)


def _finish_answer(shop: Workshop, request: TeacherRequest) -> None:
    """Judge an answer; a good one becomes a candidate in the same transaction."""
    case = _restore_case(shop, request)
    key = f"{ORIGIN}:{request.run}:{request.slot}"
    if isinstance(case, Refused):
        outcome: NewExample | Refused = case
    else:
        outcome = shop.examiner.read_answer(request.reply, case, key)
    with transaction(shop.engine) as session:
        if isinstance(outcome, Refused):
            record_teacher_outcome(
                session, request.id, outcome=outcome.reason, detail=outcome.detail
            )
            return
        model = shop.teacher.settings.model
        stored, _ = add_example(session, _build_candidate(request, outcome, key, model))
        record_teacher_outcome(session, request.id, outcome=QUEUED, example_id=stored.id)


def _restore_case(shop: Workshop, request: TeacherRequest) -> NewCase | Refused:
    seed = request.seed
    if seed["kind"] == SeedKind.SCENARIOS.value:
        scenario = draw_scenario(str(seed["family"]), int(seed["seed"]))
        return shop.examiner.admit_scenario(scenario)
    written_on = date.fromisoformat(str(seed["written_on"]))
    return shop.examiner.restore_case(str(seed["request"]), written_on)


def _build_candidate(request: TeacherRequest, new: NewExample, key: str, model: str) -> Example:
    findings, seed = new.case.findings, request.seed
    labels = _label(seed)
    return Example(
        key=key,
        origin=ORIGIN,
        family_id=labels["family_id"],
        metric_family=labels["metric_family"],
        pattern=labels["pattern"],
        request_text=new.case.request,
        question=findings.question.model_dump(mode="json"),
        facts=[fact.model_dump(mode="json") for fact in findings.facts],
        prompt=list(render_messages(findings)),
        completion=render_completion(new.sections),
        sections=new.sections.model_dump(),
        checks={check.check.value: check.reason for check in new.checks},
        parent_example_id=seed.get("example_id"),
        provenance={
            "run": request.run,
            "slot": request.slot,
            "teacher": model,
            "seed": {name: value for name, value in seed.items() if name != "request"},
            "is_collected": bool(seed.get("is_collected")),
            "written_on": seed.get("written_on"),
        },
    )


def _label(seed: dict[str, Any]) -> dict[str, str]:
    if seed["kind"] == SeedKind.SCENARIOS.value:
        metric, pattern, _ = parse_family(str(seed["family"]))
        family_id = f"scenario/{seed['family']}"
        return {"family_id": family_id, "metric_family": metric, "pattern": pattern.value}
    return {
        "family_id": str(seed["family_id"]),
        "metric_family": str(seed["metric_family"]),
        "pattern": str(seed["pattern"]).replace(" ", "_"),
    }
