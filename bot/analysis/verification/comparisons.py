"""Comparisons without a number: "below where the record began", "weeks 2 and 3 were lower".

Each compares the value of a named period (the newest one when none is named) with another
period, a limit the user stated, or what came before.
"""

import itertools
from collections.abc import Iterator

from bot.analysis.answer import Section
from bot.analysis.verification.anchors import anchor_at, metric_stems
from bot.analysis.verification.directions import adverb_direction, word_direction
from bot.analysis.verification.frame import Frame, Place
from bot.analysis.verification.proof import Proof, name_position, proved, refused, show
from bot.analysis.verification.quotes import reference_line
from bot.analysis.verification.tokens import stem
from bot.analysis.verification.vocabulary import MEAN_WORDS, MEDIAN_WORDS, PERIOD_NOUNS
from bot.analysis.verification.wordsets import words

Found = tuple[int, int, Proof]

_ABOVE = words("above over beaten beat beats topped exceeded exceeds outdid surpassed")
_BELOW = words("below under trailed trails beneath undershot missed")
_THAN = words("higher lower better worse weaker stronger quieter busier faster slower cheaper")
_COPULA = words("is was are were stood stands sits remains still already also has have and be been")
_DEGREES = words("well just far slightly clearly also both")
_STRONGER = {"stronger": 1, "weaker": -1, "higher": 1, "lower": -1}
SUBJECT_REACH = 6
_OVERTAKES = {"beat": 1, "beats": 1, "topped": 1, "exceeded": 1, "lagged": -1, "trailed": -1}


def find_comparisons(frame: Frame) -> Iterator[Found]:
    """Yield (first token, token behind, outcome) for each comparison said in words."""
    if frame.section is Section.RECOMMENDED_ACTION or frame.lows & {"if", "unless", "whether"}:
        return
    for at, token in enumerate(frame.tokens):
        if at in frame.taken or token.kind != "word":
            continue
        if token.low in {"no", "zero"} and frame.low(at - 1) in {"were", "was", "had", "with"}:
            nothing = _prove_nothing(frame, at)
            if nothing is not None:
                yield at, at + 2, nothing
            continue
        if token.low in _OVERTAKES and frame.low(at + 1) in {"every", "any", "each"}:
            whole = _whole_windows(frame, at + 1, _OVERTAKES[token.low])
            if whole is not None and frame.low(at + 2) in PERIOD_NOUNS:
                yield at, at + 1, whole
            continue
        side = _side(frame, at)
        if not side or {"no", "not", "never", "any"} & set(frame.words(at - 3, at)):
            continue
        outcome = _compare(frame, at, side)
        if outcome is not None:
            yield at, at + 1, outcome


def _prove_nothing(frame: Frame, at: int) -> Proof | None:
    """Check "there were no errors on 10 and 11 April": zero in every named period."""
    if stem(frame.low(at + 1)) not in metric_stems(frame.view.question):
        return None
    named = [p for p in frame.places if p.windows and p.kind in {"point", "set", "span"}]
    if not named or any(q.unit.startswith("period") for q in frame.quantities):
        return None
    values = frame.view.several(named[-1].windows[0])
    if values and not any(values):
        return proved("derived:zero", "the value is 0 there")
    return refused(f"the values there are not 0: {', '.join(f'{v:g}' for v in values[:4])}")


def _side(frame: Frame, at: int) -> int:
    low = frame.low(at)
    if low in {"over", "under"} and frame.low(at - 1) not in _COPULA | _DEGREES:
        return 0
    if low in _ABOVE:
        return 1
    if low in _BELOW:
        return -1
    if low in _THAN:
        return _STRONGER.get(low) or word_direction(frame, at) or adverb_direction(low)
    return 0


