"""Levels and averages: "38 % in week 3", "from 42 % ... to 31 %", "averaged 38.8 % since".

Each written level must equal the value of the period it is tied to; without a period it must be
some value of the series. Differences are checked in `changes`.
"""

from collections.abc import Iterator

from bot.analysis.verification.directions import word_direction
from bot.analysis.verification.frame import Frame, Place, Quantity
from bot.analysis.verification.matching import level_factor, matches_level
from bot.analysis.verification.proof import Proof, name_position, proved, refused, show
from bot.analysis.verification.vocabulary import (
    HIGH_NOUNS,
    LOW_NOUNS,
    MEAN_WORDS,
    MEDIAN_WORDS,
    TOTAL_WORDS,
    USUAL_WORDS,
)
from bot.analysis.verification.wordsets import words

_START = words("began begins started starts opened initially originally beginning start")
_END = words("ended ends closed closes finished now currently today stands latest ending sits sit")
_NONE = words("no none never neither")
_MADE = words(
    "produced brought generated saw delivered together cost added made up to sum summed amounted "
    "totalled combined"
)
_HOVERED = words("hovered hovers hovering oscillated fluctuated")
_PREDICATES = words("is was equals matches above below over under than the")
_LINES = words("line mark threshold barrier level")
_CROSSED = words("fell crossed passed broken breached topped cleared")
_ALL = words("all every always never none no each throughout stayed stay stays remained held hold")


SUM_SHARE = 0.005  # a sum that no word announces must be written to half a percent


def stat_word(frame: Frame, q: Quantity) -> str:
    """Return "mean", "median", "total", "usual" or "" for a number, from the words before it."""
    behind = frame.words(q.j, q.j + 4)
    if behind[:1] in (["being"], ["is"], ["was"], ["as"]) and "median" in behind:
        return "median"
    for at in range(q.i - 1, -1, -1):
        low = frame.low(at)
        if low in MEAN_WORDS:
            return "mean"
        if low in MEDIAN_WORDS and "median" not in frame.view.question.metric.lower():
            return "median"
        if low in TOTAL_WORDS:
            return "total"
        if low in USUAL_WORDS:
            return "usual"
        if low in HIGH_NOUNS | LOW_NOUNS:
            return ""
    if "average" in behind and not set(behind[: behind.index("average")]) & _PREDICATES:
        return "mean"
    if {"altogether", "together", "combined"} & set(frame.words(q.j, q.j + 3)):
        return "total"
    return ""


def prove_level(frame: Frame, q: Quantity) -> Proof:
    """Check a level or average; records what was proved for later numbers of the sentence."""
    frame.now.written.append(q.value * (level_factor(frame.view, q) or 1.0))
    stat = stat_word(frame, q)
    if level_factor(frame.view, q) is None:
        return refused(f"{frame.view.question.metric} is not measured in {q.unit or 'that unit'}")
    if stat:
        return _prove_stat(frame, q, stat)
    threshold = threshold_side(frame, q)
    if threshold:
        return prove_threshold(frame, q, threshold)
    return prove_at_place(frame, q)


def prove_total(frame: Frame, q: Quantity) -> Proof | None:
    """Check a sum over a window ("weeks 5 to 7 produced 1,430 tickets"); None without a window."""
    view = frame.view
    counted = {o.value for o in frame.quantities if o.unit.startswith("period")}
    exact = len(view.known) in counted and q.half_step <= SUM_SHARE * q.value
    if view.is_rate or view.unit in {"x", "pt"} or not (frame.lows & _MADE or exact):
        return None
    windows = [w for place in frame.places for w in place.windows if len(w) > 1]
    counts = [o.value for o in frame.quantities if o.unit.startswith("period")]
    if len(view.known) in counts or (not windows and not counts):
        windows.append(view.known)
    for window in windows:
        total = sum(view.several(window))
        if matches_level(view, q, total):
            return proved(
                f"derived:total:{window[0]}-{window[-1]}", f"the sum is {show(view, total)}"
            )
    return None


