"""Offices as older versions left them are brought to today's schema with everything in them.

Each file in frozen/ is a copy (bot/backup.py) of the sandbox's day, played by the last version at that revision; its people and keys
are invented; from 0006 on each table has a row (freezing.py). A new one for each released migration head: `scripts/freeze`. Two migrations that were released together have one last
version: 0003 is the day of 0004 with its schema taken back by one step.
"""

import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Table, select

from bot.backup import PASSING, copy
from bot.evidence_store import EvidenceFolder
from bot.restoring import read, restore
from cases.views import number_of
from models import schema
from models.base import Base
from models.case import Case
from models.event import Event
from models.evidence import Evidence
from models.notice import Notice
from models.person import Person
from models.sealed import KEYRING, load_keys
from models.store import Store
from models.vocabulary import EvidenceState
from tests.factories import MONDAY, a_person
from tests.models.freezing import fill_what_is_empty

FROZEN = Path(__file__).parent / "frozen"
REVISIONS = sorted(path.name.partition(".")[0] for path in FROZEN.glob("*.tar.xz"))


@pytest.fixture
def store(new_database: Callable[[None], str]) -> Iterator[Store]:
    store = Store(new_database(None))
    yield store
    store.close()


def test_there_is_one_for_each_head_that_was_ever_released() -> None:
    scripts = ScriptDirectory.from_config(schema.config())
    released = [one.revision for one in scripts.walk_revisions()]
    assert sorted(released) == REVISIONS, "scripts/freeze"
    assert scripts.get_current_head() == schema.newest()


def test_an_office_that_is_frozen_from_now_on_has_a_row_in_every_table(
    store: Store, new_database: Callable[[None], str], tmp_path: Path
) -> None:
    schema.upgrade(store.engine)
    store.transact(lambda s: a_person(s, name="王某"))
    filled = store.transact(lambda s: fill_what_is_empty(s, MONDAY))
    assert "person" not in filled, "what is there is left alone"
    assert store.transact(lambda s: fill_what_is_empty(s, MONDAY)) == []

    file, folder = tmp_path / "copy.tar", EvidenceFolder(tmp_path / "evidence")
    manifest = copy(store.reading, folder, file, MONDAY)
    every = {table.name for table in Base.metadata.sorted_tables} - PASSING
    assert {name for name, part in manifest.tables.items() if part.rows} == every

    again = Store(new_database(None))  # and it can be put back, sealed words and all
    restore(again.engine, folder, file)
    again.transact(schema.end_restoring)
    assert all(
        everything(again, table) for table in Base.metadata.sorted_tables if table.name in every
    )
    again.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_office_of_an_older_version_is_whole_at_the_newest(
    revision: str, store: Store, tmp_path: Path
) -> None:
    for key in load_keys(FROZEN / f"{revision}.keys.json")[0]:
        KEYRING.add(key)
    file = tmp_path / "copy.tar"
    file.write_bytes(lzma.decompress((FROZEN / f"{revision}.tar.xz").read_bytes()))
    with tarfile.open(file) as tar:
        manifest = read(tar)
    assert manifest.revision == revision
    folder = EvidenceFolder(tmp_path / "evidence")

    restore(store.engine, folder, file)
    store.transact(schema.end_restoring)

    for table in (
        Base.metadata.sorted_tables
    ):  # every row is read as today's models have it, and every sealed word opened
        there = everything(store, table)
        part = manifest.tables.get(table.name)
        if part is not None:
            assert there == part.rows, table.name
    numbers, names, said = store.read(
        lambda s: (
            sorted(number_of(one).short for one in s.scalars(select(Case))),
            [one.name for one in s.scalars(select(Person)) if one.code],
            [one.text for one in s.scalars(select(Notice))],
        )
    )
    assert len(numbers) == 3
    assert all(names)
    assert any(said)
    assert store.read(lambda s: len(s.scalars(select(Event)).all())) > 90
    for one in store.read(lambda s: s.execute(select(Evidence.state, Evidence.address)).all()):
        if one.state is EvidenceState.STORED:
            assert folder.get(one.address)


def everything(store: Store, table: Table) -> int:
    """How many rows can be read, sealed words and all."""
    return store.read(lambda s: len(s.execute(select(table)).all()))
