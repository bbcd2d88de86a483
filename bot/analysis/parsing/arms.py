"""Arms of a test, or segments, each on a line of its own without a colon: several series.

"control 42 41 43" above "variant 44 45 43" must not be read as one of the two.
"""

import re
from collections.abc import Sequence

from bot.analysis.parsing.drafts import UnreadableSeriesError
from bot.analysis.parsing.time_labels import read_label
from bot.analysis.parsing.vocabulary import looks_like_denominator
from bot.analysis.question import ProblemCode

_ARM = re.compile(
    r"\s*(?:[-•*]\s+)?(?P<name>[^\W\d][^:=\d\n]{0,50}?)[\s:=]+(?P<values>[$£€]?\d.*)$"
)
_ARM_VALUES = re.compile(r"[\d.,;%$£€\s]+")
LONGEST_ARM = 400
FEWEST_VALUES = 3  # fewer numbers after a word are part of a sentence


def refuse_arms(lines: Sequence[str], metric: str) -> None:
    """Raise where neighbouring pieces each hold a name and as many values ("control 42 41 43")."""
    before: tuple[str, int] | None = None
    for line in lines:
        pieces = re.split(r"\s+/\s+(?=[^\W\d])|\s*[;|]\s*(?=[^\W\d])", line[:LONGEST_ARM])
        for piece in pieces:
            arm = _arm_of(piece) if len(pieces) > 1 or ":" not in piece else None
            if arm is None:
                before = None if piece.strip() else before
                continue
            if before and before[1] == arm[1] and before[0].casefold() != arm[0].casefold():
                names = [before[0], arm[0]]
                if not any(name.casefold() == metric.casefold() for name in names):
                    raise UnreadableSeriesError(
                        ProblemCode.SEVERAL_SERIES,
                        f"There are several series: “{names[0][:40]}” and “{names[1][:40]}”. "
                        "Ask about one of them at a time.",
                    )
            before = arm


def _arm_of(piece: str) -> tuple[str, int] | None:
    """The name and the number of values of "control 42 41 43"; None for anything else."""
    match = _ARM.match(piece)
    if match is None or not _ARM_VALUES.fullmatch(match["values"]):
        return None
    name = match["name"].split(",")[-1].strip(" *:-")
    if not name or read_label(name) is not None or looks_like_denominator(name):
        return None
    words = match["values"].split()
    count = len(words) if len(words) > 1 else match["values"].count(",") + 1
    return (name, count) if count >= FEWEST_VALUES else None
