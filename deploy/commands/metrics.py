"""`analyst metrics list|show`: the catalogue, and questions by a metric's name."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.analysis.catalogue.model import CatalogueMetric
from bot.analysis.catalogue.resolve import Resolved, Unsure, resolve_metric
from bot.analysis.parsing import read_question
from bot.analysis.question import MetricQuestion
from bot.catalogue_reading import SourceDownError
from bot.metric_library import MetricLibrary
from bot.recorded_changes import with_recorded_changes
from deploy.commands.learning import read_glossary
from deploy.commands.output import bad_input_from, fail, print_json, print_line, refuse
from deploy.library import load_library
from deploy.settings import AnalystSettings, SettingsError, load_settings
from storage.database import migrate, open_database, transaction
from storage.errors import DatabaseUrlError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]

app = typer.Typer(
    help="Metrics: what the catalogue defines, and where its values are read from.",
    no_args_is_help=True,
)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the catalogue's metrics."""
    library = _require_library()
    metrics = library.catalogue.metrics
    if as_json:
        print_json({"metrics": [_brief(metric) for metric in metrics], "database": _name(library)})
        return
    width = max(len(metric.name) for metric in metrics)
    for metric in metrics:
        print_line(
            f"{metric.name:{width}}  {metric.unit}, {metric.direction.value} is better:"
            f" {metric.definition}"
        )


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name or alias of a metric.")],
    as_json: AsJson = False,
) -> None:
    """Explain one metric, with its SQL."""
    library = _require_library()
    metric = _find(library, name)
    if as_json:
        print_json(_whole(metric, library))
        return
    print_line(f"{metric.name}: {metric.definition}")
    print_line(f"unit {metric.unit}, {metric.direction.value} is better, per {metric.period.value}")
    print_line(f"owner {metric.owner}")
    for label, names in (
        ("also called", metric.aliases),
        ("segments", [choice.value for choice in metric.segments]),
        ("markets", [choice.value for choice in metric.markets]),
    ):
        if names:
            print_line(f"{label} {', '.join(names)}")
    for term in metric.terms:
        if meaning := library.meanings.get(term.lower()):
            print_line(f"{term} = {meaning}")
    print_line(f"read from {_name(library) or 'nowhere: no database is set'}")
    print_line()
    print_line(metric.sql.strip())


def read_text_question(text: str) -> MetricQuestion:
    """Read a text's values, or look the metric it names up where a catalogue is set.

    Ends the command with exit code 1 when the database is down.

    Raises:
        UnreadableQuestionError: neither can be done as it stands.
    """
    today = datetime.now(UTC).date()
    with bad_input_from(SettingsError):
        settings = load_settings()
    library = _library(settings)
    if library is None:
        return read_question(text, today=today)
    try:
        question = library.read_text(text, today)
    except SourceDownError as error:
        raise fail(
            f"{error.source_name} is not answering. Try again when it is back, or give the values."
        ) from error
    return _with_changes(settings, library, question)


def _with_changes(
    settings: AnalystSettings, library: MetricLibrary, question: MetricQuestion
) -> MetricQuestion:
    with bad_input_from(DatabaseUrlError):
        engine = open_database(settings.storage.url)
    try:
        migrate(engine)
        with transaction(engine) as session:
            return with_recorded_changes(session, question, library.catalogue)
    finally:
        engine.dispose()


def _library(settings: AnalystSettings) -> MetricLibrary | None:
    with bad_input_from(SettingsError):
        return load_library(settings, read_glossary())


def _require_library() -> MetricLibrary:
    with bad_input_from(SettingsError):
        settings = load_settings()
    library = _library(settings)
    if library is None:
        raise refuse(
            "No catalogue is set. Put ANALYST_CATALOGUE__FILE into .env; deploy/docs/catalogue.md"
            " says how a catalogue is written."
        )
    return library


def _find(library: MetricLibrary, name: str) -> CatalogueMetric:
    found = resolve_metric(name, library.catalogue)
    if isinstance(found, Resolved):
        return found.metric
    near = (
        f" Near to it: {', '.join(m.name for m in found.candidates)}."
        if isinstance(found, Unsure)
        else ""
    )
    raise refuse(
        f"The catalogue has no metric {name[:60]!r}.{near} `analyst metrics list` lists all."
    )


def _brief(metric: CatalogueMetric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "aliases": list(metric.aliases),
        "definition": metric.definition,
        "unit": metric.unit,
        "direction": metric.direction.value,
        "owner": metric.owner,
        "period": metric.period.value,
        "segments": [choice.value for choice in metric.segments],
        "markets": [choice.value for choice in metric.markets],
    }


def _whole(metric: CatalogueMetric, library: MetricLibrary) -> dict[str, Any]:
    terms = {term: library.meanings.get(term.lower(), "") for term in metric.terms}
    return {
        **_brief(metric),
        "terms": terms,
        "sql": metric.sql,
        "cohort_sql": metric.cohort_sql,
        "database": _name(library),
    }


def _name(library: MetricLibrary) -> str | None:
    return library.source.name if library.source else None
