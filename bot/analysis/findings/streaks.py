"""Streaks: consecutive rises or falls, the one still running and the longest of each.

A gap (missing period) ends a streak, because nobody knows what happened in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.analysis.facts import Direction, Fact, FactKind
from bot.analysis.findings.changes import direction_of
from bot.analysis.findings.series import Series

_WORDS = {Direction.UP: ("rise", "rises"), Direction.DOWN: ("fall", "falls")}


@dataclass(frozen=True)
class Streak:
    """`steps` moves the same way; `first` is the period before the first of them."""

    direction: Direction
    first: int
    last: int

    @property
    def steps(self) -> int:
        """Number of consecutive moves."""
        return self.last - self.first


def find_streaks(series: Series) -> list[Streak]:
    """List the maximal runs of moves in one direction, oldest first; flat steps end a run."""
    streaks: list[Streak] = []
    for before, after in pairwise(series.used):
        direction = direction_of(series.value(after) - series.value(before))
        if after - before != 1 or direction is Direction.FLAT:
            continue
        running = streaks[-1] if streaks else None
        if running and running.last == before and running.direction is direction:
            streaks[-1] = Streak(direction, running.first, after)
        else:
            streaks.append(Streak(direction, before, after))
    return streaks


def current_streak(series: Series) -> Streak | None:
    """Return the run that ends with the last used value, None when the last step was flat."""
    streaks = find_streaks(series)
    return streaks[-1] if streaks and streaks[-1].last == series.last else None


def streak_facts(series: Series) -> Iterator[Fact]:
    """Yield streak.current and the longest rise and fall of two or more steps."""
    streaks = find_streaks(series)
    current = current_streak(series)
    if current is not None:
        rank = 6 if current.steps >= 3 else 55
        yield _fact(series, current, "streak.current", "in a row up to now", rank)
    for direction, name in (
        (Direction.DOWN, "streak.longest_fall"),
        (Direction.UP, "streak.longest_rise"),
    ):
        same = [streak for streak in streaks if streak.direction is direction]
        longest = max(same, key=lambda streak: streak.steps, default=None)
        if longest is not None and longest.steps >= 2:
            rank = 56 if longest == current or longest.steps < 3 else 28
            yield _fact(series, longest, name, "in a row at the longest", rank)


def _fact(series: Series, streak: Streak, name: str, tail: str, rank: int) -> Fact:
    noun = _WORDS[streak.direction][0 if streak.steps == 1 else 1]
    span = series.span(streak.first, streak.last)
    return Fact(
        id=name,
        kind=FactKind.STREAK,
        value=float(streak.steps),
        unit=_WORDS[streak.direction][1],
        text=f"{streak.steps} {noun} {tail} ({span})",
        window=(streak.first, streak.last),
        method="count of consecutive steps with one sign",
        direction=streak.direction,
        arithmetic=f"{streak.steps} steps from {series.name(streak.first)}",
        minimum_length=2,
        why="steps that keep going one way are less likely to be noise",
        rank=rank,
    )
