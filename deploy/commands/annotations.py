"""`analyst annotations import|list|add|remove`: recorded changes that may explain a break."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.engine import Engine

from bot.analysis.catalogue.model import Catalogue
from bot.recorded_changes import AnnotationError, NewAnnotation, check_annotation, record
from deploy.annotation_file import AnnotationFileError, read_annotations
from deploy.commands.learning import open_learning, operator_name, read_glossary
from deploy.commands.output import (
    bad_input_from,
    complain,
    print_json,
    print_line,
    read_input,
    refuse,
)
from deploy.library import load_library
from deploy.settings import SettingsError
from storage.annotations import Annotation, list_latest_annotations, remove_annotation
from storage.database import reading, transaction
from storage.errors import NotFoundError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]

app = typer.Typer(help="Annotations: recorded changes, set against breaks.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV: date,what and maybe metric,segment,who.")],
    as_json: AsJson = False,
) -> None:
    """Bring changes in from a CSV file; importing it again adds nothing twice."""
    engine, catalogue = _open()
    content = read_input(str(file))
    with bad_input_from(AnnotationFileError):
        found = read_annotations(content, file.name, catalogue, _today(), operator_name())
    with transaction(engine) as session:
        before = len(list_latest_annotations(session, _ALL))
        for new in found.changes:
            record(session, new, new.key())
        added = len(list_latest_annotations(session, _ALL)) - before
    for problem in found.problems:
        complain(problem)
    known = len(found.changes) - added
    if as_json:
        print_json({"added": added, "known": known, "problems": found.problems})
    else:
        print_line(f"{added} added, {known} known already, {len(found.problems)} refused.")
    if found.problems and not found.changes:
        raise typer.Exit(2)


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Rows to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the latest changes."""
    engine, _ = _open()
    with reading(engine) as session:
        rows = list_latest_annotations(session, limit)
    if as_json:
        print_json({"annotations": [_row(row) for row in rows]})
        return
    if not rows:
        print_line("No change is recorded yet.")
    for row in rows:
        where = ", ".join(part for part in (row.metric, row.segment) if part) or "all metrics"
        print_line(f"{row.id:>4}  {row.happened_on}  {row.text}  ({where}; by {row.author_id})")


@app.command()
def add(
    day: Annotated[str, typer.Argument(help="Date, for example 2026-10-19.")],
    what: Annotated[str, typer.Argument(help="What changed.")],
    metric: Annotated[str, typer.Option(help="Metric it concerns; without it, all.")] = "",
    segment: Annotated[str, typer.Option(help="Segment or market it concerns.")] = "",
    as_json: AsJson = False,
) -> None:
    """Record one change."""
    try:
        happened_on = date.fromisoformat(day)
    except ValueError as error:
        raise refuse(f"{day[:30]!r} is no date; write it like 2026-10-19.") from error
    engine, catalogue = _open()
    new = NewAnnotation(happened_on, what, operator_name(), metric, segment)
    with bad_input_from(AnnotationError):
        new = check_annotation(new, catalogue, _today())
    with transaction(engine) as session:
        stored = record(session, new, new.key())
    if as_json:
        print_json(_row(stored))
    else:
        print_line(f"Recorded as {stored.id}: {stored.text}, {stored.happened_on}.")


@app.command()
def remove(
    number: Annotated[int, typer.Argument(help="Number as `analyst annotations list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Stop setting one change against breaks; its row is kept."""
    engine, _ = _open()
    try:
        with transaction(engine) as session:
            row = remove_annotation(session, number)
    except NotFoundError as error:
        raise refuse(f"There is no change {number}; see `analyst annotations list`.") from error
    if as_json:
        print_json({**_row(row), "is_removed": True})
    else:
        print_line(f"Removed {row.id}: {row.text}.")


_ALL = 1_000_000


def _open() -> tuple[Engine, Catalogue | None]:
    settings, engine = open_learning()
    with bad_input_from(SettingsError):
        library = load_library(settings, read_glossary())
    return engine, library.catalogue if library else None


def _today() -> date:
    return datetime.now(UTC).date()


def _row(row: Annotation) -> dict[str, Any]:
    return {
        "id": row.id,
        "date": row.happened_on.isoformat(),
        "what": row.text,
        "metric": row.metric,
        "segment": row.segment,
        "who": row.author_id,
    }
