"""Wire everything once: settings in, a bot that can be started and stopped out."""

import logging
from collections.abc import Callable
from pathlib import Path

from slack_bolt.adapter.socket_mode import SocketModeHandler
from sqlalchemy.engine import Engine

from bot.analysis.answer import render_answer
from bot.analysis.catalogue.glossary import with_catalogue
from bot.analysis.chart import render_chart
from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.plain import plain_answer
from bot.analysis.verification import verify_answer
from bot.inbox import Inbox
from bot.jobs.runtime import JobRuntime
from bot.services import Services, pass_point, today_utc
from bot.serving.client import ModelClient
from bot.shots import load_shots
from bot.slack.app import build_app, make_client
from bot.slack.http import HttpServer
from deploy.cycle_parts import Adjust, Cycle
from deploy.library import load_library
from deploy.settings import AnalystSettings, SettingsError
from pipeline.dataset.glossary import load_glossary
from storage.database import migrate, open_database

logger = logging.getLogger(__name__)


class Bot:
    """The running bot: jobs, sweep and the connection to Slack. `start`, then `stop`."""

    def __init__(
        self,
        settings: AnalystSettings,
        at_point: Callable[[str], None] = pass_point,
        adjust: Adjust = lambda learning: learning,
    ) -> None:
        self._adjust = adjust
        self._settings = settings
        slack = settings.slack_settings()
        _check_tokens(slack.mode, bool(slack.bot_token.get_secret_value()), settings)
        glossary = load_glossary(Path(__file__).with_name("glossary.yaml"))
        library = load_library(settings, glossary)
        self.engine: Engine = open_database(settings.storage.url)
        self.services = Services(
            engine=self.engine,
            slack=make_client(slack),
            model=ModelClient(settings.serving),
            slack_settings=slack,
            answering=settings.answering,
            shots=load_shots(),
            roles=settings.roles,
            feedback=settings.feedback,
            glossary=with_catalogue(glossary, library.catalogue if library else None),
            metrics=library,
            catalogue=settings.catalogue,
            at_point=at_point,
        )
        self._slack_settings = slack
        self._connection: SocketModeHandler | HttpServer | None = None
        self._cycle: Cycle | None = None

    def start(self) -> None:
        """Migrate, resume interrupted jobs, connect to Slack."""
        warm_up()
        migrate(self.engine)
        self.jobs = JobRuntime(
            self._settings.storage.url,
            executor_id=self._settings.answering.executor_id,
            concurrent=self._settings.answering.concurrent_answers,
        )
        cycle = self._wire_cycle()
        self.jobs.launch(self.services, cycle.register if cycle else lambda: None)
        self.inbox = Inbox(self.engine, self.jobs.start_job, self.services.at_point)
        self.inbox.start(self._settings.answering.sweep_seconds)
        app = build_app(self.services, self.inbox)
        if self._slack_settings.mode == "socket":
            self._connection = SocketModeHandler(
                app, self._slack_settings.app_token.get_secret_value()
            )
            self._connection.connect()  # type: ignore[no-untyped-call]
        else:
            self._connection = HttpServer(
                app, self._slack_settings.http_host, self._slack_settings.http_port
            )
            self._connection.start()
        logger.info("Connected to Slack (%s mode)", self._slack_settings.mode)
        self._cycle = cycle
        if cycle is not None:
            cycle.start()

    def stop(self) -> None:
        """Disconnect first, then let jobs rest where their last step ended."""
        if self._cycle is not None:
            self._cycle.stop()
        if self._connection is not None:
            self._connection.close()
        self.inbox.stop()
        self.jobs.close()
        self.engine.dispose()

    def _wire_cycle(self) -> Cycle | None:
        if not self._settings.scheduler.enabled:
            return None
        return Cycle(self._settings, self.services, self._adjust)


def warm_up() -> None:
    """Load what the first answer would wait for: statistics and plotting take 2 s to import."""
    question = read_question("rate 42% 41% 38% 35% 33% 31%", today=today_utc())
    findings = compute_findings(question)
    render_chart(findings)
    verify_answer(render_answer(plain_answer(findings)), findings)


def _check_tokens(mode: str, has_bot_token: bool, settings: AnalystSettings) -> None:
    slack = settings.slack_settings()
    missing = [] if has_bot_token else ["SLACK_BOT_TOKEN (xoxb-...)"]
    if mode == "socket" and not slack.app_token.get_secret_value():
        missing.append("SLACK_APP_TOKEN (xapp-...)")
    if mode == "http" and not slack.signing_secret.get_secret_value():
        missing.append("SLACK_SIGNING_SECRET")
    if missing:
        raise SettingsError(
            f"Put {' and '.join(missing)} into .env; README, “Connect a Slack workspace”, says"
            " where to find them. Without Slack, `analyst demo` starts a practice workspace."
        )
