"""The migrations make exactly what the models describe, can be undone, and guard the journal; on both databases."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import models.registry  # noqa: F401 - every table must be known
from bot.ledger import is_migrated, standing
from cases.policy import ROSTER_FACTS
from cases.roster_record import shred
from models import schema
from models.back_office import RosterRecord
from models.base import Base
from models.draft import Draft
from models.event import Event
from models.vocabulary import Nature, RosterChange
from tests.factories import a_case, a_person, a_town, migrated, work_at
from tests.postgres import Fill

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def engine(new_database: Callable[[Fill | None], str]) -> Iterator[Engine]:
    engine = create_engine(new_database(migrated))
    yield engine
    engine.dispose()


def test_the_schema_is_what_the_models_say(engine: Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )

        assert compare_metadata(context, Base.metadata) == []


def test_up_down_and_up_again_ends_where_it_began(engine: Engine):
    before = tables(engine)

    schema.downgrade(engine, "base")
    assert tables(engine) == {"alembic_version": ["version_num"]}
    assert functions(engine) == []

    schema.upgrade(engine)
    assert tables(engine) == before


def test_a_database_in_use_is_brought_forward_and_back_with_everything_in_it(engine: Engine):
    with Session(engine) as session, session.begin():
        a_case(work_at(session), a_town(session), a_person(session))
    before = counted(engine)

    schema.downgrade(engine, "0001")
    schema.upgrade(engine)

    assert counted(engine) == before


def test_what_was_said_before_drafts_fell_due_falls_due_at_once(engine: Engine):
    with Session(engine) as session, session.begin():
        person = a_person(session)
        said = work_at(session).now
        draft = Draft(person_id=person.id, step="submit", answers={}, key="1", touched_at=said)
        session.add(draft)

    schema.downgrade(engine, "0001")
    schema.upgrade(engine)

    with Session(engine) as session:
        draft = session.scalars(select(Draft)).one()
        assert (draft.said_at, draft.next_at) == (said, said)


def counted(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name in {"case", "event", "deadline", "assignment", "party", "notice"}
        }


def tables(engine: Engine) -> dict[str, list[str]]:
    found = inspect(engine)
    return {
        name: sorted(column["name"] for column in found.get_columns(name))
        for name in found.get_table_names()
    }


def functions(engine: Engine) -> list[str]:
    """What a downgrade leaves behind on PostgreSQL besides tables."""
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect() as connection:
        rows = connection.execute(
            text("select proname from pg_proc where proname like '%is_append_only'")
        )
        return list(rows.scalars())


@pytest.fixture
def event(engine: Engine) -> int:
    with Session(engine) as session, session.begin():
        work = work_at(session)
        case = a_case(work, a_town(session), a_person(session))
        found = session.query(Event).filter(Event.case_id == case.id).order_by(Event.id).first()
        assert found is not None
        return found.id


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'case.closed'",
        "sequence = 99",
        "actor_id = null",
        "case_id = case_id + 1",
        "at = '2020-01-01 00:00:00'",
        "facts = cast('other' as {bytes})",
    ],
)
def test_an_event_is_never_altered(engine: Engine, event: int, change: str):
    binary = "bytea" if engine.dialect.name == "postgresql" else "blob"
    order = text(f"update event set {change.format(bytes=binary)} where id = :id")

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(order, {"id": event})


def test_an_event_is_never_deleted(engine: Engine, event: int):
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("delete from event where id = :id"), {"id": event})


def test_the_facts_of_an_event_may_only_be_emptied(engine: Engine, event: int):
    empty = text("update event set facts = null where id = :id")
    with engine.begin() as connection:
        connection.execute(empty, {"id": event})

    with Session(engine) as session:
        assert session.get_one(Event, event).facts is None


@pytest.fixture
def record(engine: Engine) -> int:
    with Session(engine) as session, session.begin():
        row = RosterRecord(
            at=work_at(session).now,
            kind=RosterChange.PERSON,
            person_id=1,
            facts={"name": ["a", "b"]},
        )
        session.add(row)
        session.flush()
        return row.id


@pytest.mark.parametrize(
    "order",
    [
        "update roster_record set kind = 'left' where id = :id",
        "update roster_record set actor_id = 7 where id = :id",
        "update roster_record set person_id = null where id = :id",
        "update roster_record set at = '2020-01-01 00:00:00' where id = :id",
        "update roster_record set facts = cast('other' as {bytes}) where id = :id",
        "delete from roster_record where id = :id",
    ],
)
def test_the_record_of_the_roster_is_never_altered_or_deleted(
    engine: Engine, record: int, order: str
):
    binary = "bytea" if engine.dialect.name == "postgresql" else "blob"
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(order.format(bytes=binary)), {"id": record})


def test_the_facts_of_the_record_may_only_be_emptied(engine: Engine, record: int):
    with engine.begin() as connection:
        connection.execute(
            text("update roster_record set facts = null where id = :id"), {"id": record}
        )

    with Session(engine) as session:
        assert session.get_one(RosterRecord, record).facts is None


def test_old_facts_of_the_record_are_emptied_where_nothing_else_may_change(
    engine: Engine, record: int
):
    with Session(engine) as session, session.begin():
        row = session.get_one(RosterRecord, record)
        kept = (row.at, row.kind, row.actor_id, row.person_id)
        assert shred(work_at(session, row.at + ROSTER_FACTS)) == 1

    with Session(engine) as session:
        row = session.get_one(RosterRecord, record)
        assert (row.at, row.kind, row.actor_id, row.person_id) == kept
        assert row.facts is None
        assert shred(work_at(session, row.at + ROSTER_FACTS)) == 0


def test_a_database_keeps_the_nature_it_was_born_with(engine: Engine):
    with Session(engine) as session, session.begin():
        schema.stamp(session, Nature.SANDBOX)
        schema.stamp(session, Nature.SANDBOX)

    with Session(engine) as session, pytest.raises(schema.WrongNature):
        schema.stamp(session, Nature.LIVE)


def stands_at(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :to"), {"to": revision})


def test_older_code_goes_on_with_a_newer_schema_and_never_writes_it(
    engine: Engine, caplog: pytest.LogCaptureFixture
):
    stands_at(engine, f"{int(schema.newest()) + 1:04}")
    before = tables(engine)

    schema.make_ready(engine)
    assert [one.action for one in caplog.records if hasattr(one, "action")] == ["schema_newer"]
    assert is_migrated(engine)
    assert standing(engine) is schema.Standing.NEWER
    with Session(engine) as session, session.begin():
        a_case(work_at(session), a_town(session), a_person(session))
    for write in (schema.upgrade, lambda e: schema.downgrade(e, "base")):
        with pytest.raises(schema.SchemaNewer, match="upgrade the program"):
            write(engine)
    assert tables(engine) == before


def test_a_schema_that_no_version_of_ours_has_is_refused_with_a_sentence(engine: Engine):
    stands_at(engine, "c0ffee")

    for write in (schema.make_ready, schema.upgrade, lambda e: schema.downgrade(e, "base")):
        with pytest.raises(schema.SchemaRefused, match="c0ffee"):
            write(engine)


def test_an_older_schema_is_told_from_a_newer_one(engine: Engine):
    stands_at(engine, "0001")

    assert not is_migrated(engine)
    assert standing(engine) is schema.Standing.OLDER


def test_a_start_at_the_newest_schema_does_not_load_the_library_that_migrates(engine: Engine):
    url = engine.url.render_as_string(hide_password=False)
    start = (
        "import sys, bot.app; from models import schema; from sqlalchemy import create_engine; "
        f"schema.upgrade(create_engine({url!r})); sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", start], cwd=ROOT, check=False).returncode == 0
