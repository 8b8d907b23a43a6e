"""The back office, the duty rota, the office that a dispute is with, and codes for joining.

Why: an administrator comes in by a link that is good once, and what is changed on the roster is kept with who and when;
at any hour somebody named stands ready; no office gets what is complained about it; a code can be said aloud;
what runs in a case and what somebody is still to be told are found as quickly in a large office as in a small one.
When: before deploy (additive).
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = ("id", "at", "actor_id", "kind", "person_id", "area_id")


def upgrade() -> None:
    op.create_table(
        "back_office_pass",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_back_office_pass")),
        sa.UniqueConstraint("digest", name=op.f("uq_back_office_pass_digest")),
        sa.UniqueConstraint("session", name=op.f("uq_back_office_pass_session")),
    )
    op.create_index(
        op.f("ix_back_office_pass_person_id"), "back_office_pass", ["person_id"], unique=False
    )
    op.create_table(
        "roster_record",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_record")),
    )
    for column in ("person_id", "area_id"):
        op.create_index(op.f(f"ix_roster_record_{column}"), "roster_record", [column])
    _rota_and_codes()
    _protect_record()
    # an office of 100,000 open cases: docs/performance.md
    op.create_index("ix_deadline_running", "deadline", ["case_id", "state", "next_at"])
    op.create_index("ix_notice_unsent", "notice", ["person_id", "state"])
    op.create_index("ix_case_level_stage", "case", ["level", "stage"])


def _rota_and_codes() -> None:
    op.create_table(
        "shift",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("area_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shift_person_id_person")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_shift_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index(op.f("ix_shift_person_id"), "shift", ["person_id"], unique=False)
    op.create_index("ix_shift_area_id_ends", "shift", ["area_id", "ends"], unique=False)
    op.create_table(
        "joining_tries",
        sa.Column("person_id", _ID, autoincrement=False, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_joining_tries")),
    )
    op.add_column("case", sa.Column("against", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_case_against"), "case", ["against"], unique=False)
    op.add_column("invitation", sa.Column("spoken_index", sa.String(length=64), nullable=True))
    op.create_index(
        op.f("ix_invitation_spoken_index"), "invitation", ["spoken_index"], unique=True
    )


def downgrade() -> None:
    op.drop_index("ix_case_level_stage", "case")
    op.drop_index("ix_notice_unsent", "notice")
    op.drop_index("ix_deadline_running", "deadline")
    _free_record()
    op.drop_index(op.f("ix_invitation_spoken_index"), "invitation")
    op.drop_column("invitation", "spoken_index")
    op.drop_index(op.f("ix_case_against"), "case")
    op.drop_column("case", "against")
    for table in ("joining_tries", "shift"):
        op.drop_table(table)
    for table in ("roster_record", "back_office_pass"):
        op.drop_table(table)


def _protect_record() -> None:
    """As the journal (0001): never deleted or altered; its facts may only be emptied."""
    if op.get_bind().dialect.name == "postgresql":
        changed = " or ".join(f"new.{name} is distinct from old.{name}" for name in _KEPT)
        op.execute(
            "create function roster_record_is_append_only() returns trigger language plpgsql as $$ begin "
            f"if tg_op = 'DELETE' or {changed} or new.facts is not null then "
            "raise exception 'the record is append-only'; end if; return new; end $$"
        )
        op.execute(
            "create trigger roster_record_append_only before update or delete on roster_record "
            "for each row execute function roster_record_is_append_only()"
        )
        return
    changed = " or ".join(f"new.{name} is not old.{name}" for name in _KEPT)
    op.execute(
        "create trigger roster_record_append_only_update before update on roster_record "
        f"when {changed} or new.facts is not null "
        "begin select raise(abort, 'the record is append-only'); end"
    )
    op.execute(
        "create trigger roster_record_append_only_delete before delete on roster_record "
        "begin select raise(abort, 'the record is append-only'); end"
    )


def _free_record() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop trigger roster_record_append_only on roster_record")
        op.execute("drop function roster_record_is_append_only()")
    else:
        op.execute("drop trigger roster_record_append_only_update")
        op.execute("drop trigger roster_record_append_only_delete")
