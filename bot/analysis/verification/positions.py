"""Places by number: "week 3", "weeks 4, 6 and 8", "the third week", "the first half".

Positions in a text count from 1, those of a place from 0.
"""

from bot.analysis.verification.anchors import event_of, metric_stems
from bot.analysis.verification.dates import read_date
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.numbers import read_number, read_ordinal
from bot.analysis.verification.periods_count import period_count
from bot.analysis.verification.tokens import stem
from bot.analysis.verification.vocabulary import CURRENCY_WORDS, PEOPLE, PERIOD_NOUNS, TIME_WORDS
from bot.analysis.verification.wordsets import words

_FILLERS = words(
    "complete full whole single weekly daily monthly quarterly sale recorded finished past"
)
_WHOLES = words("series year record data window table chart set last first past same")
_BEHIND_DAY = words("to until through on in was were is had has we the at with from when that")
_WITH_EVENT = words("with under off after since on")
_VALUE_UNITS = words("% percent points point pp per x times cents pt pts")


def period_noun(frame: Frame, at: int) -> str:
    """Return what a word counts ("week", "any", ...), "" when it counts no periods."""
    return PERIOD_NOUNS.get(frame.low(at), "")


def is_own(frame: Frame, noun: str) -> bool:
    """Tell whether a counted noun is the series' own period."""
    return noun in {"any", frame.view.question.period.value}


def read_week_of(frame: Frame, at: int) -> Place | None:
    """Read "the week of 13 June", "w/c 13 June", "week commencing 13 June"."""
    if period_noun(frame, at) in {"week", "month"} and frame.low(at + 1) in {
        "of", "commencing", "starting", "beginning", "from", "ending",
    }:  # fmt: skip
        after = at + 2 + (frame.low(at + 2) == "the")
        found = read_date(frame, after) if after < len(frame.tokens) else None
        if found is not None:
            found.i = at
            size = period_count(frame.view, 1, period_noun(frame, at))
            if size is not None and size > 1 and found.point is not None:
                found.windows = (frame.view.span(found.point, found.point + size - 1),)
                found.kind = "span"
            return found
    return None


def read_event_days(frame: Frame, at: int) -> Place | None:
    """Read "the three sale days", "the outage week": the change's own periods."""
    number = read_number(frame.tokens, at)
    start = at if number is None else number.after
    event = event_of(frame, start)
    if event is None or frame.view.events[event] is None:
        return None
    if not is_own(frame, period_noun(frame, start + 1) or "-"):
        return None
    index = frame.view.events[event] or 0
    plural = frame.low(start + 1).endswith("s")
    if number is None and plural:
        return None
    count = 1 if number is None else int(min(number.value, 1e6))
    window = frame.view.span(index, index + count - 1)
    kind = "point" if len(window) == 1 else "span"
    return Place(at, start + 2, (window,) if len(window) == count else (), kind)


def read_numbered(frame: Frame, at: int) -> Place | None:
    """Read "week 3", "w3", "weeks 4, 6 and 8", "weeks 2 to 5"."""
    short = frame.low(at)
    period = frame.view.question.period.value
    if frame.kind(at) == "name" and short[0] == period[0] and short[1:].isdigit():
        return position_place(frame, at, at + 1, [int(short[1:6])], ranged=False)
    noun = period_noun(frame, at)
    if not noun:
        return None
    if not (is_own(frame, noun) or noun in {"any-point", "week", "day", "month"}):
        return None
    numbers, after, ranged = _number_list(frame, at + 1)
    if not numbers:
        return None
    if noun == "any-point":
        return None
    if not is_own(frame, noun):
        size = period_count(frame.view, 1, noun)
        if size is None or size < 2:
            return None
        first, last = (min(numbers) - 1) * size, max(numbers) * size - 1
        window = frame.view.span(int(first), int(last))
        return Place(at, after, (window,) if window else (), "span")
    return position_place(frame, at, after, numbers, ranged)


