"""Files come in whole, once and sealed, or are refused with a reason; nothing that fails on the way refuses anything."""

import asyncio
import hashlib
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session
from telegram import Bot

from bot.checkup import _files
from bot.evidence_store import EvidenceFolder, EvidenceMissing, EvidenceStore, StoreAway
from bot.fetcher import Fetcher
from bot.fetching import STORE_AWAY, Fetching, Patience
from bot.leadership import Leadership
from bot.sandbox.chats import Kind
from bot.sandbox.files import LARGEST_DOWNLOAD, grey_jpeg, spoken
from bot.sandbox.sandbox import Sandbox
from bot.transport import Transport
from bot.unowned import UNOWNED
from cases import drafts
from cases.actions import evidence
from cases.actions.evidence import Sent
from models import schema
from models.evidence import Evidence
from models.notice import Notice
from models.office import Office, Stamp
from models.person import Person
from models.store import Store, machine_now
from models.vocabulary import EvidenceKind, EvidenceState, MediaType, Refusal
from tests.bot.small_house import MORNING, SmallHouse

PHOTO = grey_jpeg(64, 48, b"a photo that nobody else has")
PDF = b"%PDF-1.7\n" + b"agreement of both sides " * 40
FAST = Patience(retry_s=(0.05,), gone_after=3)


@dataclass
class Desk:
    """The fetcher under test, and everything around it."""

    house: SmallHouse
    telegram: Sandbox
    fetcher: Fetcher
    folder: Path
    kept: EvidenceStore

    async def announced(
        self,
        data: bytes,
        *,
        kind: EvidenceKind = EvidenceKind.DOCUMENT,
        name: str | None = None,
        size: int | None = None,
    ) -> int:
        """Somebody sent a file, and its row was written."""
        file = self.telegram.telegram.files.keep(data, Kind(kind), ".bin")
        sent = Sent(kind, file.file_id, file.unique_id, size, None, name)

        def write(session: Session) -> int:
            person = session.scalar(select(Person))
            if person is None:
                person = Person(telegram_id=9_000_000_001, created_at=MORNING)
                session.add(person)
                session.flush()
            return evidence.announce(self.house.work(session), person, sent).id

        number = await self.house.store.act(write)
        self.fetcher.wake()
        return number

    def row(self, number: int) -> Evidence:
        def read(session: Session) -> Evidence:
            row = session.get_one(Evidence, number)
            session.expunge(row)
            return row

        return self.house.store.read(read)

    def is_done(self, *numbers: int) -> Callable[[], bool]:
        return lambda: all(
            self.row(number).state is not EvidenceState.ANNOUNCED for number in numbers
        )

    def outcome(self, number: int) -> tuple[EvidenceState, Refusal | None]:
        row = self.row(number)
        return row.state, row.refusal

    def bytes_of(self, number: int) -> bytes:
        address = self.row(number).address
        assert address is not None
        return self.kept.get(address)

    @property
    def files(self) -> list[Path]:
        return [path for path in (self.folder / "evidence").rglob("*") if path.is_file()]


#: Where the database plays no part, one will do.
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def open_desk(house: SmallHouse, telegram: Sandbox, tmp_path: Path) -> OpenDesk:
    @asynccontextmanager
    async def opened(
        *,
        holder: str = "one",
        limit: int = LARGEST_DOWNLOAD,
        patience: Patience = FAST,
        kept: EvidenceStore | None = None,
    ) -> AsyncIterator[Desk]:
        request = Transport(read_s=1.0)
        await request.initialize()
        bot = Bot(
            telegram.token,
            base_url=f"{telegram.base_url}/bot",
            base_file_url=f"{telegram.base_url}/file/bot",
            request=request,
        )
        leadership = Leadership(house.store, "fetcher", 10.0, holder)
        kept = kept or EvidenceFolder(tmp_path / "evidence")
        with ThreadPoolExecutor(1) as thread:
            fetching = Fetching(bot, Transport(), kept, thread, limit=limit, patience=patience)
            fetcher = Fetcher(house, leadership, fetching)
            holding = asyncio.create_task(leadership.hold())
            running = asyncio.create_task(fetcher.run())
            try:
                yield Desk(house, telegram, fetcher, tmp_path, kept)
            finally:
                holding.cancel()
                await fetcher.stop(running)
                await asyncio.gather(holding, return_exceptions=True)
                await leadership.release()
                await request.shutdown()

    return opened


