"""`analyst examples import|export|list|show|forget|review|withdraw`: what is learnt from."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.engine import Engine
from sqlmodel import Session

from bot.analysis.quality.example import CheckedText, check_example
from bot.analysis.quality.finding import QualityFinding
from bot.analysis.question import MetricQuestion
from bot.review import decide
from bot.settings import FeedbackSettings
from deploy.commands.decisions import decide_from_file
from deploy.commands.learning import open_learning, operator_name, read_glossary
from deploy.commands.output import bad_input_from, complain, print_json, print_line, refuse
from pipeline.curated import import_curated
from pipeline.dataset.members import read_sections
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.dataset.rows import RowError, read_rows
from pipeline.dataset.transfer import (
    ImportReport,
    export_examples,
    import_rows,
    prepare_rows,
    read_all_examples,
)
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError
from storage.examples import (
    Example,
    ExampleStatus,
    count_examples,
    find_example,
    get_example,
)
from storage.lineage import Lineage, remove_person, trace_example, trace_request
from storage.requests import find_requests
from storage.reviews import Decision, lease_next_example, withdraw_example

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Status = Annotated[ExampleStatus | None, typer.Option(help="Only this status.")]
Origin = Annotated[str | None, typer.Option(help="Only this origin (curated, correction, ...).")]

REFERENCE_CHARACTERS = 8  # as shown under an answer

app = typer.Typer(help="Examples: what the model may learn from.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path | None, typer.Argument(help="JSONL file; default: shipped set.")] = None,
    reviewed_by: Annotated[
        str, typer.Option(help="Who reviewed all of them; without it they wait for review.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Bring examples in from a JSONL file, or the shipped curated ones."""
    _, engine = open_learning()
    if file is None:
        report = import_curated(engine, PRODUCT_ANALYSIS)
    else:
        report = ImportReport()
        with bad_input_from(RowError):
            rows = list(read_rows(file))
        prepared = prepare_rows(rows, PRODUCT_ANALYSIS, report)
        with transaction(engine) as session:
            import_rows(
                session, prepared, report, reviewed_by=reviewed_by.strip(), source=file.name
            )
    with reading(engine) as session:
        counts = count_examples(session)
    for problem in report.problems:
        complain(problem)
    if as_json:
        print_json(
            {
                "added": report.added,
                "known": report.known,
                "replaced": report.replaced,
                "rejected": dict(report.refused),
                "problems": report.problems,
                "counts": counts,
            }
        )
    else:
        print_line(
            f"{report.added} added, {report.known} known already, {report.replaced} replaced,"
            f" {report.refused.total()} refused."
        )
        _print_counts(counts)
    if report.refused and not (report.added or report.known):
        raise typer.Exit(2)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="JSONL file to write.")],
    status: Status = ExampleStatus.APPROVED,
    origin: Origin = None,
    as_json: AsJson = False,
) -> None:
    """Write examples to a JSONL file that `import` reads back."""
    _, engine = open_learning()
    try:
        with reading(engine) as session:
            counted = export_examples(session, file, status=status, origin=origin)
    except OSError as error:
        raise refuse(f"{file} cannot be written: {error.strerror}.") from error
    if as_json:
        print_json({"file": str(file), "written": counted.total(), "counts": dict(counted)})
    else:
        print_line(f"{counted.total()} examples written to {file}.")


