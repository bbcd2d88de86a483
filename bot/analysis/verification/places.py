"""Periods and windows that a sentence names, as positions of the series.

"week 3", "the last four weeks", "the five weeks since the redesign", "a day later", "since the
peak". Calendar names are read by `dates`; what a claim says about a place is checked elsewhere.
"""

from bot.analysis.verification.anchors import (
    anchor_at,
    event_of,
    extreme_anchor,
    implied_anchor,
    metric_stems,
)
from bot.analysis.verification.dates import read_date
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.numbers import read_number, read_ordinal
from bot.analysis.verification.periods_count import period_count
from bot.analysis.verification.tokens import stem
from bot.analysis.verification.vocabulary import (
    CURRENCY_WORDS,
    PEOPLE,
    PERIOD_NOUNS,
    TIME_WORDS,
)
from bot.analysis.verification.wordsets import words

_LAST = words("last latest final newest current closing")
_NEAR_LAST = words("penultimate second-to-last next-to-last")
_FIRST = words("first opening initial starting earliest")
_FILLERS = words(
    "complete full whole single weekly daily monthly quarterly sale recorded finished past"
)
_BACKWARD = words("before preceding prior until")
_FORWARD = words("after following since from")
_LATER = words("later after afterwards on")
_EARLIER = words("earlier before ago previously")
_VALUE_UNITS = words("% percent points point pp per x times cents pt pts")
_STEP_NAMES = words("change step move gain drop rise fall swing movement")
_ARTICLE_OK = words(", ; and about just only roughly exactly was came until")
_BEFORE_PLACE = words("the very that both all of early mid late")
_WINDOW_LEADS = words("the all those these over during across in for of")


def find_places(frame: Frame) -> None:
    """Fill `frame.places` and mark their tokens as taken."""
    at = 0
    while at < len(frame.tokens):
        place = None if at in frame.taken else _read_place(frame, at)
        if place is None:
            at += 1
            continue
        frame.places.append(place)
        frame.taken.update(range(place.i, place.j))
        at = place.j
    _join_ranges(frame)
    _apply_relations(frame)


def _read_place(frame: Frame, at: int) -> Place | None:
    return (
        _read_event_days(frame, at)
        or _read_counted(frame, at)
        or _read_week_of(frame, at)
        or read_date(frame, at)
        or _read_numbered(frame, at)
        or _read_edge(frame, at)
        or _read_ordinal_place(frame, at)
        or _read_relative(frame, at)
        or _read_related_anchor(frame, at)
    )


def _noun(frame: Frame, at: int) -> str:
    return PERIOD_NOUNS.get(frame.low(at), "")


def _is_own(frame: Frame, noun: str) -> bool:
    return noun in {"any", frame.view.question.period.value}


def _read_week_of(frame: Frame, at: int) -> Place | None:
    """Read "the week of 13 June", "w/c 13 June", "week commencing 13 June"."""
    if _noun(frame, at) in {"week", "month"} and frame.low(at + 1) in {
        "of", "commencing", "starting", "beginning", "from", "ending",
    }:  # fmt: skip
        after = at + 2 + (frame.low(at + 2) == "the")
        found = read_date(frame, after) if after < len(frame.tokens) else None
        if found is not None:
            found.i = at
            size = period_count(frame.view, 1, _noun(frame, at))
            if size is not None and size > 1 and found.point is not None:
                found.windows = (frame.view.span(found.point, found.point + size - 1),)
                found.kind = "span"
            return found
    return None


def _read_event_days(frame: Frame, at: int) -> Place | None:
    """Read "the three sale days", "the outage week": the change's own periods."""
    number = read_number(frame.tokens, at)
    start = at if number is None else number.after
    event = event_of(frame, start)
    if event is None or frame.view.events[event] is None:
        return None
    if not _is_own(frame, _noun(frame, start + 1) or "-"):
        return None
    index = frame.view.events[event] or 0
    plural = frame.low(start + 1).endswith("s")
    if number is None and plural:
        return None
    count = 1 if number is None else int(min(number.value, 1e6))
    window = frame.view.span(index, index + count - 1)
    kind = "point" if len(window) == 1 else "span"
    return Place(at, start + 2, (window,) if len(window) == count else (), kind)


