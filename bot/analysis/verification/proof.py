"""The outcome of checking one claim, and how a claim is written down from it."""

from dataclasses import dataclass

from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.series import SeriesView


@dataclass(frozen=True, slots=True)
class Proof:
    """`fact_id` names what carries the claim; None means unsupported, and `reason` says why."""

    fact_id: str | None
    reason: str
    is_open: bool = False  # no reading of it could be settled; no claim is made of it

    @property
    def holds(self) -> bool:
        """True when something carries the claim."""
        return self.fact_id is not None


def proved(fact_id: str, reason: str) -> Proof:
    """Make a supporting outcome."""
    return Proof(fact_id, reason)


def refused(reason: str) -> Proof:
    """Make a refusing outcome; the reason is shown to people."""
    return Proof(None, reason)


def unresolved(reason: str) -> Proof:
    """Make the outcome of words that no window or role could be found for."""
    return Proof(None, reason, is_open=True)


def claim_of(
    frame: Frame, first: int, last: int, proof: Proof, value: float | None = None, unit: str = ""
) -> Claim:
    """Write the claim over tokens first to last (last excluded)."""
    start, end = frame.written(first, last)
    return Claim(
        text=frame.text[start:end],
        start=start,
        end=end,
        value=value,
        unit=unit,
        status=ClaimStatus.SUPPORTED if proof.holds else ClaimStatus.UNSUPPORTED,
        fact_id=proof.fact_id,
        reason=proof.reason,
    )


def quantity_claim(frame: Frame, q: Quantity, proof: Proof) -> Claim:
    """Write the claim for a quantity."""
    return claim_of(frame, q.i, q.j, proof, q.value, q.unit.removeprefix("period:"))


def show(view: SeriesView, value: float, unit: str = "") -> str:
    """Write a computed value for a reason: "38 %", "-11 points", "1,240"."""
    unit = unit or view.unit
    digits = f"{value:,.2f}".rstrip("0").rstrip(".")
    word = {"count": "", "pt": " points", "pp": " points", "x": ""}.get(unit, f" {unit}")
    return f"{digits}{word}"


def name_position(view: SeriesView, at: int) -> str:
    """Name a period in a reason: "week 3"."""
    return f"{view.question.period.value} {at + 1}"