async def test_a_file_is_fetched_hashed_typed_and_kept_whole(open_desk: OpenDesk, until):
    async with open_desk() as desk:
        photo = await desk.announced(PHOTO, kind=EvidenceKind.PHOTO)
        paper = await desk.announced(PDF, name="协议.pdf")
        voice = await desk.announced(spoken(5, b"x"), kind=EvidenceKind.VOICE)
        await until(desk.is_done(photo, paper, voice))

    rows = [desk.row(number) for number in (photo, paper, voice)]
    assert [row.state for row in rows] == [EvidenceState.STORED] * 3
    assert [row.media_type for row in rows] == [MediaType.JPEG, MediaType.PDF, MediaType.OGG]
    assert [row.sha256 for row in rows[:2]] == [
        hashlib.sha256(data).hexdigest() for data in (PHOTO, PDF)
    ]
    assert [row.size for row in rows[:2]] == [len(PHOTO), len(PDF)]
    assert rows[0].stored_at == MORNING
    assert (desk.bytes_of(photo), desk.bytes_of(paper)) == (PHOTO, PDF)


@SQLITE
async def test_no_plain_byte_and_no_known_hash_lies_on_the_disk(open_desk: OpenDesk, until):
    async with open_desk() as desk:
        paper = await desk.announced(PDF)
        await until(desk.is_done(paper))

    assert len(desk.files) == 1
    for path in [path for path in desk.folder.rglob("*") if path.is_file()]:  # the database too
        content = path.read_bytes()
        assert b"agreement of both sides" not in content
        assert b"%PDF" not in content
    assert hashlib.sha256(PDF).hexdigest() not in str(desk.files[0])
    assert desk.files[0].stat().st_mode & 0o077 == 0


@SQLITE
async def test_a_sealed_file_moved_to_another_address_does_not_open(open_desk: OpenDesk, until):
    async with open_desk() as desk:
        first, second = await desk.announced(PHOTO), await desk.announced(PDF)
        await until(desk.is_done(first, second))
    here, there = sorted(desk.files)
    here.write_bytes(there.read_bytes())

    with pytest.raises(EvidenceMissing):
        desk.kept.get(here.name)


@SQLITE
async def test_the_same_content_lies_there_once(open_desk: OpenDesk, until):
    async with open_desk() as desk:
        numbers = [
            await desk.announced(PHOTO, kind=EvidenceKind.PHOTO),
            await desk.announced(PHOTO),
        ]
        await until(desk.is_done(*numbers))

    assert len({desk.row(number).address for number in numbers}) == 1
    assert len(desk.files) == 1


@SQLITE
async def test_damaged_bytes_are_replaced_when_the_same_content_comes_again(
    open_desk: OpenDesk, until
):
    async with open_desk() as desk:
        first = await desk.announced(PHOTO)
        await until(desk.is_done(first))
        desk.files[0].write_bytes(b"rot")
        again = await desk.announced(PHOTO, kind=EvidenceKind.PHOTO)
        await until(desk.is_done(again))

    assert desk.bytes_of(first) == PHOTO


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"MZ\x90\0" + bytes(500), "照片.jpg", Refusal.KIND_NOT_TAKEN),
        (b"<html><script>1</script></html>", "合同.pdf", Refusal.KIND_NOT_TAKEN),
        (b"", "空.pdf", Refusal.EMPTY),
        (PDF.ljust(LARGEST_DOWNLOAD + 1, b" "), "大.pdf", Refusal.TOO_LARGE),
    ],
    ids=["a program called a photo", "a page called a paper", "nothing", "too much"],
)
async def test_what_cannot_be_kept_is_refused_with_a_reason_and_told(
    open_desk: OpenDesk, until, data: bytes, name: str, reason: Refusal
):
    async with open_desk() as desk:
        number = await desk.announced(data, name=name)
        await until(desk.is_done(number))

    assert desk.outcome(number) == (EvidenceState.REFUSED, reason)
    assert desk.files == []
    told = notices(desk)
    assert [notice.kind for notice in told] == ["file_refused"]
    assert told[0].facts["refused"] == [["document", name, reason]]