def _number_list(frame: Frame, at: int) -> tuple[list[int], int, bool]:
    """Read "3 and 8", "2 to 5", "4, 6 and 8" behind a period noun: (numbers, behind, ranged)."""
    numbers: list[int] = []
    ranged, position, after = False, at, at
    while position < len(frame.tokens) and len(numbers) < 20:
        number = read_number(frame.tokens, position)
        token = frame.tokens[position]
        if number is None or "." in token.text or "," in token.text or number.value > 100_000:
            break
        if numbers and (number.value > frame.view.size or _is_value(frame, number.after)):
            break
        numbers.append(int(number.value))
        after = number.after
        low = frame.low(after)
        if low not in {",", "and", "to", "-", "through", "or", "&"}:
            break
        position = after + 1
        if low == "," and frame.low(position) == "and":
            position += 1
        if frame.low(position) == frame.low(at - 1).rstrip("s"):
            position += 1  # "from week 6 to week 8"
        following = read_number(frame.tokens, position)
        if low in {"to", "-", "through"} and following is not None:
            ranged = not _is_value(frame, following.after) and following.value <= frame.view.size
    return numbers, after, ranged


def _is_value(frame: Frame, at: int) -> bool:
    """Tell whether a unit or a place of its own follows, so that the number is no position."""
    low = frame.low(at)
    if period_noun(frame, at) and not period_noun(frame, at).startswith("any"):
        return True
    if low in _VALUE_UNITS or low in PEOPLE or low in CURRENCY_WORDS or low in TIME_WORDS:
        return True
    if stem(low) in metric_stems(frame.view.question) and frame.kind(at) == "word":
        return True
    return low in {"in", "on", "by"} and period_noun(frame, at + 1) != ""


def position_place(frame: Frame, i: int, j: int, numbers: list[int], ranged: bool) -> Place:
    """Make a place from written positions (1-based); outside the series it carries a trouble."""
    size = frame.view.size
    noun = frame.view.question.period.value
    outside = [number for number in numbers if not 1 <= number <= size]
    if outside:
        trouble = f"there is no {noun} {outside[0]}, the series has {size} {noun}s"
        return Place(i, j, (), "point", trouble=trouble)
    if ranged and len(numbers) == 2:
        first, last = sorted(numbers)
        return Place(i, j, (frame.view.span(first - 1, last - 1),), "span")
    window = tuple(number - 1 for number in numbers)
    return Place(i, j, (window,), "point" if len(window) == 1 else "set")


def read_ordinal_place(frame: Frame, at: int) -> Place | None:
    """Read "the third week", and "the twelfth" once a week was named before."""
    ordinal = read_ordinal(frame.tokens, at)
    if ordinal is None:
        return None
    value, after = ordinal
    while frame.low(after) in _FILLERS:
        after += 1
    noun = period_noun(frame, after)
    event = after_event(frame)
    fits = (noun and is_own(frame, noun)) or (not noun and frame.low(at - 1) == "the")
    if event is not None and fits and event + value <= frame.view.size:
        return Place(at, after + 1 if noun else after, ((event + value - 1,),), "point")
    if noun and is_own(frame, noun) and (into := _into_something(frame, at, after + 1, value)):
        return into
    if noun and is_own(frame, noun):
        return position_place(frame, at, after + 1, [value], ranged=False)
    if (
        noun == "week"
        and frame.view.question.period.value == "day"
        and value * 7 <= frame.view.size
    ):
        return Place(at, after + 1, (frame.view.span(value * 7 - 7, value * 7 - 1),), "span")
    ends = after >= len(frame.tokens) or frame.low(after) in {",", ".", ";", "and", "(", ")", "it"}
    led = frame.low(at - 2) in {"on", "from", "to", "by", "since", "until", "before", "after"}
    ends = ends or (frame.kind(at) == "ordinal" and (led or frame.low(after) in _BEHIND_DAY))
    if ends and frame.low(at - 1) == "the":
        if frame.kind(at) == "ordinal":
            return _day_of_month(frame, at, after, value)
        nouns = {PERIOD_NOUNS.get(low) for low in frame.words(0, at)}
        if frame.places or frame.view.question.period.value in nouns:
            numbers = [frame.ordinal_base + value]
            return position_place(frame, at, after, numbers, ranged=False)
    return None


