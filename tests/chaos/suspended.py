"""A replica is stopped for longer than its lease while a message is on its way, as a virtual machine is that is moved; then it goes on.

The other takes its posts. The first wakes believing that it leads, and must learn that it does not: nothing is written under an
old fence, and what it had sent is said again, if at all, with the mark of a repeat. Then both are stopped at once, as a laptop is.
"""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, select, text

from bot.sandbox import town
from bot.sandbox.sandbox import Sandbox
from models.office import Office as Post
from models.store import Store
from tests.chaos.afterwards import Afterwards, look_back
from tests.chaos.days import MakeUrl, everybody, keyed
from tests.chaos.killing import MORNING, SETTLE_S, Bots, environment
from tests.stories.stage import seeded

LEASE_S = 2.0
ASLEEP_S = 2 * LEASE_S
SLOWLY_S = 1.0
WU = "resident_chen"
_UNDER_WAY = text(
    "select count(*) from pg_stat_activity where datname = current_database() "
    "and pid <> pg_backend_pid() and (state = 'active' or state like 'idle in transaction%')"
)
NOISE = "楼上半夜放音乐，睡不着。"


@dataclass
class Two:
    """Two replicas on one database, both of which fetch when they lead."""

    sandbox: Sandbox
    store: Store
    pids: list[int]

    def order(self, number: signal.Signals, *who: int) -> None:
        for one in who:
            os.kill(self.pids[one], number)

    @property
    def fence(self) -> int:
        query = select(Post.fence).where(Post.name == "sender")
        return self.store.read(lambda session: session.scalar(query)) or 0

    async def stop_between_transactions(self) -> None:
        """Stopped within one, it would hold the others up until it wakes (SQLite), or the server ends it (PostgreSQL)."""
        while True:
            self.order(signal.SIGSTOP, 0)
            if await asyncio.to_thread(self._nobody_writes):
                return
            self.order(signal.SIGCONT, 0)
            await asyncio.sleep(0.02)

    def _nobody_writes(self) -> bool:
        if not self.store.is_sqlite:
            return not self.store.read(lambda session: session.scalar(_UNDER_WAY))
        file = make_url(self.store.url).database or ""
        with closing(sqlite3.connect(file, timeout=0.05, isolation_level=None)) as connection:
            try:
                connection.execute("begin immediate")
            except sqlite3.OperationalError:
                return False
            connection.execute("rollback")
            return True


@asynccontextmanager
async def two(new: MakeUrl, folder: Path) -> AsyncIterator[Two]:
    keyed(folder)
    url = new(seeded)
    async with Sandbox.open(at=MORNING) as sandbox:
        everybody(sandbox)
        settings = environment(sandbox, url, folder) | {"GRIDWHISTLE_LEASE_S": str(LEASE_S)}
        store = Store(url)
        async with Bots.open(settings, folder / "bots.log") as bots:
            first = bots.pid
            try:
                await sandbox.settle(SETTLE_S)  # the first one leads
                await bots.start()
                sandbox.clock.bots = 2
                await sandbox.settle(SETTLE_S)
                yield Two(sandbox, store, [first, bots.pid])
            finally:
                store.close()
                with suppress(ProcessLookupError):
                    os.kill(first, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Slept:
    """What was left, and how often the post of sender changed hands."""

    after: Afterwards
    changes: int
    violations: list[str]


async def slept(new: MakeUrl, folder: Path, *, asleep: bool) -> Slept:
    """One submits, another writes meanwhile; with or without anybody asleep."""
    async with two(new, folder) as office:
        sandbox, began = office.sandbox, office.fence
        jia, wu = sandbox.people["resident_jia"], sandbox.people[WU]
        await jia.starts(f"{town.POSTER}_ko")
        await jia.says("웃집에서 물이 새여 천정이 젖었습니다.")
        sandbox.fail("sendMessage", "delay", 3, delay_s=SLOWLY_S)
        await jia.taps("보내기", settle=False)
        if asleep:
            await _struck(sandbox)
            await office.stop_between_transactions()
            sandbox.clock.bots = 1
        await wu.starts(f"{town.POSTER}_zh", settle=False)
        if asleep:
            await asyncio.sleep(ASLEEP_S)
            await sandbox.settle(SETTLE_S)
            assert office.fence > began, "nobody took the post over"
            office.order(signal.SIGCONT, 0)
            sandbox.clock.bots = 2
        await sandbox.settle(SETTLE_S)
        if asleep:
            office.order(signal.SIGSTOP, 0, 1)
            await asyncio.sleep(ASLEEP_S)
            office.order(signal.SIGCONT, 0, 1)
        await wu.says(NOISE)
        await wu.taps("提交")
        await sandbox.settle(SETTLE_S)
        after = office.store.read(lambda session: look_back(session, sandbox))
        return Slept(after, office.fence - began, sandbox.violations)


async def _struck(sandbox: Sandbox) -> None:
    """Wait until a message is on its way."""
    async with asyncio.timeout(SETTLE_S):
        while not any(method == "sendMessage" for method, _ in sandbox.faults.struck):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.005)
