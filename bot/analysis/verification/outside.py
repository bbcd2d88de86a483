"""Numbers from outside the series: predictions, benchmarks, shares of a cause, certain causes.

No fact can carry them, so they are refused even when their value happens to occur in the series.
"""

from bot.analysis.answer import Section
from bot.analysis.verification.anchors import event_of, metric_stems
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.tokens import stem
from bot.analysis.verification.vocabulary import (
    BENCHMARK,
    CAUSE_VERBS,
    FUTURE,
    HEDGES,
    IMPERATIVES,
    PERIOD_NOUNS,
    PREDICTIVE,
    SOFT_FUTURE,
)
from bot.analysis.verification.wordsets import words

_CERTAIN = words("caused proves prove proved proven triggered")
_PARTS_OF_EFFECT = words(
    "lost loss losses gain gains drop fall decline increase rise growth change effect difference "
    "cancellations churned lift uplift shortfall improvement contraction new"
)
_CONDITION = words("if unless whether until when once in-case")
_OWN = words("our we us ourselves target budget limit goal board's own")
_AUTHORITIES = words("textbook textbooks literature")
_NORMAL = words("normal healthy standard common usual typical good great acceptable")
_STATES = words("back above below higher lower over under no fewer more")
_OUTCOMES = words(
    "reach reaches hit recover recovers return returns climb rise fall drop exceed pass "
    "settle show gain be stay get lift improve grow increase decline bring add jump land end "
    "go come bounce back deliver yield save double halve triple"
)


def is_prediction(frame: Frame, q: Quantity) -> bool:
    """Tell whether the clause of a number speaks of the future as if it were known."""
    first, _ = frame.segment(q.i)
    ahead = frame.words(first, q.i)
    if is_promised(frame, q):
        return True
    if set(frame.words(0, q.i)) & _CONDITION and not set(ahead) & FUTURE:
        return False
    for at in range(q.i - 1, -1, -1):
        low = frame.low(at)
        if low in {";", "."}:
            return False
        if at in frame.taken:
            continue  # "May" is a month there
        if low in FUTURE and not (low == "would" and _is_counterfactual(frame)):
            return True
        if low in PREDICTIVE and low != "project":
            return True
        if low in SOFT_FUTURE and frame.low(at + 1) in _OUTCOMES:
            names_metric = stem(frame.low(at - 1)) in metric_stems(frame.view.question)
            if names_metric or frame.low(at + 1) not in IMPERATIVES:
                return True
        if (
            low == "to"
            and frame.low(at + 1) in {"reach", "hit", "recover", "return"}
            and (frame.low(at - 1) in {"likely", "set", "bound", "sure", "due", "going"})
        ):
            return True
    return False


_MAKES = words("brings bring lifts lift takes take gets get returns return puts put")
_THITHER = words("to back over above under below")
_BASES = words("us it them the our")


def is_promised(frame: Frame, q: Quantity) -> bool:
    """Tell "fixing it brings us back over 4.0", "four more weeks bring us to 4.3" from a report."""
    if frame.places and frame.section is Section.ANALYSIS:
        return False
    for at in range(max(0, q.i - 8), q.i):
        if frame.low(at) not in _MAKES or frame.low(at + 1) not in _BASES:
            continue
        started = (
            frame.low(0).endswith("ing") and frame.low(0) != "bring"
        ) or "more" in frame.words(0, at)
        if started and set(frame.words(at + 1, q.i)) & _THITHER:
            return True
    return False


def _is_counterfactual(frame: Frame) -> bool:
    """Tell "if all eight had run at 810, 2,440 more would have gone out" from a prediction."""
    return {"had", "have"} <= frame.lows and ("if" in frame.lows or frame.low(0) == "had")


