"""The real bot with its scheduler as a process of its own; KILL_AT kills it at a named point.

CODE_VERSION pretends that its code changed. A few curated examples; trainer and evaluation are
stubs behind their real doors: the run folder, and the row of an evaluation.
"""

import faulthandler
import logging
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from bot.jobs import runtime
from deploy.bootstrap import Bot
from deploy.settings import load_settings
from pipeline.chapters import Learning
from pipeline.curated import import_curated
from pipeline.dataset.product import PRODUCT_ANALYSIS
from storage.adapters import get_adapter
from storage.database import open_database, transaction
from storage.evaluations import Evaluation, finish_evaluation, start_evaluation

GATE = {
    "name": "format",
    "verdict": "pass",
    "passed": True,
    "level": "blocking",
    "words": "All of 4 raw answers in our format.",
    "value": 1.0,
    "threshold": 0.9,
    "origin": "stub",
}


def evaluate(url: str, name: str) -> Evaluation:
    """A stub evaluation: passed, stored under a key of its own like a real one."""
    engine = open_database(url)
    with transaction(engine) as session:
        known = get_adapter(session, name)
        assert known is not None
        begun = start_evaluation(
            session, key=f"stub-{name}", adapter_name=name, adapter_sha256=known.sha256
        )
    with transaction(engine) as session:
        done = finish_evaluation(
            session,
            begun.id,
            n=4,
            summary={"conclusion": "No blocking gate failed."},
            gates=[GATE],
            has_passed=True,
        )
    engine.dispose()
    return done


def main() -> None:
    """Run until SIGTERM; reaching KILL_AT ends the process without a word."""
    faulthandler.register(signal.SIGUSR1)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    kill_at = os.environ.get("KILL_AT", "")
    passed = Path(os.environ["PASSED_POINTS"])

    def at_point(point: str) -> None:
        with passed.open("a", encoding="utf-8") as log:
            log.write(point + "\n")
        if point == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = load_settings()
    # Other code than before the restart, as an upgrade brings it.
    runtime.APPLICATION_VERSION = os.environ.get("CODE_VERSION", runtime.APPLICATION_VERSION)

    def with_stubs(learning: Learning) -> Learning:
        return replace(
            learning,
            evaluate_adapter=lambda name: evaluate(settings.storage.url, name),
            poll_seconds=0.1,
            import_examples=lambda: import_curated(
                learning.engine, PRODUCT_ANALYSIS, Path("curated")
            ),
        )

    bot = Bot(settings, at_point, with_stubs)
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
