"""Superlatives: "peak in week 3", "the second-highest month", "lowest since September".

A rank is checked over levels, or over steps when the noun is one ("the largest drop"), within
the scope the sentence gives; ties are allowed.
"""

from collections import Counter
from collections.abc import Iterator

from bot.analysis.verification.directions import is_event_word, word_direction
from bot.analysis.verification.frame import Frame, Quantity, Superlative
from bot.analysis.verification.matching import (
    matches_difference,
    matches_level,
    matches_relative,
)
from bot.analysis.verification.numbers import CARDINALS, read_ordinal
from bot.analysis.verification.proof import Proof, name_position, proved, refused, show
from bot.analysis.verification.rankings import other_rankings
from bot.analysis.verification.subjects import rank_scopes, subject_places, subject_quantities
from bot.analysis.verification.vocabulary import (
    BAD_ADJECTIVES,
    DOWN_NOUNS,
    GOOD_ADJECTIVES,
    HIGH_ADJECTIVES,
    HIGH_NOUNS,
    LESS_IS_FAST,
    LOW_ADJECTIVES,
    LOW_NOUNS,
    MORE_IS_SLOW,
    PERIOD_NOUNS,
    STEEP,
    UP_NOUNS,
)
from bot.analysis.verification.wordsets import words

_NOW = words("ends closes finishes newest now latest currently today finished ended closed")
_STEP_NOUNS = UP_NOUNS | DOWN_NOUNS | {"step", "steps", "change", "move", "moves", "swing"}
_TABLES = words("ranking rankings table list order league standings")
_GAINS = {"added": 1, "adds": 1, "took": -1, "cost": -1}
MOST_RANKS = 20  # more in one sentence is no prose
STEP_REACH = 3  # "largest weekly gains", "biggest single drop"


def find_superlatives(frame: Frame) -> list[Superlative]:
    """Return the superlatives of a sentence, left to right (read once per sentence)."""
    if frame.superlatives is None:
        frame.superlatives = list(_read_superlatives(frame))[:MOST_RANKS]
    return frame.superlatives


def _read_superlatives(frame: Frame) -> Iterator[Superlative]:
    for at, token in enumerate(frame.tokens):
        if at in frame.taken:
            continue
        ranked = _read_ranks(frame, at)
        if ranked is not None:
            yield ranked
            continue
        if token.low in {"longest", "shortest"} and "row" in frame.lows:
            continue  # "4 rises in a row at the longest" ranks runs, which are checked as such
        side = _side(frame, at)
        if not side or token.kind != "word":
            continue
        if token.low in HIGH_NOUNS | LOW_NOUNS and not _is_noun_use(frame, at):
            continue
        yield _build(frame, at, side)


def _read_ranks(frame: Frame, at: int) -> Superlative | None:
    """Read "ranks second", "third in the ranking", "the runner-up", "lost most"."""
    ordinal = read_ordinal(frame.tokens, at)
    behind = [] if ordinal is None else frame.words(ordinal[1], ordinal[1] + 4)
    if ordinal is not None and behind[:1] in (["in"], ["on"]) and set(behind) & _TABLES:
        return Superlative(at, ordinal[1], 1, ordinal[0])
    if frame.low(at) in {"runner-up", "runners-up"}:
        return Superlative(at, at + 1, _first_side(frame, at), 2)
    if frame.low(at) == "record" and frame.low(at + 1) in PERIOD_NOUNS:
        return Superlative(at, at + 1, 1)
    if frame.low(at) in {"most", "least"} and frame.low(at + 1) not in {"recent", "likely", "of"}:
        moved = word_direction(frame, at - 1) or _GAINS.get(frame.low(at - 1), 0)
        if moved and not {"the", "at"} & {frame.low(at - 1)}:
            side = 1 if frame.low(at) == "most" else -1
            return Superlative(at, at + 1, side, steps=True, step_side=moved)
    if frame.low(at) not in {"ranks", "ranked", "rank", "ranking"}:
        return None
    ordinal = read_ordinal(frame.tokens, at + 1 + (frame.low(at + 1) in {"only", "just"}))
    if ordinal is None:
        return None
    return Superlative(at, ordinal[1], 1, ordinal[0])


def _first_side(frame: Frame, at: int) -> int:
    """Return the side a runner-up is second on: that of the superlative in front, else high."""
    sides = [_side(frame, k) for k in range(at) if frame.low(k) != "record"]
    return next((side for side in reversed(sides) if side), 1)


def _side(frame: Frame, at: int) -> int:
    low = frame.low(at)
    good = {True: 1, False: -1, None: 0}[frame.view.question.higher_is_better]
    if low in HIGH_ADJECTIVES | HIGH_NOUNS | MORE_IS_SLOW | STEEP:
        return 1
    if low in LOW_ADJECTIVES | LOW_NOUNS | LESS_IS_FAST:
        return -1
    if low in GOOD_ADJECTIVES:
        return good
    return -good if low in BAD_ADJECTIVES else 0


