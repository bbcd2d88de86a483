"""Numbers with their unit, sign and hedges: "-11 points", "about 220 fewer users", "half a point".

Reads what is written; which series operation a number must match is decided by the role checks.
"""

from dataclasses import replace

from bot.analysis.verification.fractions import (
    POINT_WORDS,
    noun_near,
    read_fraction,
    read_one_point,
)
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.hedges import read_margin
from bot.analysis.verification.numbers import Number, read_number
from bot.analysis.verification.vocabulary import (
    CURRENCY_SIGNS,
    CURRENCY_WORDS,
    PEOPLE,
    PERIOD_NOUNS,
    TIME_WORDS,
)
from bot.analysis.verification.wordsets import words

_CENTS = words("cent cents pence")
_PERIOD_FILLERS = words(
    "full complete whole single consecutive different separate other more further weekly daily "
    "monthly recorded negative positive bad good busy quiet weak strong slow poor odd normal "
    "ordinary early late new old down up losing growing rising falling"
)
_VERBS_OF_ONE = words("was is came fell rose")


def find_quantities(frame: Frame) -> None:
    """Fill `frame.quantities` from the tokens no place has taken."""
    at = 0
    while at < len(frame.tokens):
        if at in frame.taken:
            at += 1
            continue
        found = read_quantity(frame, at)
        if found is None:
            at += 1
            continue
        frame.quantities.append(found)
        frame.taken.update(range(found.i, found.j))
        at = max(found.j, at + 1)
    _share_units(frame)


def read_quantity(frame: Frame, at: int) -> Quantity | None:
    """Read one quantity that starts at token `at`; None when there is none."""
    fraction = read_fraction(frame, at) or read_one_point(frame, at)
    if fraction is not None:
        return fraction
    start, sign, currency = at, 0, ""
    if frame.low(at) in {"-", "+"} and _touches(frame, at) and not _glued(frame, at):
        sign, at = (-1 if frame.low(at) == "-" else 1), at + 1
    if frame.low(at) in CURRENCY_SIGNS and frame.kind(at + 1) == "num":
        currency, at = CURRENCY_SIGNS[frame.low(at)], at + 1
    elif frame.low(at) in CURRENCY_SIGNS and frame.low(at + 1) in {"-", "+"}:
        sign, currency, at = (
            (-1 if frame.low(at + 1) == "-" else 1),
            CURRENCY_SIGNS[frame.low(at)],
            at + 2,
        )
    number = read_number(frame.tokens, at)
    if number is None:
        return None
    halved = frame.words(number.after, number.after + 3) == ["and", "a", "half"]
    person = _read_one_in(frame, start, number)
    if person is not None:
        return person
    if number.worded and not halved and _is_pronoun_one(frame, at, number):
        return None
    share = _read_ratio_share(frame, start, number)
    if share is not None:
        return share
    counted = None
    if not currency and not sign and number.half_step == 0.5:
        counted = _read_count_of_periods(frame, start, number)
    if counted is not None:
        return counted
    if halved:
        number = replace(number, value=number.value + 0.5, half_step=0.05, after=number.after + 3)
    unit, after, noun = _read_unit(frame, number.after, worded=number.worded)
    if (
        not unit
        and number.worded
        and frame.low(start - 1) in {"all", "the", "these", "those"}
        and frame.low(start - 2) == "of"
        and (frame.low(start - 1) == "all" or _ends_phrase(frame, after))
    ):
        unit = "period:any"  # "the lowest of all ten", "the best of the twelve"
    if not unit and any(p.i == number.after and p.kind == "set" for p in frame.places):
        unit = "period:any"  # "the four Wednesdays"
    unit = currency or unit
    if unit == f"period:{frame.view.unit}" and frame.view.unit != frame.view.question.period.value:
        unit = frame.view.unit  # "2.6 days" of a weekly series that is measured in days
    value = number.value * (sign or 1)
    found = Quantity(start, after, value, number.half_step, unit, sign, noun=noun)
    found.worded = number.worded
    rate = _per_period(frame, after)
    if rate:
        found.per, found.j = True, max(found.j, rate)
    found.margin = read_margin(frame, start, after)
    return found


def _ends_phrase(frame: Frame, at: int) -> bool:
    return at >= len(frame.tokens) or frame.kind(at) == "sym"


