"""`analyst demo`: everything on this machine, with a practice workspace instead of Slack.

The practice workspace is a stand-in for Slack behind Slack's own protocol; model, database, jobs
and the Bolt app are the real ones.
"""

import contextlib
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import RoleSettings
from bot.slack.settings import SlackSettings
from deploy.bootstrap import Bot
from deploy.commands.output import bad_input_from, fail
from deploy.commands.up import serving_for, start_model, wait_for_interrupt
from deploy.demo_company.setup import prepare_company, record_releases
from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.settings import AnalystSettings, SettingsError, load_settings
from deploy.stages import Stages
from storage.database import migrate, open_database

WORKSPACE_START_SECONDS = 20.0


def demo(
    port: Annotated[int, typer.Option(help="Port of the practice workspace.")] = 8080,
) -> None:
    """Start model server, bot and practice workspace; ends with an address to open."""
    with bad_input_from(SettingsError):
        settings = load_settings()
    stages = Stages()
    stages.say("Growth Analyst on this machine. The first start takes about two minutes.")
    with contextlib.ExitStack() as running:
        with stages.stage("Starting the practice workspace"):
            address = start_workspace(settings.data_dir / "workspace", port, running)
        settings = practice_settings(settings, address)
        with stages.stage("Writing the demo company's numbers") as stage:
            settings, stage.note = with_demo_company(settings)
        server = start_model(settings, stages, running)
        with stages.stage("Starting database, jobs and bot"):
            bot = Bot(settings)
            bot.start()
            running.callback(bot.stop)
        stages.say(f"\nReady after {stages.seconds:.0f} s:  [bold]{address}/[/bold]")
        stages.say("Ask in #growth, or click an example. Ctrl-C stops everything.")
        wait_for_interrupt(server, stages)
        stages.say("\nStopping …")
    stages.say("Stopped. `make demo` goes on where you left off.")


def start_workspace(data: Path, port: int, running: contextlib.ExitStack) -> str:
    """Start the practice workspace as a child process and return its address."""
    with socket.socket() as probe:
        # The server itself may bind while old connections linger; so may this probe.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise fail(
                f"Port {port} is taken. Stop what uses it, or choose another: analyst demo"
                f" --port {port + 1}"
            ) from error
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "deploy.playground", "--port", str(port), "--data", str(data)]
    child = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=(data / "workspace.log").open("ab"),
        start_new_session=True,  # Ctrl-C reaches us first; we stop it in order
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    running.callback(_end, child)
    address = f"http://127.0.0.1:{port}"
    with PlaygroundClient(address) as client:
        try:
            client.wait_until_up(WORKSPACE_START_SECONDS)
        except TimeoutError as error:
            raise fail(
                f"The practice workspace did not start; see {data}/workspace.log."
            ) from error
    return address


def practice_settings(settings: AnalystSettings, address: str) -> AnalystSettings:
    """Point the bot at the practice workspace, whatever `.env` says about a real one."""
    slack = SlackSettings(
        bot_token=people.BOT_TOKEN,
        app_token=people.APP_TOKEN,
        signing_secret=people.SIGNING_SECRET,
        api_url=f"{address}/api/",
        file_hosts=("127.0.0.1",),
        update_interval_seconds=0.3,
    )
    unset = {"slack_bot_token": None, "slack_app_token": None, "slack_signing_secret": None}
    roles = RoleSettings(
        growth_groups=(people.GROWTH_GROUP,),
        analyst_groups=(people.ANALYSTS_GROUP,),
        maintainer_groups=(people.MAINTAINERS_GROUP,),
    )
    scheduler = settings.scheduler.model_copy(update={"channel": people.MAINTAINERS_CHANNEL})
    practice = {
        "slack": slack,
        "roles": roles,
        "serving": serving_for(settings),
        "scheduler": scheduler,
    }
    return settings.model_copy(update={**practice, **unset})


def with_demo_company(settings: AnalystSettings) -> tuple[AnalystSettings, str]:
    """Give the bot a company to look up, unless `.env` names a catalogue; with a note on it."""
    if settings.catalogue.file is not None:
        return settings, f"{settings.catalogue.file} is used instead"
    today = datetime.now(UTC).date()
    catalogue = prepare_company(settings.data_dir, today)
    engine = open_database(settings.storage.url)
    try:
        migrate(engine)
        count = record_releases(engine, today)
    finally:
        engine.dispose()
    return settings.model_copy(update={"catalogue": catalogue}), f"{count} recorded changes"


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
