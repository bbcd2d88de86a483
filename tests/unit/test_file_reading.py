"""The limited process: what it gives, and that nothing in it can hurt the bot. Starts processes."""

import io
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from bot.analysis.files.choices import FileChoices
from bot.file_reading import ROOT, ReadingLimits, read_file
from tests.unit.analysis.files.made import book

TODAY = date(2026, 11, 27)
WEEKS = b"week,sign-ups\n2026-09-07,10\n2026-09-14,11\n2026-09-21,12\n"
USERS = ("user_id,plan,days,converted\n" + "".join(
    f"u{i},{('free', 'pro')[i % 2]},{i},{('no', 'yes')[i % 3 == 0]}\n" for i in range(40)
)).encode()  # fmt: skip


def test_a_question_comes_back_whole() -> None:
    reading = read_file(WEEKS, name="weeks.csv", today=TODAY, text="Why?", choices=FileChoices())
    assert reading.question is not None
    assert reading.question.values == (10, 11, 12)
    assert reading.question.question == "Why?"


def test_a_row_level_table_comes_back_whole() -> None:
    reading = read_file(USERS, name="users.csv", today=TODAY)
    assert reading.row_level is not None
    assert reading.row_level.outcome == "converted"
    assert reading.row_level.column("converted").values[:4] == (True, False, False, True)


def test_a_workbook_is_read_behind_closed_doors() -> None:
    rows = [("week", "sign-ups"), ("2026-09-07", 10), ("2026-09-14", 11)]
    reading = read_file(book(rows), name="weeks.xlsx", today=TODAY)
    assert reading.question is not None, reading.problems


def test_too_little_memory_is_a_sentence() -> None:
    rows = b"week,sign-ups\n" + b"".join(b"2026-09-07,%d\n" % i for i in range(150_000))
    limits = ReadingLimits(memory_bytes=80_000_000)
    reading = read_file(rows, name="f.csv", today=TODAY, limits=limits)
    assert [problem.message for problem in reading.problems] == [
        "The file needs more memory to read than is allowed. Send a shorter window, fewer columns, "
        "or the sheet as CSV."
    ]


@pytest.mark.parametrize("limits", [ReadingLimits(wall_seconds=0.05), ReadingLimits(cpu_seconds=0)])
def test_too_much_time_is_a_sentence(limits: ReadingLimits) -> None:
    reading = read_file(WEEKS, name="f.csv", today=TODAY, limits=limits)
    assert "Reading the file took too long." in reading.problems[0].message


def test_too_many_bytes_start_no_process() -> None:
    reading = read_file(WEEKS, name="f.csv", today=TODAY, limits=ReadingLimits(file_bytes=10))
    assert reading.problems[0].message.startswith("The file has 0.0 MB; at most 0 MB can be read.")


def test_an_inner_bomb_is_refused() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", " " * 150_000_000)
    reading = read_file(inner.getvalue(), name="bomb.xlsx", today=TODAY)
    assert "far more than its table can need" in reading.problems[0].message


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('here', 'w')",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
    ],
)
def test_the_doors_are_closed(deed: str, tmp_path: Path) -> None:
    program = f"from bot.file_child import close_doors\nclose_doors()\n{deed}\n"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "PermissionError" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_process_gets_no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def watch(*args: object, **kwargs: object) -> object:
        seen.append(kwargs["env"])  # type: ignore[arg-type]
        return real(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setattr(subprocess, "run", watch)
    assert read_file(WEEKS, name="f.csv", today=TODAY).question is not None
    assert "SLACK_BOT_TOKEN" in os.environ
    assert "xoxb-secret" not in str(seen)
