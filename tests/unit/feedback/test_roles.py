"""Every cell of the matrix of roles and actions, and how people's roles are found."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.roles import (
    IN_WORDS,
    MATRIX,
    Action,
    Role,
    Standing,
    explain_refusal,
    matrix_table,
    permits,
)
from bot.settings import RoleSettings
from bot.slack.membership import Membership

ROOT = Path(__file__).parents[3]
# Written out by hand, so that a change of the table has to be made twice, on purpose.
EXPECTED = {
    Role.GROWTH: "ask stop show_working rate correct metrics annotate",
    Role.ANALYST: "ask stop show_working rate correct metrics annotate review rate_blind dataset"
    " adapters",
    Role.MAINTAINER: "ask stop show_working rate correct metrics annotate review rate_blind dataset"
    " adapters approve reject canary rollback cycle",
}
TEAM = "T1"


class FakeSlack:
    """Answers the three calls about people; counts them."""

    def __init__(self, people: dict[str, dict[str, Any]], groups: dict[str, list[str]]) -> None:
        self.people, self.groups, self.calls = people, groups, 0

    def auth_test(self) -> dict[str, Any]:
        return {"team_id": TEAM}

    def users_info(self, user: str) -> dict[str, Any]:
        self.calls += 1
        if user not in self.people:
            raise SlackApiError("no", {"error": "user_not_found"})
        return {"user": {"team_id": TEAM} | self.people[user]}

    def usergroups_users_list(self, usergroup: str) -> dict[str, Any]:
        self.calls += 1
        if usergroup not in self.groups:
            raise SlackApiError("no", {"error": "no_such_subteam"})
        return {"users": self.groups[usergroup]}


def membership(slack: FakeSlack, clock: Any = lambda: 0.0, **settings: Any) -> Membership:
    client: Any = slack
    return Membership(client, RoleSettings(**settings), clock)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_every_cell(role: Role, action: Action) -> None:
    standing = Standing("U1", frozenset({role}))
    assert permits(standing, action) is (action.value in EXPECTED[role].split())
    assert (explain_refusal(standing, action) is None) is permits(standing, action)


@pytest.mark.parametrize("action", Action)
def test_an_outsider_may_nothing_even_with_every_role(action: Action) -> None:
    assert not permits(Standing("U1", frozenset(Role), is_outsider=True), action)
    assert not permits(Standing("U1", frozenset()), action)


def test_the_documented_table_is_the_matrix() -> None:
    assert set(MATRIX) == set(Action) == set(IN_WORDS)
    assert matrix_table() in (ROOT / "deploy/docs/roles.md").read_text(encoding="utf-8")


def test_roles_come_from_settings_and_groups() -> None:
    slack = FakeSlack({"U1": {}, "U2": {}, "U3": {}}, {"S1": ["U2"]})
    members = membership(slack, growth_users=("U1",), analyst_groups=("S1", "S9"))
    assert members.standing("U1").roles == {Role.GROWTH}
    assert members.standing("U2").roles == {Role.ANALYST}
    assert members.standing("U3").roles == frozenset()


def test_without_a_growth_group_every_full_member_may_ask() -> None:
    slack = FakeSlack({"U1": {}}, {})
    assert membership(slack).standing("U1").roles == {Role.GROWTH}


@pytest.mark.parametrize(
    "person",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"is_bot": True},
        {"deleted": True},
        {"team_id": "T2"},
        None,
    ],
)
def test_guests_strangers_and_bots_are_outsiders(person: dict[str, Any] | None) -> None:
    slack = FakeSlack({} if person is None else {"U1": person}, {})
    members = membership(slack, maintainer_users=("U1",))
    assert members.standing("U1") == Standing("U1", frozenset(), is_outsider=True)


def test_a_member_of_several_workspaces_of_one_company_is_no_outsider() -> None:
    slack = FakeSlack({"U1": {"team_id": "E1", "enterprise_user": {"teams": [TEAM]}}}, {})
    assert not membership(slack).standing("U1").is_outsider


def test_what_slack_said_is_believed_for_a_while_only() -> None:
    now = [0.0]
    slack = FakeSlack({"U1": {}}, {"S1": ["U1"]})
    members = membership(slack, lambda: now[0], analyst_groups=("S1",), remember_seconds=60)
    assert Role.ANALYST in members.standing("U1").roles
    calls = slack.calls
    slack.groups["S1"] = []
    assert Role.ANALYST in members.standing("U1").roles
    assert slack.calls == calls
    now[0] = 61.0
    assert Role.ANALYST not in members.standing("U1").roles
