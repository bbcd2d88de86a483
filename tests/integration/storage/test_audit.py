"""Audit: append-only, chained, and honest about tampering behind the triggers' back."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from storage.audit import (
    GENESIS_HASH,
    append_audit,
    audit_head,
    is_known_head,
    list_audit,
    verify_audit_chain,
)
from storage.database import reading, transaction

pytestmark = pytest.mark.integration


@pytest.fixture
def five_entries(engine: Engine) -> list[int]:
    ids = []
    for number in range(5):
        with transaction(engine) as session:
            details = {"n": number, "share": 0.1, "who": ("a", "ü")}
            ids.append(append_audit(session, "U1", "approve", f"adapter-{number}", details).id)
    return ids


def first_broken(engine: Engine) -> int | None:
    with reading(engine) as session:
        return verify_audit_chain(session)


def behind_the_triggers(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER audit_entry_no_update"))
            connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        connection.execute(text(statement))


def test_an_untouched_chain_holds_and_an_empty_one_too(engine: Engine) -> None:
    assert first_broken(engine) is None
    with transaction(engine) as session:
        assert audit_head(session) == GENESIS_HASH
        entry = append_audit(session, "U1", "approve", "a")
        assert audit_head(session) == entry.entry_hash
    assert first_broken(engine) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'U9'",
        "DELETE FROM audit_entry",
        "UPDATE alias_change SET actor = 'U9'",
        "UPDATE adapter_state_change SET reason = 'other'",
        "DELETE FROM adapter_state_change",
        "UPDATE adapter SET sha256 = 'other'",
    ],
)
def test_history_refuses_changes(
    engine: Engine, five_entries: list[int], point_some: Callable[[], None], statement: str
) -> None:
    point_some()
    with (
        pytest.raises(DBAPIError, match=r"append-only|never changes"),
        engine.begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.fixture
def point_some(engine: Engine) -> Callable[[], None]:
    from storage.adapters import register_adapter
    from storage.aliases import point_alias

    def point() -> None:
        with transaction(engine) as session:
            register_adapter(session, name="v1", sha256="aa", directory="d", base_model="m")
            point_alias(session, "live", "v1", "aa", "U1", "first")

    return point


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'U9'",
        "action = 'reject'",
        "target = 'adapter-9'",
        "details = '{\"n\": 9}'",
        "at = '2020-01-01 00:00:00.000000'",
        "entry_hash = 'feedface'",
    ],
)
def test_a_changed_entry_is_found(engine: Engine, five_entries: list[int], change: str) -> None:
    behind_the_triggers(
        engine,
        f"UPDATE audit_entry SET {change} WHERE id = {five_entries[2]}",  # noqa: S608
    )
    assert first_broken(engine) == five_entries[2]


@pytest.mark.parametrize("position", [0, 2])
def test_a_removed_entry_is_found_at_the_one_after(
    engine: Engine, five_entries: list[int], position: int
) -> None:
    behind_the_triggers(
        engine,
        f"DELETE FROM audit_entry WHERE id = {five_entries[position]}",  # noqa: S608
    )
    assert first_broken(engine) == five_entries[position + 1]


def test_an_end_cut_off_is_found_by_a_head_kept_elsewhere(
    engine: Engine, five_entries: list[int]
) -> None:
    with reading(engine) as session:
        head = audit_head(session)
        assert is_known_head(session, head)
    behind_the_triggers(
        engine,
        f"DELETE FROM audit_entry WHERE id = {five_entries[4]}",  # noqa: S608
    )
    assert first_broken(engine) is None
    with reading(engine) as session:
        assert not is_known_head(session, head)


def test_appends_at_once_make_one_chain(engine: Engine, race) -> None:  # type: ignore[no-untyped-def]
    jobs = [lambda s, n=number: append_audit(s, "U1", "rate", str(n)).id for number in range(12)]
    assert len(set(race(*jobs))) == 12
    assert first_broken(engine) is None


def test_a_rolled_back_append_leaves_no_hole(engine: Engine, five_entries: list[int]) -> None:
    with transaction(engine) as session:
        append_audit(session, "U1", "approve", "never")
        session.rollback()
    with transaction(engine) as session:
        append_audit(session, "U1", "reject", "next")
        assert [entry.target for entry in list_audit(session, 2)] == ["next", "adapter-4"]
    assert first_broken(engine) is None


def test_strange_text_does_not_break_the_chain(engine: Engine) -> None:
    with transaction(engine) as session:
        append_audit(session, "U\x001", "reject", "half \ud83d", {"reason": "nul \x00 \ud83d é"})
    assert first_broken(engine) is None
