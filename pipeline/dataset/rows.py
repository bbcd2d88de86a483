"""Examples as lines of a JSONL file: the form of curated files, imports and exports.

A row holds what people wrote (request and answer); question, facts and prompt are always computed
from it by the present code.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.analysis.answer import AnswerSections
from storage.examples import Example

# Far above any request or answer of ours; keeps a wrong file from being read into the database.
MAXIMUM_ROW_CHARACTERS = 200_000


class ExampleRow(BaseModel):
    """One example in a file. `written_on` is the day "3 weeks ago" in the request counts from."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1, max_length=200)
    family: str = Field(min_length=1, max_length=200)
    metric_family: str = ""
    pattern: str = ""
    request: str = Field(min_length=1)
    analysis: str = Field(min_length=1)
    recommended_action: str = ""
    urgency: str = ""
    written_on: date
    reviewed_by: str = ""
    origin: str = "import"
    note: str = ""
    key: str = Field(default="", description="on export: the example's key where it came from")

    @property
    def sections(self) -> AnswerSections:
        """The answer's three parts."""
        return AnswerSections(
            analysis=self.analysis,
            recommended_action=self.recommended_action,
            urgency=self.urgency,
        )


class RowError(ValueError):
    """A line of a file is not an example; the message names file, line and field."""


def read_rows(path: Path) -> Iterator[ExampleRow | RowError]:
    """Read a JSONL file line by line; a line that is no example is given as its error.

    Raises:
        RowError: the file cannot be read at all.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise RowError(f"There is no file {path}.") from error
    except OSError as error:
        raise RowError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise RowError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _read_row(line, f"{path.name} line {number}")


def row_of_example(example: Example) -> ExampleRow:
    """Write a stored example as a row; reading it back gives the same example."""
    sections = AnswerSections.model_validate(example.sections)
    written_on = example.provenance.get("written_on") or example.created_at.date().isoformat()
    return ExampleRow(
        id=str(example.provenance.get("row_id") or example.key),
        family=example.family_id,
        metric_family=example.metric_family,
        pattern=example.pattern,
        request=example.request_text,
        analysis=sections.analysis or example.completion,
        recommended_action=sections.recommended_action,
        urgency=sections.urgency,
        written_on=date.fromisoformat(str(written_on)),
        reviewed_by=example.reviewer or "",
        origin=example.origin,
        note=str(example.provenance.get("note", "")),
        key=example.key,
    )


def _read_row(line: str, place: str) -> ExampleRow | RowError:
    if len(line) > MAXIMUM_ROW_CHARACTERS:
        return RowError(f"{place}: longer than {MAXIMUM_ROW_CHARACTERS:,} characters.")
    try:
        return ExampleRow.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        return RowError(f"{place}: {field}: {first['msg']}.")
    except (ValueError, RecursionError):
        return RowError(f"{place}: not a JSON object.")
