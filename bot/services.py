"""What the bot's jobs and listeners need, wired once in `deploy.bootstrap` and passed along."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from slack_sdk import WebClient
from sqlalchemy.engine import Engine

from bot.analysis.prompt import Shot
from bot.analysis.quality.jargon import Glossary
from bot.candidates import Curation
from bot.known_examples import KnownExamples
from bot.metric_library import MetricLibrary
from bot.serving.client import ModelClient
from bot.settings import AnsweringSettings, CatalogueSettings, FeedbackSettings, RoleSettings
from bot.slack.membership import Membership
from bot.slack.settings import SlackSettings


def pass_point(point: str) -> None:
    """Do nothing at a named point; tests of crashes put their own function here."""


def today_utc() -> date:
    """The date that "this week" and "5 weeks ago" count from."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Services:
    """The bot's surroundings. `at_point` is told each named point of an answer as it passes."""

    engine: Engine
    slack: WebClient
    model: ModelClient
    slack_settings: SlackSettings
    answering: AnsweringSettings
    shots: tuple[Shot, ...] = ()
    roles: RoleSettings = field(default_factory=RoleSettings)
    feedback: FeedbackSettings = field(default_factory=FeedbackSettings)
    glossary: Glossary = field(default_factory=lambda: Glossary(frozenset(), {}))
    metrics: MetricLibrary | None = None
    catalogue: CatalogueSettings = field(default_factory=CatalogueSettings)
    today: Callable[[], date] = today_utc
    at_point: Callable[[str], None] = field(default=pass_point)

    @property
    def curation(self) -> Curation:
        """What turning verdicts into candidates needs."""
        return Curation(self.engine, self.feedback, self.glossary, self.known_examples)

    @cached_property
    def members(self) -> Membership:
        """Who people are, as Slack says and the settings add."""
        return Membership(self.slack, self.roles)

    @cached_property
    def known_examples(self) -> KnownExamples:
        """What candidates must not repeat."""
        return KnownExamples()
