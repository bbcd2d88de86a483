"""What must not be said about a simulated scenario, by pattern.

The wordings are blunt on purpose; `pipeline.golden.case.Unacceptable` says what they are worth.
"""

import re

from bot.analysis.facts import Verdict
from bot.analysis.question import MetricQuestion
from pipeline.golden.case import Unacceptable
from pipeline.simulator.families import Pattern
from pipeline.simulator.truth import GroundTruth

_NOT = r"(?<!no )(?<!not )(?<!not a )(?<!nor )(?<!no clear )(?<!without a )"
_MOVED = rf"{_NOT}\b(clear|steady|sustained|significant|lasting|strong|upward|downward)"
TREND = Unacceptable(
    claim="A lasting trend or shift",
    pattern=rf"{_MOVED} (rise|fall|decline|drop|growth|increase|improvement|trend|shift)\b",
)
COLLAPSE = Unacceptable(
    claim="The unfinished last period is a drop",
    pattern=rf"{_NOT}\b(collapse[ds]?|plunge[ds]?|sharp (drop|fall|decline)|crash(ed)?)\b",
)
NO_CHANGE = Unacceptable(
    claim="Nothing changed",
    pattern=r"\b(nothing (has )?changed|no (real |clear )?change|only noise|just noise)\b",
)
REAL_SHIFT = Unacceptable(
    claim="The shift is real although the measuring changed",
    pattern=r"\b(real|genuine|true) (improvement|deterioration|decline|drop|growth|rise)\b"
    r"(?! cannot)(?! can't)",
)
_WRONG_WAY = {
    Verdict.IMPROVING: Unacceptable(
        claim="The metric got worse",
        pattern=rf"{_NOT}\b(is|has been|was|keeps) (worsening|deteriorating|getting worse)\b",
    ),
    Verdict.WORSENING: Unacceptable(
        claim="The metric got better",
        pattern=rf"{_NOT}\b(is|has been|was|keeps) (improving|getting better)\b",
    ),
}


def list_unacceptable(question: MetricQuestion, truth: GroundTruth) -> tuple[Unacceptable, ...]:
    """List the claims that would be wrong about a scenario; at least one."""
    claims = [
        blame_change(change.what)
        for position, change in enumerate(question.changes)
        if position != truth.explained_by
    ]
    match truth.pattern:
        case Pattern.INCOMPLETE_LAST:
            claims += [COLLAPSE, TREND]
        case Pattern.INSTRUMENT_BREAK:
            claims.append(REAL_SHIFT)
        case Pattern.NOISE | Pattern.SHORT_NOISY | Pattern.SEASONAL:
            claims.append(TREND)
        case Pattern.SPIKE | Pattern.DIP_RECOVERY:
            claims.append(TREND)
        case _:
            claims += [NO_CHANGE, _WRONG_WAY[truth.verdict]]
    return tuple(claims)


def blame_change(what: str) -> Unacceptable:
    """Refuse a recorded change as the stated cause, in the wordings people use."""
    name = re.escape(what)
    return Unacceptable(
        claim=f"The cause is: {what}",
        pattern=rf"(?<!not )\b(caused by|due to|because of|driven by|thanks to) (the )?{name}"
        rf"|{name} (caused|explains|drove|triggered|is responsible)",
    )