def _read_numbered(frame: Frame, at: int) -> Place | None:
    """Read "week 3", "w3", "weeks 4, 6 and 8", "weeks 2 to 5"."""
    short = frame.low(at)
    period = frame.view.question.period.value
    if frame.kind(at) == "name" and short[0] == period[0] and short[1:].isdigit():
        return _position_place(frame, at, at + 1, [int(short[1:6])], ranged=False)
    noun = _noun(frame, at)
    if not noun or (frame.low(at - 1) in {"the", "a"} and frame.low(at).endswith("s")):
        if not noun:
            return None
    if not (_is_own(frame, noun) or noun in {"any-point", "week", "day", "month"}):
        return None
    numbers, after, ranged = _number_list(frame, at + 1)
    if not numbers:
        return None
    if noun == "any-point":
        return None
    if not _is_own(frame, noun):
        size = period_count(frame.view, 1, noun)
        if size is None or size < 2:
            return None
        first, last = (min(numbers) - 1) * size, max(numbers) * size - 1
        window = frame.view.span(int(first), int(last))
        return Place(at, after, (window,) if window else (), "span")
    return _position_place(frame, at, after, numbers, ranged)


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
    if _noun(frame, at) and not _noun(frame, at).startswith("any"):
        return True
    if low in _VALUE_UNITS or low in PEOPLE or low in CURRENCY_WORDS or low in TIME_WORDS:
        return True
    if stem(low) in metric_stems(frame.view.question) and frame.kind(at) == "word":
        return True
    return low in {"in", "on", "by"} and _noun(frame, at + 1) != ""


def _position_place(frame: Frame, i: int, j: int, numbers: list[int], ranged: bool) -> Place:
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


def _read_edge(frame: Frame, at: int) -> Place | None:
    """Read "last week", "the final reading", "the first four weeks", "this week"."""
    low, after = frame.low(at), at + 1
    if low == "most" and frame.low(after) == "recent":
        low, after = "latest", after + 1
    elif low == "past" or low == "previous" or low in _LAST | _FIRST | {"this"}:
        pass
    elif low not in _NEAR_LAST:
        return None
    if low == "this" and _noun(frame, after) != frame.view.question.period.value:
        return None
    while frame.low(after) in _FILLERS:
        after += 1
    number = read_number(frame.tokens, after)
    if number is not None:
        position = number.after
        while frame.low(position) in _FILLERS:
            position += 1
        if not _noun(frame, position) and frame.count_noun and number.worded:
            size = period_count(frame.view, number.value, frame.count_noun)
            return _edge_window(frame, at, number.after, low, float(size or 0), "any")
        if not _noun(frame, position):
            return None
        frame.count_noun = _noun(frame, position)
        found = _part_of(frame, at, position + 1, low, number.value, _noun(frame, position))
        return found or _edge_window(
            frame, at, position + 1, low, number.value, _noun(frame, position)
        )
    noun = _noun(frame, after)
    if frame.low(after) in _STEP_NAMES and low in _LAST and frame.view.known:
        return Place(at, after + 1, ((frame.view.last,),), "point")
    if not noun or noun == "any-point" or low == "past":
        return None
    return _edge_place(frame, at, after + 1, low, noun)


def _edge_place(frame: Frame, i: int, j: int, low: str, noun: str) -> Place | None:
    view = frame.view
    if noun == "step" or not view.known:
        return None
    part = _part_of(frame, i, j, low, 1.0, noun)
    if part is not None:
        return part
    if not _is_own(frame, noun):
        count = 2 if noun == "weekend" else period_count(view, 1, noun)
        if noun == "weekend" or count is None or count < 2:
            return None
        return _edge_window(frame, i, j, low, 1.0, noun)
    last = view.last
    if low in _FIRST:
        windows: tuple[tuple[int, ...], ...] = ((view.known[0],),)
    elif low == "previous" or low in _NEAR_LAST:
        base = frame.before.points[-1] if low == "previous" and frame.before.points else last
        windows = ((max(0, base - 1),),)
    elif view.question.incomplete_last and low in {"last", "latest"}:
        windows = ((last,), (last - 1,))
    else:
        windows = ((last,),)
    return Place(i, j, windows, "point")


