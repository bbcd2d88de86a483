"""The guard ends what it guards: on request, and when the program that started it dies."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="process groups as Linux has them")

ROOT = Path(__file__).resolve().parents[3]
# Stands for vLLM: a server process with an engine process behind it; tells both ids.
SERVER = """
import pathlib, subprocess, sys, time
engine = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
import os
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {engine.pid}")
time.sleep(60)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + SERVER


def guard_command(script: str, told: Path, grace_seconds: float = 0.5) -> list[str]:
    command = [sys.executable, "-m", "deploy.vllm.guard", str(grace_seconds)]
    return [*command, sys.executable, "-c", script, str(told)]


def wait_for_ids(told: Path) -> list[int]:
    deadline = time.monotonic() + 10
    while not told.exists() or len(told.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return [int(number) for number in told.read_text().split()]


def assert_gone(process_ids: list[int], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while any(is_alive(process_id) for process_id in process_ids):
        assert time.monotonic() < deadline, "still there"
        time.sleep(0.05)


def is_alive(process_id: int) -> bool:
    status = Path(f"/proc/{process_id}/stat")
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("script", [SERVER, STUBBORN], ids=["obedient", "stubborn"])
def test_closing_the_pipe_ends_server_and_engine(script: str, tmp_path: Path) -> None:
    told = tmp_path / "ids"
    guard = subprocess.Popen(guard_command(script, told), stdin=subprocess.PIPE, cwd=ROOT)
    ids = wait_for_ids(told)
    assert guard.stdin is not None
    guard.stdin.close()
    guard.wait(timeout=5)
    assert_gone(ids)


def test_a_killed_parent_takes_the_server_along(tmp_path: Path) -> None:
    told = tmp_path / "ids"
    parent_script = (
        "import subprocess, sys, time\n"
        "guard = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", parent_script, *guard_command(SERVER, told)]
    parent = subprocess.Popen(command, cwd=ROOT)
    ids = wait_for_ids(told)
    parent.kill()
    parent.wait()
    assert_gone(ids)


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(tmp_path: Path) -> None:
    told = tmp_path / "ids"
    guard = subprocess.Popen(guard_command(SERVER, told), stdin=subprocess.PIPE, cwd=ROOT)
    ids = wait_for_ids(told)
    os.kill(guard.pid, signal.SIGINT)
    time.sleep(0.3)
    assert guard.poll() is None
    assert all(is_alive(process_id) for process_id in ids)
    assert guard.stdin is not None
    guard.stdin.close()
    guard.wait(timeout=5)
    assert_gone(ids)


def test_the_status_of_a_server_that_dies_is_passed_on() -> None:
    command = [sys.executable, "-m", "deploy.vllm.guard", "1", sys.executable, "-c"]
    guard = subprocess.Popen([*command, "raise SystemExit(7)"], stdin=subprocess.PIPE, cwd=ROOT)
    assert guard.wait(timeout=10) == 7
    assert guard.stdin is not None
    guard.stdin.close()
