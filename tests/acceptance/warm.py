"""Bot processes forked from one that has imported everything: real processes, started in a moment.

Importing takes most of a bot's start. Each child is a process of its own, with its own environment,
folder and database, and dies of signals like any other.
"""

import io
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.acceptance.imported"])


class WarmProcess:
    """The part of `subprocess.Popen` that tests of bots use."""

    def __init__(self, program: Path, folder: Path, environment: Mapping[str, str], log: Path):
        """Run `program` as a main program in `folder`; its errors go to the end of `log`."""
        ours, its = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(
            target=_run, args=(str(program), str(folder), dict(environment), str(log), its)
        )
        self._process.start()
        its.close()
        with ours, io.FileIO(ours.fileno(), closefd=False) as output:
            self.first_line = output.readline().decode()

    @property
    def returncode(self) -> int | None:
        """The exit status, minus the signal that ended it, or None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """See `returncode`."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Wait for the end. Raises TimeoutError."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"The bot still runs after {timeout:g} s.")
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it runs."""
        if self._process.pid is not None and self._process.exitcode is None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()


def _run(
    program: str, folder: str, environment: dict[str, str], log: str, output: Connection
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    errors = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(errors, sys.stderr.fileno())
    os.close(errors)
    sys.stdout = os.fdopen(os.dup(output.fileno()), "w")
    output.close()
    runpy.run_path(program, run_name="__main__")
