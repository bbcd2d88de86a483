"""Database addresses and column types, without a database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.columns import canonical_json, storable_text
from storage.database import StorageSettings, open_database
from storage.errors import DatabaseUrlError


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://u:secret@h/d", "'mysql' databases are not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("not an address with secret", "cannot be read"),
        ("", "cannot be read"),
        ("postgresql://u:secret@h:port/d", "cannot be read"),
    ],
)
def test_other_addresses_are_refused_without_showing_passwords(url: str, message: str) -> None:
    with pytest.raises(DatabaseUrlError, match=message) as refused:
        open_database(url)
    assert "secret" not in str(refused.value)
    assert "Use sqlite:///" in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_uses_one_driver(scheme: str) -> None:
    engine = open_database(f"{scheme}://u:p@nowhere/d")
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")


def test_the_default_is_a_file_under_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = open_database(StorageSettings().url)
    assert engine.dialect.name == "sqlite"
    assert (tmp_path / "data").is_dir()


def test_canonical_json_does_not_depend_on_order_and_refuses_nan() -> None:
    assert canonical_json({"b": "é", "a": [1.0, None]}) == canonical_json(
        {"a": [1.0, None], "b": "é"}
    )
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"\\u00e9","b":1}'
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json(float("inf"))
    with pytest.raises(TypeError):
        canonical_json(datetime.now(UTC))


def test_only_unstorable_characters_are_replaced() -> None:
    assert storable_text("a\x00b\ud83d\udc00 é 😀\n") == "a�b�� é 😀\n"
