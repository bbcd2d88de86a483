"""The bot as a process of its own, in front of a practice workspace, as benchmarks need it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.bench.running_vllm import free_port
from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.running import running_playground

START_SECONDS = 60.0


@dataclass(frozen=True)
class RunningBot:
    """A bot that serves `workspace`; `pid` is its process."""

    workspace: PlaygroundClient
    pid: int
    database_url: str

    def peak_memory_bytes(self) -> int:
        """The most memory the process ever held (VmHWM)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("this kernel does not tell a process's peak memory")


@contextlib.contextmanager
def running_bot(folder: Path, *, model_url: str, http: bool = False) -> Iterator[RunningBot]:
    """Start workspace and bot; both end with the block. The model server is the caller's."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port() if http else 0
    options = Options(
        data_folder=folder / "workspace",
        request_url=f"http://127.0.0.1:{port}/slack/events" if http else None,
        signing_secret=people.SIGNING_SECRET if http else "",
    )
    database_url = f"sqlite:///{folder / 'analyst.sqlite'}"
    with running_playground(options) as workspace, (folder / "bot.log").open("a") as log:
        environment = os.environ | {
            "SLACK_BOT_TOKEN": people.BOT_TOKEN,
            "SLACK_APP_TOKEN": people.APP_TOKEN,
            "SLACK_SIGNING_SECRET": people.SIGNING_SECRET,
            "ANALYST_SLACK__API_URL": workspace.api_url,
            "ANALYST_SLACK__HTTP_PORT": str(port or 3000),
            "ANALYST_SERVING__BASE_URL": model_url,
            "ANALYST_STORAGE__URL": database_url,
            "ANALYST_START_VLLM": "false",
        }
        command = [sys.executable, "-m", "deploy.cli", "up", *(["--http"] if http else [])]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            if http:
                workspace.wait_for(lambda: _answers(port), "listening bot", START_SECONDS)
            else:
                workspace.wait_for_app(START_SECONDS)
            yield RunningBot(workspace, process.pid, database_url)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
