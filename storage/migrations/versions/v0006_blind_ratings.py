"""Blind ratings: what people think of answers without knowing who wrote them."""

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "blind_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("adapter", sa.String(), nullable=True),
        sa.Column("usefulness", sa.Integer(), nullable=False),
        sa.Column("accuracy", sa.Integer(), nullable=False),
        sa.Column("relevance", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("style", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_blind_rating_answer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_rating")),
        sa.UniqueConstraint("answer_id", "user_id", name=op.f("uq_blind_rating_answer_id_user_id")),
    )
    op.create_index(op.f("ix_blind_rating_user_id"), "blind_rating", ["user_id"])
    op.create_index(op.f("ix_blind_rating_adapter"), "blind_rating", ["adapter"])