def _compare(frame: Frame, at: int, side: int) -> Proof | None:
    behind = at + 1 + (frame.low(at + 1) in {"than", "of"})
    if any(q.i <= behind + 1 and behind <= q.j for q in frame.quantities if q.i >= at):
        return None
    if frame.words(behind, behind + 3) == ["the", "one", "before"] or (
        frame.words(behind, behind + 2) in (["the", "last"], ["the", "previous"])
        and (behind + 2 >= len(frame.tokens) or frame.kind(behind + 2) == "sym")
    ):
        return _each_beats_the_last(frame, side)
    if frame.low(0) in {"no", "none"}:
        return None  # "no month is lower than April" is checked as a whole
    if _names_predecessor(frame, behind):
        return _against_predecessors(frame, at, side)
    if frame.low(behind) == "any" and frame.low(behind + 1) in PERIOD_NOUNS:
        return _whole_windows(frame, behind, side)
    thanned = frame.low(at + 1) == "than" or frame.low(at) in _ABOVE | _BELOW
    middle = _middle(frame, behind) if thanned else None
    if middle is not None:
        return _against(frame, at, side, middle)
    named = next((p for p in frame.places if behind <= p.i <= behind + 1), None)
    if named is not None and named.point is None:
        return None
    if named is not None and named.point is not None:
        anchor: tuple[int, int, int] | None = (named.point, named.point, named.j)
    else:
        anchor = anchor_at(frame, behind + (frame.low(behind) == "the"))
    if anchor is not None:
        return _against(frame, at, side, frame.view.level(anchor[0]))
    if frame.low(at) in _ABOVE | _BELOW:
        line = reference_line(frame, behind)
        return None if line is None else _against(frame, at, side, line)
    return _places_against_before(frame, at, side)


def _names_predecessor(frame: Frame, at: int) -> bool:
    """Tell whether "the week before" or "the previous month" stands at a token."""
    if frame.words(at, at + 2) == ["its", "predecessor"]:
        return True
    at += frame.low(at) == "the"
    one, two = frame.low(at), frame.low(at + 1)
    ends = at + 2 >= len(frame.tokens) or frame.low(at + 2) != "it"
    return (one in PERIOD_NOUNS and two == "before" and ends) or (
        one in {"previous", "preceding"} and two in PERIOD_NOUNS
    )


def _against_predecessors(frame: Frame, at: int, side: int) -> Proof | None:
    """Check "only weeks 3 and 9 were lower than the week before": each against its own."""
    ahead = [p for p in frame.places if p.j <= at and p.windows]
    if not ahead:
        return None
    moved = {i for i, step in frame.view.steps.items() if step * side > 0}
    if ahead[-1].kind == "span":
        return _all_of_window(frame, ahead[-1].windows, moved)
    named = {i for place in ahead if place.kind != "span" for i in place.windows[0]}
    if named <= moved and (frame.low(ahead[0].i - 1) != "only" or named == moved):
        return proved("derived:comparison:steps", "so were the steps into them")
    return refused("not every one of them was, or others were too")


def _all_of_window(
    frame: Frame, windows: tuple[tuple[int, ...], ...], moved: set[int]
) -> Proof | None:
    """Check "the last eight months were all better than the month before", "only one was"."""
    none = bool(frame.lows & {"none", "no", "not"})
    single = "one" in frame.lows and "every" not in frame.lows
    if not none and not single and not frame.lows & {"all", "each", "every"}:
        return None
    for window in windows:
        hits = sum(i in moved for i in window)
        if hits == (0 if none else 1 if single else len(window)):
            return proved("derived:comparison:steps", f"{hits} of {len(window)} were")
    return refused(f"{sum(i in moved for i in windows[0])} of {len(windows[0])} were")


def _middle(frame: Frame, behind: int) -> float | None:
    """Return the series' mean or median when the comparison names it."""
    view = frame.view
    behind_words = set(frame.words(behind, behind + 4))
    if behind_words & MEAN_WORDS:
        return view.mean(view.complete)
    return view.median(view.complete) if behind_words & MEDIAN_WORDS else None