@SQLITE
async def test_a_file_whose_size_is_known_to_be_too_much_is_not_asked_for(
    open_desk: OpenDesk, telegram: Sandbox, until
):
    async with open_desk(limit=1000) as desk:
        number = await desk.announced(PDF, size=1001)
        await until(desk.is_done(number))

    assert desk.outcome(number) == (EvidenceState.REFUSED, Refusal.TOO_LARGE)
    assert [call.method for call in telegram.calls] == []


@SQLITE
async def test_no_more_is_read_than_an_office_takes(open_desk: OpenDesk, until):
    async with open_desk(limit=len(PDF) - 1) as desk:
        number = await desk.announced(PDF)
        await until(desk.is_done(number))

    assert desk.outcome(number) == (EvidenceState.REFUSED, Refusal.TOO_LARGE)


@SQLITE
@pytest.mark.parametrize("fault", ["dropped_before", "dropped_after", "500", "429"])
@pytest.mark.parametrize("method", ["getFile", "download"])
async def test_a_failure_on_the_way_refuses_nothing_and_is_made_good(
    open_desk: OpenDesk, telegram: Sandbox, until, method: str, fault: str
):
    telegram.fail(method, fault, 2, retry_after=1)
    async with open_desk() as desk:
        number = await desk.announced(PHOTO)
        await until(desk.is_done(number))

    assert desk.outcome(number) == (EvidenceState.STORED, None)
    assert notices(desk) == []


async def test_waits_grow_and_stand_in_the_row(open_desk: OpenDesk, telegram: Sandbox, until):
    telegram.fail("download", "500", 1)
    async with open_desk(patience=Patience(retry_s=(600.0,))) as desk:
        number = await desk.announced(PHOTO)
        await until(lambda: desk.row(number).retry_at is not None)
        await asyncio.sleep(0.3)
        waiting = desk.row(number)
        assert desk.house.store.read(desk.fetcher.pending) == 0

    assert waiting.state is EvidenceState.ANNOUNCED
    assert waiting.claimed_until is None
    assert telegram.faults.struck == [("download", "500")]


@SQLITE
async def test_a_full_disk_is_no_fault_of_the_file(open_desk: OpenDesk, until, caplog):
    caplog.set_level(logging.CRITICAL)
    async with open_desk() as desk:
        (desk.folder / "evidence").write_text("in the way of the folder")
        number = await desk.announced(PHOTO)
        await until(lambda: desk.row(number).retry_at is not None)
        (desk.folder / "evidence").unlink()
        await until(desk.is_done(number))

    assert desk.bytes_of(number) == PHOTO


@SQLITE
async def test_while_the_store_is_away_files_wait_and_are_not_fetched_in_vain(
    open_desk: OpenDesk, telegram: Sandbox, until, tmp_path: Path, caplog
):
    caplog.set_level(logging.CRITICAL)
    share = tmp_path / "share"  # not mounted yet
    patience = Patience(retry_s=(2.0,))
    async with open_desk(patience=patience, kept=EvidenceFolder(share, made=False)) as desk:
        first = await desk.announced(PHOTO)
        await until(lambda: desk.row(first).retry_at is not None)
        assert desk.fetcher.trouble == STORE_AWAY
        more = [await desk.announced(PDF + bytes([n])) for n in range(5)]
        await until(lambda: all(desk.row(one).retry_at is not None for one in more))
        asked = [call.method for call in telegram.calls].count("getFile")
        share.mkdir()
        await until(desk.is_done(first, *more))

    assert asked <= 1, "by the first who found it away"
    assert [desk.outcome(one) for one in (first, *more)] == [(EvidenceState.STORED, None)] * 6
    assert all(desk.row(one).attempts == 0 for one in (first, *more)), "Telegram is not to blame"
    assert desk.bytes_of(first) == PHOTO
    assert notices(desk) == []
    assert desk.fetcher.trouble is None


