"""users.info, users.list, usergroups.users.list, usergroups.list."""

from typing import Any

from deploy.playground.errors import ApiError
from deploy.playground.people import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    BOT_USER_ID,
    PEOPLE,
    PERSON_BY_ID,
    TEAM_ID,
    USER_GROUPS,
    Person,
)
from deploy.playground.playground import Playground
from deploy.playground.web_api.call import Method

Json = dict[str, Any]


def describe_person(person: Person) -> Json:
    """A person as users.info describes them."""
    return _describe(person.id, person.handle, person.name) | {
        "is_restricted": person.is_guest,
        "profile": {"real_name": person.name, "display_name": person.name, "title": person.role},
    }


def _describe(user_id: str, handle: str, real_name: str) -> Json:
    return {
        "id": user_id,
        "team_id": TEAM_ID,
        "name": handle,
        "real_name": real_name,
        "deleted": False,
        "is_bot": False,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_stranger": False,
        "is_app_user": False,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "locale": "en-US",
    }


def describe_bot() -> Json:
    """The bot's user."""
    return _describe(BOT_USER_ID, "growth_analyst", BOT_NAME) | {
        "is_bot": True,
        "profile": {"real_name": BOT_NAME, "bot_id": BOT_ID, "api_app_id": APP_ID},
    }


def info(pg: Playground, arguments: Json) -> Json:
    """One user."""
    user = str(arguments.get("user", ""))
    if user == BOT_USER_ID:
        return {"user": describe_bot()}
    person = PERSON_BY_ID.get(user)
    if person is None:
        raise ApiError("user_not_found")
    return {"user": describe_person(person)}


def list_users(pg: Playground, arguments: Json) -> Json:
    """Everyone, the bot included."""
    members = [*(describe_person(person) for person in PEOPLE), describe_bot()]
    return {"members": members, "response_metadata": {"next_cursor": ""}}


def group_members(pg: Playground, arguments: Json) -> Json:
    """The members of one user group."""
    for group in USER_GROUPS:
        if group.id == arguments.get("usergroup"):
            return {"users": list(group.members)}
    raise ApiError("no_such_subteam")


def list_groups(pg: Playground, arguments: Json) -> Json:
    """The user groups."""
    return {
        "usergroups": [
            {"id": group.id, "team_id": TEAM_ID, "name": group.name, "handle": group.handle}
            for group in USER_GROUPS
        ]
    }


METHODS: dict[str, Method] = {
    "users.info": info,
    "users.list": list_users,
    "usergroups.users.list": group_members,
    "usergroups.list": list_groups,
}
