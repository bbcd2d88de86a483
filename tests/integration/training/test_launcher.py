"""The local launcher with real processes: one run per id, surviving its controller, fenced."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.launcher.local import LocalLauncher
from pipeline.launcher.port import LauncherError, RunState, StaleTokenError

pytestmark = pytest.mark.integration

# Stands in for the trainer: appends a line per start, then does what job.json says.
PROGRAM = """
import os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
job = (folder / "job.json").read_text()
with (folder / "starts").open("a") as file:
    file.write(f"{os.getpid()}\\n")
print("started with", sorted(name for name in os.environ if "TOKEN" in name), flush=True)
if "stubborn" in job:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "long" in job:
    (folder / "up").touch()
    time.sleep(120)
if "bad" in job:
    (folder / "problem.json").write_text('{"message": "row 3 is bad.", "is_input": true}')
    sys.exit(2)
if "dies" in job:
    os.kill(os.getpid(), signal.SIGKILL)
(folder / "result.json").write_text("{}")
"""


@pytest.fixture
def program(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "trainer.py"
    script.write_text(PROGRAM)
    return (sys.executable, str(script))


@pytest.fixture
def launcher(tmp_path: Path, program: tuple[str, ...]) -> LocalLauncher:
    return LocalLauncher(tmp_path / "runs", program=program)


def wait_for(launcher: LocalLauncher, run_id: str, state: RunState) -> None:
    until = time.monotonic() + 20
    while launcher.status(run_id).state is not state:
        assert time.monotonic() < until, launcher.status(run_id)
        time.sleep(0.02)


def wait_until_up(launcher: LocalLauncher, run_id: str) -> None:
    until = time.monotonic() + 20
    while not (launcher.folder(run_id) / "up").exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def starts(launcher: LocalLauncher, run_id: str) -> list[str]:
    return (launcher.folder(run_id) / "starts").read_text().split()


def test_a_run_is_started_once_however_often_it_is_submitted(launcher: LocalLauncher) -> None:
    assert launcher.status("a").state is RunState.ABSENT
    for token in (1, 1, 2):
        launcher.submit("a", "quick", token=token)
    wait_for(launcher, "a", RunState.FINISHED)
    launcher.submit("a", "quick", token=3)
    assert len(starts(launcher, "a")) == 1
    assert launcher.fetch("a", token=3) == launcher.folder("a")
    assert launcher.logs("a")[0].startswith("started")


def test_an_id_is_bound_to_its_job(launcher: LocalLauncher) -> None:
    launcher.submit("a", "quick", token=1)
    with pytest.raises(LauncherError, match="another job"):
        launcher.submit("a", "other", token=1)
    wait_for(launcher, "a", RunState.FINISHED)


def test_a_stale_controller_can_neither_cancel_nor_fetch(launcher: LocalLauncher) -> None:
    launcher.submit("a", "long", token=1)
    launcher.submit("a", "long", token=2)
    with pytest.raises(StaleTokenError, match="another controller"):
        launcher.cancel("a", token=1)
    with pytest.raises(StaleTokenError, match="another controller"):
        launcher.submit("a", "long", token=1)
    assert launcher.status("a").state is RunState.RUNNING
    with pytest.raises(LauncherError, match="running; there is nothing"):
        launcher.fetch("a", token=2)
    launcher.cancel("a", token=2)
    assert launcher.status("a").state is RunState.CANCELLED
    launcher.submit("b", "quick", token=4)
    wait_for(launcher, "b", RunState.FINISHED)
    with pytest.raises(StaleTokenError):
        launcher.fetch("b", token=3)


def test_a_process_that_ignores_sigterm_is_killed(program: tuple[str, ...], tmp_path: Path) -> None:
    launcher = LocalLauncher(tmp_path, program=program, cancel_grace_seconds=0.3)
    launcher.submit("a", "long stubborn", token=1)
    wait_until_up(launcher, "a")
    launcher.cancel("a", token=1)
    wait_for(launcher, "a", RunState.CANCELLED)


def test_a_run_that_failed_says_why_and_can_be_started_again(launcher: LocalLauncher) -> None:
    launcher.submit("a", "bad", token=1)
    wait_for(launcher, "a", RunState.FAILED)
    status = launcher.status("a")
    assert (status.problem, status.is_input) == ("row 3 is bad.", True)
    launcher.submit("a", "bad", token=2)
    wait_for(launcher, "a", RunState.FAILED)
    assert len(starts(launcher, "a")) == 2


def test_a_process_that_is_killed_is_lost_not_running(launcher: LocalLauncher) -> None:
    launcher.submit("a", "dies", token=1)
    wait_for(launcher, "a", RunState.LOST)
    assert "goes on from its last checkpoint" in launcher.status("a").problem


def test_a_run_survives_its_controller_and_is_found_again(
    launcher: LocalLauncher, program: tuple[str, ...], tmp_path: Path
) -> None:
    controller = (
        "import sys, pathlib, time\n"
        "from pipeline.launcher.local import LocalLauncher\n"
        f"launcher = LocalLauncher(pathlib.Path({str(tmp_path / 'runs')!r}), program={program!r})\n"
        "launcher.submit('a', 'long', token=1)\n"
        "print('submitted', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", controller], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"submitted\n"
        process.kill()
    wait_until_up(launcher, "a")
    assert launcher.status("a").state is RunState.RUNNING
    launcher.submit("a", "long", token=2)
    assert len(starts(launcher, "a")) == 1
    launcher.cancel("a", token=2)
    assert launcher.status("a").state is RunState.CANCELLED


def test_tokens_of_ours_do_not_reach_the_process(
    launcher: LocalLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-made-up")
    monkeypatch.setenv("HF_TOKEN", "made-up")
    launcher.submit("a", "quick", token=1)
    wait_for(launcher, "a", RunState.FINISHED)
    assert "SLACK_BOT_TOKEN" not in launcher.logs("a")[0]
