"""Use case: a dropped file's bytes -> how it reads, parsed in a process of its own with limits.

A bomb, a hang or a crash costs that process only, and the user a sentence. What the bytes mean is
`bot.analysis.files`.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.analysis.files.choices import FileChoices
from bot.analysis.files.limits import MAX_FILE_BYTES
from bot.analysis.files.reading import FileReading
from bot.analysis.files.row_level import RowLevelTable
from bot.analysis.question import Problem, ProblemCode
from bot.file_child import HEADER, MEMORY_EXIT

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[1]
_SMALLER = "Send a shorter window, fewer columns, or the sheet as CSV."


@dataclass(frozen=True)
class ReadingLimits:
    """What one reading may use.

    Memory is address space: a table of 200,000 rows takes about a third of it. CPU and wall clock
    leave a busy two-core machine room for such a table (`deploy.bench.file_reading`).
    """

    memory_bytes: int = 2_000_000_000
    cpu_seconds: int = 90
    wall_seconds: float = 180.0
    file_bytes: int = MAX_FILE_BYTES


@dataclass(frozen=True)
class ChildReading:
    """A reading, the most memory its process held, and the CPU time it took."""

    reading: FileReading
    peak_bytes: int = 0
    cpu_seconds: float = 0.0


def read_file(
    content: bytes,
    *,
    name: str,
    today: date,
    text: str = "",
    choices: FileChoices | None = None,
    limits: ReadingLimits | None = None,
) -> FileReading:
    """Read a file in the child process; a problem, whatever went wrong, is part of the result."""
    wanted, allowed = choices or FileChoices(), limits or ReadingLimits()
    return read_in_child(
        content, name=name, today=today, text=text, choices=wanted, limits=allowed
    ).reading


def read_in_child(
    content: bytes,
    *,
    name: str,
    today: date,
    text: str,
    choices: FileChoices,
    limits: ReadingLimits,
) -> ChildReading:
    """The same with what the process used."""
    if len(content) > limits.file_bytes:
        return _refused(
            name,
            ProblemCode.TOO_LONG,
            f"The file has {len(content) / 1e6:.1f} MB; at most {limits.file_bytes / 1e6:.0f} MB "
            f"can be read. {_SMALLER}",
        )
    header = json.dumps(
        {
            "name": name,
            "today": today.isoformat(),
            "text": text,
            "choices": choices.model_dump(),
            "is_workbook": content.startswith(b"PK"),
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
        }
    ).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot.file_child"],
            input=HEADER.pack(len(header)) + header + content,
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=ROOT,
            env=_bare_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _refused(name, ProblemCode.TOO_LONG, f"Reading the file took too long. {_SMALLER}")
    if done.returncode == 0:
        return _parse(done.stdout)
    logger.warning("File reading ended with %s: %s", done.returncode, done.stderr[-2_000:])
    return _explain(name, done.returncode, done.stderr)


def _bare_environment() -> dict[str, str]:
    """No settings and no tokens: only what Python needs to start."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _parse(output: bytes) -> ChildReading:
    data = json.loads(output)
    reading = FileReading.model_validate(data["reading"])
    if data["row_level"] is not None:
        table = RowLevelTable.from_json(data["row_level"])
        reading = reading.model_copy(update={"row_level": table})
    return ChildReading(reading, data["peak_bytes"], data["cpu_seconds"])


def _explain(name: str, returncode: int, errors: bytes) -> ChildReading:
    """Why the process gave no result, in a sentence."""
    if returncode == MEMORY_EXIT or b"MemoryError" in errors:
        message = f"The file needs more memory to read than is allowed. {_SMALLER}"
        return _refused(name, ProblemCode.TOO_LONG, message)
    if returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        message = f"Reading the file took too long. {_SMALLER}"
        return _refused(name, ProblemCode.TOO_LONG, message)
    return _refused(
        name,
        ProblemCode.UNREADABLE_FILE,
        "The file could not be read. Save the table as CSV (UTF-8) with one date column and one "
        "value column, and send it again.",
    )


def _refused(name: str, code: ProblemCode, message: str) -> ChildReading:
    problem = Problem(code=code, message=message, field="file")
    return ChildReading(FileReading(name=name, problems=(problem,)))
