"""Durable steps: each step of a cycle is done once, its result kept, its attempts counted.

A step's result is committed with the step; a crash in between runs the step again, so steps must
be repeatable. A pause or a lost lead takes effect between two steps.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from pipeline.chapters import StoppedError
from scheduler.machine import Machine
from scheduler.pause import is_paused
from storage.columns import canonical_json
from storage.cycles import StepState, begin_step, end_step
from storage.database import reading, transaction
from storage.leases import acquire_lease, release_lease
from storage.outage import is_away

Result = dict[str, Any]
logger = logging.getLogger(__name__)


class CyclePausedError(RuntimeError):
    """Somebody paused the cycle; it goes on at the same step when resumed."""


class CycleTakenError(RuntimeError):
    """Another process runs this cycle."""


class Steps:
    """`remember` for one cycle run, as `pipeline.run` wants it."""

    def __init__(self, machine: Machine, cycle_run_id: int) -> None:
        self._machine, self._run = machine, cycle_run_id

    def remember(self, name: str, action: Callable[[], Result]) -> Result:
        """Run a step that is not done yet, or return what it returned.

        Raises:
            CyclePausedError: the cycle was paused before this step.
        """
        engine, at_point = self._machine.engine, self._machine.at_point
        with reading(engine) as session:
            paused = is_paused(session)
        if paused:
            raise CyclePausedError(name)
        with transaction(engine) as session:
            step = begin_step(session, self._run, name)
            done, known = step.state is StepState.DONE, step.result
        if done:
            return known
        at_point(f"before_{name}")
        try:
            result = action()
        except StoppedError:
            raise  # the step stays open
        except Exception as error:
            if is_away(error):
                raise  # as it does for as long as the database is away
            with transaction(engine) as session:
                end_step(session, self._run, name, StepState.FAILED, problem=str(error))
            raise
        canonical_json(result)  # refuses here what the database would refuse
        at_point(f"after_{name}")
        with transaction(engine) as session:
            end_step(session, self._run, name, result=result)
        at_point(f"committed_{name}")
        return result


@contextmanager
def held_lease(engine: Engine, name: str, holder: str, seconds: float) -> Iterator[None]:
    """Hold a lease for the whole block, renewed by a thread.

    The same holder may take it again at once, so a restarted process does not wait for itself.

    Raises:
        CycleTakenError: another holder has it.
    """
    with transaction(engine) as session:
        if acquire_lease(session, name, holder, seconds) is None:
            raise CycleTakenError(name)
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(seconds / 3):
            try:
                with transaction(engine) as session:
                    acquire_lease(session, name, holder, seconds)
            except SQLAlchemyError:
                logger.warning("The lease %s could not be renewed; trying again", name)

    thread = threading.Thread(target=renew, name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(seconds)
        try:
            with transaction(engine) as session:
                release_lease(session, name, holder)
        except SQLAlchemyError:
            logger.warning("The lease %s could not be given back; it ends by itself", name)
