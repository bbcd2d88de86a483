"""Is a proved sentence worth reading? Asked of each one before it is shown.

A small model also writes sentences that state nothing wrong and say nothing: stammering, an action
nobody is to do, an urgency without its level; or it names a cause as if a series could prove one.
They are written again like unproved ones. Whole texts are judged by the other checks of this
package, and more strictly.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from bot.analysis.answer import Section
from bot.analysis.parsing.months import month_names
from bot.analysis.quality.action import check_action, names_who_or_what

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# "The redesign is the cause": no series proves one. "Is the cause pricing?" asks.
_CAUSE = re.compile(
    r"\b(?:is|was|are|were)\s+(?:(?:clearly|surely|certainly|simply|also)\s+)?"
    r"(?:(?:the|a|an)\s+(?:\w+\s+)?causes?|due to|because of|caused by)\b|"
    r"\bthe cause alone\b|\bmust be the cause\b|\bcaused\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:not|no|never|nor|nothing|may|might|could|would|likely|likeliest|probably|possibl[ey]|"
    r"plausible|perhaps|suspect\w*|if|whether|unless|unproven|assum\w+)\b|\?|n't\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\W*(?:high|medium|low)\b", re.IGNORECASE)
# Words that come several times in sound sentences, and periods, which may be named twice.
_PLAIN = frozenset(
    {"a", "an", "the", "of", "in", "on", "to", "and", "or", "is", "was", "it", "that", "this", "at"}
    | {"day", "days", "week", "weeks", "month", "months", "quarter", "year", "from", "since", "by"}
    | {name[:3] for name in month_names()}
    | set(month_names())
)
# Origin of the bounds: no sentence of the 238 curated answers goes beyond them.
MOST_SAME_PAIRS = 2
MOST_SAME_TRIPLES = 1
SHARED_QUADRUPLES = 0.5  # with one earlier sentence
BARE_URGENCY_WORDS = 3  # "High, please act" gives no reason
FEWEST_QUADRUPLES = 4  # shorter sentences may well repeat a phrase


def find_weakness(text: str, section: Section, before: Sequence[tuple[Section, str]]) -> str:
    """Say why a sentence should be written again; empty when nothing speaks against it.

    `before` are the sentences already shown, each with its part.
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    if _stammers(words):
        return "it repeats its own words"
    if any(_retells(words, earlier) for _, earlier in before):
        return "it repeats an earlier sentence"
    if _CAUSE.search(text) and not _OPEN.search(text):
        return "it states a cause as proved"
    if any(part is section for part, _ in before):
        return ""
    if section is Section.RECOMMENDED_ACTION and not names_who_or_what(text):
        return "it names neither who does something nor what to do"
    if section is Section.URGENCY and not _LEVEL.match(text):
        return "it does not begin with High, Medium or Low"
    return ""


def count_missing(section: Section, text: str) -> int:
    """Tell how many plain sentences a finished part still needs: 0 when it stands by itself.

    An action must say who does what and how to tell, an urgency must have a reason.
    """
    if section is Section.RECOMMENDED_ACTION and not check_action(text).passed:
        return 2
    is_bare = len(_WORD.findall(text)) <= BARE_URGENCY_WORDS
    return int(section is Section.URGENCY and bool(text) and is_bare)


def _stammers(words: Sequence[str]) -> bool:
    told = [word for word in words if word not in _PLAIN and not word[0].isdigit()]
    pairs = Counter(itertools.pairwise(told))
    triples = Counter(zip(told, told[1:], told[2:], strict=False))
    return (
        max(pairs.values(), default=0) > MOST_SAME_PAIRS
        or max(triples.values(), default=0) > MOST_SAME_TRIPLES
    )


def _retells(words: Sequence[str], earlier: str) -> bool:
    mine = set(_quadruples(words))
    if len(mine) < FEWEST_QUADRUPLES:
        return False
    theirs = set(_quadruples([word.casefold() for word in _WORD.findall(earlier)]))
    return len(mine & theirs) >= SHARED_QUADRUPLES * len(mine)


def _quadruples(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(words, words[1:], words[2:], words[3:], strict=False))