def worded_prediction(frame: Frame) -> tuple[int, int] | None:
    """Return the tokens of "there will be no failures", "it will recover", None without one."""
    if frame.lows & (_CONDITION | HEDGES | {"we", "i", "you"}):
        return None
    for at, token in enumerate(frame.tokens):
        if token.low not in {"will", "'ll", "won't"} or at in frame.taken:
            continue
        behind = frame.low(at + 1 + (frame.low(at + 1) in {"not", "soon", "then", "keep", "also"}))
        about = any(stem(low) in metric_stems(frame.view.question) for low in frame.lows)
        there = frame.low(at - 1) == "there" and behind == "be" and frame.low(at + 2) in _STATES
        subject = frame.low(at - 1) in {"it", "they", "rate", "numbers", "values"} or about
        outcome = behind in _OUTCOMES and (behind != "be" or frame.low(at + 2) in _STATES)
        if there or (subject and outcome):
            return at, at + 2
    return None


def is_benchmark(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number is said to hold for others: an industry, peers, "typically"."""
    first, last = frame.segment(q.i)
    words = set(frame.words(first, last))
    if _as_a_rule(frame, q) or frame.lows & _AUTHORITIES:
        return True
    if frame.lows & {"considered", "regarded", "deemed"} and frame.lows & _NORMAL:
        return True
    if words & _OWN and not words & {"industry", "benchmark", "peers", "norm", "sector"}:
        return False
    for at in range(first, last):
        low = frame.low(at)
        if low not in BENCHMARK or event_of(frame, at) is not None:
            continue
        if low in {"competitor", "competitors", "rival", "rivals", "apps", "app", "category"} and (
            frame.tokens[at].possessive
        ):
            continue
        return True
    return False


def _as_a_rule(frame: Frame, q: Quantity) -> bool:
    behind = frame.words(q.j, q.j + 10)
    if any(behind[k : k + 3] == ["as", "a", "rule"] for k in range(len(behind))):
        return True
    ahead = frame.words(q.i - 4, q.i) + behind[:5]
    return (
        "market" in ahead
        and "the" in ahead
        and bool({"below", "above", "under", "over"} & set(ahead))
    )


def is_cause_share(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number splits an effect among causes ("explains 80 % of the loss")."""
    first, last = frame.segment(q.i)
    if not (q.unit in {"%", "share"} or frame.low(q.j) == "of"):
        return False
    if frame.lows & {"came", "come", "happened", "occurred"} and frame.places:
        return False  # a share of the change by time, which the series can prove
    whole = frame.low(q.j) == "of" and frame.low(q.j + 1) in {"the", "all", "those", "these"}
    if whole and set(frame.words(q.j + 2, q.j + 5)) & _PARTS_OF_EFFECT:
        return True
    for at in range(first, last):
        low = frame.low(at)
        if low in {"account", "accounts", "accounted"} and frame.low(at + 1) != "for":
            continue
        if (low in CAUSE_VERBS and at < q.i) or low == "because":
            return True
    return False


def credits_event(frame: Frame, q: Quantity) -> bool:
    """Read "the phone field alone brought 4 of the 12 points", "the bank is behind all but two"."""
    named = any(event_of(frame, at) is not None for at in range(q.i))
    period = any(low in PERIOD_NOUNS for low in frame.words(0, q.i))
    if not named or period:
        return False
    ahead = frame.words(0, q.i)
    if "alone" in ahead and frame.low(q.j) == "of":
        return True
    return any(ahead[k : k + 2] in (["is", "behind"], ["was", "behind"]) for k in range(len(ahead)))


def certain_cause(frame: Frame) -> tuple[int, int] | None:
    """Return the tokens of an unhedged cause claim for a recorded change, None without one."""
    words = frame.lows
    if words & HEDGES or not frame.view.events:
        return None
    names_event = any(event_of(frame, at) is not None for at in range(len(frame.tokens)))
    for at, token in enumerate(frame.tokens):
        if token.low in _CERTAIN and names_event:
            return at, at + 1
        if (
            token.low in {"cause", "reason"}
            and names_event
            and frame.low(at - 1) == "the"
            and (frame.low(at - 2) in {"is", "was"})
        ):
            return at - 1, at + 1
        if token.low == "due" and frame.low(at + 1) == "to" and event_near(frame, at + 2):
            return at, at + 2
        if token.low == "because" and frame.low(at + 1) == "of" and event_near(frame, at + 2):
            return at, at + 2
    return None


def event_near(frame: Frame, at: int) -> bool:
    """Tell whether a recorded change is named within four tokens."""
    return any(event_of(frame, position) is not None for position in range(at, at + 4))
