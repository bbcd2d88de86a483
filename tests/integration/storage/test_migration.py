"""The schema: from nothing, twice, by two processes at once, and equal to what the code expects."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from storage.database import migrate, open_database
from storage.tables import METADATA

pytestmark = pytest.mark.integration


def test_migrating_an_empty_database_makes_every_table(database_url: str) -> None:
    engine = open_database(database_url)
    migrate(engine)
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    before = inspect(engine).get_table_names()
    migrate(engine)
    assert inspect(engine).get_table_names() == before


def test_the_migrated_schema_is_the_one_the_tables_declare(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_several_processes_may_migrate_the_same_database_at_once(database_url: str) -> None:
    program = (
        "import sys; from storage.database import migrate, open_database;"
        "migrate(open_database(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, database_url]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    outcomes = [(process.communicate(timeout=60)[1], process.returncode) for process in started]
    assert [code for _, code in outcomes] == [0, 0, 0, 0], outcomes
    engine = open_database(database_url)
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()
