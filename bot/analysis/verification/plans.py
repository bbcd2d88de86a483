"""Plan numbers: durations, sample shares, deadlines, stop thresholds and amounts of an action.

A number is a plan when an imperative, or a named owner with an action, carries it in the
recommended action. A predicted outcome is never a plan.
"""

from bot.analysis.answer import Section
from bot.analysis.verification.anchors import metric_stems
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.tokens import stem
from bot.analysis.verification.vocabulary import (
    BENCHMARK,
    CONDITIONALS,
    IMPERATIVES,
    OWNERS,
)
from bot.analysis.verification.wordsets import words

_PAST = words(
    "fell rose dropped climbed slid declined increased decreased went was were averaged stood "
    "peaked reached lost gained grew sank slipped jumped has had been"
)
_OBJECTS = words("the a an our its all every each this these that those two three five ten")
_NO_VERBS = words(
    "the a an we it this that these those our its if when once after before with in on"
)
_IDIOMS = words(
    "out away differently another simply bluntly plainly together against in this beside"
)
_SUCCESS = words("confirm confirms confirmed would success succeed successful")


def is_instruction(frame: Frame) -> bool:
    """Tell whether the sentence asks somebody to do something."""
    start = 0
    while frame.kind(start) == "sym" or frame.kind(start) == "num":
        start += 1
    for at in range(start, len(frame.tokens)):
        low = frame.low(at)
        at_clause_start = at == start or frame.is_break(at - 1) or frame.low(at - 1) in {
            "then", "please", "first", "next", "should", "to", "days", "weeks", "week", "friday",
        }  # fmt: skip
        if low in IMPERATIVES and at_clause_start:
            return True
        if at == start and frame.section is Section.RECOMMENDED_ACTION and _orders(frame, at):
            return True
        if low in {"should", "must", "to"} and frame.low(at + 1) in IMPERATIVES:
            return bool(frame.lows & OWNERS) or frame.section is Section.RECOMMENDED_ACTION
    return False


def _orders(frame: Frame, at: int) -> bool:
    """Tell whether a recommendation opens with a bare verb: no subject, no inflection."""
    low = frame.low(at)
    bare = frame.kind(at) == "word" and not low.endswith(("s", "ed", "ing", "ly", "'ll"))
    led = frame.low(at + 1) in _OBJECTS or frame.kind(at + 1) == "num"
    return (
        bare and led and low not in _NO_VERBS and stem(low) not in metric_stems(frame.view.question)
    )


def is_plan(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number belongs to the plan itself."""
    if frame.section is Section.URGENCY:
        return False
    if frame.section is Section.ANALYSIS and (
        not _starts_imperative(frame) or q.sign or q.unit == "pp"
    ):
        return False
    first, _ = frame.segment(q.i)
    clause = set(frame.words(first, q.i))
    conditional = bool(set(frame.words(0, q.i)) & (CONDITIONALS | _SUCCESS)) or bool(
        frame.lows & _SUCCESS
    )
    timed = q.unit.startswith("period:") and is_instruction(frame)
    if clause & _PAST and not conditional and not timed:
        return False
    if clause & BENCHMARK and not conditional:
        return False
    return is_instruction(frame) or conditional


def _starts_imperative(frame: Frame) -> bool:
    idiom = frame.low(0) in {"put", "taken", "set", "seen", "read"} and frame.low(1) in _IDIOMS
    return (
        bool(frame.tokens) and frame.low(0) in IMPERATIVES and frame.kind(1) != "sym" and not idiom
    )
