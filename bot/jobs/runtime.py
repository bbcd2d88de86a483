"""Durable execution with DBOS: one workflow per inbox row, started under the row's own key.

A workflow is a list of named steps; DBOS remembers the finished ones, our tables make the
unfinished one repeatable. What the steps do is in the modules beside this one.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID

from bot.jobs.answer import answer_arrival
from bot.jobs.correction import record_correction
from bot.jobs.home import publish_home
from bot.jobs.review import carry_out_decision
from bot.jobs.verdict import record_verdict
from bot.services import Services
from bot.slack.arrivals import Kind
from storage.outage import wait_out

QUEUE = "arrivals"
WORKFLOW = "handle_arrival"
# DBOS resumes a workflow only under the version that started it; a source hash, its default,
# would strand every waiting question at each upgrade. Raise it when steps change their meaning.
APPLICATION_VERSION = "growth-analyst-1"
POLL_SECONDS = 0.05  # waiting time a question sees before its job starts


def jobs_database_url(database_url: str) -> str:
    """Where DBOS keeps its tables: beside ours in PostgreSQL, in a file of its own with SQLite."""
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        return f"sqlite:///{path.with_name(path.stem + '-jobs.sqlite')}"
    return database_url.replace("postgresql+psycopg://", "postgresql://")


class JobRuntime:
    """Owns DBOS in this process: `launch`, `start_job`, `close`."""

    def __init__(self, database_url: str, *, executor_id: str, concurrent: int) -> None:
        self._concurrent = concurrent
        config: DBOSConfig = {
            "name": "growth-analyst",
            "system_database_url": jobs_database_url(database_url),
            "executor_id": executor_id,
            "application_version": APPLICATION_VERSION,
            "log_level": "WARNING",
            "run_migrations": True,
        }
        DBOS(config=config)

    def launch(self, services: Services, register_more: Callable[[], None] = lambda: None) -> None:
        """Register the workflow and start working on what is queued or was interrupted.

        `register_more` names further workflows; DBOS must know all of them before it is launched.
        """

        @DBOS.workflow(name=WORKFLOW)
        def handle_arrival(kind: str, event_id: int) -> None:
            if kind in {Kind.QUESTION.value, Kind.FORM.value}:
                answer_arrival(services, event_id)
                return
            handlers: dict[str, Callable[[Services, int], None]] = {
                Kind.HOME.value: publish_home,
                Kind.VERDICT.value: record_verdict,
                Kind.CORRECTION.value: record_correction,
                Kind.REVIEW.value: carry_out_decision,
            }
            wait_out(lambda: handlers[kind](services, event_id))

        self._workflow = handle_arrival
        register_more()
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=self._concurrent, polling_interval_sec=POLL_SECONDS
        )
        logging.getLogger("dbos").setLevel(logging.WARNING)

    def start_job(self, key: str, kind: str, event_id: int) -> None:
        """Enqueue the job of one inbox row; a key that has a job already keeps that one."""
        with SetWorkflowID(key):
            DBOS.enqueue_workflow(QUEUE, self._workflow, kind, event_id)

    def close(self, wait_seconds: int = 0) -> None:
        """Stop taking jobs; running ones get `wait_seconds`, the rest resumes at the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
