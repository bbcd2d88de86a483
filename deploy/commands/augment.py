"""`analyst augment`: a teacher model writes candidates; each is proved, then reviewed by people."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from deploy.commands.learning import open_learning, read_glossary
from deploy.commands.output import FAILURE, bad_input_from, complain, print_json, print_line
from deploy.settings import AnalystSettings
from pipeline.augmentation.errors import AugmentationRefusedError, NoReply
from pipeline.augmentation.run import (
    AugmentationPlan,
    AugmentationReport,
    Progress,
    run_augmentation,
)
from pipeline.augmentation.seeds import SeedKind
from pipeline.augmentation.settings import AugmentationSettings
from pipeline.dataset.golden import GoldenFileError, load_golden_texts
from pipeline.dataset.product import PRODUCT_ANALYSIS

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
_MOST_SLOTS = 5000


def augment(
    count: Annotated[int, typer.Option(min=1, max=_MOST_SLOTS, help="New cases to try.")] = 20,
    start_from: Annotated[
        SeedKind, typer.Option("--from", help="Approved examples, or simulated scenarios.")
    ] = SeedKind.EXAMPLES,
    run: Annotated[
        str, typer.Option(help="Name of the run; the same name goes on where it stopped.")
    ] = "",
    budget: Annotated[
        float | None, typer.Option(min=0, help="Most it may cost; default: the setting.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the teacher for new examples, prove them, and queue the good ones for review."""
    settings, engine = open_learning()
    teacher = teacher_settings(settings, budget)
    name = run.strip() or datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    complain(f"Run {name}: {count} cases from {start_from.value}, teacher {teacher.model}")
    with bad_input_from(AugmentationRefusedError, GoldenFileError):
        report = run_augmentation(
            engine,
            teacher,
            AugmentationPlan(name, count, start_from),
            PRODUCT_ANALYSIS,
            read_glossary(),
            load_golden_texts(PRODUCT_ANALYSIS),
            progress=_show_progress,
        )
    if as_json:
        print_json(_report_json(report))
    else:
        _print_report(report)
    if report.stopped:
        complain(report.stopped)
    # Bad answers are an outcome; a teacher that never answered is a failure.
    is_silent = report.generated == 0 and not set(NoReply).isdisjoint(report.rejected)
    if report.stopped or is_silent:
        raise typer.Exit(FAILURE)


def teacher_settings(settings: AnalystSettings, budget: float | None) -> AugmentationSettings:
    """The teacher's settings; what is not set comes from the bot's own model server."""
    teacher = settings.augmentation
    changes: dict[str, Any] = {
        "base_url": teacher.base_url or settings.serving.base_url,
        "model": teacher.model or settings.serving.model,
    }
    if budget is not None:
        changes["budget"] = budget
    return teacher.model_copy(update=changes)


def _show_progress(progress: Progress) -> None:
    sys.stderr.write(
        f"{progress.finished}/{progress.requested} done, {progress.queued} queued,"
        f" cost {progress.cost:.4f}\n"
    )


def _report_json(report: AugmentationReport) -> dict[str, Any]:
    return {
        "run": report.run,
        "requested": report.requested,
        "generated": report.generated,
        "rejected": report.rejected,
        "explained": report.explained,
        "queued_for_review": report.queued_for_review,
        "waiting": report.waiting,
        "cost": report.cost,
        "budget": report.budget,
        "tokens": {"prompt": report.prompt_tokens, "completion": report.completion_tokens},
        "stopped": report.stopped,
    }


def _print_report(report: AugmentationReport) -> None:
    print_line(
        f"Run {report.run}: {report.requested} requested, {report.generated} answers written,"
        f" {report.queued_for_review} queued for review, {report.waiting} waiting,"
        f" cost {report.cost:g} of {report.budget:g}."
    )
    for reason, number in report.rejected.items():
        print_line(f"  {number:4} {reason}: {report.explained[reason][:160]}")
