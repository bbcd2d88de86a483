"""Wire the learning cycle: settings in, a machine that the clock or the command line drives out."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.engine import Engine

from bot.analysis.quality.jargon import Glossary
from bot.services import Services
from bot.serving.client import ModelClient
from deploy.commands.learning import dataset_settings, read_glossary
from deploy.commands.output import BAD_INPUT
from deploy.settings import AnalystSettings
from pipeline.augmentation.errors import AugmentationRefusedError
from pipeline.augmentation.run import AugmentationPlan, run_augmentation
from pipeline.augmentation.seeds import SeedKind
from pipeline.chapters import Learning, StoppedError
from pipeline.curated import import_curated
from pipeline.dataset.golden import GoldenText, load_golden_texts
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.launcher.local import LocalLauncher
from pipeline.training.checks import check_room
from pipeline.training.environment import training_environment
from pipeline.training.presets import find_preset
from scheduler.clock import Clock
from scheduler.cycle import run_cycle
from scheduler.machine import Machine
from scheduler.settings import SchedulerSettings
from scheduler.workflows import CycleWorkflows
from storage.database import reading
from storage.datasets import get_dataset_version
from storage.evaluations import Evaluation, get_evaluation
from storage.outage import wait_out

logger = logging.getLogger(__name__)

TRAINER = (sys.executable, "-m", "pipeline.training")
_RETRY_SECONDS = 15.0
_POLL_SECONDS = 0.5

Adjust = Callable[[Learning], Learning]
"""A last change to the pipeline's parts; tests of other steps put stubs in here."""


class Cycle:
    """The scheduler inside the bot's process: `register` before DBOS starts, then `start`."""

    def __init__(
        self,
        settings: AnalystSettings,
        services: Services,
        adjust: Adjust = lambda learning: learning,
    ) -> None:
        self._stopping = threading.Event()
        self._workflows = CycleWorkflows(settings.answering.executor_id)
        machine = build_machine(
            settings,
            services.engine,
            services.model,
            actor=settings.answering.executor_id,
            slack=services.slack,
            at_point=services.at_point,
            adjust=adjust,
            should_stop=self._stopping.is_set,
        )
        self.machine = replace(machine, start_cycle=self._workflows.start)

    def register(self) -> None:
        """Name the cycle's workflow."""
        self._workflows.register(lambda run_id: wait_out(lambda: run_cycle(self.machine, run_id)))

    def start(self) -> None:
        """Open the queue and start the clock."""
        self._workflows.open_queue()
        self._clock = Clock(self.machine)
        self._clock.start()

    def stop(self) -> None:
        """Stop the clock; a running cycle goes on at the next start."""
        self._stopping.set()
        self._clock.stop()


def build_machine(
    settings: AnalystSettings,
    engine: Engine,
    model: ModelClient,
    *,
    actor: str,
    slack: WebClient | None = None,
    glossary: Glossary | None = None,
    at_point: Callable[[str], None] = lambda _: None,
    adjust: Adjust = lambda learning: learning,
    should_stop: Callable[[], bool] = lambda: False,
) -> Machine:
    """Put the scheduler's surroundings together. Raises TrainingInputError for a wrong preset."""
    chosen = settings.scheduler
    runs = settings.data_dir / "training"
    runs.mkdir(parents=True, exist_ok=True)
    terms = glossary or read_glossary()
    preset = find_preset(chosen.preset)
    if chosen.max_steps is not None:
        preset = preset.model_copy(update={"max_steps": chosen.max_steps})
    learning = Learning(
        engine=engine,
        dataset=dataset_settings(settings),
        glossary=terms,
        read_golden=_read_golden,
        launcher=LocalLauncher(
            runs, program=chosen.trainer or TRAINER, environment=training_environment()
        ),
        preset=preset,
        adapters_dir=settings.vllm.adapters_dir,
        evaluate_adapter=lambda adapter: evaluate_adapter(settings, engine, adapter, should_stop),
        import_examples=lambda: import_curated(engine, PRODUCT_ANALYSIS),
        check_room=lambda: check_room(preset, runs),
        training_limit_seconds=chosen.training_limit_seconds,
        actor=actor,
        should_stop=should_stop,
        augment=lambda: augment(settings, engine, terms),
    )
    replicas = [
        ModelClient(settings.serving.model_copy(update={"base_url": address}))
        for address in chosen.replicas
    ]
    return Machine(
        engine=engine,
        settings=chosen,
        learning=adjust(learning),
        replicas=replicas or [model],
        adapters_dir=settings.vllm.adapters_dir,
        runs_dir=runs,
        actor=actor,
        slack=slack,
        at_point=at_point,
    )


