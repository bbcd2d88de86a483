"""What Alembic runs for each command: the caller's connection, our metadata, one transaction.

The caller (`storage.migration`) holds the transaction and the lock; there is no offline mode.
"""

from alembic import context

from storage.migrations.types import render_column_type
from storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite changes most columns only by rebuilding the table.
    render_as_batch=True,
    compare_type=True,
    render_item=render_column_type,
)
with context.begin_transaction():
    context.run_migrations()
