"""Wire the learning cycle: settings in, a machine that the clock or the command line drives out."""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from slack_sdk import WebClient
from sqlalchemy.engine import Engine

from bot.analysis.quality.jargon import Glossary
from bot.services import Services
from bot.serving.client import ModelClient
from bot.shots import load_shots
from deploy.commands.learning import dataset_settings, read_glossary
from deploy.settings import AnalystSettings
from pipeline.chapters import Learning
from pipeline.curated import import_curated
from pipeline.dataset.golden import GoldenText, load_golden_texts
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.errors import EvaluationInterruptedError
from pipeline.evaluation.run import EvaluationRequest
from pipeline.evaluation.run import evaluate as run_evaluation
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.evaluation.systems import read_baselines
from pipeline.launcher.local import LocalLauncher
from pipeline.training.checks import check_room
from pipeline.training.environment import training_environment
from pipeline.training.presets import find_preset
from scheduler.clock import Clock
from scheduler.cycle import run_cycle
from scheduler.machine import Machine
from scheduler.workflows import CycleWorkflows
from storage.evaluations import Evaluation

logger = logging.getLogger(__name__)

TRAINER = (sys.executable, "-m", "pipeline.training")
_RETRY_SECONDS = 15.0


class Cycle:
    """The scheduler inside the bot's process: `register` before DBOS starts, then `start`."""

    def __init__(self, settings: AnalystSettings, services: Services) -> None:
        self._workflows = CycleWorkflows(settings.answering.executor_id)
        machine = build_machine(
            settings,
            services.engine,
            services.model,
            actor=settings.answering.executor_id,
            slack=services.slack,
            at_point=services.at_point,
        )
        self.machine = replace(machine, start_cycle=self._workflows.start)

    def register(self) -> None:
        """Name the cycle's workflow."""
        self._workflows.register(lambda run_id: run_cycle(self.machine, run_id))

    def start(self) -> None:
        """Open the queue and start the clock."""
        self._workflows.open_queue()
        self._clock = Clock(self.machine)
        self._clock.start()

    def stop(self) -> None:
        """Stop the clock; a running cycle goes on at the next start."""
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
) -> Machine:
    """Put the scheduler's surroundings together. Raises TrainingInputError for a wrong preset."""
    chosen = settings.scheduler
    runs = settings.data_dir / "training"
    runs.mkdir(parents=True, exist_ok=True)
    preset = find_preset(chosen.preset)
    learning = Learning(
        engine=engine,
        dataset=dataset_settings(settings),
        glossary=glossary or read_glossary(),
        read_golden=_read_golden,
        launcher=LocalLauncher(
            runs, program=chosen.trainer or TRAINER, environment=training_environment()
        ),
        preset=preset,
        adapters_dir=settings.vllm.adapters_dir,
        evaluate_adapter=lambda adapter: evaluate_adapter(settings, engine, model, adapter),
        import_examples=lambda: import_curated(engine, PRODUCT_ANALYSIS),
        check_room=lambda: check_room(preset, runs),
        training_limit_seconds=chosen.training_limit_seconds,
        actor=actor,
    )
    replicas = [
        ModelClient(settings.serving.model_copy(update={"base_url": address}))
        for address in chosen.replicas
    ]
    return Machine(
        engine=engine,
        settings=chosen,
        learning=learning,
        replicas=replicas or [model],
        adapters_dir=settings.vllm.adapters_dir,
        runs_dir=runs,
        actor=actor,
        slack=slack,
        at_point=at_point,
    )


def evaluate_adapter(
    settings: AnalystSettings, engine: Engine, model: ModelClient, adapter: str
) -> Evaluation:
    """Evaluate through the served path; waits a while for a model server that is away.

    Raises:
        EvaluationInputError: no cases, or the server does not find the adapter.
        EvaluationInterruptedError: the model server stayed away.
    """
    chosen = settings.scheduler
    request = EvaluationRequest(
        adapter=adapter,
        cases=load_case_set(chosen.evaluation_cases, chosen.evaluation_limit),
        baselines=read_baselines(chosen.evaluation_baselines),
        shots=load_shots(),
    )
    how = EvaluationSettings(folder=settings.data_dir / "evaluations")
    give_up_at = time.monotonic() + chosen.model_wait_seconds
    while True:
        try:
            return run_evaluation(engine, model, request, how, on_progress=lambda done, all_: None)
        except EvaluationInterruptedError as error:
            if time.monotonic() > give_up_at:
                raise
            logger.warning("The evaluation of %s waits: %s", adapter, error)
            time.sleep(_RETRY_SECONDS)


def _read_golden() -> list[GoldenText]:
    return load_golden_texts(PRODUCT_ANALYSIS)
