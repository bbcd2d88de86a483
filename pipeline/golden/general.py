"""Small general tasks that show forgetting, and general examples to mix into training.

The tasks are frozen with the golden cases; the examples are other ones, never used to judge.
"""

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.golden.load import GOLDEN_FOLDER, GoldenSetError, read_frozen

Row = TypeVar("Row", bound=BaseModel)
_NOT_WORDS = re.compile(r"[^\w%.,:/-]+")


class Check(StrEnum):
    """How a reply is judged."""

    EXACT = "exact"  # the whole reply, but for case, quotes, and marks at its ends
    CONTAINS = "contains"  # one of the accepted texts as whole words
    REGEX = "regex"  # one of the accepted patterns found


class GeneralTask(BaseModel):
    """A task outside the product; one of `accept` solves it, anything in `forbid` spoils it."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Literal["instruction", "arithmetic", "summary", "refusal", "format", "knowledge"]
    prompt: str
    check: Check
    accept: tuple[str, ...]
    forbid: tuple[str, ...] = ()

    def is_solved(self, reply: str) -> bool:
        """Tell whether a reply solves the task."""
        text = reply.strip()
        if any(re.search(pattern, text, re.IGNORECASE) for pattern in self.forbid):
            return False
        if self.check is Check.REGEX:
            return any(re.search(p, text, re.IGNORECASE | re.DOTALL) for p in self.accept)
        if self.check is Check.EXACT:
            return _bare(text) in {_bare(accepted) for accepted in self.accept}
        return any(
            re.search(rf"(?<!\w){re.escape(accepted)}(?!\w)", text, re.IGNORECASE)
            for accepted in self.accept
        )


class GeneralExample(BaseModel):
    """One general chat example for training."""

    model_config = ConfigDict(frozen=True)

    id: str
    prompt: str
    completion: str


def load_general_tasks(folder: Path = GOLDEN_FOLDER) -> tuple[GeneralTask, ...]:
    """Return the frozen general tasks.

    Raises:
        GoldenSetError: the file is missing, changed, or a line is no task.
    """
    return _read(read_frozen(folder, "general.jsonl"), GeneralTask, "general.jsonl")


def load_general_training(folder: Path = GOLDEN_FOLDER) -> tuple[GeneralExample, ...]:
    """Return the general examples for training.

    Raises:
        GoldenSetError: the file is missing or a line is no example.
    """
    name = "general_training.jsonl"
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise GoldenSetError(f"{name} is missing in {folder}; restore it.") from error
    return _read(text, GeneralExample, name)


def _read(text: str, row_type: type[Row], name: str) -> tuple[Row, ...]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            rows.append(row_type.model_validate(json.loads(line)))
        except (ValidationError, ValueError) as error:
            raise GoldenSetError(f"{name} line {number} is no {row_type.__name__}.") from error
    return tuple(rows)


def _bare(text: str) -> str:
    return _NOT_WORDS.sub(" ", text.lower()).strip(" .,:")