def evaluate_adapter(
    settings: AnalystSettings,
    engine: Engine,
    adapter: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> Evaluation:
    """Run `analyst evaluate` beside the bot, so that its models' memory is given back.

    What is stored is not asked again, so a crash on either side costs little; a model server that
    is away is waited for.

    Raises:
        EvaluationInputError: no cases, or the server does not find the adapter.
        EvaluationInterruptedError: it could not be finished in time.
        StoppedError: this process is ending.
    """
    give_up_at = time.monotonic() + settings.scheduler.model_wait_seconds
    while True:
        status, out, errors = _run_child(
            _evaluate_command(settings.scheduler, adapter), _told_settings(settings), should_stop
        )
        said = errors.strip().splitlines()[-1:] or ["nothing was said"]
        if status == 0:
            with reading(engine) as session:
                found = get_evaluation(session, int(json.loads(out)["evaluation"]))
            if found is not None:
                return found
        if status == BAD_INPUT:
            raise EvaluationInputError(said[0])
        if time.monotonic() > give_up_at:
            raise EvaluationInterruptedError(f"The evaluation could not be finished: {said[0]}")
        logger.warning("The evaluation of %s waits: %s", adapter, said[0])
        _rest(_RETRY_SECONDS, should_stop)


def _run_child(
    command: list[str], told: dict[str, str], should_stop: Callable[[], bool]
) -> tuple[int, str, str]:
    """Run a program to its end; returns status, output, errors. Raises StoppedError."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(
            command,
            env=os.environ | told,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            start_new_session=True,  # Ctrl-C reaches us first; we end it in order
        )
        try:
            while child.poll() is None:
                _rest(_POLL_SECONDS, should_stop)
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
        out.seek(0)
        errors.seek(0)
        return child.returncode, out.read(), errors.read()


def _rest(seconds: float, should_stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if should_stop():
            raise StoppedError("What is evaluated so far is stored.")
        time.sleep(min(left, _POLL_SECONDS))


def _evaluate_command(chosen: SchedulerSettings, adapter: str) -> list[str]:
    limit = ["--limit", str(chosen.evaluation_limit)] if chosen.evaluation_limit else []
    return [
        *(sys.executable, "-m", "deploy.cli", "evaluate", "--json", "--adapter", adapter),
        *("--cases", chosen.evaluation_cases, "--baselines", chosen.evaluation_baselines),
        *limit,
    ]


def _told_settings(settings: AnalystSettings) -> dict[str, str]:
    """What the practice workspace or an option changed after the environment was read."""
    return {
        "ANALYST_STORAGE__URL": settings.storage.url,
        "ANALYST_DATA_DIR": str(settings.data_dir),
        "ANALYST_SERVING__BASE_URL": settings.serving.base_url,
        "ANALYST_SERVING__MODEL": settings.serving.model,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }


def augment(settings: AnalystSettings, engine: Engine, glossary: Glossary) -> dict[str, Any]:
    """Let the teacher write candidates for review; without one, or without a count, do nothing.

    A teacher that fails never stops a cycle: its examples would only join a later one.
    """
    count, teacher = settings.scheduler.augment_count, settings.augmentation
    if not count or not teacher.base_url:
        return {"queued_for_review": 0, "reason": "no teacher or no count is set"}
    with reading(engine) as session:
        newest = get_dataset_version(session)
    name = f"cycle-after-version-{newest.version if newest else 0}"
    try:
        report = run_augmentation(
            engine,
            teacher,
            AugmentationPlan(name, count, SeedKind.EXAMPLES),
            PRODUCT_ANALYSIS,
            glossary,
            _read_golden(),
        )
    except AugmentationRefusedError as error:
        return {"queued_for_review": 0, "reason": str(error)}
    return {
        "queued_for_review": report.queued_for_review,
        "requested": report.requested,
        "rejected": report.rejected,
        "cost": report.cost,
        "reason": report.stopped,
    }


def _read_golden() -> list[GoldenText]:
    return load_golden_texts(PRODUCT_ANALYSIS)
