"""Start a vLLM server as a guarded child, wait until it is healthy, stop it cleanly.

Knows processes and the health address, nothing of prompts or adapters (that is `bot.serving`).
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.vllm.command import build_command, build_environment
from deploy.vllm.explain import explain_failure
from deploy.vllm.settings import VllmSettings

Progress = Callable[[str], None]

_POLL_SECONDS = 0.5
_LOG_TAIL_BYTES = 16_000
# What the log says when a stage begins, latest first.
_STAGES = (
    ("init engine", "almost ready"),
    ("Warming up", "warming up"),
    ("KV cache size", "warming up"),
    ("Loading weights took", "preparing the cache"),
    ("Starting to load model", "loading the weights"),
    ("Initializing a V1 LLM engine", "starting the engine"),
)


class VllmStartError(RuntimeError):
    """vLLM could not be started; the message is a sentence for the operator."""


class VllmServer:
    """One vLLM server under our control; a context manager that starts and stops it."""

    def __init__(
        self,
        settings: VllmSettings,
        *,
        working_dir: Path | None = None,
        report: Progress = lambda message: None,
    ) -> None:
        self.settings = settings
        self._working_dir = (working_dir or Path.cwd()).resolve()
        self._report = report
        self._guard: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def base_url(self) -> str:
        """Where the server answers, with the API's version."""
        return self.settings.base_url

    @property
    def log_file(self) -> Path:
        """Where the server's own words go."""
        return self._working_dir / self.settings.log_file

    def start(self) -> Self:
        """Start the server and return when it answers /health.

        Raises:
            VllmStartError: no model folder, port taken, died early, or not healthy in time.
        """
        self._check_before_start()
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        (self._working_dir / self.settings.adapters_dir).mkdir(parents=True, exist_ok=True)
        environment = build_environment(self.settings, os.environ)
        command = [sys.executable, "-m", "deploy.vllm.guard"]
        command += [str(self.settings.shutdown_timeout_seconds), *build_command(self.settings)]
        with self.log_file.open("ab") as log:
            self._log_start = log.tell()
            self._guard = subprocess.Popen(
                command,
                cwd=self._working_dir,
                env=environment | {"PYTHONPATH": _package_root(environment)},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_healthy()
        except BaseException:  # Ctrl-C included: never leave a half-started server behind
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ask the server to finish, wait, and kill what is left; harmless when not running."""
        if self._guard is None:
            return
        guard, self._guard = self._guard, None
        if guard.stdin is not None:
            guard.stdin.close()  # the guard's sign to end the group
        try:
            # the guard's own grace period, plus time for the kill and the wait
            guard.wait(timeout=self.settings.shutdown_timeout_seconds + 10)
        except subprocess.TimeoutExpired:
            guard.kill()  # the server follows through its parent-death signal
            guard.wait()

    def is_running(self) -> bool:
        """Tell whether the process is alive; says nothing of its health."""
        return self._guard is not None and self._guard.poll() is None

    def is_healthy(self) -> bool:
        """Tell whether /health answers 200 within two seconds."""
        return check_health(self.settings.host, self.settings.port)

    def wait(self) -> int:
        """Wait until the server ends by itself; return its exit status."""
        return self._guard.wait() if self._guard is not None else 0

    def explain_exit(self) -> str:
        """Say in one sentence why the server is no longer there."""
        status = self._guard.poll() if self._guard is not None else None
        return explain_failure(self._log_tail(), status, self.settings)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _check_before_start(self) -> None:
        model = self._working_dir / self.settings.model
        if not (model / "config.json").is_file():
            raise VllmStartError(
                f"There is no model in {model}. Run make setup, or put a model folder or a link "
                "there."
            )
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.settings.host, self.settings.port))
            except OSError as error:
                raise VllmStartError(
                    f"Port {self.settings.port} on {self.settings.host} cannot be used "
                    f"({error.strerror}). Stop the program that holds it or set another port."
                ) from error

    def _wait_until_healthy(self) -> None:
        started = time.monotonic()
        told = ""
        while not self.is_healthy():
            elapsed_seconds = time.monotonic() - started
            if not self.is_running():
                raise VllmStartError(self.explain_exit())
            if elapsed_seconds > self.settings.startup_timeout_seconds:
                raise VllmStartError(
                    "The model server was not ready after "
                    f"{self.settings.startup_timeout_seconds:.0f} s. Look into {self.log_file}, "
                    "or allow a longer startup_timeout_seconds."
                )
            stage = _read_stage(self._log_tail())
            if stage != told:
                told = stage
                self._report(f"{stage} ({elapsed_seconds:.0f} s)")
            time.sleep(_POLL_SECONDS)
        self._report(f"ready ({time.monotonic() - started:.0f} s)")

    def _log_tail(self) -> str:
        """Return the end of what this start has logged, not of an earlier one."""
        with self.log_file.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_start, end - _LOG_TAIL_BYTES))
            return log.read().decode(errors="replace")


def check_health(host: str, port: int, timeout_seconds: float = 2) -> bool:
    """Tell whether GET /health answers 200."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout_seconds)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _read_stage(log: str) -> str:
    return next((stage for mark, stage in _STAGES if mark in log), "starting")


def _package_root(environment: dict[str, str]) -> str:
    """The guard runs from any working folder, so it is told where this package lies."""
    root = str(Path(__file__).resolve().parents[2])
    already = environment.get("PYTHONPATH")
    return f"{root}{os.pathsep}{already}" if already else root