def _part_of(frame: Frame, i: int, j: int, low: str, count: float, noun: str) -> Place | None:
    """Read "the first week of May", "the last seven days of May"."""
    size = period_count(frame.view, count, noun)
    if frame.low(j) != "of" or size is None:
        return None
    inner = read_date(frame, j + 1 + (frame.low(j + 1) == "the"))
    if inner is None or not inner.windows:
        return None
    window = inner.windows[0]
    part = window[:size] if low in _FIRST else window[-size:]
    return Place(i, inner.j, (part,), "point" if len(part) == 1 else "span", sized=size)


def _edge_window(frame: Frame, i: int, j: int, low: str, count: float, noun: str) -> Place | None:
    view = frame.view
    size = period_count(view, count, noun)
    if size is None:
        return None
    if size > len(view.known) + (noun == "step"):
        trouble = f"the series has only {len(view.known)} values"
        return Place(i, j, (), "span", trouble=trouble, sized=size)
    known = view.known
    if low in _FIRST:
        windows: tuple[tuple[int, ...], ...] = (known[:size],)
    elif low == "previous":
        windows = (known[-2 * size : -size],) if 2 * size <= len(known) else (known[-size:],)
    else:
        windows = (known[-size:],)
        if view.question.incomplete_last:
            windows = (*windows, known[-size - 1 : -1])
    return Place(i, j, windows, "span", sized=size)


def _read_ordinal_place(frame: Frame, at: int) -> Place | None:
    """Read "the third week", and "the twelfth" once a week was named before."""
    ordinal = read_ordinal(frame.tokens, at)
    if ordinal is None:
        return None
    value, after = ordinal
    while frame.low(after) in _FILLERS:
        after += 1
    noun = _noun(frame, after)
    if noun and _is_own(frame, noun):
        return _position_place(frame, at, after + 1, [value], ranged=False)
    ends = after >= len(frame.tokens) or frame.low(after) in {",", ".", ";", "and", "(", ")", "it"}
    if ends and frame.low(at - 1) == "the":
        if frame.kind(at) == "ordinal":
            return _day_of_month(frame, at, after, value)
        if frame.places:
            return _position_place(frame, at, after, [value], ranged=False)
    return None


def _day_of_month(frame: Frame, i: int, j: int, value: int) -> Place | None:
    dates = frame.view.question.dates or ()
    found = tuple((k,) for k, day in enumerate(dates) if day.day == value)
    return Place(i, j, found, "point") if found else None


def _read_counted(frame: Frame, at: int) -> Place | None:
    """Read "five weeks since the redesign", "one week after the peak", "two weeks ago"."""
    counted = _count_of_periods(frame, at)
    if counted is None:
        return None
    count, noun, after = counted
    size = period_count(frame.view, count, noun)
    relation = frame.low(after)
    if relation == "prior" and frame.low(after + 1) == "to":
        after += 1
    if relation in _EARLIER | _LATER and relation not in {"before", "after"}:
        return _offset_place(frame, at, after + 1, count, noun, relation)
    if relation == "leading" and frame.words(after + 1, after + 3) == ["up", "to"]:
        relation, after = "before", after + 2
    if size is None or relation not in _BACKWARD | _FORWARD:
        return None
    if relation == "from" and frame.low(after + 1) == "now":
        return None
    anchor = anchor_at(frame, after + 1)
    if anchor is None and relation == "before" and noun == frame.count_noun:
        # "the last four quarters ..., the four before": the window named first is meant.
        named = [place.windows[0] for place in frame.places if place.windows]
        if named and len(named[-1]) > 1 and not _noun(frame, after - 1):
            anchor = (named[-1][0], named[-1][-1], after + 1)
    if anchor is None:
        implied = implied_anchor(frame) if relation in {"before", "after", "since"} else None
        if implied is None:
            return None
        anchor = (implied, implied, after + 1)
    first, last, end = anchor
    frame.count_noun = noun
    is_window = frame.low(at - 1) in _WINDOW_LEADS or relation in {"since", "from"}
    if not is_window and relation in {"before", "after"}:
        target = last + size if relation == "after" else first - size
        return _point_or_trouble(frame, at, end, target)
    return _counted_window(frame, (at, end), size, relation, (first, last))