def prove_mean_pace(frame: Frame, q: Quantity) -> Proof | None:
    """Check "1,565 conversions, about 112 a day": the mean over the named window, or all of it."""
    view = frame.view
    for window in [w for p in frame.places for w in p.windows if len(w) > 1] or [view.known]:
        mean = view.mean(window)
        if mean is not None and matches_level(view, q, mean):
            return proved(f"derived:mean:{window[0]}", f"the mean there is {show(view, mean)}")
    return None


def prove_at_place(frame: Frame, q: Quantity) -> Proof:
    """Check a level against the period it is tied to, or any period when none is named."""
    view, places = frame.view, [q.place] if q.place else []
    if q.place is not None and q.place.trouble:
        return refused(q.place.trouble)
    if q.place is not None and q.place.kind == "span" and frame.lows & _HOVERED:
        middles = [m for w in q.place.windows for m in (view.mean(w), view.median(w)) if m]
        if not any(matches_level(view, q, middle, "about") for middle in middles):
            return refused("the values there lie around another level")
    positions = list(_level_positions(frame, q, places))
    for at in positions:
        true = view.level(at)
        if true is not None and matches_level(view, q, true):
            if not _arrives_rightly(frame, q, at):
                return refused(f"{name_position(view, at)} was reached from the other side")
            note_level(frame, true, at)
            return proved(f"level.{at}", f"{name_position(view, at)} was {show(view, true)}")
    total = _sum_of_place(frame, q)
    if total is not None:
        return total
    if q.place is not None and q.place.kind in {"span", "set"} and not q.direct:
        mean = view.mean(q.place.windows[0]) if q.place.windows else None
        relations = {"before", "since", "counted", "after"}
        fits = mean is not None and q.place.relation in relations
        if fits and mean is not None and matches_level(view, q, mean):
            frame.now.levels.append(mean)
            frame.now.timed.append((q.place.windows[0][-1], mean))
            return proved("derived:mean", f"the mean there was {show(view, mean)}")
    return refused(_level_reason(frame, positions))


def _sum_of_place(frame: Frame, q: Quantity) -> Proof | None:
    """Read "the second week closed with 785": what happens in a span of days is their sum."""
    view = frame.view
    summed = (not view.is_rate and view.unit == "count") or len(view.unit) == 3
    if q.place is None or q.place.kind != "span" or not summed or q.half_step > SUM_SHARE * q.value:
        return None
    for window in q.place.windows:
        total = sum(view.several(window))
        if len(window) > 2 and matches_level(view, q, total):
            frame.now.levels.append(total)
            text = f"the sum there is {show(view, total)}"
            return proved(f"derived:total:{window[0]}-{window[-1]}", text)
    return None


def _arrives_rightly(frame: Frame, q: Quantity, at: int) -> bool:
    """Check "up to 0.6 %" and "down to 31" against the period before."""
    if frame.low(q.i - 1) != "to" or frame.low(q.i - 2) not in {"up", "down"}:
        return True
    step = frame.view.steps.get(at)
    side = 1 if frame.low(q.i - 2) == "up" else -1
    total = frame.view.change(frame.view.known[0], at) if q.place is None else None
    return step is None or step * side >= 0 or (total is not None and total * side > 0)


def _level_reason(frame: Frame, positions: list[int]) -> str:
    view = frame.view
    known = [at for at in positions if view.level(at) is not None]
    if len(known) == 1:
        return f"{name_position(view, known[0])} was {show(view, view.level(known[0]) or 0.0)}"
    return "no value of the series in that window equals it"


def note_level(frame: Frame, value: float, at: int) -> None:
    """Remember a proved level with its position."""
    frame.now.levels.append(value)
    frame.now.timed.append((at, value))
    frame.now.points.append(at)


