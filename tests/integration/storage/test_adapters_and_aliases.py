"""Adapters and aliases: names used once, states in order, one flip at a time, all of it kept."""

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.adapters import (
    AdapterState,
    adapter_history,
    change_adapter_state,
    get_adapter,
    list_adapters,
    register_adapter,
)
from storage.aliases import alias_history, get_alias, point_alias
from storage.audit import list_audit, verify_audit_chain
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError

pytestmark = pytest.mark.integration


def register(session: Any, name: str, sha256: str = "aa") -> Any:
    return register_adapter(
        session, name=name, sha256=sha256, directory=f"adapters/{name}", base_model="models/m"
    )


def test_a_name_is_registered_once_for_one_checksum(engine: Engine, race) -> None:  # type: ignore[no-untyped-def]
    results = race(*[lambda session: register(session, "v1") for _ in range(6)])
    assert len({adapter.id for adapter in results}) == 1
    with transaction(engine) as session:
        with pytest.raises(ConflictError, match="used once"):
            register(session, "v1", "bb")
        assert [change.after for change in adapter_history(session, "v1")] == ["candidate"]


def test_an_adapters_life_is_kept_and_audited(engine: Engine) -> None:
    with transaction(engine) as session:
        register(session, "v1")
        change_adapter_state(session, "v1", "canary", "U1", "looks good")
        change_adapter_state(session, "v1", "live", "U2")
        change_adapter_state(session, "v1", "live", "U3")
        change_adapter_state(session, "v1", "retired", "watch", "rating fell")
        change_adapter_state(session, "v1", "live", "U2", "rollback")
    with reading(engine) as session:
        history = adapter_history(session, "v1")
        assert [str(change.after) for change in history] == [
            "candidate",
            "canary",
            "live",
            "retired",
            "live",
        ]
        assert (history[3].actor, history[3].reason) == ("watch", "rating fell")
        assert len(list_audit(session, action="adapter.state")) == 5
        assert verify_audit_chain(session) is None


@pytest.mark.parametrize("state", ["candidate", "canary", "live", "retired"])
def test_a_rejected_adapter_stays_rejected(engine: Engine, state: str) -> None:
    with transaction(engine) as session:
        register(session, "v1")
        change_adapter_state(session, "v1", "rejected", "U1", "vague")
        with pytest.raises(ConflictError, match="cannot become"):
            change_adapter_state(session, "v1", state, "U1")


def test_adapters_are_listed_by_state_newest_first(engine: Engine) -> None:
    for name in ("v1", "v2", "v3"):
        with transaction(engine) as session:
            register(session, name)
    with transaction(engine) as session:
        change_adapter_state(session, "v2", "live", "U1")
        assert [adapter.name for adapter in list_adapters(session)] == ["v3", "v2", "v1"]
        live = list_adapters(session, AdapterState.LIVE)
        assert [adapter.name for adapter in live] == ["v2"]
        assert get_adapter(session, "v9") is None


def test_an_alias_flips_and_remembers(engine: Engine) -> None:
    with transaction(engine) as session:
        assert get_alias(session, "live") is None
        register(session, "v1", "aa")
        register(session, "v2", "bb")
        point_alias(session, "live", "v1", "aa", "U1", "first")
        point_alias(session, "live", "v2", "bb", "U2", "better")
        point_alias(session, "live", "v2", "bb", "U2", "clicked twice")
        point_alias(session, "live", "v1", "aa", "watch", "rating fell")
        point_alias(session, "live", None, None, "U1", "back to base")
    with reading(engine) as session:
        alias = get_alias(session, "live")
        assert alias is not None
        assert (alias.adapter_name, alias.sha256) == (None, None)
        flips = [
            (change.previous_adapter_name, change.adapter_name, change.reason)
            for change in alias_history(session, "live")
        ]
        assert flips == [
            ("v1", None, "back to base"),
            ("v2", "v1", "rating fell"),
            ("v1", "v2", "better"),
            (None, "v1", "first"),
        ]
        assert len(list_audit(session, action="alias.point")) == 4


def test_an_alias_refuses_what_is_not_registered_so(engine: Engine) -> None:
    with transaction(engine) as session:
        register(session, "v1", "aa")
        with pytest.raises(NotFoundError, match="v9"):
            point_alias(session, "live", "v9", "aa", "U1", "")
        with pytest.raises(ConflictError, match="checksum aa, not bb"):
            point_alias(session, "live", "v1", "bb", "U1", "")
        change_adapter_state(session, "v1", "rejected", "U1")
        with pytest.raises(ConflictError, match="rejected"):
            point_alias(session, "live", "v1", "aa", "U1", "")
        assert alias_history(session, "live") == []


@pytest.mark.parametrize(
    ("alias", "percent"), [("canary", None), ("canary", 0), ("canary", 101), ("live", 10)]
)
def test_only_a_canary_has_a_percent(engine: Engine, alias: str, percent: int | None) -> None:
    with transaction(engine) as session:
        register(session, "v1", "aa")
        with pytest.raises(ValueError, match="percent"):
            point_alias(session, alias, "v1", "aa", "U1", "", percent=percent)


def test_a_canary_starts_widens_and_ends(engine: Engine) -> None:
    with transaction(engine) as session:
        register(session, "v1", "aa")
        point_alias(session, "canary", "v1", "aa", "U1", "try", percent=10)
        widened = point_alias(session, "canary", "v1", "aa", "U1", "more", percent=50)
        assert widened.percent == 50
        point_alias(session, "canary", None, None, "U1", "end")
        assert [c.percent for c in alias_history(session, "canary")] == [None, 50, 10]


def test_two_maintainers_flipping_at_once_leave_a_history_that_links_up(engine, race) -> None:  # type: ignore[no-untyped-def]
    with transaction(engine) as session:
        register(session, "v0", "00")
        for number in range(6):
            register(session, f"v{number + 1}", "aa")
        point_alias(session, "live", "v0", "00", "U1", "start")
    race(
        *[
            lambda s, n=number: point_alias(s, "live", f"v{n + 1}", "aa", f"U{n}", "race")
            for number in range(6)
        ]
    )
    with reading(engine) as session:
        flips = list(reversed(alias_history(session, "live")))
        for earlier, later in pairwise(flips):
            assert later.previous_adapter_name == earlier.adapter_name
        alias = get_alias(session, "live")
        assert alias is not None
        assert alias.adapter_name == flips[-1].adapter_name
        assert verify_audit_chain(session) is None