def _count_of_periods(frame: Frame, at: int) -> tuple[float, str, int] | None:
    """Read "five weeks", "a day", or an elliptical "the five" before "after": (count, noun, behind)."""
    number = read_number(frame.tokens, at)
    if number is None:
        if frame.low(at) not in {"a", "an"} or not _noun(frame, at + 1) or _is_rate(frame, at):
            return None
        if frame.low(at + 1) == "quarter" and frame.view.question.period.value != "quarter":
            return None
        count, after = 1.0, at + 1
    else:
        count, after = number.value, number.after
    while frame.low(after) in _FILLERS:
        after += 1
    noun = _noun(frame, after)
    if noun:
        return count, noun, after + 1
    if number is not None and number.worded and frame.low(after) in {"before", "after", "since"}:
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
        return _point_or_trouble(frame, i, j, frame.view.last - size)
    earlier = [place.point for place in frame.places if place.point is not None]
    base = earlier[-1] if earlier else (frame.before.points[-1] if frame.before.points else None)
    if base is None:
        return None
    return _point_or_trouble(frame, i, j, base + (size if relation in _LATER else -size))


def _point_or_trouble(frame: Frame, i: int, j: int, target: int) -> Place:
    if 0 <= target < frame.view.size:
        return Place(i, j, ((target,),), "point", relation="offset")
    return Place(i, j, (), "point", relation="offset", trouble="outside the series")


def _read_relative(frame: Frame, at: int) -> Place | None:
    """Read "the following week", "the week before", "the day after", "the same week"."""
    low, period = frame.low(at), frame.view.question.period.value
    known = [place.point for place in frame.places if place.point is not None]
    base = known[-1] if known else (frame.before.points[-1] if frame.before.points else None)
    if low in {"following", "next"} and frame.low(at + 1) == "week" and period == "day":
        named = [p.windows[0] for p in frame.places if p.windows and len(p.windows[0]) == 7]
        if named:
            after = named[-1][-1]
            window = frame.view.span(after + 1, after + 7)
            return Place(at, at + 2, (window,) if window else (), "span")
    if low in {"following", "next", "preceding", "prior"} and _noun(frame, at + 1) == period:
        if base is None:
            return None
        shift = 1 if low in {"following", "next"} else -1
        return _point_or_trouble(frame, at, at + 2, base + shift)
    if frame.low(at - 1) in {"a", "per", "each", "every"} and frame.low(at - 2) not in _ARTICLE_OK:
        return None
    plural = frame.low(at).endswith("s")
    if _noun(frame, at) == period and not plural and frame.low(at + 1) in {"before", "after"}:
        anchor = None if frame.low(at + 2) == "it" and known else anchor_at(frame, at + 2)
        shift = -1 if frame.low(at + 1) == "before" else 1
        if anchor is not None and set(frame.words(at - 3, at)) & {"no", "any", "every", "each"}:
            windows = _relation_windows(
                frame, frame.low(at + 1), anchor[0], anchor[1], is_event=False
            )
            return Place(at, anchor[2], windows, "span", relation=frame.low(at + 1))
        if anchor is not None:
            return _point_or_trouble(frame, at, anchor[2], anchor[0] + shift)
        ends = at + 2 >= len(frame.tokens) or frame.kind(at + 2) == "sym" or anchor is None
        if base is not None and ends:
            return _point_or_trouble(frame, at, at + 2, base + shift)
    if _noun(frame, at) == period and not plural:
        return _event_period(frame, at)
    if _noun(frame, at) == period and frame.low(at + 1) in {"before", "after", "since"}:
        anchor = anchor_at(frame, at + 2)
        implied = implied_anchor(frame)
        if anchor is None and implied is not None:
            anchor = (implied, implied, at + 2)
        if anchor is not None:
            first, last, end = anchor
            windows = _relation_windows(frame, frame.low(at + 1), first, last, is_event=True)
            return Place(at, end, windows, "span", relation=frame.low(at + 1))
    return None


def _event_period(frame: Frame, at: int) -> Place | None:
    """Read "the week the CDN went live", "the month of the price increase", "release day"."""
    anchor = anchor_at(frame, at + 1, events_only=True)
    if anchor is None or frame.low(at + 1) in {"before", "after", "since"}:
        return None
    return Place(at, at + 1, ((anchor[0],),), "event", relation="in")


