"""`analyst up`: vLLM and the bot for a real Slack workspace, until interrupted."""

import contextlib
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from bot.serving.settings import ServingSettings
from deploy.bootstrap import Bot
from deploy.commands.output import bad_input_from, fail
from deploy.models import DEFAULT_MODEL, ModelFolderError, ensure_model
from deploy.settings import AnalystSettings, SettingsError, load_settings
from deploy.stages import Stages
from deploy.vllm.server import VllmServer, VllmStartError


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
        if settings.start_vllm:
            start_model(settings, stages, running)
        with stages.stage("Connecting to Slack"):
            bot.start()
        running.callback(bot.stop)
        stages.say(
            "Ready. Ctrl-C stops everything; questions in progress resume at the next start."
        )
        wait_for_interrupt()
        stages.say("Stopping …")


def start_model(
    settings: AnalystSettings, stages: Stages, running: contextlib.ExitStack
) -> VllmServer:
    """Prepare the base model and start vLLM; it is stopped when `running` is left."""
    try:
        if settings.vllm.model == f"models/{DEFAULT_MODEL}":
            with stages.stage("Preparing the base model") as stage:
                ensure_model(report=stage.report)
        Path(settings.vllm.adapters_dir).mkdir(parents=True, exist_ok=True)
        with stages.stage("Starting vLLM") as stage:
            server = VllmServer(settings.vllm, report=stage.report)
            running.enter_context(server)
    except (ModelFolderError, VllmStartError) as error:
        raise fail(str(error)) from error
    return server


def wait_for_interrupt() -> None:
    """Block until Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(1.0):
        pass


def serving_for(settings: AnalystSettings) -> ServingSettings:
    """Serving settings that point at the vLLM this process starts."""
    return settings.serving.model_copy(
        update={"base_url": settings.vllm.base_url, "model": settings.vllm.model}
    )
