"""What people and a model judge say of a finished evaluation, added to its summary and report.

Their words come later than the answers, so they are read anew each time a report is written; the
stored result of the evaluation itself does not change.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from pipeline.evaluation.agreement import judge_layer
from pipeline.evaluation.cases import CaseSet
from pipeline.evaluation.errors import EvaluationInputError
from pipeline.evaluation.human import HumanRating, add_ratings, read_ratings
from pipeline.evaluation.judging import check_judge, judge_answers
from pipeline.evaluation.replay import Progress
from pipeline.evaluation.report.write import write_report
from pipeline.evaluation.settings import JudgeSettings
from pipeline.evaluation.summary.rows import sort_rows
from storage.database import reading
from storage.evaluations import (
    Evaluation,
    EvaluationCase,
    EvaluationState,
    get_evaluation,
    list_cases,
)


def add_opinions(
    told: dict[str, Any], rows: Sequence[EvaluationCase], ratings: Sequence[HumanRating]
) -> dict[str, Any]:
    """Return the summary with layer 3 and the judge beside it, as far as there are any."""
    told = add_ratings(told, ratings) if ratings else told
    systems = ["candidate", *told["baselines"]]
    judged = judge_layer(sort_rows(rows).judged, ratings, systems)
    return told if judged is None else {**told, "judge": judged}


def rewrite_report(
    engine: Engine, evaluation_id: int, folder: Path, ratings: Path | None = None
) -> Evaluation:
    """Write the report of a finished evaluation again, from what is stored alone.

    `ratings` is a file of blind ratings; layer 3 then tells them.

    Raises:
        EvaluationInputError: there is no such evaluation, or it is not finished.
    """
    evaluation, rows = _read_finished(engine, evaluation_id)
    rated = read_ratings(ratings, evaluation_id) if ratings is not None else []
    evaluation.summary = add_opinions(evaluation.summary, rows, rated)
    write_report(folder, evaluation, evaluation.summary, evaluation.gates, rows)
    return evaluation


def ask_judge(
    engine: Engine,
    evaluation_id: int,
    cases: CaseSet,
    settings: JudgeSettings,
    *,
    on_progress: Progress,
) -> int:
    """Let the model judge score a finished evaluation's answers; how many it was asked for.

    Raises:
        EvaluationInputError: no such evaluation, other cases, or no judge is set up.
        EvaluationInterruptedError: the judge went away; ask again to go on.
    """
    check_judge(settings)
    evaluation, rows = _read_finished(engine, evaluation_id)
    known = {case.case_id: case for case in cases.cases}
    results = sort_rows(rows)
    asked = {case_id for own in results.cases.values() for case_id in own}
    if not asked <= known.keys():
        raise EvaluationInputError(
            f"Evaluation {evaluation_id} was run on {evaluation.case_set}; name those cases with"
            " --cases."
        )
    answers = [row for own in results.cases.values() for row in own.values()]
    return judge_answers(engine, evaluation_id, answers, known, settings, on_progress=on_progress)


def _read_finished(engine: Engine, evaluation_id: int) -> tuple[Evaluation, list[EvaluationCase]]:
    with reading(engine) as session:
        evaluation = get_evaluation(session, evaluation_id)
        rows = list_cases(session, evaluation_id)
    if evaluation is None or evaluation.state is not EvaluationState.FINISHED:
        raise EvaluationInputError(f"There is no finished evaluation {evaluation_id}.")
    return evaluation, rows
