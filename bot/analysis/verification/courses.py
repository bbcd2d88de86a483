"""How a course goes on, in words: "the losses are easing", "decline continues", "and worsening".

Also bands and limits of steps: "never left the range from 40.9 to 41.8", "the weekly gain never
exceeded 15". Each names a direction or a size without saying which period has it.
"""

from collections.abc import Iterator

from bot.analysis.answer import Section
from bot.analysis.verification.directions import is_event_word, word_direction
from bot.analysis.verification.frame import Frame
from bot.analysis.verification.matching import change_factor, level_factor
from bot.analysis.verification.proof import Proof, proved, refused
from bot.analysis.verification.vocabulary import DOWN_NOUNS, DOWN_VERBS, UP_NOUNS, UP_VERBS
from bot.analysis.verification.wordsets import words

Found = tuple[int, int, Proof]

_SLOWER = words(
    "easing slowing gentler milder decelerating shrinking flattening slower eased slowed"
)
_FASTER = words("accelerating steeper faster sharpening steepening quickening accelerated quicker")
_GOING_ON = words("continues continue continued persists persisted")
_STILL = words("still and keeps kept")
_NEVER = words("never not no none")
_BAND = words("range band corridor")
_EXCEED = words("exceeded exceed exceeds topped passed above over")
RECENT = 3  # steps that "is still falling" may lean on


def find_courses(frame: Frame) -> Iterator[Found]:
    """Yield claims about how a course goes on, about bands and about limits of steps."""
    if frame.section is Section.RECOMMENDED_ACTION or frame.lows & {"if", "unless", "whether"}:
        return
    for at, token in enumerate(frame.tokens):
        if at in frame.taken or token.kind != "word":
            continue
        found = _pace_of_course(frame, at) or _goes_on(frame, at) or _not_since(frame, at)
        if found is None and token.low == "left":
            found = _inside_band(frame, at)
        if found is not None:
            yield found


def _pace_of_course(frame: Frame, at: int) -> Found | None:
    """Check "the losses are easing": the last such steps against the first of their run."""
    low = frame.low(at)
    side = -1 if low in _SLOWER else 1 if low in _FASTER else 0
    nouns = DOWN_NOUNS | UP_NOUNS
    subject = [k for k in range(max(0, at - 4), at) if frame.low(k) in nouns]
    if not side or not subject or is_event_word(frame, subject[-1]):
        return None
    if not {"are", "is", "has", "have", "got", "gets", "keep", "keeps", "were", "was"} & set(
        frame.words(subject[-1], at)
    ):
        return None
    direction = word_direction(frame, subject[-1])
    steps = _last_run(frame, direction)
    if not direction or len(steps) < 2:
        return None
    middle = len(steps) // 2
    early, late = _mean(steps[:middle]), _mean(steps[-middle:])
    holds = (late - early) * side > 0
    text = f"the steps were {early:g} and are {late:g}"
    return at, at + 1, proved("derived:course", text) if holds else refused(text)


def _mean(steps: list[float]) -> float:
    return sum(steps) / len(steps)


def _last_run(frame: Frame, direction: int) -> list[float]:
    """Return the sizes of the newest run of steps of one direction, oldest first."""
    found: list[float] = []
    for at in range(frame.view.last, 0, -1):
        step = frame.view.steps.get(at, 0.0) * direction
        if step <= 0:
            if found:
                break
            continue
        found.append(step)
    return found[::-1]


def _goes_on(frame: Frame, at: int) -> Found | None:
    """Check "decline continues", "and still rising", "and worsening" at the end of a clause."""
    low = frame.low(at)
    moving = low.endswith("ing") and word_direction(frame, at)
    ends = at + 1 >= len(frame.tokens) or frame.kind(at + 1) == "sym"
    if moving and ends and frame.low(at - 1) in _STILL:
        pass
    elif word_direction(frame, at) and frame.low(at + 1) in _GOING_ON:
        if low not in UP_NOUNS | DOWN_NOUNS | UP_VERBS | DOWN_VERBS:
            return None
        moving = word_direction(frame, at)
    else:
        return None
    if is_event_word(frame, at) or {"not", "no", "stopped"} & set(frame.words(at - 4, at)):
        return None
    last = frame.view.last
    changes = [frame.view.change(last - back, last) or 0.0 for back in range(1, RECENT + 1)]
    holds = any(change * moving > 0 for change in changes)
    text = "the newest steps " + ("go that way" if holds else "go the other way")
    return at, at + 1, proved("derived:direction", text) if holds else refused(text)


def _not_since(frame: Frame, at: int) -> Found | None:
    """Check "we have not been this low since April": nothing in between lies beyond the newest."""
    side = {"high": 1, "low": -1}.get(frame.low(at), 0)
    if not side or frame.words(at - 2, at) != ["been", "this"]:
        return None
    since = next((p for p in frame.places if p.i in {at + 1, at + 2} and p.windows), None)
    now = frame.view.level(frame.view.last)
    if since is None or now is None or since.relation != "since" or not _NEVER & frame.lows:
        return None
    named = set(since.origin or since.windows[0][:1])
    between = frame.view.several(frame.view.span(max(named) + 1, frame.view.last - 1))
    holds = bool(between) and all((value - now) * side < 0 for value in between)
    text = "nothing since lies beyond it" if holds else "a later value lies beyond it"
    return at, at + 1, proved("derived:rank", text) if holds else refused(text)


def _inside_band(frame: Frame, at: int) -> Found | None:
    """Check "never left the range from 40.9 to 41.8": every value of the window lies in it."""
    if not _NEVER & set(frame.words(at - 2, at)) or not _BAND & set(frame.words(at, at + 5)):
        return None
    lines = [q for q in frame.quantities if q.i > at and level_factor(frame.view, q) is not None]
    if len(lines) < 2:
        return None
    low, high = sorted(q.value * (level_factor(frame.view, q) or 1.0) for q in lines[:2])
    slack = lines[0].half_step
    windows = [w for p in frame.places for w in p.windows if len(w) > 1]
    windows += [
        frame.view.span(0, place.point)
        for place in frame.places
        if place.point is not None and {"up", "until"} & set(frame.words(place.i - 2, place.i + 1))
    ]
    for window in windows or [frame.view.known]:
        values = frame.view.several(window)
        if values and min(values) >= low - slack and max(values) <= high + slack:
            return at, at + 1, proved("derived:range", f"{len(values)} values lie in it")
    return at, at + 1, refused("some values there lie outside it")


def step_limit(frame: Frame, at: int, after: int) -> Proof | None:
    """Check "the weekly gain never exceeded 15": no step of the window is larger; None if no limit.

    `at` and `after` are the tokens of the number.
    """
    if frame.low(at - 1) not in _EXCEED or not frame.lows & _NEVER:
        return None
    nouns = [k for k in range(at) if frame.low(k) in UP_NOUNS | DOWN_NOUNS | {"step", "steps"}]
    q = next((q for q in frame.quantities if q.i == at), None)
    factor = None if q is None else change_factor(frame.view, q)
    if not nouns or q is None or factor is None:
        return None
    side = word_direction(frame, nouns[-1])
    windows = [w for p in frame.places for w in p.windows if len(w) > 1] or [frame.view.known]
    for window in windows:
        steps = [frame.view.steps[i] for i in window if i in frame.view.steps]
        sizes = [step * side if side else abs(step) for step in steps]
        if sizes and max(sizes) <= q.value * factor + 1e-9:
            return proved("derived:step_limit", f"the largest is {max(sizes):g}")
    return refused("a larger step lies there")
