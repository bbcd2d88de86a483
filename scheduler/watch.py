"""The watch: ratings of a canary, or of what just went live; evidence of a fall rolls it back.

Scores (0-5) and thumbs are two streams whose e-values are averaged, which is an e-value again. A
canary is compared with what is live at the same time; a new live adapter with a lower bound on
what the one before it earned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler import decisions, notices
from scheduler.evidence import e_value_of_drop, lower_bound, pair_arms
from scheduler.machine import Machine
from storage.adapters import AdapterState
from storage.aliases import CANARY, LIVE, alias_history, get_alias
from storage.arm_ratings import ArmRating, list_arm_ratings
from storage.database import reading, transaction
from storage.heartbeats import beat
from storage.ratings import HIGHEST_SCORE, Thumb

ACTOR = "system:watch"
HEARTBEAT = "watch"


@dataclass(frozen=True)
class Watched:
    """What the ratings say about a canary or a newly live adapter. Means are on the 0-5 scale."""

    adapter: str
    is_canary: bool
    e_value: float
    threshold: float
    ratings: int
    raters: int
    mean_before: float | None
    mean_now: float | None
    thumbs_before: float | None
    thumbs_now: float | None

    def in_words(self) -> str:
        """The figures as one sentence part."""
        parts = []
        if self.mean_before is not None and self.mean_now is not None:
            parts.append(f"rating {self.mean_before:.1f} before, {self.mean_now:.1f} now")
        if self.thumbs_before is not None and self.thumbs_now is not None:
            parts.append(f"thumbs up {self.thumbs_before:.0%} before, {self.thumbs_now:.0%} now")
        figures = "; ".join(parts) or "too few ratings to compare"
        return f"{figures} (n = {self.ratings}, e-value {self.e_value:.3g} of {self.threshold:g})"


def look(machine: Machine) -> Watched | None:
    """Weigh the ratings so far; None when nothing is being watched."""
    settings, now = machine.settings.watch, machine.now()
    with reading(machine.engine) as session:
        live, canary = get_alias(session, LIVE), get_alias(session, CANARY)
        if canary is not None and canary.adapter_name is not None:
            since = canary.updated_at
            new = list_arm_ratings(session, canary.adapter_name, since=since)
            old = list_arm_ratings(session, live.adapter_name if live else None, since=since)
            return _weigh_canary(canary.adapter_name, old, new, settings.false_alarm_rate)
        changes = alias_history(session, LIVE, limit=1)
        if live is None or live.adapter_name is None or not changes:
            return None
        began, before = changes[0].at, changes[0].previous_adapter_name
        if now - began > timedelta(days=settings.watch_days) or changes[0].actor == ACTOR:
            return None
        new = list_arm_ratings(session, live.adapter_name, since=began)
        earliest = began - timedelta(days=settings.baseline_days)
        old = list_arm_ratings(session, before, since=earliest, until=began)
    return _weigh_live(live.adapter_name, old, new, settings.false_alarm_rate)


def watch_once(machine: Machine) -> str | None:
    """Look, and roll back when the evidence is in; returns what was told, if anything."""
    watched = look(machine)
    _note(machine, watched)
    enough = machine.settings.watch.least_raters
    if watched is None or watched.e_value < watched.threshold or watched.raters < enough:
        return None
    moment: datetime = machine.now()
    reason = f"ratings fell: {watched.in_words()}"
    result = decisions.rollback(
        machine, ACTOR, reason, canary_becomes=AdapterState.REJECTED, expected=watched.adapter
    )
    text = f"{watched.adapter} rolled back at {moment:%H:%M} UTC: {reason}. {result}"
    notices.tell_channel(machine, "", text)
    return text


def _note(machine: Machine, watched: Watched | None) -> None:
    """Leave the figures where `/analyst adapters` finds them, as a sign of life too."""
    told = {"adapter": watched.adapter, "words": watched.in_words()} if watched else {}
    with transaction(machine.engine) as session:
        beat(session, HEARTBEAT, told)


def _weigh_canary(
    name: str, old: Sequence[ArmRating], new: Sequence[ArmRating], false_alarm_rate: float
) -> Watched:
    both = sorted([(r, False) for r in old] + [(r, True) for r in new], key=lambda x: x[0].order)
    scores = [(is_new, r.score / HIGHEST_SCORE) for r, is_new in both if r.score is not None]
    thumbs = [(is_new, float(r.thumb is Thumb.UP)) for r, is_new in both if r.thumb is not None]
    e_value = (e_value_of_drop(pair_arms(scores)) + e_value_of_drop(pair_arms(thumbs))) / 2
    return _watched(name, old, new, e_value, 1 / false_alarm_rate, is_canary=True)


def _weigh_live(
    name: str, old: Sequence[ArmRating], new: Sequence[ArmRating], false_alarm_rate: float
) -> Watched:
    # Half of the error may come from the baseline (a quarter for each stream's bound), half from
    # the betting against it.
    e_values = []
    for before, now in ((_scores(old), _scores(new)), (_thumbs(old), _thumbs(new))):
        bound = lower_bound(before, false_alarm_rate / 4)
        e_values.append(e_value_of_drop(bound - value for value in now))
    return _watched(name, old, new, sum(e_values) / 2, 2 / false_alarm_rate, is_canary=False)


def _watched(
    name: str,
    old: Sequence[ArmRating],
    new: Sequence[ArmRating],
    e_value: float,
    threshold: float,
    *,
    is_canary: bool,
) -> Watched:
    before, now = _mean(_scores(old)), _mean(_scores(new))
    return Watched(
        adapter=name,
        is_canary=is_canary,
        e_value=e_value,
        threshold=threshold,
        ratings=len(new),
        raters=len({rating.user_id for rating in new}),
        mean_before=None if before is None else before * HIGHEST_SCORE,
        mean_now=None if now is None else now * HIGHEST_SCORE,
        thumbs_before=_mean(_thumbs(old)),
        thumbs_now=_mean(_thumbs(new)),
    )


def _scores(ratings: Sequence[ArmRating]) -> list[float]:
    return [r.score / HIGHEST_SCORE for r in ratings if r.score is not None]


def _thumbs(ratings: Sequence[ArmRating]) -> list[float]:
    return [float(r.thumb is Thumb.UP) for r in ratings if r.thumb is not None]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
