"""The real bot as a process of its own; with KILL_AT set it kills itself hard at that point.

KILL_AT is a named point of the walk, `point:2` its second passing; PASSED_POINTS names the file
that lists every point passed. Started by the kill drill and by the acceptance tests.
"""

import faulthandler
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from deploy.bootstrap import Bot
from deploy.settings import load_settings


def main() -> None:
    """Start the bot and wait; SIGTERM stops it in order, reaching KILL_AT kills it hard."""
    faulthandler.register(signal.SIGUSR1)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    kill_at, _, nth = os.environ.get("KILL_AT", "").partition(":")
    wanted = int(nth or 1)
    passed = Path(os.environ["PASSED_POINTS"])
    count = 0
    lock = threading.Lock()

    def at_point(point: str) -> None:
        nonlocal count
        with lock:
            with passed.open("a", encoding="utf-8") as log:
                log.write(point + "\n")
            if point == kill_at:
                count += 1
                if count == wanted:
                    os.kill(os.getpid(), signal.SIGKILL)

    bot = Bot(load_settings(), at_point=at_point)
    bot.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not stop.wait(0.2):
        pass
    bot.stop()


if __name__ == "__main__":
    main()
