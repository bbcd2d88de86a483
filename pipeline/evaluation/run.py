"""One evaluation as a story: open, replay, summarise, judge, report.

Interrupted at any point, the same request goes on from what is stored; finished, it returns the
result it has. Knows neither the command line nor Slack.
"""

from typing import Any

from sqlalchemy import Engine

from bot.serving.client import ModelClient
from bot.serving.errors import AdapterMissingError, AdapterNameError, ModelError
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.evaluation.gates import conclude, has_passed, judge
from pipeline.evaluation.hosted import check_writer, open_hosted
from pipeline.evaluation.human import find_blind_ratings
from pipeline.evaluation.opening import EvaluationRequest, open_evaluation
from pipeline.evaluation.opinions import add_opinions
from pipeline.evaluation.probes import load_general, load_safety
from pipeline.evaluation.replay import (
    Progress,
    Task,
    case_task,
    general_task,
    replay,
    safety_task,
    speed_task,
)
from pipeline.evaluation.report.write import write_report
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.evaluation.summary.comparing import CANDIDATE, compare_with, list_turned
from pipeline.evaluation.summary.rows import STAGES, Results, sort_rows
from pipeline.evaluation.summary.summarise import summarise
from pipeline.evaluation.systems import Line, SystemName, line_up
from storage.database import reading, transaction
from storage.evaluations import (
    Evaluation,
    EvaluationState,
    finish_evaluation,
    get_evaluation,
    list_cases,
)


def evaluate(
    engine: Engine,
    model: ModelClient,
    request: EvaluationRequest,
    settings: EvaluationSettings,
    *,
    on_progress: Progress,
) -> Evaluation:
    """Evaluate an adapter and return the stored, finished evaluation.

    Raises:
        EvaluationInputError: the server knows no such adapter.
        EvaluationInterruptedError: the model server is away; ask again to go on.
    """
    with open_hosted(request.baselines, request.cases, settings.hosted, model.settings) as hosted:
        with reading(engine) as session:
            line = line_up(
                session,
                request.adapter,
                request.baselines,
                base_model=model.settings.model,
                shots=request.shots,
                attempts=settings.attempts_per_sentence,
                hosted=hosted,
            )
        evaluation = open_evaluation(engine, model, request, line, settings)
        if evaluation.state is EvaluationState.FINISHED:
            return evaluation
        _check_writers(model, line)
        tasks = list_tasks(request, line, model, settings)
        away = [task for task in tasks if task.system == SystemName.HOSTED]
        here = [task for task in tasks if task.system != SystemName.HOSTED]
        for asked, at_once in ((here, settings.concurrency), (away, settings.hosted.concurrency)):
            replay(engine, evaluation.id, asked, concurrency=at_once, on_progress=on_progress)
    return close(engine, evaluation.id, settings)


def list_tasks(
    request: EvaluationRequest, line: Line, model: ModelClient, settings: EvaluationSettings
) -> list[Task]:
    """List every answer to be had, one system after another so that each is timed by itself."""
    tasks = [
        case_task(case, system, system.client or model, redrafts=settings.redrafts)
        for system in line.systems
        for case in request.cases.cases
    ]
    tasks += [
        speed_task(case, system, system.client or model)
        for system in line.systems
        if system.name is not SystemName.BASE
        for case in request.cases.cases[: settings.timed_cases]
    ]
    if request.with_probes:
        candidate = line.systems[0]
        tasks += [safety_task(probe, candidate, model) for probe in load_safety()]
        tasks += [
            general_task(task, system, model)
            for system in line.systems
            if system.name in {SystemName.CANDIDATE, SystemName.BASE}
            for task in load_general()
        ]
    return tasks


def close(engine: Engine, evaluation_id: int, settings: EvaluationSettings) -> Evaluation:
    """Summarise, judge and report what is stored, and finish the evaluation."""
    with reading(engine) as session:
        evaluation = get_evaluation(session, evaluation_id)
        rows = list_cases(session, evaluation_id)
        if evaluation is None:
            raise EvaluationInputError(f"There is no evaluation {evaluation_id}.")
        blind = find_blind_ratings(session, evaluation_id, _writers_of(evaluation))
    told = summarise(rows, evaluation.config, settings)
    gates = judge(told, settings.gates)
    told["conclusion"] = conclude(gates, told)
    told = add_opinions(told, rows, blind)
    folder = settings.folder / str(evaluation_id)
    write_report(folder, evaluation, told, gates, rows)
    with transaction(engine) as session:
        return finish_evaluation(
            session,
            evaluation_id,
            n=told["n"],
            summary=told,
            gates=gates,
            has_passed=has_passed(gates),
            report=str(folder / "report.html"),
        )


def _writers_of(evaluation: Evaluation) -> dict[str, str | None]:
    """Say which adapter stands for which system; the base alone is served to nobody."""
    labels = evaluation.config["systems"]
    writers: dict[str, str | None] = {CANDIDATE: evaluation.adapter_name}
    if SystemName.LIVE in labels:
        writers[SystemName.LIVE.value] = str(labels[SystemName.LIVE])
    if SystemName.FEW_SHOT_BASE in labels:
        writers[SystemName.FEW_SHOT_BASE.value] = None
    return writers


def compare_evaluations(
    engine: Engine, first: int, second: int, settings: EvaluationSettings
) -> dict[str, Any]:
    """Compare the candidates of two evaluations on the cases that both were asked.

    Raises:
        EvaluationInputError: one of them does not exist, or they share no case.
    """
    kept = {}
    with reading(engine) as session:
        for number in (first, second):
            if get_evaluation(session, number) is None:
                raise EvaluationInputError(f"There is no evaluation {number}.")
            rows = sort_rows(list_cases(session, number)).cases.get(CANDIDATE, {})
            kept[number] = rows
    results = Results({CANDIDATE: kept[first], "other": kept[second]}, (), {}, {})
    if not results.pairs(CANDIDATE, "other"):
        raise EvaluationInputError(f"Evaluations {first} and {second} share no case.")
    margin = settings.gates.non_inferiority_margin.threshold
    return {
        "first": first,
        "second": second,
        "first_minus_second": {
            stage: compare_with(results, "other", stage, margin) for stage in STAGES
        },
        **list_turned(results, "other"),
    }


def _check_writers(model: ModelClient, line: Line) -> None:
    for system in line.systems:
        if system.client is not None:
            check_writer(system.client)
            continue
        try:
            model.smoke_test(system.author.adapter)
        except (AdapterMissingError, AdapterNameError) as error:
            raise EvaluationInputError(
                f"The model server knows no adapter {system.author.label!r}. `analyst adapters"
                " list` names those that exist."
            ) from error
        except ModelError as error:
            raise EvaluationInterruptedError(
                f"{error} Start the model server with `analyst up`, then evaluate again."
            ) from error
