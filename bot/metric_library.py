"""Use case: a question by a metric's name becomes a question with values.

Joins the catalogue file, the company's database and the clock; knows neither Slack nor HTTP. What
follows (facts, answer, checks) is the path of every question.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from bot.analysis.catalogue.follow_up import follow_request
from bot.analysis.catalogue.loading import CatalogueError, read_catalogue
from bot.analysis.catalogue.model import Catalogue
from bot.analysis.catalogue.question import make_question, parameters_of
from bot.analysis.catalogue.request import CatalogueRequest, list_names, read_request
from bot.analysis.parsing import read_question
from bot.analysis.quality.jargon import Glossary
from bot.analysis.question import (
    MetricQuestion,
    Problem,
    ProblemCode,
    UnreadableQuestionError,
)
from bot.catalogue_reading import MetricSource, ReadRefusedError, open_source
from bot.settings import CatalogueSettings

_NOTHING_GIVEN = frozenset({ProblemCode.EMPTY, ProblemCode.NO_VALUES})


def now_utc() -> datetime:
    """The moment a reading is dated with."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class MetricLibrary:
    """The reviewed metrics and the database they are read from; `source` None: none is set."""

    catalogue: Catalogue
    source: MetricSource | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)
    now: Callable[[], datetime] = now_utc

    def read_text(self, text: str, today: date) -> MetricQuestion:
        """Look a named metric up, or read the values that a text brings.

        Raises:
            UnreadableQuestionError: neither can be done as it stands.
            SourceDownError: the database cannot be reached; the question can wait.
        """
        named = self.find_question(text)
        if named is not None:
            return named
        try:
            return read_question(text, today=today)
        except UnreadableQuestionError as error:
            raise self.add_hint(error) from error

    def find_question(self, text: str) -> MetricQuestion | None:
        """Answer a text that names a metric and brings no values; None for any other text.

        Raises:
            UnreadableQuestionError: the asker or the metric's owner has to mend something.
            SourceDownError: the database cannot be reached; the question can wait.
        """
        request = read_request(text, self.catalogue, self.now().date())
        return None if request is None else self.read(request)

    def read_elsewhere(self, before: MetricQuestion, text: str) -> MetricQuestion | None:
        """Read the metric of the question before for another segment, market or longer window.

        None when the reply asks for none of these, or the metric is none of the catalogue's.

        Raises: as `find_question`.
        """
        metric = next((m for m in self.catalogue.metrics if m.name == before.metric), None)
        if metric is None:
            return None
        request = follow_request(metric, before, text, self.now().date())
        return None if request is None else self.read(request)

    def read(self, request: CatalogueRequest) -> MetricQuestion:
        """Read a request's values from the database; raises as `find_question` does."""
        metric = request.metric
        if self.source is None:
            raise _refused(
                request,
                f"{metric.name} is in the catalogue, but no database is connected. Paste its values"
                " here, or ask whoever runs this bot to set ANALYST_CATALOGUE__DATABASE_URL.",
            )
        parameters = parameters_of(request)
        try:
            rows = self.source.read(metric.sql, parameters)
            cohort = self.source.read(metric.cohort_sql, parameters) if metric.cohort_sql else []
        except ReadRefusedError as error:
            raise _refused(
                request, f"{error} (Metric: {metric.name}, owner: {metric.owner}.)"
            ) from error
        return make_question(
            request,
            rows,
            cohort,
            database=self.source.name,
            read_at=self.now(),
            meanings=self.meanings,
        )

    def add_hint(self, error: UnreadableQuestionError) -> UnreadableQuestionError:
        """Tell askers who gave no values that naming a metric would do as well."""
        if any(problem.code not in _NOTHING_GIVEN for problem in error.problems):
            return error
        names = list_names(self.catalogue.metrics)
        hint = f"Or name a metric of the catalogue and I look its values up: {names}."
        first, *others = error.problems
        told = first.model_copy(update={"message": f"{first.message} {hint}"})
        return UnreadableQuestionError((told, *others), error.draft)


def open_library(settings: CatalogueSettings, glossary: Glossary) -> MetricLibrary | None:
    """Read the catalogue that the settings name; None when they name none.

    Raises:
        CatalogueError: the file is missing or wrong, or the database's address is.
    """
    if settings.file is None:
        return None
    catalogue = load_catalogue_file(settings.file, glossary)
    source = None
    if settings.database_url is not None:
        try:
            source = open_source(
                settings.database_url,
                name=settings.database_name,
                timeout_seconds=settings.timeout_seconds,
                row_cap=settings.row_cap,
            )
        except ValueError as error:
            raise CatalogueError(str(error)) from error
    return MetricLibrary(catalogue, source, glossary.meanings)


def load_catalogue_file(file: Path, glossary: Glossary) -> Catalogue:
    """Read a catalogue file. Raises CatalogueError with file, line and field."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            f"{file} cannot be read as UTF-8 text; check ANALYST_CATALOGUE__FILE."
        ) from error
    return read_catalogue(text, file.name, glossary.terms)


def _refused(request: CatalogueRequest, message: str) -> UnreadableQuestionError:
    problem = Problem(code=ProblemCode.NO_VALUES, message=message, field="values")
    return UnreadableQuestionError(
        (problem,), {"metric": request.metric.name, "question": request.question}
    )
