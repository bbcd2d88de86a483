"""Pasted text or form fields -> `MetricQuestion`, or the problem the user can mend.

Step 2 of the walk: puts the readers of this package in order. It computes no statistics and
follows nothing that the text asks of it.
"""

from collections.abc import Mapping
from datetime import date

from bot.analysis.parsing.assembly import Request, assemble
from bot.analysis.parsing.cleaning import clean_text
from bot.analysis.parsing.json_text import spell_out_json
from bot.analysis.parsing.sections import Sections, split_sections
from bot.analysis.question import (
    MetricQuestion,
    Problem,
    ProblemCode,
    UnreadableQuestionError,
)

MAX_CHARACTERS = 200_000  # 10,000 dated values fit many times over; more is a file, not a message
MAX_LINES = 22_000  # 20,000 values, one per line, with words around them
FORM_FIELDS = (
    "metric", "definition", "unit", "values", "period", "context", "cohort", "changes", "question",
    "direction",
)  # fmt: skip


def read_question(
    text: str, *, today: date, overrides: Mapping[str, str] | None = None
) -> MetricQuestion:
    """Read pasted text; `overrides` (form field -> text) win over what the text says.

    Raises UnreadableQuestionError with the problems and a draft for the form.
    """
    _check_size(text)
    cleaned = clean_text(text)
    if not cleaned.strip() and not overrides:
        raise UnreadableQuestionError(
            (
                Problem(
                    code=ProblemCode.EMPTY,
                    message="The message is empty. Send the metric's name and its values, oldest "
                    "first, for example “Activation rate: 42 %, 41 %, 38 %”.",
                ),
            ),
            {},
        )
    sections = split_sections(spell_out_json(cleaned))
    for key, value in (overrides or {}).items():
        if value.strip():
            sections.fields[key] = clean_text(value)
    return assemble(Request(sections, today, source_text=text))


def read_fields(fields: Mapping[str, str], *, today: date) -> MetricQuestion:
    """Read the form's fields; a values field may hold any shape that text may.

    Raises UnreadableQuestionError with the problems and the fields as they were.
    """
    for value in fields.values():
        _check_size(value)
    given = {key: clean_text(value) for key, value in fields.items() if value and value.strip()}
    if not given:
        raise UnreadableQuestionError(
            (Problem(code=ProblemCode.EMPTY, message="The form is empty. Fill in the values."),), {}
        )
    if "values" not in given:
        raise UnreadableQuestionError(
            (
                Problem(
                    code=ProblemCode.NO_VALUES,
                    message="There are no values. Fill in the values, oldest first, for example "
                    "“42 %, 41 %, 38 %”.",
                ),
            ),
            dict(fields),
        )
    source = "\n".join(f"{key.capitalize()}: {value}" for key, value in fields.items() if value)
    try:
        return assemble(Request(Sections(fields=given), today, source_text=source))
    except UnreadableQuestionError as error:
        raise UnreadableQuestionError(error.problems, dict(fields)) from None


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise UnreadableQuestionError(
            (
                Problem(
                    code=ProblemCode.TOO_LONG,
                    message=f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} "
                    "can be read. Send a shorter window, or a CSV file.",
                ),
            ),
            {"context": text[:2000]},
        )
    if text.count("\n") > MAX_LINES:
        raise UnreadableQuestionError(
            (
                Problem(
                    code=ProblemCode.TOO_LONG,
                    message=f"The text has {text.count(chr(10)):,} lines; at most {MAX_LINES:,} "
                    "can be read. Send a shorter window or a longer period.",
                ),
            ),
            {"context": text[:2000]},
        )
