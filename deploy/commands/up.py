"""`analyst up`: vLLM and the bot for a real Slack workspace, until interrupted."""

import contextlib
import signal
import threading
from typing import Annotated

import typer

from bot.serving.settings import ServingSettings
from deploy.bootstrap import Bot
from deploy.commands.output import bad_input_from, fail
from deploy.models import DEFAULT_MODEL, ModelFolderError, ensure_model
from deploy.settings import AnalystSettings, SettingsError, load_settings
from deploy.stages import Stages
from deploy.starter import install_starter
from deploy.vllm.server import VllmServer, VllmStartError
from pipeline.training.errors import TrainingFailedError
from storage.database import migrate, open_database

RESTART_SECONDS = 10.0


def up(
    http: Annotated[
        bool, typer.Option("--http", help="Receive events over HTTP instead of Socket Mode.")
    ] = False,
) -> None:
    """Start the model server and the bot, and serve Slack until Ctrl-C."""
    with bad_input_from(SettingsError):
        settings = load_settings()
        if http:
            slack = settings.slack.model_copy(update={"mode": "http"})
            settings = settings.model_copy(update={"slack": slack})
        bot = Bot(settings)
    stages = Stages()
    with contextlib.ExitStack() as running:
        server = start_model(settings, stages, running) if settings.start_vllm else None
        with stages.stage("Connecting to Slack"):
            bot.start()
        running.callback(bot.stop)
        stages.say(
            "Ready. Ctrl-C stops everything; questions in progress resume at the next start."
        )
        wait_for_interrupt(server, stages)
        stages.say("Stopping …")


def start_model(
    settings: AnalystSettings, stages: Stages, running: contextlib.ExitStack
) -> VllmServer:
    """Prepare the base model and start vLLM; it is stopped when `running` is left."""
    try:
        if settings.vllm.model == f"models/{DEFAULT_MODEL}":
            with stages.stage("Preparing the base model") as stage:
                ensure_model(report=stage.report)
        with stages.stage("Checking database and starter adapter") as stage:
            settings.vllm.adapters_dir.mkdir(parents=True, exist_ok=True)
            stage.note = _prepare_database(settings)
        with stages.stage("Starting vLLM") as stage:
            server = VllmServer(settings.vllm, report=stage.report)
            running.enter_context(server)
    except (ModelFolderError, TrainingFailedError, VllmStartError) as error:
        raise fail(str(error)) from error
    return server


def _prepare_database(settings: AnalystSettings) -> str:
    engine = open_database(settings.storage.url)
    try:
        migrate(engine)
        name = install_starter(engine, settings.vllm.adapters_dir, settings.vllm.model)
    finally:
        engine.dispose()
    return f"{name} is live" if name else ""


def wait_for_interrupt(server: VllmServer | None, stages: Stages) -> None:
    """Block until Ctrl-C or SIGTERM; a model server that dies is started again meanwhile."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(1.0):
        if server is not None and not server.is_running():
            _restart(server, stages, stop)


def _restart(server: VllmServer, stages: Stages, stop: threading.Event) -> None:
    """Questions wait meanwhile (their messages say so); a failed start is tried again."""
    stages.say(f"The model server ended: {server.explain_exit()}")
    server.stop()  # ends what is left of its processes
    try:
        with stages.stage("Starting vLLM again"):
            server.start()
    except VllmStartError as error:
        stages.say(f"{error} Trying again in {RESTART_SECONDS:.0f} s.")
        stop.wait(RESTART_SECONDS)


def serving_for(settings: AnalystSettings) -> ServingSettings:
    """Serving settings that point at the vLLM this process starts."""
    return settings.serving.model_copy(
        update={"base_url": settings.vllm.base_url, "model": settings.vllm.model}
    )