@SQLITE
async def test_what_was_thrown_away_is_deleted_when_the_store_is_back_and_keeps_nobody_waiting(
    open_desk: OpenDesk, until, tmp_path: Path, caplog
):
    caplog.set_level(logging.CRITICAL)
    share, aside = tmp_path / "share", tmp_path / "aside"
    share.mkdir()
    patience = Patience(retry_s=(0.5,))
    async with open_desk(patience=patience, kept=EvidenceFolder(share, made=False)) as desk:
        thrown = await desk.announced(PHOTO)
        await until(desk.is_done(thrown))
        share.rename(aside)
        throw_away(desk, thrown)
        await until(lambda: desk.fetcher.trouble == STORE_AWAY)
        waiting = await desk.announced(PDF)
        await until(lambda: desk.row(waiting).retry_at is not None)
        aside.rename(share)
        await until(desk.is_done(waiting))
        await until(lambda: len([one for one in share.rglob("*") if one.is_file()]) == 1)

    assert desk.bytes_of(waiting) == PDF


class Refusing(EvidenceFolder):
    """A store that can be reached, and takes nothing until it is told so; it is slow to say no."""

    is_full = True
    asked = 0

    def put_sealed(self, address: str, sealed: bytes) -> None:
        if self.is_full:
            self.asked += 1
            time.sleep(0.1)
            raise StoreAway("full")
        super().put_sealed(address, sealed)


@SQLITE
async def test_files_that_were_on_their_way_together_close_the_store_once(
    open_desk: OpenDesk, until, tmp_path: Path, caplog
):
    caplog.set_level(logging.CRITICAL)
    kept = Refusing(tmp_path / "evidence")
    async with open_desk(patience=Patience(retry_s=(1.0, 600.0)), kept=kept) as desk:
        numbers = [await desk.announced(PDF + bytes([n])) for n in range(3)]
        await until(lambda: all(desk.row(one).retry_at is not None for one in numbers))
        kept.is_full = False
        await until(desk.is_done(*numbers))

    assert desk.fetcher.trouble is None


@SQLITE
async def test_a_store_that_takes_nothing_is_not_called_well_because_it_can_be_reached(
    open_desk: OpenDesk, until, tmp_path: Path, caplog
):
    caplog.set_level(logging.CRITICAL)
    kept = Refusing(tmp_path / "evidence")
    async with open_desk(patience=Patience(retry_s=(0.1, 0.5)), kept=kept) as desk:
        await desk.announced(PHOTO)
        await until(lambda: desk.fetcher.trouble is not None)
        said = set()

        def has_been_asked_often() -> bool:
            said.add(desk.fetcher.trouble)
            return kept.asked > 3

        await until(has_been_asked_often)

    assert said == {STORE_AWAY}


@SQLITE
async def test_a_trouble_of_the_store_ends_with_it_though_no_file_waits(
    open_desk: OpenDesk, until, tmp_path: Path, caplog
):
    caplog.set_level(logging.CRITICAL)
    share = tmp_path / "share"  # the first sweep does not find it
    patience = Patience(retry_s=(0.1,))
    async with open_desk(patience=patience, kept=EvidenceFolder(share, made=False)) as desk:
        await until(lambda: desk.fetcher.trouble == STORE_AWAY)
        share.mkdir()
        await until(lambda: desk.fetcher.trouble is None)


@SQLITE
async def test_the_check_names_a_store_that_is_away_and_no_lost_file(open_desk: OpenDesk, until):
    async with open_desk() as desk:
        await until(desk.is_done(await desk.announced(PHOTO)))
    away = EvidenceFolder(desk.folder / "share", made=False)

    with pytest.raises(StoreAway, match="no such folder"):
        list(_files(desk.house.store, away))


