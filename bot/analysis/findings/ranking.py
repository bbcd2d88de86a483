"""Which facts the prompt carries: the dozen most worth telling, of different sorts.

A small model does better with few lines it can copy than with every number there is; the
checker knows the rest.
"""

from collections import Counter

from bot.analysis.facts import Fact, FactKind

MOST_TOLD = 10
LAST_TOLD_RANK = 50
# At most this many facts of one kind, so that a dozen lines cover a dozen things.
MOST_OF_KIND = {FactKind.OUTLIER: 2, FactKind.CHANGE: 3, FactKind.INTERVAL: 1, FactKind.LEVEL: 2}
MOST_OF_OTHER_KIND = 3
# Keeps system message, facts and question near 350 tokens: with 560 characters the median is 351
# and the largest 407 over 372 questions (packaged SmolLM2 tokenizer).
MOST_CHARACTERS = 560


def choose_told(facts: list[Fact]) -> tuple[str, ...]:
    """Return the ids of the facts to tell, best first."""
    told: list[Fact] = []
    kinds: Counter[FactKind] = Counter()
    characters = 0
    for fact in sorted(facts, key=lambda fact: fact.rank):
        if fact.rank > LAST_TOLD_RANK or len(told) == MOST_TOLD:
            break
        if kinds[fact.kind] >= MOST_OF_KIND.get(fact.kind, MOST_OF_OTHER_KIND):
            continue
        if characters + len(fact.text) > MOST_CHARACTERS or _says_the_same(fact, told):
            continue
        told.append(fact)
        kinds[fact.kind] += 1
        characters += len(fact.text)
    return tuple(fact.id for fact in told)


def _says_the_same(fact: Fact, told: list[Fact]) -> bool:
    """True when a fact of the same kind over the same window is told, or a total names its ends."""
    if fact.kind is FactKind.LEVEL:
        return any(other.kind is FactKind.CHANGE for other in told)
    return any(
        other.kind is fact.kind and other.window == fact.window and fact.unit == other.unit
        for other in told
        if fact.kind in {FactKind.CHANGE, FactKind.STREAK}
    )
