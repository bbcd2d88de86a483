"""Stand between us and vLLM, so that the server never outlives the program that started it.

Run as `python -m deploy.vllm.guard GRACE_SECONDS COMMAND...` with a pipe as standard input. The
guard starts the command as the leader of its own process group and ends the whole group when the
pipe closes: on `stop()`, but also when our process is killed outright. (The kernel's parent-death
signal alone will not do: it fires when the starting *thread* ends, and reaches the server but not
the engine process behind it.)

Standard library only: it starts in a few milliseconds and holds little memory.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

_POLL_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def run_guarded(command: list[str], grace_seconds: float) -> int:
    """Run `command` until it ends or standard input closes; return its exit status."""
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_prepare_server,  # safe: the guard has one thread
    )
    while server.poll() is None and not _input_closed():
        pass
    if server.poll() is None:
        server.terminate()  # the leader alone: it shuts its engine down in order
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=grace_seconds)
    _kill_group(server.pid)
    return server.wait()


def _input_closed() -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], _POLL_SECONDS)
    return bool(readable) and os.read(sys.stdin.fileno(), 1) == b""


def _kill_group(group: int) -> None:
    """End whatever is left of the group, engine processes included."""
    for _ in range(10):
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.05)


def _prepare_server() -> None:
    # What the guard ignores would stay ignored in the server until it sets handlers of its own.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> int:
    """Guard the command given on the command line."""
    # The terminal's Ctrl-C goes to every process in the foreground; our parent decides instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    status = run_guarded(sys.argv[2:], float(sys.argv[1]))
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
