"""The drill: an office is copied while it works, lost, and put back; what is there again is what was there."""

import hashlib
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, inspect, select, text, update
from sqlalchemy.orm import Session

from bot.app import open_store
from bot.backup import NotCopied, copy
from bot.backup_command import put_back
from bot.evidence_elsewhere import EvidenceElsewhere
from bot.evidence_store import EvidenceFolder, StoreAway
from bot.house import StartRefused
from bot.restoring import NotRestored, restore
from bot.settings import Settings, without_token
from cases import outbox
from cases.actions import outage
from cases.numbering import next_number
from cases.outbox import NoticeKind
from models import schema
from models.area import Area
from models.base import Base
from models.case import CaseSequence
from models.evidence import Evidence
from models.notice import Notice
from models.office import Office
from models.person import Person
from models.sealed import KEYRING, Key
from models.store import Store
from models.vocabulary import AreaLevel, EvidenceKind, EvidenceState, Nature, NoticeState
from tests.factories import MONDAY, Town, a_case, a_person, a_town, migrated, work_at
from tests.postgres import Fill, new_sqlite_file

#: Where the database plays no part, one will do.
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
NewDatabase = Callable[[Fill | None], str]
PHOTO = b"a photo that nobody else has" * 40
LATER = MONDAY + timedelta(hours=2)
#: Of the moment, not of the office; and the rows that the restore itself adds or moves.
PASSING = {"office", "pulse", "sent_second"}


@pytest.fixture
def office(new_database: NewDatabase, tmp_path: Path) -> Store:
    """An office at work: two cases, a kept photo, notices said and unsaid."""
    store = Store(new_database(migrated))
    folder = EvidenceFolder(tmp_path / "office" / "evidence")

    def fill(session: Session) -> None:
        schema.stamp(session, Nature.SANDBOX)
        town, work = a_town(session), work_at(session)
        reporter = a_person(session, name="王秘密")
        a_case(work, town, reporter)
        case = a_case(work, town, a_person(session), phone="13900000000")
        address = folder.put(PHOTO, hashlib.sha256(PHOTO).hexdigest())
        session.add(
            Evidence(
                case_id=case.id,
                person_id=reporter.id,
                kind=EvidenceKind.PHOTO,
                state=EvidenceState.STORED,
                file_id="f",
                file_unique_id="u",
                announced_at=MONDAY,
                address=address,
                sha256=hashlib.sha256(PHOTO).hexdigest(),
            )
        )
        outbox.answer(work, reporter, NoticeKind.RECEIPT, case=case)
        session.add(Office(name="sender", holder="somebody", until=MONDAY, fence=7))

    store.transact(fill)
    return store


def rows(store: Store) -> dict[str, list[Any]]:
    """Everything, opened."""

    def read(session: Session) -> dict[str, list[Any]]:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
            if table.name not in PASSING
        }

    return store.read(read)


@pytest.mark.parametrize("other_kind", [False, True])
def test_what_was_copied_is_what_is_there_again(
    office: Store, new_database: NewDatabase, tmp_path: Path, *, other_kind: bool
) -> None:
    file = tmp_path / "copy.tar"
    manifest = copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    assert file.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".*.part"))

    url = new_sqlite_file(tmp_path, None) if other_kind else new_database(None)
    again = Store(url)
    folder = EvidenceFolder(tmp_path / "elsewhere" / "evidence")
    restore(again.engine, folder, file)

    with pytest.raises(
        schema.HalfRestored
    ):  # nobody works with it before its old words are sorted out
        again.transact(lambda s: schema.stamp(s, Nature.SANDBOX))
    again.transact(schema.end_restoring)
    assert rows(again) == rows(office)
    assert folder.get(str(again.read(lambda s: s.scalar(select(Evidence.address))))) == PHOTO
    assert (manifest.evidence, manifest.missing) == (1, [])
    # and it goes on from there: new rows get new numbers
    again.transact(lambda s: a_case(work_at(s, LATER), town_of(s), a_person(s)))
    again.close()
    office.close()


def town_of(session: Session) -> Town:
    people = {p.code: p.id for p in session.scalars(select(Person)) if p.code}
    grid = session.scalar(text("select id from area where code = '22240100100101'"))
    names = ("mediator", "deputy", "korean_mediator", "judge", "assistant")
    staff = dict(zip(names, (people[c] for c in ("T1", "T2", "T3", "F1", "F2")), strict=True))
    heads = {"court_supervisor": "F9", "supervisor": "Z1", "coordinator": "D1", "night_desk": "D2"}
    return Town(
        county=grid,
        street=grid,
        community=grid,
        grid=grid,
        far_grid=grid,
        officer=people["W1"],
        **staff,
        **{name: people[code] for name, code in heads.items()},
    )


