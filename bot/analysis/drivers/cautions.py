"""What a reader must know about a regression before believing it, each in one sentence.

Named and typed, so that the command line, Slack and tests see the same reasons.
"""

from dataclasses import dataclass
from enum import StrEnum


class CautionCode(StrEnum):
    """Why a result, or a predictor, deserves less trust."""

    SEPARATION = "separation"
    COLLINEAR = "collinear"
    FEW_EVENTS = "few_events"
    MISSING = "missing"
    LEAKAGE = "leakage"
    NOT_CONVERGED = "not_converged"
    NOT_USED = "not_used"
    OVERDISPERSED = "overdispersed"
    SIMPSON = "simpson"


@dataclass(frozen=True, slots=True)
class Caution:
    """One caution; `variable` is the column it is about, '' for the whole table."""

    code: CautionCode
    message: str
    variable: str = ""


def spoken(name: str) -> str:
    """Write a column's heading as words: days_active becomes days active."""
    return " ".join(name.replace("_", " ").split())
