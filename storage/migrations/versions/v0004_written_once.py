"""What is written once stays: triggers that refuse changes to history and to adapter identity."""

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entry", "alias_change", "adapter_state_change")
FIXED_ADAPTER_COLUMNS = "name, sha256, base_model"


def upgrade() -> None:
    """Add the triggers in the database's own language."""
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_sqlite() -> None:
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            _create_sqlite_trigger(
                f"{table}_no_{action.lower()}", f"{action} ON {table}", f"{table} is append-only"
            )
    _create_sqlite_trigger(
        "adapter_identity",
        f"UPDATE OF {FIXED_ADAPTER_COLUMNS} ON adapter",
        "an adapter never changes",
    )


def _create_sqlite_trigger(name: str, event: str, message: str) -> None:
    # Built from the constants above only.
    op.execute(
        sa.text(f"CREATE TRIGGER {name} BEFORE {event} BEGIN SELECT RAISE(ABORT, '{message}'); END")
    )


def _refuse_on_postgresql() -> None:
    op.execute(
        sa.text(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% %', TG_TABLE_NAME, TG_ARGV[0]; END $$"
        )
    )
    for table in APPEND_ONLY:
        _create_postgresql_trigger(
            f"{table}_written_once", f"UPDATE OR DELETE ON {table} FOR EACH ROW", "is append-only"
        )
        _create_postgresql_trigger(
            f"{table}_no_truncate", f"TRUNCATE ON {table} FOR EACH STATEMENT", "is append-only"
        )
    _create_postgresql_trigger(
        "adapter_identity",
        f"UPDATE OF {FIXED_ADAPTER_COLUMNS} ON adapter FOR EACH ROW",
        "never changes",
    )


def _create_postgresql_trigger(name: str, event: str, message: str) -> None:
    op.execute(
        sa.text(f"CREATE TRIGGER {name} BEFORE {event} EXECUTE FUNCTION refuse_change('{message}')")
    )