class Asked(EvidenceFolder):
    """A store that writes down whether the database is kept open while it is asked."""

    def __init__(self, root: Path, store: Store) -> None:
        super().__init__(root)
        self.open_meanwhile = 0
        for engine in (store.engine, store.reading):
            event.listen(engine, "begin", lambda _: self._count(1))
            event.listen(engine, "rollback", lambda _: self._count(-1))
            event.listen(engine, "commit", lambda _: self._count(-1))
        self.seen: list[int] = []

    def _count(self, change: int) -> None:
        self.open_meanwhile += change

    def lacking(self, wanted: Mapping[str, str]) -> set[str]:
        self.seen.append(self.open_meanwhile)
        return set(wanted)


async def test_the_check_keeps_no_transaction_open_while_it_looks_at_the_bytes(
    open_desk: OpenDesk, until
):
    async with open_desk() as desk:
        number = await desk.announced(PHOTO)
        await until(desk.is_done(number))
    kept = Asked(desk.folder / "evidence", desk.house.store)

    (found,) = _files(desk.house.store, kept)
    assert (kept.seen, f"#{number}" in found.en) == ([0], True)


@SQLITE
async def test_what_telegram_has_no_more_is_refused_after_it_was_asked_several_times(
    open_desk: OpenDesk, telegram: Sandbox, until
):
    async with open_desk() as desk:
        telegram.telegram.files.lose()
        number = await desk.announced(PHOTO)
        telegram.telegram.files.lose()
        await until(desk.is_done(number))

    assert desk.outcome(number) == (EvidenceState.REFUSED, Refusal.GONE)
    asked = [call for call in telegram.calls if call.method == "getFile"]
    assert len(asked) == FAST.gone_after


@SQLITE
async def test_what_telegram_has_not_got_at_the_moment_is_fetched_when_it_has(
    open_desk: OpenDesk, telegram: Sandbox, until
):
    async with open_desk(patience=Patience(retry_s=(0.3,), gone_after=5)) as desk:
        number = await desk.announced(PHOTO)
        telegram.telegram.files.lose()
        await until(lambda: desk.row(number).attempts > 0 or desk.is_done(number)())
        telegram.telegram.files.find_again()
        await until(desk.is_done(number))

    assert desk.outcome(number) == (EvidenceState.STORED, None)


async def test_only_who_leads_fetches(open_desk: OpenDesk, until):
    async with open_desk(holder="one") as first, open_desk(holder="two") as second:
        number = await first.announced(PHOTO)
        await until(first.is_done(number))
        led = [desk.fetcher._led for desk in (first, second)]

    assert led.count(None) == 1
    asked = [call for call in first.telegram.calls if call.method == "getFile"]
    assert len(asked) == 1


async def test_an_outcome_is_written_only_over_the_claim_it_belongs_to(
    open_desk: OpenDesk, telegram: Sandbox, house: SmallHouse, until
):
    telegram.fail("download", "delay", 1, delay_s=0.5)
    async with open_desk() as desk:
        number = await desk.announced(PHOTO)
        await until(lambda: desk.row(number).claimed_until is not None)
        await house.store.act(lambda s: setattr(s.get_one(Evidence, number), "fence", 99))
        await asyncio.sleep(0.8)
        await until(desk.is_done(number))  # claimed anew, as a former leader's

    assert desk.outcome(number) == (EvidenceState.STORED, None)
    assert len([call for call in telegram.calls if call.method == "getFile"]) == 2


@SQLITE
async def test_what_a_killed_process_had_begun_to_write_is_thrown_away(open_desk: OpenDesk, until):
    async with open_desk() as desk:
        number = await desk.announced(PHOTO)
        await until(desk.is_done(number))
    begun = desk.folder / "evidence" / "tmp" / "begun"
    begun.write_bytes(b"half a file")

    async with open_desk(holder="next") as desk:
        await until(lambda: not begun.exists())

    assert desk.bytes_of(number) == PHOTO


def notices(desk: Desk) -> list[Any]:
    def read(session: Session) -> list[Notice]:
        found = list(session.scalars(select(Notice).order_by(Notice.id)))
        session.expunge_all()
        return found

    return desk.house.store.read(read)


