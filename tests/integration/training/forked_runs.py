"""Trains run folders, each in a fork of one process that has imported everything.

A line on standard input names a run folder and, after a tab, where the run is to be killed (see
`dying_training.py`; nothing: nowhere). A line on standard output says how it ended: the exit
status, or minus the signal. Every fork runs the trainer's own `main` and logs into the folder.
"""

import logging
import os
import sys
import traceback
from pathlib import Path

import bitsandbytes  # noqa: F401  what the trainer imports, and would import anew in each fork
import matplotlib.figure  # noqa: F401
from transformers.models.llama import modeling_llama  # noqa: F401

from pipeline.launcher.files import RunFiles
from pipeline.training import __main__ as program
from pipeline.training import preferring  # noqa: F401
from tests.integration.training.dying_training import POINTS


def train(folder: Path, point: str) -> int:
    """Train in a fork; wait for it."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            log = os.open(RunFiles(folder).log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.dup2(log, 1)
            os.dup2(log, 2)
            if point:
                POINTS[point]()
            status = program.main([str(folder)])
        except BaseException:  # noqa: BLE001  the log tells; the parent gets the status
            traceback.print_exc()
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended)


def main() -> None:
    """Serve until standard input ends."""
    logging.basicConfig(level=logging.INFO)
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no reply
    for line in sys.stdin:
        folder, _, point = line.rstrip("\n").partition("\t")
        replies.write(f"{train(Path(folder), point)}\n")
        replies.flush()


if __name__ == "__main__":
    main()