def read_event_ordinal(frame: Frame, at: int) -> Place | None:
    """Read "the second week off the store", "the first month with the new fee"."""
    ordinal = read_ordinal(frame.tokens, at)
    if ordinal is None:
        return None
    value, after = ordinal
    while frame.low(after) in _FILLERS:
        after += 1
    noun = period_noun(frame, after)
    if not noun and frame.low(at - 1) == "the":
        after -= 1
    elif not is_own(frame, noun or "-"):
        return None
    named = _event_behind(frame, after + 2) if frame.low(after + 1) in _WITH_EVENT else None
    if named is None:
        return None
    frame.ordinal_base = frame.view.events[named[0]] or 0
    place = point_or_trouble(frame, at, named[1], frame.ordinal_base + value - 1)
    place.relation = "nth"
    return place


def _event_behind(frame: Frame, at: int) -> tuple[int, int] | None:
    """Return (change, token behind) of a dated change named within three tokens."""
    for position in range(at, at + 3):
        event = event_of(frame, position)
        if event is not None and frame.view.events[event] is not None:
            return event, position + 1
    return None


def after_event(frame: Frame) -> int | None:
    """Return where "after the change" starts when the sentence has said so already."""
    for place in frame.places:
        if place.relation in {"after", "since", "following", "when", "once"} and place.windows:
            return place.windows[0][0]
    return None


def read_half(frame: Frame, at: int) -> Place | None:
    """Read "the first half", "the second half of the series", "the other weeks"."""
    view, known = frame.view, frame.view.known
    low = frame.low(at)
    if low in {"first", "second", "latter"} and frame.low(at + 1) == "half":
        middle = len(known) // 2
        part = known[:middle] if low == "first" else known[len(known) - middle :]
        return Place(at, at + 2, (part,) if part else (), "span", relation="half")
    if low in {"other", "remaining"} and period_noun(frame, at + 1):
        named = {i for place in frame.places for window in place.windows for i in window}
        options = [named, *(set(window) for window in frame.before.windows[-2:])]
        options += [{view.high}, {view.low}]
        windows = tuple(tuple(i for i in known if i not in named) for named in options if named)
        return Place(at, at + 2, tuple(w for w in windows if w), "span", relation="other")
    return None


def _into_something(frame: Frame, i: int, j: int, value: int) -> Place | None:
    """Read "the second day of the incident": counted from a recorded change that may be meant."""
    named = frame.low(j) == "of" and frame.low(j + 1) in {"the", "this", "that"}
    thing = frame.low(j + 2)
    if not named or thing in _WHOLES or thing in PERIOD_NOUNS or frame.kind(j + 2) != "word":
        return None
    starts = [event for event in frame.view.events if event is not None]
    windows = tuple((at + value - 1,) for at in starts if at + value <= frame.view.size)
    return Place(i, j + 3, windows, "point", relation="nth") if windows else None


def _day_of_month(frame: Frame, i: int, j: int, value: int) -> Place | None:
    dates = frame.view.question.dates or ()
    found = tuple((k,) for k, day in enumerate(dates) if day.day == value)
    return Place(i, j, found, "point") if found else None


def point_or_trouble(frame: Frame, i: int, j: int, target: int) -> Place:
    """Make a place of one position, with a trouble when it lies outside."""
    if 0 <= target < frame.view.size:
        return Place(i, j, ((target,),), "point", relation="offset")
    return Place(i, j, (), "point", relation="offset", trouble="outside the series")