async def test_bytes_that_no_row_names_are_deleted_after_a_week_and_others_never(
    open_desk: OpenDesk, house: SmallHouse, until
):
    async with open_desk() as desk:
        kept, dropped, young = [await desk.announced(data) for data in (PHOTO, PDF, PDF + b"!")]
        await until(desk.is_done(kept, dropped, young))
    week_ago = time.time() - 8 * 24 * 3600  # noqa: TID251 - the age of a file on the disk
    for path in desk.files:
        if path.name != desk.row(young).address:
            os.utime(path, (week_ago, week_ago))

    def forget(session: Session) -> None:
        for number in (dropped, young):
            session.get_one(Evidence, number).address = None
        stands(session, timedelta(days=8))

    await house.store.act(forget)
    async with open_desk(holder="next") as desk:
        await until(lambda: len(desk.files) < 3)

    assert desk.bytes_of(kept) == PHOTO
    assert len(desk.files) == 2


@SQLITE
async def test_the_check_names_evidence_that_is_missing_or_damaged(open_desk: OpenDesk, until):
    async with open_desk() as desk:
        numbers = [await desk.announced(data) for data in (PHOTO, PDF, PDF + b"!")]
        await until(desk.is_done(*numbers))
    missing, damaged = numbers[1:]

    def found() -> list[str]:
        return [one.en for one in _files(desk.house.store, desk.kept)]

    assert found() == []
    for number, change in ((missing, Path.unlink), (damaged, lambda path: path.write_bytes(b"x"))):
        change(next(path for path in desk.files if path.name == desk.row(number).address))

    assert found() == [f"2 files of evidence are missing or damaged: #{missing}, #{damaged}"]


def throw_away(desk: Desk, *numbers: int) -> None:
    """What a person's own deletion, or the end of the seven days, does with the files of a report that was not sent."""

    def forget(session: Session) -> None:
        person = session.scalars(select(Person.id)).one()
        assert drafts.forget_files(desk.house.work(session), person, numbers) == len(numbers)

    desk.house.store.transact(forget)


async def test_bytes_that_a_person_threw_away_are_deleted_unless_another_file_is_the_same(
    open_desk: OpenDesk, until
):
    async with open_desk() as desk:
        own, other = [await desk.announced(data) for data in (PHOTO, PDF)]
        same = await desk.announced(PHOTO, kind=EvidenceKind.PHOTO)  # sent once more, for a case
        await until(desk.is_done(own, same, other))
        assert len(desk.files) == 2
        throw_away(desk, own, other)
        await until(lambda: not desk.row(own).address and not desk.row(other).address)

    assert len(desk.files) == 1
    assert desk.bytes_of(same) == PHOTO


async def test_killed_before_or_after_the_deletion_it_is_done_by_the_next_process(
    open_desk: OpenDesk, until
):
    async with open_desk() as desk:
        before, after = [await desk.announced(data) for data in (PHOTO, PDF)]
        await until(desk.is_done(before, after))
    throw_away(desk, before, after)  # committed, and nobody has deleted anything yet
    gone = next(path for path in desk.files if path.name == desk.row(after).address)
    gone.unlink()  # deleted, and nobody has written it down

    async with open_desk(holder="next") as desk:
        await until(lambda: not desk.row(before).address and not desk.row(after).address)

    assert desk.files == []


class Usurped(EvidenceFolder):
    """A store whose first deletion lasts so long that another process leads when it ends."""

    def __init__(self, root: Path, store: Store) -> None:
        super().__init__(root)
        self._store = store
        self.leadership: Leadership

    def drop(self, address: str) -> None:
        super().drop(address)
        another = update(Office).values(
            holder="another", until=MORNING.replace(year=2999), fence=Office.fence + 1
        )
        self._store.transact(lambda s: s.execute(another.where(Office.name == "fetcher")))
        self.leadership._sure_until = 0.0  # its lease has ended meanwhile


