"""Progress of a start-up, stage by stage with its time, on standard error."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status


class Stages:
    """Shows a live status while a stage runs and leaves one line with its time."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._started = time.monotonic()

    @contextmanager
    def stage(self, title: str) -> Iterator["Stage"]:
        """Time one stage; a failure is marked and passed on."""
        begun = time.monotonic()
        with self._console.status(f"{title} …") as status:
            stage = Stage(title, _reporter(status, title))
            try:
                yield stage
            except BaseException:
                self._console.print(f"[red]✗[/red] {title}")
                raise
        seconds = time.monotonic() - begun
        note = f"  [dim]{stage.note}[/dim]" if stage.note else ""
        self._console.print(f"[green]✓[/green] {title:<44}{seconds:6.1f} s{note}")

    def say(self, text: str) -> None:
        """Print a line of text."""
        self._console.print(text)

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.monotonic() - self._started


class Stage:
    """Handle of a running stage: `report` changes the live status, `note` stays beside its time."""

    def __init__(self, title: str, report: Callable[[str], None]) -> None:
        self.title = title
        self.report = report
        self.note = ""


def _reporter(status: Status, title: str) -> Callable[[str], None]:
    def report(text: str) -> None:
        status.update(f"{title}: {text}")

    return report
