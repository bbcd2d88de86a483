"""`python -m pipeline.training RUN_FOLDER`: one training run in a process of its own.

Reads job.json, leaves result.json or problem.json. Exit status 0 done, 2 bad input, 1 failed.
"""

import logging
import shutil
import sys
from pathlib import Path

from pipeline.launcher.files import Problem, RunFiles, write_whole
from pipeline.training.checkpoints import drop_unfinished
from pipeline.training.checks import is_disk_full
from pipeline.training.errors import TrainingFailedError, TrainingInputError
from pipeline.training.job import TrainingJob
from pipeline.training.run import DRAFT, train_adapter

logger = logging.getLogger("pipeline.training")


def main(arguments: list[str]) -> int:
    """Run the job of a folder."""
    files = RunFiles(Path(arguments[0]))
    try:
        job = TrainingJob.model_validate_json(files.job.read_text("utf-8"))
        result = train_adapter(job, files.folder, report=logger.info)
        write_whole(files.result, result.model_dump_json(indent=2))
    except TrainingInputError as error:
        return _give_up(files, str(error), is_input=True)
    except TrainingFailedError as error:
        return _give_up(files, str(error))
    except Exception as error:
        logger.exception("the run failed")
        return _give_up(files, _explain(files, error))
    return 0


def _explain(files: RunFiles, error: Exception) -> str:
    if is_disk_full(files.folder, error):
        return (
            f"The disk is full ({files.folder.resolve()}). Free some space and start the same "
            "again; it goes on from its last checkpoint."
        )
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return "The machine ran out of memory. Stop something or use a preset with smaller batches."
    return (
        f"Training ended with an unexpected {type(error).__name__}; the details are in {files.log}."
    )


def _give_up(files: RunFiles, message: str, *, is_input: bool = False) -> int:
    logger.error("%s", message)
    drop_unfinished(files.folder / "checkpoints")
    shutil.rmtree(files.folder / DRAFT, ignore_errors=True)
    try:
        write_whole(files.problem, Problem(message=message, is_input=is_input).model_dump_json())
    except OSError:
        logger.error("The reason could not be written down: no space left.")
    return 2 if is_input else 1


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("bitsandbytes").setLevel(
        logging.ERROR
    )  # an optional kernel it can do without
    sys.exit(main(sys.argv[1:]))
