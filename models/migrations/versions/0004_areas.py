"""Areas, rosters and absences.

Why: the spreadsheets of an office become areas with borders, duties of named stations, and days away.
When: before deploy (additive).
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("area", sa.Column("area12", sa.String(length=12), nullable=True))
    op.add_column("area", sa.Column("grid_seq", sa.String(length=8), nullable=True))
    op.add_column("area", sa.Column("hours", sa.String(length=120), nullable=True))
    op.add_column("area", sa.Column("polygon", sa.LargeBinary(), nullable=True))
    op.execute("update area set area12 = substr(code, 1, 12)")
    op.execute("update area set grid_seq = substr(code, 13) where length(code) > 12")
    op.add_column("duty", sa.Column("station", sa.String(length=32), nullable=True))
    op.add_column("invitation", sa.Column("wrong", sa.Integer(), nullable=True))
    op.add_column("invitation", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "area_edition",
        sa.Column("id", _ID, nullable=False),
        sa.Column("word", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_edition")),
    )
    op.create_table(
        "absence",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("deputy_id", _ID, nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"], unique=False)


def downgrade() -> None:
    for table in ("absence", "area_edition"):
        op.drop_table(table)
    op.drop_column("invitation", "locked_at")
    op.drop_column("invitation", "wrong")
    op.drop_column("duty", "station")
    for column in ("polygon", "hours", "grid_seq", "area12"):
        op.drop_column("area", column)
