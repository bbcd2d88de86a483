"""Progress of many answers on standard error, with the time left at the pace so far."""

import time
from collections.abc import Callable

from deploy.commands.output import complain

TOLD_EVERY_SECONDS = 15.0
# A batch ends together: before about two of them the pace says nothing.
PACED_AFTER = 40


class ProgressTeller:
    """Call it with (done, total): tells the first, the last, and at most one line in between.

    The pace counts only what was done since it was made, so that a resumed run is told rightly.
    """

    def __init__(self, noun: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._noun, self._clock = noun, clock
        self._started = self._told_at = clock()
        self._first: int | None = None

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is, when it is time to."""
        now = self._clock()
        if self._first is None:
            self._first = done - 1
            if self._first:
                complain(f"{self._first} of {total} {self._noun} were stored before")
        elif done < total and now - self._told_at < TOLD_EVERY_SECONDS:
            return
        self._told_at = now
        finished = done - self._first
        left = (total - done) * (now - self._started) / finished
        said = describe_left(left) if finished >= PACED_AFTER else ""
        complain(f"{done} of {total} {self._noun}{said}")


def describe_left(seconds: float) -> str:
    """Write the time left, roughly; nothing when all is done."""
    if seconds <= 0:
        return ""
    if seconds < 90:
        return f", about {max(round(seconds / 10), 1) * 10} s left at this pace"
    return f", about {round(seconds / 60)} min left at this pace"
