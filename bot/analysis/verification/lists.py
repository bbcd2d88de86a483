"""Lists of values: "5,400, 5,450 and 5,600", "42 %, 41 % and 38 % in weeks 1, 2 and 3".

A list must match the named periods in order, or values that follow each other in the series.
"""

from collections.abc import Iterator

from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.matching import matches_level
from bot.analysis.verification.proof import Proof, name_position, proved, refused, show

SHORTEST_LIST = 3


def find_lists(levels: list[Quantity], frame: Frame) -> Iterator[list[Quantity]]:
    """Yield runs of three or more levels joined by commas, "and" or "then"."""
    group: list[Quantity] = []
    pairs = any(len(w) == 2 and p.kind == "span" for p in frame.places for w in p.windows)
    shortest = 2 if pairs and "to" not in frame.lows else SHORTEST_LIST
    for q in levels:
        joined = group and set(frame.words(group[-1].j, q.i)) <= {",", "and", "then", "to", "or"}
        if group and not joined:
            if len(group) >= shortest:
                yield group
            group = []
        group.append(q)
    if len(group) >= shortest:
        yield group


def prove_list(frame: Frame, group: list[Quantity]) -> list[Proof]:
    """Check the values of a list, in order."""
    view = frame.view
    windows = [w for place in frame.places for w in place.windows if len(w) == len(group)]
    if not windows:
        known = view.known
        size = len(group)
        windows = [known[start : start + size] for start in range(len(known) - size + 1)]
    best: list[Proof] = []
    for window in windows:
        proofs = []
        for q, at in zip(group, window, strict=True):
            true = view.level(at) or 0.0
            text = f"{name_position(view, at)} was {show(view, true)}"
            proofs.append(
                proved(f"level.{at}", text) if matches_level(view, q, true) else refused(text)
            )
        if all(proof.holds for proof in proofs):
            return proofs
        if sum(proof.holds for proof in proofs) > sum(proof.holds for proof in best):
            best = proofs
    return best or [refused("no such values follow each other") for _ in group]
