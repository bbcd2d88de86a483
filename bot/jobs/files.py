"""A question that comes with a file: fetch it, have it read, remember how it was read."""

from typing import Any

import storage.file_readings
from bot.analysis.files.choices import FileChoices
from bot.analysis.files.reading import FileReading
from bot.analysis.question import MetricQuestion, Problem, ProblemCode, UnreadableQuestionError
from bot.file_reading import read_file
from bot.services import Services
from bot.slack.files import READABLE_ENDINGS, FileRefusedError, fetch_file
from bot.slack.text import unescape
from storage.database import reading as reading_transaction
from storage.database import transaction

_KEPT = ("id", "name", "size", "url_private_download", "mimetype")
NOT_YET = (
    "The file has one row for each person or thing, with an outcome. I cannot work out yet what "
    "drives an outcome; I can answer for a metric over time. If that is what the file holds, "
    "choose “values over time” in the form."
)


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
    if found.row_level is not None:
        problem = Problem(code=ProblemCode.NO_VALUES, message=NOT_YET, field="layout")
        found = found.model_copy(update={"problems": (problem,)})
    if len(files) > 1:
        told = f"Only “{name[:80]}” was read; send the other files in messages of their own."
        found = found.model_copy(update={"statement": (*found.statement, told)})
    _remember(services, request_id, file, found, wanted)
    if found.question is None:
        raise UnreadableQuestionError(found.problems, {"question": text})
    return found.question


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


def _remember(
    services: Services,
    request_id: str,
    file: dict[str, Any],
    found: FileReading,
    wanted: FileChoices,
) -> None:
    kept = {key: file.get(key) for key in _KEPT}
    stored = {
        "reading": found.model_copy(update={"question": None}).model_dump(mode="json"),
        "wanted": wanted.model_dump(mode="json"),
    }
    with transaction(services.engine) as session:
        storage.file_readings.store_file_reading(session, request_id, kept, stored)