@app.command("list")
def list_(
    status: Status = None,
    origin: Origin = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Count examples by status, origin and reason, and list the first of them."""
    _, engine = open_learning()
    with reading(engine) as session:
        counts = count_examples(session)
        found = read_all_examples(session, status=status, origin=origin)
    origins = Counter(example.origin for example in found)
    reasons = Counter(reason for example in found for reason in example.reasons)
    if as_json:
        print_json(
            {
                "counts": counts,
                "by_origin": dict(sorted(origins.items())),
                "by_reason": dict(sorted(reasons.items())),
                "examples": [_brief(example) for example in found[:limit]],
            }
        )
        return
    _print_counts(counts)
    for name, number in sorted(origins.items()):
        print_line(f"  {name}: {number}")
    for example in found[:limit]:
        print_line(
            f"{example.id:5} {example.status.value:9} {example.pattern:16}"
            f" {example.metric_family:18} {example.key}"
        )


@app.command()
def show(
    what: Annotated[
        str,
        typer.Argument(
            help="Number shown by `analyst examples list`, or the ref under an answer: what came"
            " of it."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show one example with every quality check and where it came from and went."""
    _, engine = open_learning()
    if not what.isdecimal() or len(what) >= REFERENCE_CHARACTERS:
        _show_what_came(engine, what, as_json=as_json)
        return
    example_id = int(what)
    with reading(engine) as session:
        example = _get(session, example_id)
        lineage = trace_example(session, example_id)
    checks = _check(example)
    if as_json:
        print_json(
            {
                **_brief(example),
                "request": example.request_text,
                "prompt": example.prompt,
                "completion": example.completion,
                "provenance": example.provenance,
                "lineage": lineage.model_dump(mode="json"),
                "checks": [check.model_dump(mode="json") for check in checks],
            }
        )
        return
    print_line(f"{example.key} ({example.status.value})")
    print_line(example.request_text)
    print_line()
    print_line(example.completion)
    print_line()
    for check in checks:
        print_line(f"{'ok ' if check.passed else 'NO '} {check.check.value}: {check.reason}")
    print_line()
    _print_lineage(lineage)


def _show_what_came(engine: Engine, reference: str, *, as_json: bool) -> None:
    """Walk forward from an answer's reference to examples, dataset versions and adapters."""
    with reading(engine) as session:
        requests = find_requests(session, reference)
        if len(requests) != 1:
            raise refuse(
                f"There is no answer with the reference “{reference}”."
                if not requests
                else f"{len(requests)} answers have a reference that begins with “{reference}”;"
                " give more of it."
            )
        found = trace_request(session, requests[0].id)
    if as_json:
        print_json({"examples": [one.model_dump(mode="json") for one in found]})
        return
    if not found:
        print_line("No example came of this answer.")
    for lineage in found:
        _print_lineage(lineage)
        print_line()


def _print_lineage(lineage: Lineage) -> None:
    for name, value in lineage.model_dump(mode="json", exclude_defaults=True).items():
        print_line(f"{name.replace('_', ' ')}: {value}")


@app.command()
def forget(
    user_id: Annotated[str, typer.Argument(help="Slack user id (U...) of the person.")],
    as_json: AsJson = False,
) -> None:
    """Remove a person's data from what is trained on, and name the adapters that hold it."""
    _, engine = open_learning()
    with transaction(engine) as session:
        removal = remove_person(session, user_id, operator_name())
    if as_json:
        print_json(removal.model_dump(mode="json"))
        return
    print_line(
        f"{removal.examples} examples, {removal.corrections} corrections and"
        f" {removal.comments} comments removed. The next dataset version is without them."
    )
    if removal.adapters:
        print_line(f"Trained with them: {', '.join(removal.adapters)}. Train again to replace it.")


@app.command()
def withdraw(
    example: Annotated[str, typer.Argument(help="Number or key of an approved example.")],
    reason: Annotated[str, typer.Argument(help="Why nothing may be trained on it any more.")],
    as_json: AsJson = False,
) -> None:
    """Take an approval back: no later dataset version holds this example."""
    _, engine = open_learning()
    with transaction(engine) as session:
        example_id = int(example) if example.isdigit() else _find(session, example)
        try:
            withdrawn = withdraw_example(session, example_id, operator_name(), reason)
        except (NotFoundError, ConflictError) as error:
            raise refuse(str(error)) from error
        if as_json:
            print_json(_brief(withdrawn))
        else:
            print_line(f"Example {withdrawn.id} ({withdrawn.key}) is rejected: {reason}.")


@app.command()
def review(
    example_id: Annotated[
        int | None, typer.Argument(help="Example to decide on; default: show the next one.")
    ] = None,
    approve: Annotated[bool, typer.Option("--approve", help="It may be trained on.")] = False,
    skip: Annotated[bool, typer.Option("--skip", help="Leave it to somebody else.")] = False,
    reject: Annotated[str, typer.Option(help="Reject it, for this reason.")] = "",
    file: Annotated[
        Path | None, typer.Option("--from", help="JSONL of id, decision, reasons, completion.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the next candidate, or decide on one: --approve, --reject REASON, --skip."""
    settings, engine = open_learning()
    if file is not None:
        _decide_all(engine, file, settings.feedback, as_json)
        return
    decision = _read_decision(approve, skip, reject)
    if (example_id is None) != (decision is None):
        raise refuse("Give an example's number together with --approve, --reject or --skip.")
    reviewer = operator_name()
    with transaction(engine) as session:
        if example_id is None or decision is None:
            example = lease_next_example(session, reviewer)
        else:
            try:
                reasons = [reject] if reject else []
                example, _ = decide(
                    session,
                    example_id=example_id,
                    reviewer=reviewer,
                    decision=decision,
                    settings=settings.feedback,
                    reasons=reasons,
                )
            except (NotFoundError, ConflictError) as error:
                raise refuse(str(error)) from error
        counts = count_examples(session)
    if as_json:
        shown = None if example is None else {**_brief(example), "completion": example.completion}
        print_json({"counts": counts, "example": shown})
    elif example is None:
        print_line("No candidate waits for review.")
    elif decision is not None:
        print_line(f"Example {example.id} is {example.status.value}.")
    else:
        show(str(example.id))


def _decide_all(engine: Engine, file: Path, settings: FeedbackSettings, as_json: bool) -> None:
    try:
        report = decide_from_file(engine, file, operator_name(), settings, read_glossary())
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"{file} cannot be read as UTF-8 text.") from error
    with reading(engine) as session:
        counts = count_examples(session)
    for problem in report.problems:
        complain(problem)
    if as_json:
        print_json({"decided": dict(report.decided), "problems": report.problems, "counts": counts})
    else:
        print_line(f"{report.decided.total()} decided, {len(report.problems)} refused.")
        _print_counts(counts)
    if report.problems and not report.decided:
        raise typer.Exit(2)


def _read_decision(approve: bool, skip: bool, reject: str) -> Decision | None:
    given = [
        decision
        for decision, is_given in (
            (Decision.APPROVE, approve),
            (Decision.SKIP, skip),
            (Decision.REJECT, bool(reject)),
        )
        if is_given
    ]
    if len(given) > 1:
        raise refuse("Give one of --approve, --reject and --skip.")
    return given[0] if given else None


def _get(session: Session, example_id: int) -> Example:
    example = get_example(session, example_id)
    if example is None:
        raise refuse(f"There is no example {example_id}; see `analyst examples list`.")
    return example


def _find(session: Session, key: str) -> int:
    example = find_example(session, key)
    if example is None:
        raise refuse(f"There is no example {key}; see `analyst examples list`.")
    return example.id


def _check(example: Example) -> list[QualityFinding]:
    if not example.question:
        return []
    question = MetricQuestion.model_validate(example.question)
    text = CheckedText(
        sections=read_sections(example.sections, example.completion),
        findings=PRODUCT_ANALYSIS.find(question),
        request=example.request_text,
    )
    return check_example(text, glossary=read_glossary(), verify=PRODUCT_ANALYSIS.verify)


def _brief(example: Example) -> dict[str, Any]:
    return {
        "id": example.id,
        "key": example.key,
        "status": example.status.value,
        "origin": example.origin,
        "family_id": example.family_id,
        "pattern": example.pattern,
        "metric_family": example.metric_family,
        "reasons": example.reasons,
        "flags": example.flags,
    }


def _print_counts(counts: dict[str, int]) -> None:
    print_line(", ".join(f"{status} {number}" for status, number in counts.items()))
