"""What every command shares: JSON on standard output, logs on standard error, exit codes."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

BAD_INPUT = 2
FAILURE = 1


def print_json(data: dict[str, Any]) -> None:
    """Write one JSON object and nothing else to standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def print_line(text: str = "") -> None:
    """Write one line for people to standard output."""
    sys.stdout.write(text + "\n")


def complain(message: str) -> None:
    """Write a sentence about what went wrong to standard error."""
    sys.stderr.write(message.rstrip() + "\n")


def refuse(message: str) -> typer.Exit:
    """Say what is wrong with the input; raise the result to end with exit code 2."""
    complain(message)
    return typer.Exit(BAD_INPUT)


def fail(message: str) -> typer.Exit:
    """Say what failed; raise the result to end with exit code 1."""
    complain(message)
    return typer.Exit(FAILURE)


def read_input(file: str, *, limit_bytes: int = 5_000_000) -> bytes:
    """Return the bytes of a file, or of standard input for "-".

    Ends the command with exit code 2 when there is nothing readable.
    """
    if file == "-":
        content = sys.stdin.buffer.read(limit_bytes + 1)
    else:
        path = Path(file)
        if path.is_dir():
            raise refuse(f"{file} is a folder; give a file.")
        try:
            with path.open("rb") as opened:
                content = opened.read(limit_bytes + 1)
        except FileNotFoundError as error:
            raise refuse(f"There is no file {file}.") from error
        except OSError as error:
            raise refuse(f"{file} cannot be read: {error.strerror}.") from error
    if len(content) > limit_bytes:
        raise refuse(f"{file} is larger than {limit_bytes // 1_000_000} MB; send less data.")
    if not content.strip():
        name = "Standard input" if file == "-" else file
        raise refuse(f"{name} is empty; it should hold a metric's values and their context.")
    return content


@contextmanager
def bad_input_from(*kinds: type[ValueError]) -> Iterator[None]:
    """Turn errors that describe bad input into their message and exit code 2."""
    try:
        yield
    except kinds as error:
        raise refuse(str(error)) from error
