"""Read the frozen golden set, and refuse one that is not the frozen one."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from pipeline.golden.case import GoldenCase

GOLDEN_FOLDER = Path(__file__).parent
CASES_NAME = "cases.jsonl"
CHECKSUM_NAME = "CHECKSUM"
FROZEN_NAMES = (CASES_NAME, "general.jsonl")


class GoldenSetError(ValueError):
    """The golden set is missing, changed or damaged; nothing may be judged with it."""


def load_golden(
    include_rotating: bool = False, folder: Path = GOLDEN_FOLDER
) -> tuple[GoldenCase, ...]:
    """Return the golden cases in file order, without the rotating part unless asked for.

    Raises:
        GoldenSetError: the file is missing, differs from its checksum, or a line is no case.
    """
    lines = read_frozen(folder, CASES_NAME).splitlines()
    cases = []
    for number, line in enumerate(lines, 1):
        try:
            cases.append(parse_case(line))
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(str(part) for part in fault["loc"])
            raise GoldenSetError(
                f"{CASES_NAME} line {number} is no golden case: {where}: {fault['msg']}."
            ) from error
    return tuple(case for case in cases if include_rotating or not case.rotating)


def parse_case(line: str) -> GoldenCase:
    """Read one line; the request, stored once, becomes the question's source text too.

    Raises:
        pydantic.ValidationError: the line is no case.
    """
    case = GoldenCase.model_validate_json(line)
    if case.question is None:
        return case
    question = case.question.model_copy(update={"source_text": case.request})
    return case.model_copy(update={"question": question})


def write_case(case: GoldenCase) -> str:
    """Write one case as a line of JSON, without defaults and without a second copy of its text."""
    return case.model_dump_json(exclude_defaults=True, exclude={"question": {"source_text"}})


def read_frozen(folder: Path, name: str) -> str:
    """Return the text of a frozen file after comparing it with its checksum.

    Raises:
        GoldenSetError: a file is missing, or the text is not the one that was frozen.
    """
    try:
        data = (folder / name).read_bytes()
        listed = (folder / CHECKSUM_NAME).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise GoldenSetError(
            f"The golden set cannot be read ({name} or {CHECKSUM_NAME} is missing in {folder}). "
            "Restore both from version control."
        ) from error
    frozen = {named: digest for digest, _, named in (line.partition("  ") for line in listed)}
    found = hashlib.sha256(data).hexdigest()
    if frozen.get(name) != found:
        raise GoldenSetError(
            f"{name} is not the frozen golden set: its SHA-256 starts with {found[:8]}, "
            f"{CHECKSUM_NAME} says {frozen.get(name, 'nothing')[:8]}. Restore the file from "
            "version control; if the change is meant, run `python -m pipeline.golden freeze` and "
            "give earlier evaluations up as comparable."
        )
    return data.decode("utf-8")


def write_checksums(folder: Path = GOLDEN_FOLDER) -> None:
    """Freeze the files as they are now."""
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}"
        for name in FROZEN_NAMES
    ]
    (folder / CHECKSUM_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