def _level_positions(frame: Frame, q: Quantity, places: list[Place]) -> Iterator[int]:
    view = frame.view
    for place in places:
        for window in place.windows:
            if place.kind == "span" and set(frame.words(q.i - 6, q.i)) & _END and q.place is place:
                yield window[-1]
            yield from window
    if places:
        return
    near = {frame.low(at) for at in range(q.i - 4, q.i) if at not in frame.taken}
    if frame.low(q.i - 1) == "to" and frame.lows & {"has", "have", "now"}:
        yield view.last
        yield from view.complete[-1:]
        return
    if "present" in frame.lows and "at" in frame.lows:
        yield view.last
    elif near & HIGH_NOUNS:
        yield view.high
    elif near & LOW_NOUNS:
        yield view.low
    elif near & _START:
        yield view.known[0] if view.known else 0
    elif near & _END:
        yield view.last
        if view.question.incomplete_last:
            yield view.last - 1
    else:
        yield from view.known


def threshold_side(frame: Frame, q: Quantity) -> str:
    """Return "above", "below" or "" for a number used as a line that values lie over or under."""
    before = frame.low(q.i - 1)
    if frame.low(q.j) in _LINES and frame.lows & _CROSSED:
        return "across"
    if (
        frame.lows & _NONE
        and "both" not in frame.lows
        and before in {"to", "reached", "hit", "touched", "at", "again"}
    ):
        return "either"
    if before == "and" and (lead := _elided(frame, q)) is not None:
        return threshold_side(frame, lead)
    if q.margin == "more":
        return "above"
    if q.margin == "less":
        return "below"
    if before in {
        "above",
        "exceed",
        "exceeds",
        "exceeded",
        "topped",
        "passed",
        "crossed",
        "beyond",
        "past",
    }:
        return "above"
    if before in {"below", "under", "beneath"}:
        return "below"
    return ""


def _elided(frame: Frame, q: Quantity) -> Quantity | None:
    """Return the number whose verb this one shares: "passed six in April and seven in May"."""
    before = [o for o in frame.quantities if o.j <= q.i and not o.unit.startswith("period:")]
    crossed = before and frame.low(before[-1].i - 1) in {"passed", "crossed", "topped", "exceeded"}
    return before[-1] if crossed else None


def prove_threshold(frame: Frame, q: Quantity, side: str) -> Proof:
    """Check "stayed above 40 %", "never below 27 %", "fell below 40 % in week 3"."""
    view = frame.view
    factor = level_factor(view, q) or 1.0
    line = q.value * factor
    if side == "either":
        return _prove_never(frame, q, line)
    if side == "across":
        return _prove_crossed(frame, q, line)
    inclusive = frame.low(q.j) == "or" or frame.low(q.i - 1) in {"least", "most"}
    inclusive = inclusive or frame.words(q.i - 3, q.i - 1) == ["at", "or"]
    if any(o.unit.startswith("period") and o.i < q.i for o in frame.quantities):
        return proved("derived:condition", "the line of a count, which is checked itself")

    def beyond(at: int) -> bool:
        true = view.level(at)
        if true is None:
            return False
        if abs(true - line) < 1e-9:
            return inclusive
        return (true > line) == (side == "above")

    place = q.place
    windows = place.windows if place is not None and place.windows else (view.known,)
    if place is None and frame.lows & {"now", "currently", "today", "latest", "still"}:
        windows = ((view.last,),)
    words_ = frame.lows
    negative = bool(words_ & {"no", "never", "none", "not", "nor", "neither", "nothing"})
    finished = set(view.complete) if words_ & {"full", "complete", "finished"} else None
    for window in windows:
        if finished is not None:
            window = tuple(at for at in window if at in finished)
        hits = [at for at in window if beyond(at)]
        everywhere = bool(words_ & _ALL) or (place is not None and place.relation == "since")
        if negative:
            holds = not hits
        elif everywhere and not negative:
            holds = len(hits) == len([at for at in window if view.level(at) is not None])
        elif place is not None and place.kind in {"point", "set"}:
            holds = len(hits) == len(window)
            if _is_crossing(frame, q) and len(window) == 1 and beyond(window[0] - 1):
                return refused(
                    f"it lay {side} that already the {view.question.period.value} before"
                )
        else:
            holds = bool(hits)
        if holds and (hits or negative):
            return proved("derived:threshold", f"{len(hits)} of {len(window)} values lie {side} it")
    return refused(f"not {side} {show(view, line)} there")


