"""Checkpoints that can be trusted: sealed with their files' sums, damaged ones set aside."""

import json
import logging
import shutil
from pathlib import Path

from pipeline.dataset.files import hash_file

logger = logging.getLogger(__name__)

SEAL = "sealed.json"


def seal_checkpoint(folder: Path) -> None:
    """Write the sums of all files; a checkpoint without this file was not finished."""
    sums = {path.name: hash_file(path) for path in sorted(folder.iterdir()) if path.is_file()}
    draft = folder / f".{SEAL}"
    draft.write_text(json.dumps(sums))
    draft.replace(folder / SEAL)


def is_sound(folder: Path) -> bool:
    """Tell whether a checkpoint was finished and is unchanged since."""
    try:
        sums: dict[str, str] = json.loads((folder / SEAL).read_text())
        return all(hash_file(folder / name) == sha for name, sha in sums.items())
    except (OSError, ValueError):
        return False


def drop_unfinished(folder: Path) -> None:
    """Delete checkpoints that were cut while being written, so that a full disk has room again."""
    for checkpoint in folder.glob("checkpoint-*"):
        if not (checkpoint / SEAL).exists():
            shutil.rmtree(checkpoint, ignore_errors=True)


def find_checkpoint(folder: Path) -> Path | None:
    """Return the newest sound checkpoint; newer damaged ones are renamed out of the way.

    The best checkpoint so far is named in the trainer's state; when that one is damaged, the
    state would point nowhere, so everything after it counts as damaged too.
    """
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=_step, reverse=True):
        if is_sound(checkpoint) and _best_is_sound(checkpoint):
            return checkpoint
        aside = checkpoint.with_name(f"damaged-{checkpoint.name}")
        number = 0
        while aside.exists():
            number += 1
            aside = checkpoint.with_name(f"damaged-{number}-{checkpoint.name}")
        checkpoint.rename(aside)
        logger.warning("%s is not whole; it is left out and kept as %s", checkpoint, aside.name)
    return None


def _best_is_sound(checkpoint: Path) -> bool:
    state = json.loads((checkpoint / "trainer_state.json").read_text())
    best = state.get("best_model_checkpoint")
    return best is None or is_sound(checkpoint.parent / Path(best).name)


def _step(checkpoint: Path) -> int:
    number = checkpoint.name.removeprefix("checkpoint-")
    return int(number) if number.isdigit() else -1
