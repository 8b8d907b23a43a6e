"""Replicas.

Why: several processes serve one office: a failed update waits with whoever failed with it, all share Telegram's limits, and each
knows when the others last did something.
When: before deploy (additive).
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("update_in", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "sent_second",
        sa.Column("second", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("second", name=op.f("pk_sent_second")),
    )
    op.create_table(
        "pulse",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pulse")),
    )


def downgrade() -> None:
    op.drop_table("pulse")
    op.drop_table("sent_second")
    op.drop_column("update_in", "retry_at")
