"""Reading a dataset version's folder: rows as messages, checked, with the place of a bad one.

Knows nothing of tokens or models; how the folder is written is `pipeline.dataset.files`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.dataset.files import DatasetFilesError, check_files
from pipeline.training.errors import TrainingInputError

TRAIN_FILE = "train.jsonl"
VALIDATION_FILE = "validation.jsonl"
PAIRS_FILE = "preferences.jsonl"
# Below this a run fits noise; a mistake in building the dataset is far likelier than a wish.
MINIMUM_TRAIN_ROWS = 8
MINIMUM_VALIDATION_ROWS = 2


Row = TypeVar("Row", bound=BaseModel)


class ChatMessage(BaseModel):
    """One message of a row."""

    model_config = ConfigDict(frozen=True)

    role: Literal["system", "user", "assistant"]
    content: str = Field(min_length=1)


def check_roles(prompt: Sequence[ChatMessage], completion: Sequence[ChatMessage]) -> None:
    """Raise ValueError unless a user has the last word and the assistant answers."""
    if completion[0].role != "assistant" or prompt[-1].role != "user":
        raise ValueError(
            "the prompt must end with a user message and the completion be the assistant's"
        )


class TrainingRow(BaseModel):
    """A prompt and the answer to learn."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    prompt: tuple[ChatMessage, ...] = Field(min_length=1)
    completion: tuple[ChatMessage, ...] = Field(min_length=1, max_length=1)
    example_id: str = ""

    @model_validator(mode="after")
    def _check_roles(self) -> Self:
        check_roles(self.prompt, self.completion)
        return self

    def messages(self) -> list[dict[str, str]]:
        """The prompt's messages as chat templates take them."""
        return [message.model_dump() for message in self.prompt]

    @property
    def answer(self) -> str:
        """The text to learn."""
        return self.completion[0].content


@dataclass(frozen=True)
class TrainingData:
    """Both sides of a version, and what it is."""

    train: list[TrainingRow]
    validation: list[TrainingRow]
    fingerprint: str
    version: int | None
    manifest: dict[str, Any]


def read_training_data(folder: Path) -> TrainingData:
    """Read and check a version's folder.

    A folder without a manifest (made by hand) is fingerprinted by its files.

    Raises:
        TrainingInputError: no such folder, a changed file, a bad line, or too few rows.
    """
    if not folder.is_dir():
        raise TrainingInputError(
            f"There is no dataset folder {folder}. `analyst dataset build` makes one and prints it."
        )
    manifest: dict[str, Any] = {}
    if (folder / "manifest.json").exists():
        try:
            manifest = check_files(folder)
        except DatasetFilesError as error:
            raise TrainingInputError(str(error)) from error
    train = _read_side(folder / TRAIN_FILE, MINIMUM_TRAIN_ROWS)
    validation = _read_side(folder / VALIDATION_FILE, MINIMUM_VALIDATION_ROWS)
    return TrainingData(
        train=train,
        validation=validation,
        fingerprint=str(manifest.get("fingerprint") or _fingerprint(folder)),
        version=manifest.get("version"),
        manifest={key: value for key, value in manifest.items() if key != "files"},
    )


def read_jsonl(path: Path, kind: type[Row]) -> list[Row]:
    """Read every line of a file as one row of a kind; empty lines do not count.

    Raises:
        TrainingInputError: no such file, no UTF-8, or a line that is no such row; names the line.
    """
    try:
        # not splitlines(): JSON text may hold U+2028, which is no line end in JSONL
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise TrainingInputError(f"{path.parent} has no {path.name}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingInputError(f"{path} cannot be read as UTF-8 text.") from error
    return [
        _read_row(line, f"{path.name} line {number}", kind)
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def _read_side(path: Path, minimum: int) -> list[TrainingRow]:
    rows = read_jsonl(path, TrainingRow)
    if len(rows) < minimum:
        raise TrainingInputError(
            f"{path.name} has {len(rows)} rows; training needs at least {minimum} there. "
            "Review more examples, then build the dataset again."
        )
    return rows


def _read_row(line: str, place: str, kind: type[Row]) -> Row:
    try:
        return kind.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "".join(f"{part}." for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        field = f"{where[:-1]}: " if where else ""
        raise TrainingInputError(f"{place}: {field}{said}.") from error
    except (ValueError, RecursionError) as error:
        raise TrainingInputError(f"{place}: not a JSON object.") from error


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (TRAIN_FILE, VALIDATION_FILE, PAIRS_FILE):
        if (folder / name).exists():
            digest.update((folder / name).read_bytes())
    return digest.hexdigest()
