"""Who a sentence about groups speaks of: predictors, levels, segments and what they stand against.

Matches a column's heading loosely ("each additional day" for days_active), but only where no
other column could be meant. Part of `drivers`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.facts import Findings
from bot.analysis.verification.tokens import Token, stem
from bot.analysis.verification.wordsets import words

_FILLING = words("of the per in number is has have a an count total n by and or to on")
_TOO_COMMON = words(
    "user customer account people person rat tim point percent odd chanc likely valu group row "
    "interval segment level ratio more less high low effect us plan-to"
)
_SEGMENT = "segment"  # the decomposition's only variable; only its levels are names
_PLAIN_LEVELS = words("yes no true false 1 0 y n t f not")
_TWO_SIDED = words("yes true 1 y t")
_AGAINST = words("than against versus vs")
_NEGATING = words("without no not non never")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a sentence names a variable, or one level of it.

    `is_against` marks the other side of a comparison ("than monthly users").
    """

    first: int
    last: int  # excluded
    variable: str
    level: str = ""
    is_against: bool = False


def find_mentions(tokens: Sequence[Token], findings: Findings) -> list[Mention]:
    """Return every mention in reading order, none overlapping."""
    found: list[Mention] = []
    taken: set[int] = set()
    for names, is_strong in _patterns(findings):
        for first, last in find_places(tokens, names[2], is_strong=is_strong):
            if taken & set(range(first, last)):
                continue
            taken |= set(range(first, last))
            variable, level = names[0], names[1]
            found.append(Mention(first, last, variable, level))
    found.sort(key=lambda mention: mention.first)
    levels = {mention.variable for mention in found if mention.level}
    kept = [m for m in found if m.level or m.variable not in levels]
    return [_placed(tokens, mention, findings) for mention in kept]


def _patterns(findings: Findings) -> list[tuple[tuple[str, str, tuple[str, ...]], bool]]:
    """List (variable, level, stems): whole names first, longest first, then single words."""
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    outcome: set[str] = set()
    for fact in findings.facts:
        subject = fact.subject
        if subject is None:
            continue
        outcome |= set(name_stems(subject.outcome))
        if not subject.variable:
            continue
        if subject.variable != _SEGMENT:
            names.setdefault((subject.variable, ""), name_stems(subject.variable))
        for level in (subject.level, subject.reference):
            if level and level.casefold() not in _PLAIN_LEVELS:
                own = name_stems(level)
                if all(part.isdigit() for part in own):  # "grade 2": a bare number is no name
                    own = (*name_stems(subject.variable), *own)
                names.setdefault((subject.variable, level), own)
    whole = [((*key, stems), True) for key, stems in names.items() if stems]
    whole.sort(key=lambda pattern: -len(pattern[0][2]))
    uses = Counter(part for stems in names.values() for part in set(stems))
    single = [
        ((*key, (part,)), False)
        for key, stems in names.items()
        for part in stems
        if len(stems) > 1
        and uses[part] == 1
        and part not in outcome | _TOO_COMMON
        and len(part) >= 3
        and not part.isdigit()
    ]
    return whole + single


def name_stems(name: str) -> tuple[str, ...]:
    """Return the stems of a heading's telling words, in order."""
    spaced = "".join(char if char.isalnum() else " " for char in name).casefold().split()
    return tuple(stem(word) for word in spaced if word not in _FILLING) or tuple(spaced)


def word_stems(token: Token) -> set[str]:
    """Return the stems of a token and of its hyphenated parts."""
    return {stem(token.low), *(stem(part) for part in token.low.split("-") if part)}


def find_places(
    tokens: Sequence[Token], stems: tuple[str, ...], *, is_strong: bool
) -> list[tuple[int, int]]:
    """Return where a name's stems stand together, as (first token, last token excluded)."""
    found, at = [], 0
    reach = len(stems) + (1 if is_strong and len(stems) > 1 else 0)
    while at < len(tokens):
        seen: set[str] = set()
        end = at
        for k in range(at, min(at + reach, len(tokens))):
            hit = word_stems(tokens[k]) & set(stems)
            if k == at and not hit:
                break
            seen |= hit
            if set(stems) <= seen:
                end = k + 1
                break
        if end > at:
            found.append((at, end))
            at = end
        else:
            at += 1
    return found


def _placed(tokens: Sequence[Token], mention: Mention, findings: Findings) -> Mention:
    """Fill in the level of a yes-or-no variable and see on which side of a comparison it is."""
    ahead = [tokens[k].low for k in range(max(mention.first - 4, 0), mention.first)]
    level = mention.level
    if not level:
        sides = {
            (fact.subject.level, fact.subject.reference)
            for fact in findings.facts
            if fact.subject and fact.subject.variable == mention.variable and fact.subject.reference
        }
        if len(sides) == 1:
            yes, no = next(iter(sides))
            if yes.casefold() in _TWO_SIDED:
                is_negated = bool(set(ahead[-2:]) & _NEGATING) or tokens[
                    mention.first
                ].low.startswith("non-")
                level = no if is_negated else yes
    pairs = [" ".join(ahead[k : k + 2]) for k in range(len(ahead))]
    against = bool(set(ahead) & _AGAINST) or bool(
        set(pairs) & {"compared with", "compared to", "relative to", "as for"}
    )
    return Mention(mention.first, mention.last, mention.variable, level, against)
