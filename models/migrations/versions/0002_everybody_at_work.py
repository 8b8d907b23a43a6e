"""Everybody at work.

Why: what the roles, outcomes and files of a working day need to be remembered.
When: before deploy (additive).
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# Columns are added and dropped one by one, never in a batch: SQLite would make a table anew, and rows of others that
# point at it would forbid that. For the same reason a new column carries no foreign key.


def upgrade() -> None:
    op.add_column(
        "case",
        sa.Column(
            "merged_into_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
    )
    op.add_column(
        "agreement",
        sa.Column("form", sa.String(length=32), server_default="written", nullable=False),
    )
    op.add_column("deadline", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "person", sa.Column("named", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("invitation", sa.Column("side", sa.String(length=32), nullable=True))
    op.add_column(
        "assignment", sa.Column("challenged_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("case", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "case",
        sa.Column(
            "earlier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
    )
    op.add_column("evidence", sa.Column("media_type", sa.String(length=32), nullable=True))
    op.add_column("evidence", sa.Column("sha256", sa.String(length=64), nullable=True))
    op.add_column("evidence", sa.Column("address", sa.String(length=64), nullable=True))
    op.add_column("evidence", sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("evidence", sa.Column("refusal", sa.String(length=32), nullable=True))
    op.add_column(
        "evidence", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("evidence", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "evidence", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("evidence", sa.Column("fence", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "evidence", sa.Column("untold", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index("ix_evidence_address", "evidence", ["address"], unique=False)
    op.create_index(
        "ix_evidence_to_fetch",
        "evidence",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'announced'"),
        postgresql_where=sa.text("state = 'announced'"),
    )
    op.create_index(
        "ix_evidence_untold",
        "evidence",
        ["id"],
        unique=False,
        sqlite_where=sa.text("untold"),
        postgresql_where=sa.text("untold"),
    )
    op.create_index(
        "ix_evidence_to_delete",
        "evidence",
        ["id"],
        unique=False,
        sqlite_where=sa.text("refusal = 'dropped' and address is not null"),
        postgresql_where=sa.text("refusal = 'dropped' and address is not null"),
    )
    op.add_column("notice", sa.Column("list_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_notice_list", "notice", ["list_id"], unique=False)
    op.create_index("ix_notice_of_day", "notice", ["person_id", "due_at"], unique=False)
    # a card asks when its task is due, and the desk of a head what is late: neither may read all clocks
    op.create_index("ix_deadline_task_id", "deadline", ["task_id"], unique=False)
    op.create_index("ix_deadline_late", "deadline", ["state", "due_at"], unique=False)
    op.add_column("draft", sa.Column("asked", sa.BigInteger(), nullable=True))
    for column in ("said_at", "offered_at", "next_at"):
        op.add_column("draft", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    # what was said before is looked at once: offered, or found to hold nothing unsent (the answers are sealed here)
    op.execute("update draft set said_at = touched_at, next_at = touched_at")
    op.create_index("ix_draft_next_at", "draft", ["next_at"], unique=False)
    op.create_table(
        "unsent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_unsent_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent")),
    )
    op.create_index("ix_unsent_next_at", "unsent", ["next_at"], unique=False)
    op.create_index("ix_unsent_person_id", "unsent", ["person_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_consent_case_id_case")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_case_id", "consent", ["case_id"], unique=False)
    op.create_index("ix_consent_person_id", "consent", ["person_id"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_erasure_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"], unique=False)
    op.add_column("person", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "person",
        sa.Column(
            "formerly_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
    )


def downgrade() -> None:
    op.drop_column("person", "formerly_id")
    op.drop_column("person", "retired_at")
    for table in ("erasure", "consent", "unsent"):
        op.drop_table(table)
    op.drop_index("ix_deadline_late", "deadline")
    op.drop_index("ix_deadline_task_id", "deadline")
    op.drop_index("ix_notice_of_day", "notice")
    op.drop_index("ix_notice_list", "notice")
    op.drop_column("notice", "list_id")
    op.drop_index("ix_draft_next_at", "draft")
    for column in ("next_at", "offered_at", "said_at", "asked"):
        op.drop_column("draft", column)
    op.drop_index("ix_evidence_to_delete", "evidence")
    op.drop_index("ix_evidence_untold", "evidence")
    op.drop_index("ix_evidence_to_fetch", "evidence")
    op.drop_index("ix_evidence_address", "evidence")
    for column in (
        "untold",
        "fence",
        "claimed_until",
        "retry_at",
        "attempts",
        "refusal",
        "stored_at",
        "address",
        "sha256",
        "media_type",
    ):
        op.drop_column("evidence", column)
    op.drop_column("case", "earlier_id")
    op.drop_column("case", "reopened_at")
    op.drop_column("assignment", "challenged_at")
    op.drop_column("invitation", "side")
    op.drop_column("person", "named")
    op.drop_column("deadline", "paused_at")
    op.drop_column("agreement", "form")
    op.drop_column("case", "merged_into_id")
