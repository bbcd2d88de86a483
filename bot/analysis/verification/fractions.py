"""Parts in words: "half a point", "two thirds of", "a tenth of a point", "half a year".

Also the noun that a number counts. What a part is of, the role checks decide.
"""

from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.hedges import read_margin
from bot.analysis.verification.numbers import PARTS, read_number
from bot.analysis.verification.vocabulary import PEOPLE, PERIOD_NOUNS
from bot.analysis.verification.wordsets import words

POINT_WORDS = words("point points pt pts")
_BETWEEN_NOUN = words(
    "more fewer less additional extra new lost active paying closed crashed completed "
    "activated weekly monthly daily total free of the our per all every missing small smaller "
    "large largest other lower higher net"
)
NOUN_REACH = 4  # tokens a noun may stand behind its number ("220 fewer activated users")


def read_fraction(frame: Frame, at: int) -> Quantity | None:
    """Read "half a point", "two thirds of", "a quarter of", "half of"."""
    low = frame.low(at)
    count, after = 1.0, at
    if low in {"a", "an", "one"} and frame.low(at + 1) in PARTS:
        after = at + 1
    elif low == "half":
        pass
    else:
        number = read_number(frame.tokens, at)
        if number is None or not number.worded or frame.low(number.after) not in PARTS:
            return None
        if not frame.low(number.after).endswith(("s", "half")) and number.value != 1:
            return None
        count, after = number.value, number.after
    part = PARTS.get(frame.low(after))
    if part is None:
        return None
    noun_at = after + 1
    tenths = _read_tenths(frame, at, after, count / part)
    if tenths is not None:
        return tenths
    if low == "half" and frame.low(noun_at) in {"a", "an"} and _is_calendar(frame, noun_at + 1):
        unit = f"period:{PERIOD_NOUNS[frame.low(noun_at + 1)]}"
        return Quantity(at, noun_at + 2, 0.5, 0.05, unit, worded=True)
    if (
        low == "half"
        and frame.low(noun_at) in {"a", "an"}
        and frame.low(noun_at + 1) in POINT_WORDS
    ):
        return Quantity(
            at,
            noun_at + 2,
            0.5,
            0.05,
            "pp" if frame.view.is_rate else "pt",
            worded=True,
            margin=read_margin(frame, at, noun_at),
        )
    if (
        part == 4
        and count > 1
        and frame.view.question.period.value == "quarter"
        and (frame.low(noun_at) not in {"of", "more", "less"})
    ):
        return None
    if frame.low(after) == "quarter" and not _is_quarter_share(frame, at, noun_at):
        return None
    noun = noun_near(frame, noun_at + 1) if frame.low(noun_at) == "of" else ""
    return Quantity(
        at, after + 1, 100 * count / part, 100 * count / part * 0.02, "share", noun=noun,
        worded=True, share=count / part, margin=read_margin(frame, at, after + 1),
    )  # fmt: skip


def _is_calendar(frame: Frame, at: int) -> bool:
    return PERIOD_NOUNS.get(frame.low(at), "") in {"day", "week", "month", "quarter", "year"}


def _read_tenths(frame: Frame, at: int, after: int, value: float) -> Quantity | None:
    """Read "a tenth of a point" as 0.1 points, "two tenths were lost" as 0.2 of a small value."""
    unit = "pp" if frame.view.is_rate else "pt"
    behind = frame.words(after + 1, after + 4)
    if behind[:2] in (["of", "a"], ["of", "one"]) and set(behind[2:]) & POINT_WORDS:
        return Quantity(at, after + 4, value, 0.1 * value, unit, worded=True)
    small = frame.view.unit in {"x", "pt"} or frame.view.is_rate
    if frame.low(after) == "tenths" and behind[:1] != ["of"] and small:
        return Quantity(at, after + 1, value, 0.05, unit if frame.view.is_rate else "", worded=True)
    return None


def read_one_point(frame: Frame, at: int) -> Quantity | None:
    """Read "a point", "a full point", "a percentage point" as 1."""
    if frame.low(at) not in {"a", "one"}:
        return None
    after = at + 1
    while frame.low(after) in {"full", "whole", "single", "percentage"}:
        after += 1
    if frame.low(after) != "point" or (
        after == at + 1
        and frame.low(at) == "a"
        and (frame.low(at - 1) in {"at", "to", "such", "is", "was"})
    ):
        return None
    unit = "pp" if frame.view.is_rate else "pt"
    return Quantity(at, after + 1, 1.0, 0.05, unit, worded=True, margin=read_margin(frame, at, at))


def _is_quarter_share(frame: Frame, at: int, behind: int) -> bool:
    """Tell "a quarter more" from "a quarter" of the year."""
    if frame.low(behind) in {"of", "more", "less", "higher", "lower", "up", "down", "fewer"}:
        return True
    if frame.low(behind) in {"ago", "later", "before", "after", "earlier", "in", "on"}:
        return False
    return frame.view.question.period.value != "quarter" and frame.low(at - 1) not in {
        "per", "each", "the", "in", "last", "this", "next",
    }  # fmt: skip


def noun_near(frame: Frame, at: int) -> str:
    """Return the counted noun behind a number, skipping a few adjectives."""
    for position in range(at, at + NOUN_REACH):
        low = frame.low(position)
        if frame.kind(position) != "word":
            return ""
        if low in PEOPLE:
            return low
        if low in PERIOD_NOUNS:
            return ""
        if low not in _BETWEEN_NOUN and position > at + 1:
            return ""
        if low in {"in", "on", "at", "to", "and", "from", "was", "is", "were", "by", "for", "with"}:
            return ""
    return ""
