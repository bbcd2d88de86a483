"""Numbers that are names: the metric's own ("Day-7 retention"), releases, list markers.

They are marked as taken, so that no reader mistakes them for claims.
"""

from functools import lru_cache

from bot.analysis.question import MetricQuestion
from bot.analysis.verification.frame import Frame
from bot.analysis.verification.numbers import ORDINALS
from bot.analysis.verification.tokens import plain_text, tokenize


@lru_cache(maxsize=256)
def _named(question: MetricQuestion) -> tuple[tuple[str, ...], ...]:
    names = [question.metric, *(change.what for change in question.changes)]
    cut = [tuple(token.low for token in tokenize(plain_text(name))) for name in names]
    return tuple(name for name in cut if name and any(_has_digit(part) for part in name))


@lru_cache(maxsize=256)
def _ordinal_name(question: MetricQuestion) -> tuple[str, ...]:
    """Return the metric's name when a word of it could be a place ("time to first value")."""
    name = tuple(token.low for token in tokenize(plain_text(question.metric)))
    return name if len(name) > 1 and set(name) & (set(ORDINALS) | {"last"}) else ()


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def mask_names(frame: Frame) -> None:
    """Mark tokens of names and list markers as taken."""
    for name in _named(frame.view.question):
        _mask_sequence(frame, name)
    whole = _ordinal_name(frame.view.question)
    for at in range(len(frame.tokens) - len(whole) + 1 if whole else 0):
        if tuple(frame.words(at, at + len(whole))) == whole:
            frame.taken.update(range(at, at + len(whole)))
    for at, token in enumerate(frame.tokens):
        if token.kind in {"version", "pair"} or (
            token.kind == "name" and not _could_be_period(frame, at)
        ):
            frame.taken.add(at)
    first = frame.tokens[0] if frame.tokens else None
    if (
        (
            first is not None
            and first.kind == "num"
            and frame.low(1) in {".", ")"}
            and len(frame.tokens) > 2
        )
        and len(first.text) <= 2
        and "." not in first.text
    ):
        frame.taken.add(0)


def _could_be_period(frame: Frame, at: int) -> bool:
    low = frame.low(at)
    return (low[0] == frame.view.question.period.value[0] or low[0] == "q") and low[1:].isdigit()


def _mask_sequence(frame: Frame, name: tuple[str, ...]) -> None:
    """Mask a window of a name around each of its digits: "release 8.2", "Day-7"."""
    digits = [k for k, part in enumerate(name) if _has_digit(part)]
    for k in digits:
        lead = name[max(0, k - 2) : k]
        lead = tuple(part for part in lead if part not in {"of", "from", "to", "by"})
        if not lead:
            continue
        wanted = (*lead, name[k])
        for at in range(len(frame.tokens) - len(wanted) + 1):
            if tuple(frame.words(at, at + len(wanted))) == wanted:
                frame.taken.update(range(at, at + len(wanted)))
