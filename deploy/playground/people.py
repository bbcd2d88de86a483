"""Who and what exists in the practice workspace: fixed ids, names, roles and secrets.

Tests and settings use these constants; nothing here changes while the workspace runs. The
tokens open nothing outside a process on this machine.
"""

from dataclasses import dataclass

TEAM_ID = "T0PRACTICE"
TEAM_DOMAIN = "practice"
TEAM_NAME = "Practice workspace"

APP_ID = "A0ANALYST0"
BOT_ID = "B0ANALYST0"
BOT_USER_ID = "U0ANALYSTB"
BOT_NAME = "Growth Analyst"

BOT_TOKEN = "xoxb-practice-bot"  # noqa: S105 - opens nothing real
APP_TOKEN = "xapp-practice-app"  # noqa: S105 - the same
SIGNING_SECRET = "practice-signing-secret"  # noqa: S105 - the same
VERIFICATION_TOKEN = "practice-verification"  # noqa: S105 - the same

GINA = "U0GINAGROW"
ANA = "U0ANAANALY"
MAX = "U0MAXMAINT"
GUY = "U0GUYGUEST"

GROWTH_CHANNEL = "C0GROWTH00"
REVIEW_CHANNEL = "C0REVIEW00"
MAINTAINERS_CHANNEL = "C0MAINTAIN"

GROWTH_GROUP = "S0GROWTH00"
ANALYSTS_GROUP = "S0ANALYSTS"
MAINTAINERS_GROUP = "S0MAINTAIN"


@dataclass(frozen=True)
class Person:
    """Someone a reader of the page can act as."""

    id: str
    name: str
    handle: str
    role: str
    is_guest: bool = False

    @property
    def direct_channel_id(self) -> str:
        """The conversation between this person and the bot."""
        return "D" + self.id[1:]


@dataclass(frozen=True)
class Channel:
    """A public channel; the bot is a member of each."""

    id: str
    name: str
    purpose: str


@dataclass(frozen=True)
class UserGroup:
    """A user group, with its members' ids."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


PEOPLE: tuple[Person, ...] = (
    Person(GINA, "Gina", "gina", "Growth"),
    Person(ANA, "Ana", "ana", "Analyst"),
    Person(MAX, "Max", "max", "Maintainer"),
    Person(GUY, "Guy", "guy", "Guest", is_guest=True),
)

CHANNELS: tuple[Channel, ...] = (
    Channel(GROWTH_CHANNEL, "growth", "Ask about a metric here"),
    Channel(REVIEW_CHANNEL, "growth-analyst-review", "Analysts review answers and examples"),
    Channel(MAINTAINERS_CHANNEL, "growth-analyst-maintainers", "Maintainers decide about adapters"),
)

USER_GROUPS: tuple[UserGroup, ...] = (
    UserGroup(GROWTH_GROUP, "growth", "Growth team", (GINA,)),
    UserGroup(ANALYSTS_GROUP, "analysts", "Analysts", (ANA,)),
    UserGroup(MAINTAINERS_GROUP, "maintainers", "Maintainers", (MAX,)),
)

PERSON_BY_ID: dict[str, Person] = {person.id: person for person in PEOPLE}
CHANNEL_BY_ID: dict[str, Channel] = {channel.id: channel for channel in CHANNELS}
PERSON_BY_DIRECT_CHANNEL: dict[str, Person] = {
    person.direct_channel_id: person for person in PEOPLE
}


def channel_name(channel_id: str) -> str:
    """The channel's name as Slack puts it in payloads ("directmessage" for a direct message)."""
    channel = CHANNEL_BY_ID.get(channel_id)
    return channel.name if channel else "directmessage"


def channel_exists(channel_id: str) -> bool:
    """Whether the id names a channel or a direct message of this workspace."""
    return channel_id in CHANNEL_BY_ID or channel_id in PERSON_BY_DIRECT_CHANNEL
