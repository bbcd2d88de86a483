"""What a quality check reports, and the names of all checks."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

# Goes into every dataset fingerprint; raise it whenever a rule or threshold below changes what is
# let through.
FILTER_VERSION = "1"


class QualityCheck(StrEnum):
    """The checks by name; the name is also the reason an example is rejected for."""

    FORMAT = "format"
    LENGTH = "length"
    VAGUE = "vague"
    NO_CONCRETE_ACTION = "no_concrete_action"
    JARGON = "jargon"
    UNPROVED_NUMBER = "unproved_number"
    NEAR_DUPLICATE = "near_duplicate"
    LANGUAGE = "language"
    PERSONAL_DATA = "personal_data"
    BROADCAST_OR_LINK = "broadcast_or_link"


EXPLANATIONS: dict[QualityCheck, str] = {
    QualityCheck.FORMAT: "three parts, and an urgency that opens with a level and gives a reason",
    QualityCheck.LENGTH: "long enough to explain, short enough to be read in the thread",
    QualityCheck.VAGUE: "names figures, times or causes instead of speaking in general",
    QualityCheck.NO_CONCRETE_ACTION: "somebody does something, with a deadline or a test of it",
    QualityCheck.JARGON: "no abbreviation or term of art that the glossary does not carry",
    QualityCheck.UNPROVED_NUMBER: "every number and worded quantity is carried by a fact",
    QualityCheck.NEAR_DUPLICATE: "not almost the same as an example already there",
    QualityCheck.LANGUAGE: "written in English",
    QualityCheck.PERSONAL_DATA: "no address, phone or card number, no person's handle",
    QualityCheck.BROADCAST_OR_LINK: "calls no channel and links nowhere",
}


class QualityFinding(BaseModel):
    """The outcome of one check; `reason` says in plain words what was seen, also when it passed."""

    model_config = ConfigDict(frozen=True)

    check: QualityCheck
    passed: bool
    reason: str


def passed(check: QualityCheck, reason: str = "") -> QualityFinding:
    """Report a check that found nothing wrong."""
    return QualityFinding(check=check, passed=True, reason=reason or EXPLANATIONS[check])


def failed(check: QualityCheck, reason: str) -> QualityFinding:
    """Report a check that found something, and what."""
    return QualityFinding(check=check, passed=False, reason=reason)
