"""`analyst evaluate`: an adapter beside base, few-shot base and live, with a report to decide from.

vLLM must be running. The same command again goes on where an earlier one stopped.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from bot.serving.client import ModelClient
from bot.shots import load_shots
from deploy.commands.learning import open_learning
from deploy.commands.output import bad_input_from, complain, fail, print_json, print_line
from deploy.commands.progress import ProgressTeller
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.evaluation.opening import EvaluationRequest
from pipeline.evaluation.opinions import ask_judge, rewrite_report
from pipeline.evaluation.replay import be_patient
from pipeline.evaluation.report.content import summary_message
from pipeline.evaluation.run import compare_evaluations
from pipeline.evaluation.run import evaluate as run_evaluation
from pipeline.evaluation.settings import JudgeSettings
from pipeline.evaluation.systems import read_baselines
from storage.evaluations import Evaluation


def evaluate(
    adapter: Annotated[str, typer.Option(help="Name of the adapter to evaluate.")] = "",
    cases: Annotated[
        str, typer.Option(help="golden, simulated, or a JSONL file of cases.")
    ] = "golden",
    rotating: Annotated[
        bool, typer.Option(help="With the golden set's rotating part; rarely, or it wears out.")
    ] = False,
    baselines: Annotated[
        str,
        typer.Option(
            help="live, few_shot_base, base, hosted (comma-separated); all (but hosted); none."
        ),
    ] = "all",
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only so many cases, spread over the patterns.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=64, help="Answers written at once.")
    ] = None,
    hourly_price: Annotated[
        float | None, typer.Option(min=0, help="US dollars an hour of the serving machine.")
    ] = None,
    redrafts: Annotated[
        bool, typer.Option(help="Write refused sentences again, as in use; takes far longer.")
    ] = False,
    probes: Annotated[bool, typer.Option(help="Also run the safety and general tasks.")] = True,
    again: Annotated[
        int, typer.Option(min=0, help="Raise to run anew what was evaluated before.")
    ] = 0,
    report: Annotated[
        int | None, typer.Option(help="Only write this evaluation's report again.")
    ] = None,
    ratings: Annotated[
        Path | None, typer.Option(help="With --report: a file of blind ratings to tell.")
    ] = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="With --report: let the model judge score it first.")
    ] = False,
    compare: Annotated[
        str | None, typer.Option(help="Only compare two evaluations, such as 7,5.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output.")
    ] = False,
) -> None:
    """Evaluate an adapter on frozen cases through the served path."""
    settings, engine = open_learning()
    changes: dict[str, Any] = {"concurrency": concurrency, "hourly_price_usd": hourly_price}
    changes = {name: value for name, value in changes.items() if value is not None}
    changes |= {"redrafts": True} if redrafts else {}
    chosen = settings.evaluation.model_copy(
        update={"folder": settings.data_dir / "evaluations", **changes}
    )
    with bad_input_from(EvaluationInputError):
        if compare is not None:
            first, second = _read_two(compare)
            compared = compare_evaluations(engine, first, second, chosen)
            _tell_comparison(compared, as_json=as_json)
            return
        if report is not None:
            if judge:
                _judge(engine, report, cases, chosen.judge)
            done = rewrite_report(engine, report, chosen.folder / str(report), ratings)
        else:
            request = EvaluationRequest(
                adapter=_named(adapter),
                cases=load_case_set(cases, limit, include_rotating=rotating),
                baselines=read_baselines(baselines),
                shots=load_shots(),
                with_probes=probes,
                again=again,
            )
            try:
                with ModelClient(be_patient(settings.serving)) as model:
                    done = run_evaluation(
                        engine, model, request, chosen, on_progress=ProgressTeller("answers")
                    )
            except EvaluationInterruptedError as error:
                raise fail(str(error)) from error
            except KeyboardInterrupt:
                complain("Stopped; what is finished is stored, the same command goes on from it.")
                raise typer.Exit(130) from None
    _tell(done, as_json)


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The JSON of `analyst evaluate`; `analyst adapters show` has the same keys."""
    return {
        "evaluation": evaluation.id,
        "adapter": evaluation.adapter_name,
        "state": evaluation.state.value,
        "n": evaluation.n,
        **{key: value for key, value in evaluation.summary.items() if key != "n"},
        "gates": evaluation.gates,
        "passed": evaluation.has_passed,
        "report": evaluation.report,
    }


def _judge(engine: Engine, evaluation_id: int, cases: str, settings: JudgeSettings) -> None:
    """Ask the judge for what it has not scored yet; what it said is stored one by one."""
    known = load_case_set(cases, include_rotating=cases == "golden")
    progress = ProgressTeller("judged answers")
    try:
        ask_judge(engine, evaluation_id, known, settings, on_progress=progress)
    except EvaluationInterruptedError as error:
        raise fail(str(error)) from error


def _named(adapter: str) -> str:
    if not adapter.strip():
        raise EvaluationInputError("Name the adapter: `analyst evaluate --adapter NAME`.")
    return adapter.strip()


def _read_two(text: str) -> tuple[int, int]:
    parts = text.split(",")
    if len(parts) != 2 or not all(part.strip().isdigit() for part in parts):
        raise EvaluationInputError(f"{text!r} is not two evaluations; write --compare 7,5.")
    return int(parts[0]), int(parts[1])


def _tell_comparison(compared: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(compared)
        return
    for outcome, told in compared["first_minus_second"]["raw"].items():
        print_line(
            f"{outcome.replace('_', ' ')}: {told['difference']:+.1%} ({told['low']:+.1%} to"
            f" {told['high']:+.1%}, n = {told['n']}), {told['relation']}"
        )
    print_line(f"only the second was sound on: {', '.join(compared['regressions']) or 'none'}")


def _tell(evaluation: Evaluation, as_json: bool) -> None:
    if as_json:
        print_json(evaluation_json(evaluation))
        return
    print_line(summary_message(evaluation.summary, evaluation.gates, str(evaluation.adapter_name)))
    for gate in evaluation.gates:
        print_line(f"- {gate['name']} ({gate['level']}): {gate['verdict']}. {gate['words']}")
    print_line(f"report: {evaluation.report}")
