"""The disk is full while people report and send pictures: on SQLite that of everything, on PostgreSQL that of the evidence.

The quiet run is the same on a disk that has room.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from bot.evidence_store import EvidenceFolder
from bot.sandbox import town
from bot.sandbox.people import Person as Phone
from bot.sandbox.sandbox import Sandbox
from models.evidence import Evidence
from models.store import Store
from models.update_in import UpdateIn
from models.vocabulary import EvidenceState
from tests.chaos.afterwards import Afterwards, look_back
from tests.chaos.days import everybody, keyed
from tests.chaos.killing import MORNING, SETTLE_S, Bots, environment
from tests.chaos.small_disk import SmallDisk
from tests.stories.stage import free_port, seeded

T = TypeVar("T")

SLOWLY_S = 1.0  # so that a picture is always announced before it is there, full disk or not
FULL_S = 1.5  # goes on so long after /health has said so
SAYS_SO_S = 30.0
CHEN, WU = "resident_chen", "resident_jia"
LEAK, NOISE = "楼上漏水，天花板全湿了。", "웃집이 새벽까지 떠들어 잠을 잘수 없습니다."


@dataclass
class Office:
    """A bot with a disk of its own."""

    sandbox: Sandbox
    bots: Bots
    disk: SmallDisk
    url: str
    port: int

    @property
    def outside(self) -> Path:
        return self.disk.seen_by(self.bots.nursery.pid)

    def move_in(self, database: Path) -> None:
        """Put a database file onto the disk, before the bot comes."""
        (self.outside / "office.sqlite3").write_bytes(database.read_bytes())

    async def look(self, fn: Callable[[Session], T]) -> T:
        """What the database says in the end; a file is copied out, since SQLite would not find the way to it."""
        await self.bots.kill()
        self._copy_out()
        store = Store(self.url)
        try:
            return store.read(fn)
        finally:
            store.close()

    def _copy_out(self) -> None:
        for file in self.outside.glob("*.sqlite3*"):
            if not file.name.endswith("-shm"):
                (self.disk.folder / file.name).write_bytes(file.read_bytes())

    async def health(self) -> dict[str, Any]:
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/health") as answer,
            ):
                said: dict[str, Any] = await answer.json()
                return said
        return {}

    async def says(self, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until an operator who asks is told so; gives all that he is told."""
        async with asyncio.timeout(SAYS_SO_S):
            while not true(said := await self.health()):  # noqa: ASYNC110 - another process rings no bell
                await asyncio.sleep(0.05)
        return said


@dataclass(frozen=True, slots=True)
class Ended:
    """What was left."""

    after: Afterwards
    whole: int
    """Pictures that are kept, and open."""
    blamed: int
    """Failures that were held against updates."""
    violations: list[str]
    files: int = 0
    """What lies in the store, whole or not."""
    trouble: str = ""
    """What an operator was told while it was full."""
    too_early: bool = False
    """Whether a receipt then said that the picture is kept."""


@asynccontextmanager
async def office(folder: Path, new: Callable[[Any], str]) -> AsyncIterator[Office]:
    """`new`: a fresh database; one that is a file is moved onto the small disk."""
    disk = SmallDisk(folder / "disk")
    disk.folder.mkdir(mode=0o700, parents=True)
    url, port = new(seeded), free_port()
    keyed(folder)
    async with Sandbox.open(at=MORNING) as sandbox:
        everybody(sandbox)
        is_file = url.startswith("sqlite")
        inside = f"sqlite:///{disk.folder / 'office.sqlite3'}" if is_file else url
        settings = environment(sandbox, inside, disk.folder) | {
            "GRIDWHISTLE_LISTEN": f"127.0.0.1:{port}",
            "GRIDWHISTLE_KEYS": str(folder / "keys.json"),
        }
        async with Bots.open(
            settings, folder / "bots.log", within=disk.within, at_once=False
        ) as bots:
            opened = Office(sandbox, bots, disk, inside, port)
            if is_file:
                opened.move_in(Path(make_url(url).database or ""))
            await bots.start()
            await sandbox.settle(SETTLE_S)
            yield opened


async def reports(folder: Path, new: Callable[[Any], str], *, full: bool) -> Ended:
    """One has the card on the screen and taps, and sends a picture; another begins. Then both go on."""
    async with office(folder, new) as there:
        sandbox, pid = there.sandbox, there.bots.nursery.pid
        chen, wu = sandbox.people[CHEN], sandbox.people[WU]
        await chen.starts(f"{town.POSTER}_zh")
        await chen.says(LEAK)
        sandbox.fail("download", "delay", None, delay_s=SLOWLY_S)
        if full:
            there.disk.fill(pid)
        await chen.taps("提交", settle=False)
        await chen.photo(settle=False)
        await wu.starts(f"{town.POSTER}_ko", settle=False)
        told, too_early = "", False
        if full:
            told = (await there.says(lambda health: health.get("trouble") is not None))["trouble"]
            await asyncio.sleep(FULL_S)
            too_early = _is_kept(chen)
            there.disk.make_room(pid)
        await sandbox.settle(SETTLE_S)
        await wu.says(NOISE)
        await wu.taps("보내기")
        await sandbox.settle(SETTLE_S)
        # what waits for whoever may still be sending goes out too; and the trouble is over
        await there.says(lambda health: not (health["trouble"] or health["stored"]["outbox"]))
        async with asyncio.timeout(SETTLE_S):
            while not _is_kept(chen):  # noqa: ASYNC110 - another process rings no bell
                await asyncio.sleep(0.05)
        ended = await there.look(lambda session: _ended(session, there))
        return replace(ended, trouble=told, too_early=too_early)


def _is_kept(phone: Phone) -> bool:
    """Whether the receipt of a picture says so."""
    return any("已保存" in one.text for one in phone.messages)


def _ended(session: Session, there: Office) -> Ended:
    kept = EvidenceFolder(there.outside / "evidence")
    stored = select(Evidence.address).where(Evidence.state == EvidenceState.STORED)
    addresses = [one for one in session.scalars(stored) if one is not None]
    return Ended(
        look_back(session, there.sandbox),
        sum(bool(kept.get(one)) for one in addresses),
        session.scalar(select(func.sum(UpdateIn.attempts))) or 0,
        there.sandbox.violations,
        sum(one.is_file() for one in (there.outside / "evidence").rglob("*")),
    )