def _is_noun_use(frame: Frame, at: int) -> bool:
    """Keep "urgency: high", "low effort" and "record it" from counting as extremes."""
    low, before = frame.low(at), frame.low(at - 1)
    if frame.section.value == "urgency" and at == 0:
        return False
    if low in {"peaked", "bottomed"}:
        return True
    if low in {"record", "top", "floor", "bottom", "max", "min"}:
        return before in {"the", "a"} and frame.low(at + 1) in {
            "was",
            "of",
            "came",
            "at",
            "high",
            "low",
        }
    if low in {"low", "lows", "high", "highs"}:
        return before in {
            "the",
            "a",
            "its",
            "new",
            "record",
            "that",
            "this",
            "all-time",
            "their",
        }
    return before in {"the", "a", "its", "that", "to", "new", "was", "and", "from", "at"} or (
        frame.tokens[at].possessive or low in {"maximum", "minimum", "peak", "trough"}
    )


def _build(frame: Frame, at: int, side: int) -> Superlative:
    start, rank, many = at, 1, 1
    ordinal = read_ordinal(frame.tokens, at - 1)
    if ordinal is not None and ordinal[1] == at:
        rank, start = ordinal[0], at - 1
        if rank > 0 and CARDINALS.get(frame.low(at - 2), 0) >= 20:
            start = at - 2
    count = CARDINALS.get(frame.low(at - 1), 0)
    if count > 1:
        many, start = count, at - 1
    steps, step_side = False, 0
    for position in range(at + 1, at + 1 + STEP_REACH):
        low = frame.low(position)
        if frame.kind(position) != "word" or low in {"was", "is", "in", "of", "and"}:
            break
        if low in _STEP_NOUNS:
            steps = True
            step_side = 1 if low in UP_NOUNS else -1 if low in DOWN_NOUNS else 0
            break
    if not steps and not _names_periods(frame, at):
        steps, step_side = _subject_step(frame, at)
    if not steps and {"step", "steps"} & set(frame.words(at - 6, at)):
        steps = not _names_periods(frame, at)  # "the latest step, 20, is the smallest"
    if not steps and frame.low(at) in {"steepest", "sharpest"}:
        steps = True
    if not steps and {"change", "changed"} & set(frame.words(at, at + 12)):
        steps, step_side, side = True, side, 1
    if frame.low(start - 1) in {"joint", "joint-"}:
        start -= 1
    return Superlative(
        start, at + 1, side, rank, many, steps, step_side, _since(frame, at), _noun(frame, at)
    )


def _names_periods(frame: Frame, at: int) -> bool:
    return frame.low(at + 1) in PERIOD_NOUNS or _noun(frame, at)


def _subject_step(frame: Frame, at: int) -> tuple[bool, int]:
    """Read the subject of "November's loss of 210 was the largest": a step, and its side."""
    first, _ = frame.segment(at)
    if not {"was", "is"} & set(frame.words(max(first, at - 5), at)):
        return False, 0
    for position in range(first, at):
        low = frame.low(position)
        if low in _STEP_NOUNS and low not in {"high", "low"} and not is_event_word(frame, position):
            return True, 1 if low in UP_NOUNS else -1 if low in DOWN_NOUNS else 0
    return False, 0


def _noun(frame: Frame, at: int) -> bool:
    return frame.low(at) in HIGH_NOUNS | LOW_NOUNS


def _since(frame: Frame, at: int) -> int | None:
    for place in frame.places:
        if place.i > at and place.relation == "since" and place.windows and place.i - at <= 5:
            return place.windows[0][0]
    return None


def ranking(frame: Frame, found: Superlative, scope: tuple[int, ...]) -> list[int]:
    """Return positions of the scope, the named extreme first."""
    view = frame.view
    if found.steps:
        steps = {at: view.steps[at] for at in scope if at in view.steps}
        if found.step_side:
            steps = {at: value for at, value in steps.items() if value * found.step_side > 0}
            return sorted(steps, key=lambda at: (-abs(steps[at]) * found.side, at))
        return sorted(steps, key=lambda at: (-abs(steps[at]) * found.side, at))
    known = [at for at in scope if view.level(at) is not None]
    return sorted(known, key=lambda at: (-(view.level(at) or 0.0) * found.side, at))


def _key(frame: Frame, found: Superlative, at: int, relative: bool = False) -> float:
    if not found.steps:
        return frame.view.level(at) or 0.0
    step = abs(frame.view.steps.get(at, 0.0))
    if relative:
        before = frame.view.level(at - 1) or 0.0
        return step / before if before > 0 else 0.0
    return step


def holders(
    frame: Frame, found: Superlative, scope: tuple[int, ...], relative: bool = False
) -> set[int]:
    """Return every position that may carry the rank, ties included."""
    order = ranking(frame, found, scope)
    if relative:
        order.sort(key=lambda at: -_key(frame, found, at, relative=True) * found.side)
    keys = [_key(frame, found, at, relative) for at in order]
    counted = Counter(round(key, 9) for key in keys)
    standing: dict[float, tuple[int, int]] = {}  # per value: how many lie before it, how many kinds
    before = 0
    for kinds, value in enumerate(sorted(counted, reverse=found.side > 0)):
        standing[value] = (before, kinds)
        before += counted[value]
    carried: set[int] = set()
    for at, key in zip(order, keys, strict=True):
        better, distinct = standing[round(key, 9)]
        ranks = range(better + 1, better + counted[round(key, 9)] + 1)
        if found.many > 1:
            if better < found.many:
                carried.add(at)
        elif found.rank in ranks or distinct + 1 == found.rank:
            carried.add(at)
    return carried


