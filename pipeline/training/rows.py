"""Reading a dataset version's folder: rows as messages, checked, with the place of a bad one.

Knows nothing of tokens or models; how the folder is written is `pipeline.dataset.files`.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.dataset.files import DatasetFilesError, check_files
from pipeline.training.errors import TrainingInputError

TRAIN_FILE = "train.jsonl"
VALIDATION_FILE = "validation.jsonl"
# Below this a run fits noise; a mistake in building the dataset is far likelier than a wish.
MINIMUM_TRAIN_ROWS = 8
MINIMUM_VALIDATION_ROWS = 2


class ChatMessage(BaseModel):
    """One message of a row."""

    model_config = ConfigDict(frozen=True)

    role: Literal["system", "user", "assistant"]
    content: str = Field(min_length=1)


class TrainingRow(BaseModel):
    """A prompt and the answer to learn."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    prompt: tuple[ChatMessage, ...] = Field(min_length=1)
    completion: tuple[ChatMessage, ...] = Field(min_length=1, max_length=1)
    example_id: str = ""

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

    A folder without a manifest (made by hand) is fingerprinted by its two files.

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


def _read_side(path: Path, minimum: int) -> list[TrainingRow]:
    try:
        # not splitlines(): JSON text may hold U+2028, which is no line end in JSONL
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise TrainingInputError(f"{path.parent} has no {path.name}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingInputError(f"{path} cannot be read as UTF-8 text.") from error
    rows = [_read_row(line, path, n) for n, line in enumerate(lines, 1) if line.strip()]
    if len(rows) < minimum:
        raise TrainingInputError(
            f"{path.name} has {len(rows)} rows; training needs at least {minimum} there. "
            "Review more examples, then build the dataset again."
        )
    return rows


def _read_row(line: str, path: Path, number: int) -> TrainingRow:
    place = f"{path.name} line {number}"
    try:
        row = TrainingRow.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        raise TrainingInputError(f"{place}: {field}: {first['msg']}.") from error
    except (ValueError, RecursionError) as error:
        raise TrainingInputError(f"{place}: not a JSON object.") from error
    if row.completion[0].role != "assistant" or row.prompt[-1].role != "user":
        raise TrainingInputError(
            f"{place}: the prompt must end with a user message and the completion be the "
            "assistant's."
        )
    return row


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (TRAIN_FILE, VALIDATION_FILE):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