def test_the_keys_are_not_in_a_copy_and_nobodys_words_can_be_read_in_it(
    office: Store, tmp_path: Path
) -> None:
    file = tmp_path / "copy.tar"
    copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    raw = file.read_bytes()
    key = KEYRING.newest
    for secret in ("王秘密".encode(), b"13900000000", PHOTO, key.seal, key.index):
        assert secret not in raw
    office.close()


def test_a_copy_is_of_one_moment(office: Store, tmp_path: Path, monkeypatch) -> None:
    """Somebody reports while it is being read: all of the report is in it, or nothing."""
    import bot.backup

    write = bot.backup._write_rows
    wrote: list[int] = []

    def slowly(connection: Any, table: Any, *more: Any) -> Any:
        if table.name == "case" and not wrote:
            wrote.append(1)
            office.transact(lambda s: a_case(work_at(s, LATER), town_of(s), a_person(s)))
        return write(connection, table, *more)

    monkeypatch.setattr(bot.backup, "_write_rows", slowly)
    manifest = copy(
        office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), tmp_path / "c.tar", LATER
    )

    assert (
        office.read(
            lambda s: s.scalar(select(func.count()).select_from(Base.metadata.tables["case"]))
        )
        == 3
    )
    assert manifest.tables["case"].rows == 2
    office.close()


@SQLITE
def test_evidence_elsewhere_is_in_the_copy_and_is_put_back_to_where_the_settings_say(
    office: Store, new_database: NewDatabase, tmp_path: Path, s3: str, monkeypatch
) -> None:
    here, there = tmp_path / "office" / "evidence", EvidenceElsewhere(f"{s3}/one")
    for address in EvidenceFolder(here).addresses(datetime.max.replace(tzinfo=UTC)):
        there.put_sealed(address, EvidenceFolder(here).sealed(address))
    file = tmp_path / "copy.tar"
    assert copy(office.reading, there, file, LATER).evidence == 1
    address = str(office.read(lambda s: s.scalar(select(Evidence.address))))
    office.close()
    for name, value in {
        "DATA_DIR": str(tmp_path / "elsewhere"),
        "DATABASE_URL": new_database(None),
        "EVIDENCE_URL": f"{s3}/another",
    }.items():
        monkeypatch.setenv(f"GRIDWHISTLE_{name}", value)

    put_back(without_token(), file, LATER + timedelta(hours=1))

    assert EvidenceElsewhere(f"{s3}/another").get(address) == PHOTO
    assert not (tmp_path / "elsewhere" / "evidence").exists()


@SQLITE
def test_a_store_that_is_away_is_no_missing_evidence_and_leaves_no_copy(
    office: Store, tmp_path: Path
) -> None:
    away = EvidenceFolder(tmp_path / "share", made=False)
    with pytest.raises(StoreAway):
        copy(office.reading, away, tmp_path / "copy.tar", LATER)
    assert not list(tmp_path.glob("*copy*"))
    office.close()


def damaged(file: Path, name: str) -> Path:
    """The same copy with one byte of one member changed, or the member left out."""
    other = file.with_name("damaged.tar")
    with tarfile.open(file) as old, tarfile.open(other, "w") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            data = content.read() if content else b""
            if member.name.startswith(name.rstrip("-")):
                if name.endswith("-"):
                    continue
                data = data[:-2] + b"x" + data[-1:]
            member.size = len(data)
            new.addfile(member, BytesIO(data))
    return other


