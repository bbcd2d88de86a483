"""The ground truth of a scenario: pattern, verdict, cause, break, size of the effect.

States what a careful analyst who knew the whole story would say; it is compared with answers and
never shown to a model.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bot.analysis.facts import Verdict
from pipeline.simulator.families import CauseKind, Pattern

# Below this many values even a clear shift is fairly called thin evidence; the same bound under
# which the findings are asked to say how weak the evidence is.
FEW_VALUES = 12
# From here on, noise with nothing to say is flat and calling it insufficient is no longer fair.
MANY_VALUES = 20

_DIRECTED = {
    Pattern.DECLINE,
    Pattern.RISE,
    Pattern.PLATEAU,
    Pattern.STEP_UP,
    Pattern.STEP_DOWN,
    Pattern.CONFLICTING,
    Pattern.INSTRUMENT_BREAK,
}


class Stance(StrEnum):
    """What kind of action the evidence carries."""

    ACT = "act"
    WAIT_OR_MEASURE = "wait_or_measure"
    EITHER = "either"  # good news or a closed incident: acting and watching are both sound


class GroundTruth(BaseModel):
    """What truly happened.

    `explained_by` is the position in the question's changes of the one that did it, None when no
    recorded change did. `effect` is signed: percentage points for rates, points for scores,
    percent for everything else.
    """

    model_config = ConfigDict(frozen=True)

    pattern: Pattern
    verdict: Verdict
    verdict_also: tuple[Verdict, ...] = Field(default=(), description="other fair verdicts")
    cause: CauseKind
    explained_by: int | None = None
    break_index: int | None = None
    lag: int = 0
    effect: float | None = None
    effect_unit: str = ""
    stance: Stance = Stance.EITHER


def judge_verdict(
    pattern: Pattern, *, goes_up: bool, higher_is_better: bool, length: int
) -> tuple[Verdict, tuple[Verdict, ...]]:
    """Return the expected verdict and the others that would be as fair."""
    flat, unclear = Verdict.FLAT, Verdict.INSUFFICIENT_EVIDENCE
    directed = Verdict.IMPROVING if goes_up == higher_is_better else Verdict.WORSENING
    if pattern is Pattern.SHORT_NOISY:
        return unclear, (flat,)
    if pattern is Pattern.INSTRUMENT_BREAK:
        return unclear, (directed,)
    if pattern is Pattern.PLATEAU:
        return directed, (flat,)
    if pattern in _DIRECTED:
        return directed, (unclear,) if length < FEW_VALUES else ()
    if length < FEW_VALUES and pattern in {Pattern.NOISE, Pattern.INCOMPLETE_LAST}:
        return unclear, (flat,)
    return flat, () if length >= MANY_VALUES else (unclear,)


def judge_stance(pattern: Pattern, cause: CauseKind, verdict: Verdict) -> Stance:
    """Say whether the evidence asks for action, for waiting and measuring, or allows both."""
    if pattern is Pattern.CONFLICTING and cause is CauseKind.PRICE:
        return Stance.WAIT_OR_MEASURE
    if cause is CauseKind.OUTAGE or pattern is Pattern.CONFLICTING:
        return Stance.EITHER
    if pattern not in _DIRECTED or pattern is Pattern.INSTRUMENT_BREAK:
        return Stance.WAIT_OR_MEASURE
    return Stance.ACT if verdict is Verdict.WORSENING else Stance.EITHER
