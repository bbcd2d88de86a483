"""Counted windows and distances: "five weeks since the redesign", "a week after the peak".

A window must have the written size and fit the series; otherwise the place carries a trouble.
"""

from bot.analysis.verification.anchors import anchor_at, event_of, implied_anchor
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.numbers import read_number
from bot.analysis.verification.periods_count import period_count
from bot.analysis.verification.positions import period_noun, point_or_trouble
from bot.analysis.verification.vocabulary import CURRENCY_WORDS, MEAN_WORDS, PEOPLE
from bot.analysis.verification.wordsets import words

_FILLERS = words(
    "complete full whole single weekly daily monthly quarterly sale recorded finished past"
)
_BACKWARD = words("before preceding prior until")
_FORWARD = words("after following since from")
_LATER = words("later after afterwards on")
_EARLIER = words("earlier before ago previously")
_WINDOW_LEADS = words("the all those these over during across in for of")


def read_counted(frame: Frame, at: int) -> Place | None:
    """Read "five weeks since the redesign", "one week after the peak", "two weeks ago"."""
    counted = _count_of_periods(frame, at)
    if counted is None or frame.low(at - 1) == "within":
        return None
    count, noun, after = counted
    frame.count_noun = frame.count_noun or (noun if noun != "any" else "")
    size = period_count(frame.view, count, noun)
    relation = frame.low(after)
    if relation == "prior" and frame.low(after + 1) == "to":
        after += 1
    if relation in _EARLIER | _LATER and relation not in {"before", "after"}:
        return _offset_place(frame, at, after + 1, count, noun, relation)
    if relation == "leading" and frame.words(after + 1, after + 3) == ["up", "to"]:
        relation, after = "before", after + 2
    if size is not None and relation in {"with", "under", "without"}:
        return _window_of_event(frame, at, after, size)
    if size is not None and frame.words(after, after + 3) == ["at", "the", "end"]:
        return Place(at, after + 3, (frame.view.known[-size:],), "span", sized=size)
    if size is not None and frame.words(after, after + 3) == ["at", "the", "start"]:
        return Place(at, after + 3, (frame.view.known[:size],), "span", sized=size)
    if size is None or relation not in _BACKWARD | _FORWARD:
        return None
    if relation == "from" and frame.low(after + 1) == "now":
        return None
    anchor = anchor_at(frame, after + 1)
    bare = frame.low(after + 1) not in {"the", "our", "that", "this"}
    if anchor is None and bare and relation == "before" and noun == frame.count_noun:
        # "the last four quarters ..., the four before": the window named first is meant.
        named = [place.windows[0] for place in frame.places if place.windows]
        if named and len(named[-1]) > 1 and not period_noun(frame, after - 1):
            anchor = (named[-1][0], named[-1][-1], after + 1)
    if anchor is None and (unnamed := _before_unnamed(frame, at, after, size, relation)):
        return unnamed
    if anchor is None:
        implied = implied_anchor(frame) if relation in {"before", "after", "since"} else None
        if implied is None:
            return None
        anchor = (implied, implied, after + 1)
    first, last, end = anchor
    frame.count_noun = noun
    is_window = frame.low(at - 1) in _WINDOW_LEADS or relation in {"since", "from"}
    is_window = is_window or frame.low(end) in MEAN_WORDS | {":"}
    if not is_window and relation in {"before", "after"}:
        target = last + size if relation == "after" else first - size
        return point_or_trouble(frame, at, end, target)
    return _counted_window(frame, (at, end), size, relation, (first, last))


def _before_unnamed(frame: Frame, at: int, after: int, size: int, relation: str) -> Place | None:
    """Read "the four before the strike" where no change is called so: any change may be meant."""
    named = frame.low(after + 1) in {"the", "our"} and frame.kind(after + 2) == "word"
    starts = sorted({event for event in frame.view.events if event})
    if not named or not starts or relation not in {"before", "after", "since"}:
        return None
    shift = -size if relation == "before" else 0
    spans = [frame.view.span(s + shift, s + shift + size - 1) for s in starts]
    windows = tuple(span for span in spans if len(span) == size)
    return Place(at, after + 3, windows, "span", relation="counted", sized=size)