def _read_related_anchor(frame: Frame, at: int) -> Place | None:
    """Read "before the redesign", "since the peak", "after it", "from then on"."""
    low = frame.low(at)
    if low not in {"before", "after", "since", "until", "from", "following", "when", "once"}:
        return None
    if low == "from" and frame.words(at + 1, at + 3) != ["then", "on"]:
        anchor = anchor_at(frame, at + 1, events_only=True)
        if anchor is None or frame.low(anchor[2]) not in {"on", "onward", "onwards"}:
            anchor = extreme_anchor(frame, at + 1 + (frame.low(at + 1) in {"the", "its", "that"}))
            if anchor is None:
                return None
            low = "since"
    else:
        anchor = anchor_at(frame, at + 1)
    if anchor is None:
        if low in {"before", "since", "after"} and _ends_clause(frame, at + 1):
            return _bare_relation(frame, at, low)
        return None
    first, last, end = anchor
    windows = _relation_windows(frame, low, first, last, is_event=True)
    return Place(at, end, windows, "span", relation=low)


def _ends_clause(frame: Frame, at: int) -> bool:
    if at >= len(frame.tokens) or frame.kind(at) == "sym":
        return True
    return frame.low(at) in {"and", "it", "to", "but", "while", "then"}


def _bare_relation(frame: Frame, at: int, low: str) -> Place | None:
    base = implied_anchor(frame)
    if base is None:
        return None
    windows = _relation_windows(frame, low, base, base, is_event=True)
    return Place(at, at + 1, windows, "span", relation=low)


def _relation_windows(
    frame: Frame, relation: str, first: int, last: int, *, is_event: bool
) -> tuple[tuple[int, ...], ...]:
    view = frame.view
    if relation in {"before", "until"}:
        until = view.span(0, first - 1)
        options = [until] if relation == "before" else [until, view.span(0, last)]
    elif relation in {"since", "from"}:
        options = [view.span(first, view.last)]
        options += [view.span(last + 1, view.last)] if relation == "since" else []
    elif relation in {"after", "following"}:
        options = [view.span(last + 1, view.last)]
        options = [view.span(first, view.last), *options] if is_event else options
    else:
        options = [view.span(first, last)]
    return tuple(option for option in options if option)


def _join_ranges(frame: Frame) -> None:
    """Join "from week 2 to week 4", "between June and August" into one span."""
    joined: list[Place] = []
    for place in frame.places:
        while joined and joined[-1].relation == "when" and frame.low(place.i - 1) == "to":
            joined.pop()  # "from the week of 18 May, when the check moved, to week 8"
        before = joined[-1] if joined else None
        link = frame.low(place.i - 1) if frame.low(place.i - 1) != "the" else frame.low(place.i - 2)
        start = frame.low(before.i - 1) if before else ""
        start = frame.low(before.i - 2) if before and start == "the" else start
        near = before is not None and not any(
            frame.kind(at) == "num" for at in range(before.j, place.i)
        )
        if (
            before is not None
            and near
            and before.windows
            and place.windows
            and (start, link) in {("from", "to"), ("between", "and"), ("from", "until")}
        ):
            first, last = before.windows[0][0], place.windows[0][-1]
            window = frame.view.span(min(first, last), max(first, last))
            joined[-1] = Place(before.i, place.j, (window,), "span", relation="range")
            continue
        joined.append(place)
    frame.places[:] = joined


def _apply_relations(frame: Frame) -> None:
    """Give each place the preposition in front of it, and widen "since week 3" to a window."""
    for place in frame.places:
        if place.relation:
            continue
        at = place.i - 1
        while frame.low(at) in _BEFORE_PLACE and at > 0:
            at -= 1
        low = frame.low(at)
        if low in {"in", "on", "at", "by", "during", "into", "over", "across", "for", "within"}:
            place.relation = {"on": "in", "at": "in", "into": "in"}.get(low, low)
        elif low in {"before", "after", "since", "until"} and place.windows:
            first, last = place.windows[0][0], place.windows[0][-1]
            place.windows = _relation_windows(frame, low, first, last, is_event=False)
            place.relation, place.kind = low, "span"
            place.origin = tuple(range(first, last + 1))
        elif low == "from" and frame.low(place.j) in {"on", "onward", "onwards"} and place.windows:
            first = place.windows[0][0]
            place.windows = (frame.view.span(first, frame.view.last),)
            place.relation, place.kind = "since", "span"