def _read_count_of_periods(frame: Frame, start: int, number: Number) -> Quantity | None:
    """Read "five of the fourteen days", "three of the last five weeks", "two of them"."""
    if frame.low(number.after) != "of":
        return None
    at = number.after + 1
    while frame.low(at) in {"the", "those", "these", "all", "its", "our"}:
        at += 1
    place = next((place for place in frame.places if place.i == at), None)
    if place is not None and place.windows and len(place.windows[0]) > 1:
        found = Quantity(start, number.after, number.value, 0.5, "period:any", worded=True)
        found.whole = len(place.windows[0])
        return found
    whole = read_number(frame.tokens, at)
    if whole is None:
        return None
    unit, after, _ = _read_unit(frame, whole.after)
    if not unit.startswith("period:"):
        return None
    found = Quantity(start, after, number.value, 0.5, unit, worded=True)
    found.whole = int(min(whole.value, 1e9))
    return found


def _per_period(frame: Frame, at: int) -> int:
    """Return the token behind "a week", "per day", "each month" or 0."""
    for position in range(at, at + 4):
        if frame.low(position) in {"a", "per", "each", "every", "an"}:
            if frame.low(position + 1) in PERIOD_NOUNS and position + 1 not in frame.taken:
                return position + 2 if position == at else at
            return 0
        if frame.low(position) not in PEOPLE:
            return 0
    return 0


def _touches(frame: Frame, at: int) -> bool:
    return at + 1 < len(frame.tokens) and frame.tokens[at + 1].start == frame.tokens[at].end


def _glued(frame: Frame, at: int) -> bool:
    """Tell whether the sign follows a word or digit directly ("40-42", "Day-7")."""
    return (
        at > 0
        and frame.tokens[at - 1].end == frame.tokens[at].start
        and (frame.kind(at - 1) != "sym")
    )


def _is_pronoun_one(frame: Frame, at: int, number: Number) -> bool:
    """Keep "one" as a pronoun ("the one before") from being read as the number 1."""
    if frame.low(at) != "one":
        return False
    noun = frame.low(number.after)
    if frame.low(at - 1) in {"every", "only", "no", "any", "each", "this", "that", "another"}:
        return noun not in PERIOD_NOUNS
    return noun not in PERIOD_NOUNS and noun not in {"point", "percent", "%", "in", "third", "of"}


def _read_ratio_share(frame: Frame, start: int, number: Number) -> Quantity | None:
    """Read "three in ten", "9 of every 10", "two out of five" (not "five of the fourteen days")."""
    after = number.after
    if frame.low(after) == "in" and frame.low(after + 1) not in {"a", "the"}:
        after += 1
    elif frame.words(after, after + 2) in (["out", "of"], ["of", "every"]):
        after += 2
        after += frame.low(after) == "every"
    elif frame.low(after) == "of":
        after += 1
    else:
        return None
    whole = read_number(frame.tokens, after)
    if whole is None or whole.value <= number.value or whole.value > 1000:
        return None
    if number.half_step < 0.5:  # "4.4 out of 5" is a value on a scale
        return None
    if frame.low(whole.after) in PERIOD_NOUNS or "." in frame.tokens[after].text:
        return None
    if frame.low(whole.after) in {"%", "percent"} or _read_unit(frame, whole.after)[0] == "pp":
        return None
    share = number.value / whole.value
    return Quantity(
        start, whole.after, 100 * share, 100 * share * 0.02, "share", share=share, worded=True,
        noun=noun_near(frame, whole.after), margin=read_margin(frame, start, whole.after),
    )  # fmt: skip


def _read_one_in(frame: Frame, start: int, number: Number) -> Quantity | None:
    """Read "one visitor in five", "two users out of three"."""
    after = number.after + 1
    if frame.kind(number.after) != "word" or frame.low(after) not in {"in", "out"}:
        return None
    whole = read_number(frame.tokens, after + 1 + (frame.low(after) == "out"))
    noun = frame.low(number.after)
    if whole is None or not number.worded or whole.value <= number.value or whole.half_step < 0.5:
        return None
    if not whole.worded and (whole.value > 1000 or noun in _VERBS_OF_ONE):
        return None
    if noun in PERIOD_NOUNS or frame.low(whole.after) in PERIOD_NOUNS or noun == "in":
        return None
    share = number.value / whole.value
    return Quantity(
        start, whole.after, 100 * share, 100 * share * 0.05, "share", share=share, worded=True,
        noun=noun, margin=read_margin(frame, start, whole.after),
    )  # fmt: skip