def _window_of_event(frame: Frame, at: int, after: int, size: int) -> Place | None:
    """Read "the four weeks with the early fee", "six weeks without it".

    As many periods from one of the changes on, or up to it; a pronoun means the change spoken of.
    """
    end = next((k for k in range(after + 1, after + 6) if event_of(frame, k) is not None), None)
    if end is None and frame.low(after + 1) in {"it", "them"}:
        end = after + 1
    if end is None:
        return None
    starts = sorted({event for event in frame.view.events if event is not None})
    if frame.low(after) == "without":
        spans = [frame.view.span(start - size, start - 1) for start in starts]
    else:
        spans = [frame.view.span(start, start + size - 1) for start in starts]
    windows = tuple(span for span in spans if len(span) == size)
    return Place(at, end + 1, windows, "span", relation="counted", sized=size)


def _count_of_periods(frame: Frame, at: int) -> tuple[float, str, int] | None:
    """Read "five weeks", "a day", or "the five" before "after": (count, noun, behind)."""
    number = read_number(frame.tokens, at)
    half = frame.low(at) == "half" and frame.low(at + 1) in {"a", "an"}
    if half and period_noun(frame, at + 2) in {"year", "quarter", "month"}:
        return 0.5, period_noun(frame, at + 2), at + 3
    if number is None:
        if (
            frame.low(at) not in {"a", "an"}
            or not period_noun(frame, at + 1)
            or _is_rate(frame, at)
        ):
            return None
        if frame.low(at + 1) == "quarter" and frame.view.question.period.value != "quarter":
            return None
        count, after = 1.0, at + 1
    else:
        count, after = number.value, number.after
    while frame.low(after) in _FILLERS:
        after += 1
    noun = period_noun(frame, after)
    if noun:
        return count, noun, after + 1
    led = frame.low(after) in {"before", "after", "since"} or (
        frame.low(after) in {"with", "without"} and bool(frame.count_noun)
    )
    if number is not None and number.worded and led:
        return count, frame.count_noun or "any", after
    return None


def _is_rate(frame: Frame, at: int) -> bool:
    """Tell whether "a day" follows an amount ("95 EUR a day"), so that it is no place."""
    low = frame.low(at - 1)
    if frame.low(at + 2) not in {"before", "after"}:
        return False
    return frame.kind(at - 1) == "num" or low in PEOPLE or low in CURRENCY_WORDS or low in {
        "%", "points", "hours", "each", "pp", "ms", "cents", "times",
    }  # fmt: skip


def _counted_window(
    frame: Frame, ends: tuple[int, int], size: int, relation: str, anchor: tuple[int, int]
) -> Place:
    view, (first, last) = frame.view, anchor
    final = view.last
    options: list[tuple[int, ...]] = []
    if relation in _BACKWARD:
        if first - size >= 0:
            options.append(view.span(first - size, first - 1))
    elif relation == "since":
        options.extend(
            view.span(start, final) for start in (first, first + 1) if final - start + 1 == size
        )
    else:
        starts = (first, last + 1)
        options.extend(
            view.span(start, start + size - 1) for start in starts if start + size - 1 <= final
        )
    if not options and relation == "since":
        for at in frame.before.points:
            options.extend(
                view.span(start, final) for start in (at, at + 1) if final - start + 1 == size
            )
    trouble = "" if options else "no such window in the series"
    if not options and relation == "since":
        trouble = f"{final - first + 1} {view.question.period.value}s have passed since then"
    return Place(*ends, tuple(options), "span", relation="counted", trouble=trouble, sized=size)


def _offset_place(
    frame: Frame, i: int, j: int, count: float, noun: str, relation: str
) -> Place | None:
    size = period_count(frame.view, count, noun)
    if size is None:
        return None
    if relation == "ago":
        return point_or_trouble(frame, i, j, frame.view.last - size)
    earlier = [place.point for place in frame.places if place.point is not None]
    base = earlier[-1] if earlier else (frame.before.points[-1] if frame.before.points else None)
    if base is None:
        return None
    return point_or_trouble(frame, i, j, base + (size if relation in _LATER else -size))
