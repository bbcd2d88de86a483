"""Scenario families: metric x pattern x cause, and which of them only the golden set may use.

The split is a property of the family's name, so nothing ever changes side when metrics, patterns
or causes are added.
"""

import hashlib
from enum import StrEnum

from pipeline.simulator.catalogue import HELD_OUT_METRICS, METRIC_FAMILIES

# One family in this many is held out beside the wholly held-out metrics: about 40 % in all, which
# leaves several hundred families to either side.
HELD_OUT_ONE_IN = 4


class Pattern(StrEnum):
    """The shape a series truly has, noise aside."""

    DECLINE = "decline"
    RISE = "rise"
    PLATEAU = "plateau"
    SPIKE = "spike"
    DIP_RECOVERY = "dip_recovery"
    STEP_UP = "step_up"
    STEP_DOWN = "step_down"
    SEASONAL = "seasonal"
    NOISE = "noise"
    SHORT_NOISY = "short_noisy"
    CONFLICTING = "conflicting"
    INCOMPLETE_LAST = "incomplete_last"
    INSTRUMENT_BREAK = "instrument_break"


class CauseKind(StrEnum):
    """What truly moved the metric; NOTHING when no recorded cause exists."""

    RELEASE = "release"
    PRICE = "price"
    CAMPAIGN = "campaign"
    OUTAGE = "outage"
    MIX_SHIFT = "mix_shift"
    SEASON = "season"
    INSTRUMENT = "instrument"
    NOTHING = "nothing"


# For noise, short_noisy and conflicting the cause names what was recorded although it moved
# nothing: a decoy, or for conflicting/price two changes at once that cannot be told apart.
CAUSES_BY_PATTERN: dict[Pattern, tuple[CauseKind, ...]] = {
    Pattern.DECLINE: (CauseKind.NOTHING, CauseKind.MIX_SHIFT, CauseKind.RELEASE),
    Pattern.RISE: (CauseKind.NOTHING, CauseKind.CAMPAIGN, CauseKind.RELEASE),
    Pattern.PLATEAU: (CauseKind.NOTHING, CauseKind.CAMPAIGN),
    Pattern.SPIKE: (CauseKind.CAMPAIGN, CauseKind.OUTAGE, CauseKind.NOTHING),
    Pattern.DIP_RECOVERY: (CauseKind.OUTAGE, CauseKind.SEASON, CauseKind.NOTHING),
    Pattern.STEP_UP: (
        CauseKind.RELEASE,
        CauseKind.PRICE,
        CauseKind.MIX_SHIFT,
        CauseKind.CAMPAIGN,
        CauseKind.NOTHING,
    ),
    Pattern.STEP_DOWN: (
        CauseKind.RELEASE,
        CauseKind.PRICE,
        CauseKind.MIX_SHIFT,
        CauseKind.NOTHING,
    ),
    Pattern.SEASONAL: (CauseKind.SEASON,),
    Pattern.NOISE: (CauseKind.NOTHING, CauseKind.RELEASE),
    Pattern.SHORT_NOISY: (CauseKind.NOTHING, CauseKind.CAMPAIGN),
    Pattern.CONFLICTING: (CauseKind.RELEASE, CauseKind.CAMPAIGN, CauseKind.PRICE),
    Pattern.INCOMPLETE_LAST: (CauseKind.NOTHING, CauseKind.CAMPAIGN),
    Pattern.INSTRUMENT_BREAK: (CauseKind.INSTRUMENT,),
}


def family_name(metric: str, pattern: Pattern, cause: CauseKind) -> str:
    """Name a scenario family, e.g. "activation/step_down/release"."""
    return f"{metric}/{pattern.value}/{cause.value}"


def parse_family(family: str) -> tuple[str, Pattern, CauseKind]:
    """Read a family's name back.

    Raises:
        ValueError: the name has not three parts, or one of them is not known.
    """
    parts = family.split("/")
    if len(parts) != 3 or parts[0] not in METRIC_FAMILIES:
        raise ValueError(
            f"{family!r} is not a scenario family; write metric/pattern/cause, for example "
            "activation/step_down/release"
        )
    pattern, cause = Pattern(parts[1]), CauseKind(parts[2])
    if cause not in CAUSES_BY_PATTERN[pattern]:
        causes = ", ".join(CAUSES_BY_PATTERN[pattern])
        raise ValueError(f"{pattern} has no cause {cause}; it can have {causes}")
    return parts[0], pattern, cause


def is_held_out(family: str) -> bool:
    """Say whether only the golden set may draw from this family."""
    metric = family.split("/", 1)[0]
    digest = hashlib.sha256(family.encode()).digest()
    return metric in HELD_OUT_METRICS or digest[0] % HELD_OUT_ONE_IN == 0


def _fits(metric: str, pattern: Pattern) -> bool:
    # An unfinished period cuts off what is added up over it; a median or an average is not
    # cut off that way.
    additive = METRIC_FAMILIES[metric].kind.value in {"count", "rate"} or metric == "new_mrr"
    return pattern is not Pattern.INCOMPLETE_LAST or additive


ALL_FAMILIES: tuple[str, ...] = tuple(
    family_name(metric, pattern, cause)
    for metric in METRIC_FAMILIES
    for pattern, causes in CAUSES_BY_PATTERN.items()
    for cause in causes
    if _fits(metric, pattern)
)
HELD_OUT_FAMILIES: frozenset[str] = frozenset(f for f in ALL_FAMILIES if is_held_out(f))
TRAINING_FAMILIES: tuple[str, ...] = tuple(f for f in ALL_FAMILIES if f not in HELD_OUT_FAMILIES)
