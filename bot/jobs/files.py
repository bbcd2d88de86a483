"""A question that comes with a file: fetch it, have it read, remember how it was read.

Rows with an outcome, and segments set against each other, are explained here, once; the facts are
kept for the steps that write.
"""

import time
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session

import storage.file_readings
import storage.requests
from bot.analysis.drivers import compute_driver_findings
from bot.analysis.facts import Findings
from bot.analysis.files.choices import ANY_SEGMENT, HEADINGS, FileChoices
from bot.analysis.files.reading import FileReading
from bot.analysis.question import MetricQuestion, Problem, ProblemCode, UnreadableQuestionError
from bot.analysis.segments.asking import asks_to_compare, find_dimension
from bot.analysis.segments.findings import compute_comparison_findings
from bot.answering import TimedFindings
from bot.file_reading import read_file
from bot.services import Services
from bot.slack.files import READABLE_ENDINGS, FileRefusedError, fetch_file
from bot.slack.text import unescape
from storage.database import reading as reading_transaction
from storage.database import transaction
from storage.file_readings import FileReadingRow

_KEPT = ("id", "name", "size", "url_private_download", "mimetype")
LONGEST_THREAD = 50  # replies looked back through for the file they are about


def load_file_question(
    services: Services,
    request_id: str,
    files: list[dict[str, Any]],
    text: str,
    choices: dict[str, Any],
) -> MetricQuestion:
    """Fetch and read the first table among the files; how it was read is stored under the request.

    Raises:
        UnreadableQuestionError: the user has to choose or mend something.
    """
    tables = [f for f in files if str(f.get("name") or "").lower().endswith(READABLE_ENDINGS)]
    file = (tables or files)[0]
    wanted = FileChoices.model_validate(choices)
    name = unescape(str(file.get("name") or "the file"))
    try:
        content = fetch_file(services.slack, services.slack_settings, file | {"name": name})
    except FileRefusedError as error:
        problem = Problem(code=ProblemCode.UNREADABLE_FILE, message=str(error), field="file")
        found = FileReading(name=name, problems=(problem,))
    else:
        found = read_file(content, name=name, today=services.today(), text=text, choices=wanted)
    found, drivers = _explain(found, text)
    if len(files) > 1:
        told = f"Only “{name[:80]}” was read; send the other files in messages of their own."
        found = found.model_copy(update={"statement": (*found.statement, told)})
    _remember(services, request_id, file, found, wanted, drivers)
    if found.question is None:
        raise UnreadableQuestionError(found.problems, {"question": text})
    return found.question


def find_comparison_asked(
    services: Services, request_id: str, text: str
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The thread's file and the choices to read it again with, when a reply compares segments.

    None when the reply asks for no comparison, or the thread is about no file with segments.
    """
    with reading_transaction(services.engine) as session:
        row = next(_readings_of_thread(session, request_id), None)
        if row is None:
            return None
        stored, file = row.reading, dict(row.file)
    options = FileReading.model_validate(stored["reading"]).options
    names = [name for name in options.compare if name != HEADINGS]
    levels = [level for _, levels in options.segments for level in levels]
    if not options.compare or not asks_to_compare(text, names, levels):
        return None
    wanted = FileChoices.model_validate(stored["wanted"])
    by = find_dimension(text, names) or ANY_SEGMENT
    return file, wanted.model_copy(update={"compare": by}).model_dump(mode="json")


def find_reading(services: Services, request_id: str) -> tuple[FileReading, FileChoices] | None:
    """How a request's file was read and what its asker had chosen; None when it had no file."""
    with reading_transaction(services.engine) as session:
        row = storage.file_readings.find_file_reading(session, request_id)
        if row is None:
            return None
        stored = row.reading
    return (
        FileReading.model_validate(stored["reading"]),
        FileChoices.model_validate(stored["wanted"]),
    )


def find_row_findings(services: Services, request_id: str) -> TimedFindings | None:
    """The facts about rows or segments of the file that a request, or its thread, is about."""
    with reading_transaction(services.engine) as session:
        for row in _readings_of_thread(session, request_id):
            if stored := row.reading.get("drivers"):
                found = Findings.model_validate(stored["findings"])
                return TimedFindings(found, stored["milliseconds"])
    return None


def _readings_of_thread(session: Session, request_id: str) -> Iterator[FileReadingRow]:
    """How files were read for a request and those it follows, the newest first."""
    at: str | None = request_id
    for _ in range(LONGEST_THREAD):
        if at is None:
            return
        row = storage.file_readings.find_file_reading(session, at)
        if row is not None:
            yield row
        request = storage.requests.get_request(session, at)
        at = request.parent_request_id if request else None


def _explain(found: FileReading, text: str) -> tuple[FileReading, TimedFindings | None]:
    """Compute facts about rows or segments; the reading then holds a question or the problem.

    None for a series, whose facts are computed from its question.
    """
    started = time.perf_counter()
    try:
        if found.row_level is not None:
            facts = compute_driver_findings(found.row_level)
        elif found.comparison is not None:
            facts = compute_comparison_findings(found.comparison)
        else:
            return found, None
    except UnreadableQuestionError as error:
        # The form's menu of columns is where an outcome is chosen.
        problems = tuple(
            problem.model_copy(update={"field": "value_column"})
            if found.row_level is not None
            else problem
            for problem in error.problems
        )
        return found.model_copy(update={"problems": problems}), None
    taken = (time.perf_counter() - started) * 1000
    question = facts.question.model_copy(update={"source_text": text})
    facts = facts.model_copy(update={"question": question})
    return found.model_copy(update={"question": question}), TimedFindings(facts, taken)


def _remember(
    services: Services,
    request_id: str,
    file: dict[str, Any],
    found: FileReading,
    wanted: FileChoices,
    drivers: TimedFindings | None,
) -> None:
    kept = {key: file.get(key) for key in _KEPT}
    stored = {
        "reading": found.model_copy(update={"question": None}).model_dump(mode="json"),
        "wanted": wanted.model_dump(mode="json"),
    }
    if drivers is not None:  # facts, not cells: a writing step after a restart needs no file
        stored["drivers"] = {
            "findings": drivers.findings.model_dump(mode="json"),
            "milliseconds": drivers.milliseconds,
        }
    with transaction(services.engine) as session:
        storage.file_readings.store_file_reading(session, request_id, kept, stored)