@pytest.mark.parametrize(
    "name",
    ["tables/case.jsonl", "tables/notice.jsonl-", "evidence/", "evidence/-", "manifest.json-"],
)
def test_a_copy_that_is_not_whole_is_not_restored(
    office: Store, new_database: NewDatabase, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "copy.tar"
    copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    office.close()
    engine = create_engine(new_database(None))

    with pytest.raises(NotRestored, match="damaged"):
        restore(engine, EvidenceFolder(tmp_path / "elsewhere" / "evidence"), damaged(file, name))
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@SQLITE
@pytest.mark.parametrize("content", [b"", b"no tar at all" * 99, b"\x1f\x8b\x08 cut off"])
def test_what_is_no_copy_is_refused_with_a_sentence(
    new_database: NewDatabase, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "copy.tar"
    file.write_bytes(content)
    engine = create_engine(new_database(None))
    with pytest.raises(NotRestored, match=r"damaged|cannot be read"):
        restore(engine, EvidenceFolder(tmp_path / "evidence"), file)
    with pytest.raises(NotRestored, match="cannot be read"):
        restore(engine, EvidenceFolder(tmp_path / "evidence"), tmp_path)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@SQLITE
def test_a_copy_that_was_cut_off_on_its_way_is_refused_wherever_that_was(
    office: Store, new_database: NewDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "copy.tar"
    copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    office.close()
    whole = file.read_bytes()
    engine = create_engine(new_database(None))
    for part in range(1, 9):
        file.write_bytes(whole[: len(whole) * part // 10])
        with pytest.raises(NotRestored, match="damaged"):
            restore(engine, EvidenceFolder(tmp_path / "elsewhere"), file)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_copy_of_a_newer_schema_is_not_begun_with(
    office: Store, new_database: NewDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "copy.tar"
    office.transact(
        lambda s: s.execute(
            text("update alembic_version set version_num = :to"),
            {"to": f"{int(schema.newest()) + 1:04}"},
        )
    )
    copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    office.close()
    engine = create_engine(new_database(None))

    with pytest.raises(NotRestored, match="newer version"):
        restore(engine, EvidenceFolder(tmp_path / "elsewhere" / "evidence"), file)
    assert inspect(engine).get_table_names() == []
    assert not (tmp_path / "elsewhere").exists()
    engine.dispose()


def test_only_an_empty_database_is_restored_into_and_only_with_its_key(
    office: Store, new_database: NewDatabase, tmp_path: Path, monkeypatch
) -> None:
    file, folder = tmp_path / "copy.tar", EvidenceFolder(tmp_path / "office" / "evidence")
    copy(office.reading, folder, file, LATER)
    before = rows(office)
    with pytest.raises(NotRestored, match="only an empty one"):
        restore(office.engine, folder, file)
    assert rows(office) == before
    office.close()

    empty = create_engine(new_database(migrated))
    other = type(KEYRING)()
    other.add(Key.make())
    monkeypatch.setattr("bot.restoring.KEYRING", other)
    with pytest.raises(NotRestored, match="key file"):
        restore(empty, folder, file)
    monkeypatch.undo()
    restore(empty, folder, file)  # a database that was only migrated is empty
    empty.dispose()


def test_a_copy_names_every_key_that_is_needed_and_none_may_be_missing(
    office: Store, new_database: NewDatabase, tmp_path: Path, monkeypatch
) -> None:
    file, folder, old = (
        tmp_path / "copy.tar",
        EvidenceFolder(tmp_path / "office" / "evidence"),
        KEYRING.newest,
    )
    turned = type(KEYRING)()
    for key in (old, Key.make()):
        turned.add(key)
    for room in ("bot.backup", "models.sealed", "bot.restoring"):
        monkeypatch.setattr(f"{room}.KEYRING", turned)
    office.transact(lambda s: a_person(s, name="李某"))
    manifest = copy(office.reading, folder, file, LATER)
    office.close()
    assert set(manifest.keys) == {old.id.hex(), turned.newest.id.hex()}

    only_the_new = type(KEYRING)()
    only_the_new.add(turned.newest)
    monkeypatch.setattr("bot.restoring.KEYRING", only_the_new)
    empty = create_engine(new_database(None))
    with pytest.raises(NotRestored, match=old.id.hex()):
        restore(empty, EvidenceFolder(tmp_path / "elsewhere" / "evidence"), file)
    assert inspect(empty).get_table_names() == []
    empty.dispose()


def test_a_restore_that_was_cut_off_is_ended_by_the_same_command(
    office: Store, new_database: NewDatabase, tmp_path: Path, monkeypatch
) -> None:
    file = tmp_path / "copy.tar"
    office.transact(
        lambda s: s.execute(
            update(Notice).where(Notice.kind == NoticeKind.OFFER).values(state=NoticeState.SENDING)
        )
    )
    copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    office.close()
    settings = elsewhere(monkeypatch, new_database, tmp_path)
    engine = create_engine(settings.database)
    restore(
        engine, EvidenceFolder(settings.data_dir / "evidence"), file
    )  # and here the power went
    engine.dispose()
    with pytest.raises(StartRefused, match="gridwhistle restore"):
        open_store(settings)

    put_back(settings, file, LATER + timedelta(hours=1))

    again = open_store(settings)
    offers = again.read(lambda s: [n.repeated for n in s.scalars(unsent(NoticeKind.OFFER)).all()])
    assert offers
    assert all(offers), "perhaps they were sent"
    again.close()


def elsewhere(
    monkeypatch: pytest.MonkeyPatch, new_database: NewDatabase, tmp_path: Path
) -> Settings:
    """The settings of an office on another machine, with an empty database."""
    monkeypatch.setenv("GRIDWHISTLE_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GRIDWHISTLE_DATABASE_URL", new_database(None))
    monkeypatch.setenv("GRIDWHISTLE_DEMO", "true")
    return without_token()


class Cut(Exception):
    """The power went."""


@pytest.mark.parametrize("where", ["before the rows", "before the evidence"])
def test_a_restore_that_was_cut_off_anywhere_is_no_office_until_it_is_ended(
    office: Store, new_database: NewDatabase, tmp_path: Path, monkeypatch, where: str
) -> None:
    file = tmp_path / "copy.tar"
    copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    office.close()
    settings = elsewhere(monkeypatch, new_database, tmp_path)

    def cut(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as power:
        if where == "before the rows":
            power.setattr("bot.restoring._fill_table", cut)
        else:
            power.setattr(EvidenceFolder, "put_sealed", cut)
        with pytest.raises(Cut):
            put_back(settings, file, LATER)
    with pytest.raises(StartRefused, match="gridwhistle restore"):
        open_store(settings)
    half, good = Store(settings.database), tmp_path / "last night.tar"
    with pytest.raises(NotCopied, match="half restored"):
        copy(half.reading, EvidenceFolder(settings.data_dir / "evidence"), good, LATER)
    half.close()
    assert not good.exists()

    put_back(settings, file, LATER + timedelta(hours=1))
    again = open_store(settings)
    address = again.read(lambda s: s.scalar(select(Evidence.address)))
    again.close()
    assert EvidenceFolder(settings.data_dir / "evidence").get(str(address)) == PHOTO


def test_after_a_restore_no_number_is_given_twice_in_a_county_or_year_that_the_copy_did_not_know(
    office: Store,
) -> None:
    """A copy of the last evening of a year, lost on the second of January."""

    def next_year(session: Session) -> list[int]:
        work = work_at(session, MONDAY.replace(year=MONDAY.year + 1))
        outage.restored(work, LATER)
        grid = session.scalars(select(Area).where(Area.level == AreaLevel.GRID)).first()
        assert grid is not None
        return [next_number(work, grid).sequence for _ in range(2)]

    first = outage.NUMBERS_LEFT_FREE + 1
    assert office.transact(next_year) == [first, first + 1]
    office.close()


def test_after_a_restore_nothing_old_is_said_and_everybody_who_must_look_is_told(
    office: Store, new_database: NewDatabase, tmp_path: Path, monkeypatch
) -> None:
    file = tmp_path / "copy.tar"
    copy(office.reading, EvidenceFolder(tmp_path / "office" / "evidence"), file, LATER)
    numbers = office.read(lambda s: s.scalar(select(CaseSequence.last)))
    offers = office.read(lambda s: len(s.scalars(unsent(NoticeKind.OFFER)).all()))
    office.close()
    monkeypatch.setenv("GRIDWHISTLE_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GRIDWHISTLE_DATABASE_URL", new_database(None))
    settings = without_token()

    told, copied_at = put_back(settings, file, LATER + timedelta(hours=1))

    again = Store(settings.database)
    cards = again.read(
        lambda s: {n.person.code: n.facts["cases"] for n in s.scalars(unsent(NoticeKind.RESTORED))}
    )
    assert (copied_at, told) == (LATER, len(cards))
    assert cards["T1"] == 2
    assert {"T1", "F1", "D1"} <= set(cards)
    receipt = again.read(
        lambda s: s.scalar(select(Notice.state).where(Notice.kind == NoticeKind.RECEIPT))
    )
    assert receipt is NoticeState.WITHDRAWN
    assert again.read(lambda s: len(s.scalars(unsent(NoticeKind.OFFER)).all())) == offers > 0
    assert (again.read(lambda s: s.scalar(select(CaseSequence.last))) or 0) > (numbers or 0)
    again.close()


def unsent(kind: NoticeKind) -> Any:
    return select(Notice).where(Notice.kind == kind, Notice.state == NoticeState.NEW)
