"""A named step of a job: DBOS remembers finished ones, and an absent database is waited for.

DBOS waits for its own tables by itself; without this a step that fails on ours would end its job,
and the question would be lost.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from dbos import DBOS

from storage.outage import wait_out

T = TypeVar("T")


def run_step(step: Callable[..., T], *arguments: object, name: str = "") -> T:
    """Run a repeatable step once, or return what it returned before a crash."""
    action = partial(step, *arguments)
    return DBOS.run_step({"name": name or step.__name__}, wait_out, action)