def _read_unit(frame: Frame, at: int, *, worded: bool = False) -> tuple[str, int, str]:
    """Return (unit, token behind it, noun); an unknown word is no unit."""
    low = frame.low(at)
    if low == "-" and frame.kind(at + 1) == "word" and _joined(frame, at):
        at, low = at + 1, frame.low(at + 1)
    if low in {"%", "percent", "pct"} or (low == "per" and frame.low(at + 1) == "cent"):
        after = at + 1 + (low == "per")
        if frame.low(after) in POINT_WORDS:
            return "pp", after + 1, ""
        return "%", after, ""
    if low in {"pp", "pps", "ppt", "ppts"}:
        return "pp", at + 1, ""
    if low == "p" and frame.low(at + 1) == "." and frame.low(at + 2) == "p":
        return "pp", at + 3, ""
    if low in {"percentage", "percent"} and frame.low(at + 1) in POINT_WORDS:
        return "pp", at + 2, ""
    if low in POINT_WORDS:
        return ("pp" if frame.view.is_rate else "pt"), at + 1, ""
    if low in _CENTS or (low == "p" and frame.view.unit == "GBP" and _joined(frame, at)):
        return "cent", at + 1, ""
    if low in CURRENCY_WORDS:
        return CURRENCY_WORDS[low], at + 1, ""
    if low in {"x", "times", "fold"}:
        return "x", at + 1, ""
    if low in TIME_WORDS and not (low in {"s", "h"} and worded):
        return TIME_WORDS[low], at + 1, ""
    behind = at
    while frame.low(behind) in _PERIOD_FILLERS:
        behind += 1
    if behind == at and worded and frame.kind(at) == "word" and low not in PERIOD_NOUNS:
        behind += low.endswith(("er", "ing", "ed", "y", "ful"))  # "two better quarters"
    if behind > at and frame.low(behind) in PERIOD_NOUNS and behind not in frame.taken:
        return f"period:{PERIOD_NOUNS[frame.low(behind)]}", behind + 1, ""
    if low in PERIOD_NOUNS and PERIOD_NOUNS[low] != "any-point":
        return f"period:{PERIOD_NOUNS[low]}", at + 1, ""
    noun = noun_near(frame, at)
    if noun:
        return "noun", at, noun
    return "", at, ""


def _joined(frame: Frame, at: int) -> bool:
    return at + 1 < len(frame.tokens) and frame.tokens[at - 1].end == frame.tokens[at].start


def _share_units(frame: Frame) -> None:
    """Let "from 42 to 31 %" share the unit behind, and "In minutes, it is 222" the one in front."""
    if frame.low(0) == "in" and frame.low(1) in TIME_WORDS and frame.low(2) == ",":
        for q in frame.quantities:
            q.unit = q.unit or TIME_WORDS[frame.low(1)]
    for one, two in zip(frame.quantities[:-1], frame.quantities[1:], strict=True):
        if one.margin == "about" and two.margin == "plain" and frame.low(two.i - 1) == "and":
            two.margin = "about"  # "about 1,230 in the first week and 1,430 in the second"
    count = len(frame.quantities)
    for at in range(count - 2, -1, -1):
        one, two = frame.quantities[at : at + 2]
        gap = frame.words(one.j, two.i)
        if (
            one.unit in {"pp", "pt"}
            and not two.unit
            and gap in (["to"], ["and"])
            and not two.worded
        ):
            two.unit = one.unit  # "widened from 4 points to 15"
        # The nearest number behind decides: words up to a later one include those up to it.
        behind = frame.quantities[at + 2] if at + 2 < count else None
        listed = behind is not None and set(frame.words(two.j, behind.i)) <= {",", "and"}
        if one.unit or not two.unit or two.unit.startswith(("period", "share", "x")):
            continue
        if (len(gap) <= 2 and set(gap) <= {"to", "and", "-", "or"}) or (gap == [","] and listed):
            one.unit, one.noun = two.unit, one.noun or two.noun