def _subject(frame: Frame, at: int) -> int:
    ahead = [p for p in frame.places if p.j <= at and p.point is not None and p.relation != "since"]
    if ahead and at - ahead[-1].j <= SUBJECT_REACH and ahead[-1].point is not None:
        return ahead[-1].point
    return frame.view.last


def _against(frame: Frame, at: int, side: int, line: float | None) -> Proof | None:
    subject = _subject(frame, at)
    true = frame.view.level(subject)
    if true is None or line is None:
        return None
    reason = f"{name_position(frame.view, subject)} was {show(frame.view, true)}, against {line:g}"
    if (true - line) * side > 0:
        return proved(f"derived:comparison:{subject}", reason)
    return refused(reason)


def _places_against_before(frame: Frame, at: int, side: int) -> Proof | None:
    """Check "weeks 2 and 3 were already lower": each against the period before the first."""
    ends = at + 1 >= len(frame.tokens) or frame.kind(at + 1) == "sym"
    ahead = [p for p in frame.places if p.j <= at and p.windows and p.kind in {"set", "point"}]
    if not ends or not ahead:
        return None
    place = ahead[-1]
    if not set(frame.words(place.j, at)) <= _COPULA or place.j == at:
        return None
    view, window = frame.view, place.windows[0]
    base = view.level(window[0] - 1)
    if base is None:
        return None
    if all(((view.level(i) or 0.0) - base) * side > 0 for i in window):
        return proved("derived:comparison", f"against {show(view, base)} before")
    return refused(f"the value before was {show(view, base)}")


def _set_of(frame: Frame) -> tuple[int, ...]:
    """Return the periods a sentence speaks of one by one ("every Sunday since 10 May")."""
    dates = frame.view.question.dates or ()
    for at, token in enumerate(frame.tokens):
        for number, name in enumerate(
            ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        ):
            if token.low in {name, f"{name}s"} and dates:
                since = _since(frame.places)
                return tuple(
                    i for i, day in enumerate(dates) if day.weekday() == number and i >= since
                )
        if at > SUBJECT_REACH:
            break
    since = _since(frame.places)
    return tuple(i for i in frame.view.known if i >= since)


def _since(places: list[Place]) -> int:
    return next((p.windows[0][0] for p in places if p.relation == "since" and p.windows), 0)


def _each_beats_the_last(frame: Frame, side: int) -> Proof:
    view, window = frame.view, _set_of(frame)
    spans = [
        p
        for p in frame.places
        if p.kind == "span" and p.windows and "of" in frame.words(p.i - 2, p.i)
    ]
    if spans and not frame.lows & {"none", "no", "never"}:
        steps = [view.steps.get(i, 0.0) for i in spans[0].windows[0] if i]
        hits = sum(step * side > 0 for step in steps)
        if steps and hits == len(steps):
            return proved("derived:comparison:each", f"all {hits} did")
        return refused(f"{hits} of {len(steps)} did")
    values = view.several(window)
    steps = [b - a for a, b in itertools.pairwise(values)]
    none = bool(frame.lows & {"none", "no", "never"})
    hits = sum(step * side > 0 for step in steps)
    if steps and hits == (0 if none else len(steps)):
        return proved("derived:comparison:each", f"{hits} of {len(steps)} did")
    return refused(f"{hits} of {len(steps)} did")


def _whole_windows(frame: Frame, behind: int, side: int) -> Proof | None:
    """Check "every week since X has been worse than any week before"."""
    view = frame.view
    since = [p for p in frame.places if p.j <= behind and p.windows and len(p.windows[0]) > 1]
    if not since:
        return None
    window = since[-1].windows[0]
    rest = tuple(i for i in view.known if i < window[0])
    late, early = view.several(window), view.several(rest)
    if not late or not early:
        return None
    if (min(late) > max(early)) if side > 0 else (max(late) < min(early)):
        return proved(
            "derived:comparison:windows", "all of the later values lie beyond the earlier"
        )
    return refused("some later values lie within the earlier ones")
