"""When something began, and how often it happened: "the slide started in March", "the first
gain since 4 May", "the first time since 2025 that we are under 3.0".
"""

from collections.abc import Iterator

from bot.analysis.answer import Section
from bot.analysis.facts import FactKind
from bot.analysis.verification.conditions import find_line
from bot.analysis.verification.directions import is_event_word, word_direction
from bot.analysis.verification.frame import Frame
from bot.analysis.verification.numbers import read_ordinal
from bot.analysis.verification.proof import Proof, name_position, proved, refused
from bot.analysis.verification.vocabulary import DOWN_NOUNS, NEGATIONS, UP_NOUNS
from bot.analysis.verification.wordsets import words

Found = tuple[int, int, Proof]

_BEGAN = words("started began starts begins start begin dates set")
_NOUNS = UP_NOUNS | DOWN_NOUNS | words("improvement recovery deterioration slide rebound")
_COMES = words("is was comes came happened happens occurred occurs sits sat lies falls")
_UNSURE = words("if whether unless may might could")
ONSET_REACH = 5
BREAK_REACH = 4  # words between "break" and its verb, as in "the break in the level came"


def find_onsets(frame: Frame) -> Iterator[Found]:
    """Yield claims about beginnings and about the n-th of its kind."""
    if frame.section is Section.RECOMMENDED_ACTION:
        return
    for at in range(len(frame.tokens)):
        found = (
            _read_onset(frame, at)
            or _read_break(frame, at)
            or _read_nth(frame, at)
            or _read_time(frame, at)
        )
        if found is not None:
            yield found


def _read_onset(frame: Frame, at: int) -> Found | None:
    is_run = frame.low(at) in _COMES and frame.words(at - 3, at - 1) == ["run", "of"]
    if frame.low(at) not in _BEGAN and not is_run:
        return None
    subject = range(max(0, at - 3), at)
    nouns = [k for k in subject if frame.low(k) in _NOUNS and not is_event_word(frame, k)]
    place = next(
        (p for p in frame.places if at < p.i <= at + ONSET_REACH and p.point is not None), None
    )
    if not nouns or place is None or place.point is None or place.relation in {"before", "after"}:
        return None
    direction = word_direction(frame, nouns[-1])
    if not direction:
        return None
    return at, place.j, _prove_onset(frame, place.point, direction)


def _read_break(frame: Frame, at: int) -> Found | None:
    """Read "the break comes 3 weeks after the redesign", against the breaks that were found."""
    if frame.low(at) not in _COMES or "break" not in frame.words(max(0, at - BREAK_REACH), at):
        return None
    if frame.lows & (NEGATIONS | _UNSURE):
        return None
    starts = {
        fact.window[0]
        for fact in frame.findings.facts
        if fact.kind is FactKind.BREAK and fact.window is not None
    }
    place = next((p for p in frame.places if at < p.i <= at + 2 and p.point is not None), None)
    if not starts or place is None or place.point is None or place.relation in {"before", "since"}:
        return None
    if place.point in starts:
        proof = proved("derived:break", f"the break is in {name_position(frame.view, place.point)}")
    else:
        proof = refused(f"the break is in {name_position(frame.view, min(starts))}")
    return at, place.j, proof


def _prove_onset(frame: Frame, at: int, direction: int) -> Proof:
    """Accept the first step of a run of two or more, or the value it starts from."""
    view = frame.view
    starts = [
        end - count + 1
        for end, (sign, count) in view.runs.items()
        if sign == direction and count >= 2 and view.runs.get(end + 1, (0, 0))[1] != count + 1
    ]
    if any(at in {start, start - 1} for start in starts):
        return proved("derived:onset", f"a run starts in {name_position(view, at)}")
    if at in view.events and any(abs(at - start) <= 1 for start in starts):
        return proved("derived:onset", "a run starts within one period of the change")
    first = f"one starts in {name_position(view, starts[0])}" if starts else "there is none"
    return refused(f"no such run starts there; {first}")


def _read_nth(frame: Frame, at: int) -> Found | None:
    """Read "the first gain since 4 May", "the third fall of the year"."""
    ordinal = read_ordinal(frame.tokens, at)
    if ordinal is None or frame.low(ordinal[1]) not in _NOUNS:
        return None
    direction = word_direction(frame, ordinal[1])
    since = next(
        (p for p in frame.places if p.relation == "since" and p.i > at and p.windows), None
    )
    if since is None or not direction:
        return None
    window = since.windows[0]
    ahead = [p.point for p in frame.places if p.j <= at and p.point is not None]
    last = ahead[-1] if ahead else frame.view.last
    steps = [
        i for i in window if window[0] < i <= last and frame.view.steps.get(i, 0.0) * direction > 0
    ]
    if len(steps) == ordinal[0] and steps[-1] == last:
        return at, ordinal[1] + 1, proved("derived:count", f"{len(steps)} since then")
    return at, ordinal[1] + 1, refused(f"{len(steps)} such steps since then")


def _read_time(frame: Frame, at: int) -> Found | None:
    """Read "the first time since early 2025 that we are under 3.0"."""
    ordinal = read_ordinal(frame.tokens, at)
    if ordinal is None or frame.low(ordinal[1]) != "time":
        return None
    since = next((p for p in frame.places if p.relation == "since" and p.windows), None)
    line = find_line(frame)
    if since is None or line is None:
        return None
    value, side = line
    view = frame.view
    named = set(since.origin or (since.windows[0][0],))
    held = [i for i in view.known if ((view.level(i) or 0.0) - value) * side > 0]
    between = [i for i in held if i > max(named) and i < view.last]
    holds = ordinal[0] == 1 and not between and view.last in held and bool(named & set(held))
    if holds:
        return at, ordinal[1] + 1, proved("derived:count", "no other period since then")
    return at, ordinal[1] + 1, refused(f"{len(between)} other periods since then")