@pytest.mark.parametrize("how", ["thrown away", "swept"])
async def test_who_leads_no_more_deletes_nothing_more(
    open_desk: OpenDesk, house: SmallHouse, until, tmp_path: Path, how: str
):
    kept = Usurped(tmp_path / "evidence", house.store)
    async with open_desk(kept=kept) as desk:
        kept.leadership = desk.fetcher._leadership
        numbers = [await desk.announced(data) for data in (PHOTO, PDF, PDF + b"!")]
        await until(desk.is_done(*numbers, await desk.announced(PDF + b"?")))
        if how == "swept":
            age(desk, timedelta(days=30))
            forgotten = update(Evidence).where(Evidence.id.in_(numbers)).values(address=None)
            await house.store.act(lambda s: s.execute(forgotten))
            desk.fetcher._sweep_at = 0.0
        else:
            throw_away(desk, *numbers)
        await until(lambda: len(desk.files) < 4)
        await asyncio.sleep(0.5)
        rows = [desk.row(number).address for number in numbers]

    assert len(desk.files) == 3, "another may have kept the same bytes anew"
    assert how == "swept" or all(rows), "nobody wrote down that they are gone"


def age(desk: Desk, stands_for: timedelta) -> None:
    """All files are old, and the database has stood beside them for so long."""
    for path in desk.files:
        os.utime(path, (0, 0))
    desk.house.store.transact(lambda session: stands(session, stands_for))


def stands(session: Session, so_long: timedelta) -> None:
    """The database has stood beside this evidence for so long."""
    session.execute(delete(Stamp))
    schema.beside_evidence_since(session, machine_now(session) - so_long)


@pytest.mark.parametrize(
    ("stands_for", "owned"),
    [(timedelta(days=6), 1), (timedelta(days=30), 0), (timedelta(days=30), 1)],
)
async def test_a_database_that_came_lately_or_knows_none_of_the_evidence_deletes_none(
    open_desk: OpenDesk, house: SmallHouse, until, stands_for: timedelta, owned: int
):
    """A wrong address in the settings, a restore from an older copy: the files are another's, or of cases that were lost."""
    is_at_home = owned and stands_for > UNOWNED
    async with open_desk() as desk:
        numbers = [await desk.announced(data) for data in (PHOTO, PDF)]
        await until(desk.is_done(*numbers))
        age(desk, stands_for)
        others = update(Evidence).where(Evidence.id.in_(numbers[owned:])).values(address=None)
        await house.store.act(lambda s: s.execute(others))
        before = desk.fetcher._sweep_at = 0.0
        await until(lambda: desk.fetcher._sweep_at > before)
        await until(lambda: not is_at_home or len(desk.files) == 1)
        await asyncio.sleep(0.3)
    assert len(desk.files) == (1 if is_at_home else 2)


async def test_what_nobody_owns_is_deleted_though_all_that_is_owned_is_young(
    open_desk: OpenDesk, house: SmallHouse, until
):
    async with open_desk() as desk:
        orphan, owned = [await desk.announced(data) for data in (PHOTO, PDF)]
        await until(desk.is_done(orphan, owned))
        address = desk.row(owned).address
        house.store.transact(lambda session: stands(session, timedelta(days=30)))
        for path in desk.files:
            if path.name != address:
                os.utime(path, (0, 0))
        gone = update(Evidence).where(Evidence.id == orphan).values(address=None)
        await house.store.act(lambda s: s.execute(gone))
        desk.fetcher._sweep_at = 0.0
        await until(lambda: [path.name for path in desk.files] == [address])


class Dropping(EvidenceFolder):
    """A store that writes down what was there when it was deleted: it may lie there for a moment only."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.dropped: list[bytes] = []

    def drop(self, address: str) -> None:
        self.dropped.append(self.get(address))
        super().drop(address)


@SQLITE
async def test_what_was_thrown_away_on_its_way_is_deleted_when_it_arrives(
    open_desk: OpenDesk, telegram: Sandbox, until, tmp_path: Path
):
    telegram.fail("download", "delay", 1, delay_s=0.5)
    kept = Dropping(tmp_path / "evidence")
    async with open_desk(kept=kept) as desk:
        number = await desk.announced(PHOTO)
        await until(lambda: desk.row(number).claimed_until is not None)
        throw_away(desk, number)
        await until(lambda: kept.dropped == [PHOTO])
        await until(lambda: desk.files == [])

    assert desk.outcome(number) == (EvidenceState.REFUSED, Refusal.DROPPED)
