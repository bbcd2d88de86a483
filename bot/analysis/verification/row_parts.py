"""Which part of a split change a number of points is: rate or mix effect, contribution, change.

Part of `drivers`; reads words only and proves nothing.
"""

from bot.analysis.facts import FactKind
from bot.analysis.verification.row_sentence import Number, RowSentence
from bot.analysis.verification.row_words import DOWN, UP

_ROLES = {
    "mix": FactKind.MIX_EFFECT,
    "rate": FactKind.RATE_EFFECT,
    "adds": FactKind.EFFECT,
    "added": FactKind.EFFECT,
    "contributes": FactKind.EFFECT,
    "contributed": FactKind.EFFECT,
    "contributor": FactKind.EFFECT,
    "contribution": FactKind.EFFECT,
    "accounts": FactKind.EFFECT,
}


def name_whole_part(sentence: RowSentence, number: Number) -> tuple[str, ...]:
    """Return the facts about the whole that points may be; none where a segment is named."""
    near = set(sentence.words_but_outcome(number.last, number.last + 8))
    ahead = set(sentence.words_but_outcome(number.first - 6, number.first))
    first, last = sentence.segment(number.first)
    if any(first <= mention.first < last for mention in sentence.mentions):
        return ()
    if sentence.words(number.first - (2 if number.sign else 1), number.first)[:1] == ["of"]:
        return ("total.change",)
    if "interaction" in near | ahead:
        return ("total.interaction",)
    part = _part_named_before(sentence, number)
    if part:
        return (part,)
    if near & {"fall", "drop", "rise", "change", "decline", "increase", "gain"}:
        return ("total.change",)
    if "mix" in near or ("mix" in ahead and not near & {"rate", "rates"}):
        return ("total.mix",)
    if "rates" in near | ahead:
        return ("total.rate",)
    if "rate" in near | ahead:
        return ("total.rate",) if not ahead & {"total", "overall"} else ("total.change",)
    return ("total.change",)


def _part_named_before(sentence: RowSentence, number: Number) -> str:
    """Tell "the mix effect is 2 points", "rates account for 3": the part just before a number."""
    for at in range(number.first - 1, max(number.first - 8, -1), -1):
        token = sentence.tokens[at]
        if _parts_off(sentence, at):
            break
        if at in sentence.outcome_places:
            continue
        is_effect = sentence.words(at + 1, at + 2) == ["effect"]
        if token.low == "mix":
            return "total.mix"
        if token.low == "rates" or (token.low == "rate" and is_effect):
            return "total.rate"
    return ""


def find_kinds_of_change(sentence: RowSentence, number: Number) -> set[FactKind]:
    """Return the kinds a segment's points may be: rate or mix effect, contribution, own change."""
    start, end = number.first, number.last
    while start > max(number.first - 9, 0) and not _parts_off(sentence, start - 1):
        start -= 1
    while end < min(number.last + 7, len(sentence.tokens)) and not _parts_off(sentence, end):
        end += 1
    ahead = sentence.words_but_outcome(start, number.first)
    behind = sentence.words_but_outcome(number.last, end)
    word = next((word for word in [*reversed(ahead), *behind] if word in _ROLES), "")
    own = {FactKind.CHANGE, FactKind.SEGMENT_DIFFERENCE}
    # "Its rate rose by 3 points" is no rate effect: that one is weighted.
    if word == "rate" and set(ahead) & (UP | DOWN) and not {"effect", "mix"} & {*ahead, *behind}:
        return own
    return {_ROLES[word]} if word else own


def _parts_off(sentence: RowSentence, at: int) -> bool:
    """Whether words beyond this token belong to another number."""
    token = sentence.tokens[at]
    return token.kind == "num" or token.low in {",", "and", "(", ";"}


def find_said_side(sentence: RowSentence, number: Number) -> str:
    """Tell before from after by "from 30 % to 34 %" or "30 % before, 34 % after", else ''."""
    ahead = sentence.words(number.first - 1, number.first)
    if ahead in (["from"], ["to"]):
        return "before" if ahead == ["from"] else "after"
    for token in sentence.tokens[number.last : number.last + 3]:
        if token.kind == "num" or token.low in {"before", "after"}:
            return token.low if token.kind != "num" else ""
    return ""
