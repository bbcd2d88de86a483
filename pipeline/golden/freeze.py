"""Write the golden set down: hand-written cases kept, simulated ones drawn again, checksums.

Only for making a new golden set on purpose; results before and after are not comparable.
"""

from pathlib import Path

from pipeline.golden.case import GoldenCase, Origin
from pipeline.golden.load import (
    CASES_NAME,
    GOLDEN_FOLDER,
    GoldenSetError,
    parse_case,
    write_case,
    write_checksums,
)
from pipeline.golden.simulated import draw_simulated_cases


def freeze_golden(folder: Path = GOLDEN_FOLDER) -> tuple[GoldenCase, ...]:
    """Keep the hand-written cases, draw the simulated ones, write both and their checksum.

    Raises:
        GoldenSetError: there is no file of hand-written cases, or one uses an id twice.
    """
    path = folder / CASES_NAME
    if not path.exists():
        raise GoldenSetError(f"{path} is missing; the hand-written cases cannot be drawn again.")
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [parse_case(line) for line in lines]
    cases = [case for case in kept if case.origin is Origin.HANDWRITTEN] + draw_simulated_cases()
    if len({case.id for case in cases}) < len(cases):
        raise GoldenSetError("An id is used twice in the golden set; give every case its own.")
    text = "".join(f"{write_case(case)}\n" for case in cases)
    path.write_text(text, encoding="utf-8")
    write_checksums(folder)
    return tuple(cases)
