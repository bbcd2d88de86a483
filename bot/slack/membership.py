"""Look up what a person is: guest or member from `users.info`, roles from settings and groups.

What Slack said is believed for a while (`remember_seconds`), so that a click costs no call. Who
may do what with a role is `bot.roles`.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.roles import Role, Standing
from bot.settings import RoleSettings

logger = logging.getLogger(__name__)

_OUTSIDE = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")


class Membership:
    """Answers `standing` for a user id; safe to share between threads."""

    def __init__(
        self,
        client: WebClient,
        settings: RoleSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._settings, self._clock = client, settings, clock
        self._known: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def standing(self, user_id: str) -> Standing:
        """Return what this person is now.

        Raises:
            SlackApiError: Slack does not say who this is; nothing may be allowed then.
        """
        if self._is_outsider(user_id):
            return Standing(user_id, frozenset(), is_outsider=True)
        settings = self._settings
        open_to_all = not (settings.growth_users or settings.growth_groups)
        named = {
            Role.GROWTH: (settings.growth_users, settings.growth_groups),
            Role.ANALYST: (settings.analyst_users, settings.analyst_groups),
            Role.MAINTAINER: (settings.maintainer_users, settings.maintainer_groups),
        }
        roles = {
            role
            for role, (users, groups) in named.items()
            if user_id in users or any(user_id in self._members(group) for group in groups)
        }
        if open_to_all:
            roles.add(Role.GROWTH)
        return Standing(user_id, frozenset(roles))

    def _is_outsider(self, user_id: str) -> bool:
        person = self._remember(f"user:{user_id}", lambda: self._describe(user_id))
        home = self._remember("team", lambda: str(self._client.auth_test()["team_id"]))
        if any(person.get(mark) for mark in _OUTSIDE):
            return True
        # In an enterprise grid a person belongs to several workspaces.
        teams = {person.get("team_id"), *(person.get("enterprise_user") or {}).get("teams", [])}
        return home not in teams

    def _describe(self, user_id: str) -> dict[str, Any]:
        try:
            person: dict[str, Any] = self._client.users_info(user=user_id)["user"]
        except SlackApiError as error:
            if error.response.get("error") in {"user_not_found", "user_not_visible"}:
                return {"is_stranger": True}
            raise
        return person

    def _members(self, group: str) -> frozenset[str]:
        members: frozenset[str] = self._remember(f"group:{group}", lambda: self._list(group))
        return members

    def _list(self, group: str) -> frozenset[str]:
        try:
            return frozenset(self._client.usergroups_users_list(usergroup=group)["users"])
        except SlackApiError as error:
            # A group that was deleted gives its role to nobody; the others still hold theirs.
            logger.warning("User group %s: %s", group, error.response.get("error"))
            return frozenset()

    def _remember(self, key: str, ask: Callable[[], Any]) -> Any:
        now = self._clock()
        with self._lock:
            found = self._known.get(key)
        if found is not None and found[0] > now:
            return found[1]
        answer = ask()
        with self._lock:
            self._known[key] = (now + self._settings.remember_seconds, answer)
        return answer