def _is_crossing(frame: Frame, q: Quantity) -> bool:
    """Tell "dropped below 10,000 in September" from "was below"."""
    at = q.i - 2
    if (lead := _elided(frame, q)) is not None and frame.low(q.i - 1) == "and":
        return _is_crossing(frame, lead)
    return word_direction(frame, at) != 0 or frame.low(q.i - 1) in {
        "crossed", "passed", "topped", "past",
    }  # fmt: skip


def _prove_crossed(frame: Frame, q: Quantity, line: float) -> Proof:
    """Check "the 2,000 line was crossed in week 5": the step into it passes the line."""
    view = frame.view
    windows = q.place.windows if q.place is not None and q.place.windows else (view.known,)
    for at in (at for window in windows for at in window):
        before, after = view.level(at - 1), view.level(at)
        if before is None or after is None or (before - line) * (after - line) > 0:
            continue
        if before != after and before != line:
            return proved("derived:threshold", f"{show(view, before)} before, {show(view, after)}")
    return refused(f"{show(view, line)} was not crossed there")


def _prove_never(frame: Frame, q: Quantity, line: float) -> Proof:
    """Check "no day in May got back to 1.4 %": the whole window lies on one side of the line."""
    view = frame.view
    windows = q.place.windows if q.place is not None and q.place.windows else (view.known,)
    for window in windows:
        values = view.several(window)
        upward = frame.low(q.i - 1) in {"reached", "hit"} and view.question.higher_is_better
        if values and (max(values) < line or (min(values) > line and not upward)):
            return proved("derived:threshold", f"none of {len(values)} values reached it")
    return refused(f"the values there reached {show(view, line)}")


def _prove_stat(frame: Frame, q: Quantity, stat: str) -> Proof:
    view = frame.view
    windows = list(stat_windows(frame, q))
    if stat == "usual":
        windows += [view.span(0, event - 1) for event in view.events if event]
    if q.place is not None and q.place.trouble and not windows:
        return refused(q.place.trouble)
    best: float | None = None
    for window in windows:
        for value in _stat_values(frame, window, stat):
            best = value if best is None else best
            if matches_level(view, q, value):
                frame.now.levels.append(value)
                frame.now.timed.append((window[-1], value))
                frame.now.windows.append(window)
                frame.now.stat = stat
                return proved(
                    f"derived:{stat}:{window[0]}-{window[-1]}",
                    f"the {stat} over {len(window)} periods is {show(view, value)}",
                )
    if best is None:
        return refused(f"no window for that {stat}")
    return refused(f"the {stat} there is {show(view, best)}")


def _stat_values(frame: Frame, window: tuple[int, ...], stat: str) -> Iterator[float]:
    view = frame.view
    values = view.several(window)
    if not values:
        return
    if stat in {"mean", "usual"}:
        yield view.mean(window) or 0.0
        pooled = view.pooled_mean(window)
        if pooled is not None:
            yield pooled
    if stat in {"median", "usual"}:
        yield view.median(window) or 0.0
    if stat == "total":
        yield sum(values)


def stat_windows(frame: Frame, q: Quantity) -> Iterator[tuple[int, ...]]:
    """Yield the windows an average may be taken over, most specific first."""
    view = frame.view
    if frame.left_out:
        yield tuple(at for at in view.known if at not in frame.left_out)
        return
    if q.place is not None:
        yield from (window for window in q.place.windows if window)
        return
    yield view.known
    if view.complete != view.known:
        yield view.complete
    yield from frame.before.windows[-2:]
