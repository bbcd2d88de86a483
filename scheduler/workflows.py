"""The cycle as a DBOS workflow: started under its own key, resumed after a crash.

What was done is in our tables (`scheduler.steps`); DBOS sees to it that an interrupted cycle is
started again, by this process or by the one that takes its place.
"""

from collections.abc import Callable

from dbos import DBOS, SetWorkflowID

from scheduler.steps import CycleTakenError

QUEUE = "cycles"
WORKFLOW = "run_training_cycle"
_UNFINISHED = {"PENDING", "ENQUEUED", "DELAYED"}
_POLL_SECONDS = 0.5


class CycleWorkflows:
    """Registered before DBOS is launched, used afterwards."""

    def __init__(self, executor_id: str) -> None:
        self._executor_id = executor_id
        self._run: Callable[[int], object] | None = None

    def register(self, run: Callable[[int], object]) -> None:
        """Name the workflow; call before DBOS is launched."""

        @DBOS.workflow(name=WORKFLOW)
        def run_training_cycle(cycle_run_id: int) -> None:
            try:
                run(cycle_run_id)
            except CycleTakenError:
                return  # the process that holds it goes on with it

        self._run = run_training_cycle

    def open_queue(self) -> None:
        """Say that cycles run one at a time; call after DBOS is launched."""
        DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=_POLL_SECONDS)

    def start(self, cycle_run_id: int) -> None:
        """Start a cycle, or start it again; one whose workflow is not over is left alone."""
        if self._run is None:
            raise RuntimeError("Register the cycle's workflow before starting one.")
        attempt = 1
        while (status := DBOS.get_workflow_status(f"cycle-{cycle_run_id}-{attempt}")) is not None:
            # One that a lost process left behind is PENDING for ever, and one that other code
            # began is never resumed by ours; the lease of the cycle keeps two from running at once.
            is_ours = status.app_version == DBOS.application_version and (
                status.status != "PENDING" or status.executor_id == self._executor_id
            )
            if status.status in _UNFINISHED and is_ours:
                return
            attempt += 1
        with SetWorkflowID(f"cycle-{cycle_run_id}-{attempt}"):
            DBOS.enqueue_workflow(QUEUE, self._run, cycle_run_id)