_LEFT = words("between off followed follows following since after of before past")
_REFERRED = words("with below above than against to from since until")


def is_reference(frame: Frame, found: Superlative) -> bool:
    """Tell whether a superlative only names what a number is held against ("below its best week").

    The number is checked against it then; which period it was, the sentence does not say.
    """
    others = [other.side for other in find_superlatives(frame) if other is not found]
    if -found.side in others and not frame.places:
        return True  # "half a point separates the worst and the best week"
    at = found.i - 1
    while frame.low(at) in {"the", "its", "our", "their", "that"}:
        at -= 1
    if found.noun and frame.low(at) in _LEFT and not any(p.i == found.j + 1 for p in frame.places):
        return True  # "12 points off its peak", "six gains have followed the trough"
    behind = range(found.j, found.j + 4)
    placed = any(place.i in behind for place in frame.places)
    counted = [q for q in frame.quantities if not q.unit.startswith("period:")]
    return frame.low(at) in _REFERRED and bool(counted) and not placed


def prove_superlative(frame: Frame, found: Superlative) -> Proof:
    """Check a rank; words that leave open what they rank pass when one fair reading holds."""
    first = _prove_rank(frame, found)
    if first.holds:
        return first
    proofs = (_prove_rank(frame, other) for other in other_rankings(frame, found))
    return next((proof for proof in proofs if proof.holds), first)


def _prove_rank(frame: Frame, found: Superlative) -> Proof:
    """Check a rank against the period or number the sentence gives it to."""
    if found.noun and frame.low(found.i - 1) == "new":
        return _prove_record(frame, found)
    places = subject_places(frame, found)
    scopes = list(rank_scopes(frame, found, places))
    quantities = subject_quantities(frame, found)
    for place in places:
        if place.trouble or not place.windows:
            return refused(place.trouble or "the data do not say which period that is")
    worded = {at for place in places for window in place.windows for at in window}
    wanted = [at for place in places for at in place.windows[0]] if places else []
    if (
        not wanted
        and {"record", "all-time"} & set(frame.words(found.i - 1, found.j))
        and (frame.lows & {"is", "are", "stands", "now", "hit", "reached"})
    ):
        wanted, worded = [frame.view.last], {frame.view.last}
    stands = frame.words(found.i - 2, found.i) in (["at", "its"], ["at", "their"])
    if not wanted and not quantities and (stands and frame.lows & {"is", "are", "stands"}):
        wanted, worded = [frame.view.last], {frame.view.last}
    if not wanted and not quantities and set(frame.words(0, found.j + 4)) & _NOW:
        wanted = [frame.view.last]
        worded = {frame.view.last}
    reason = "there is no such extreme"
    for scope in scopes:
        for relative in (False, True) if found.steps else (False,):
            carried = holders(frame, found, scope, relative)
            if not carried:
                continue
            first = min(carried)
            reason = f"that was {name_position(frame.view, first)}"
            if not found.steps:
                reason += f" with {show(frame.view, frame.view.level(first) or 0.0)}"
            if wanted:
                if all(at in carried for at in wanted) or (
                    len(places) == 1 and worded & carried and len(places[0].windows) > 1
                ):
                    return _accept(frame, found, wanted[0], scope)
            elif not quantities or any(_carries(frame, found, q, carried) for q in quantities):
                return _accept(frame, found, first, scope)
    return refused(reason)


def _prove_record(frame: Frame, found: Superlative) -> Proof:
    """Check "set a new high": above everything before it, within the named set if there is one."""
    view = frame.view
    places = [place for place in frame.places if place.windows]
    window = places[0].windows[0] if places else (view.last,)
    pool = window if len(window) > 1 else view.known
    for at in window:
        level = view.level(at)
        earlier = [v for i in pool if i < at and (v := view.level(i)) is not None]
        if level is None or any((v - level) * found.side >= 0 for v in earlier):
            return refused(f"{name_position(view, at)} was not beyond all before it")
    return proved("derived:record", "beyond everything before it")


def _accept(frame: Frame, found: Superlative, at: int, scope: tuple[int, ...]) -> Proof:
    frame.now.points.append(at)
    kind = "step" if found.steps else "level"
    return proved(
        f"derived:rank:{kind}:{at}",
        f"{name_position(frame.view, at)} ranks so among {len(scope)} periods",
    )


def _carries(frame: Frame, found: Superlative, q: Quantity, carried: set[int]) -> bool:
    view = frame.view
    for at in carried:
        true = view.level(at)
        if true is None:
            continue
        if not found.steps and matches_level(view, q, true):
            return True
        if found.steps and at in view.steps:
            before = view.level(at - 1) or 0.0
            if matches_difference(view, q, view.steps[at], 0) or matches_relative(
                q, before, true, 0
            ):
                return True
    return False
