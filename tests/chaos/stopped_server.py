"""PostgreSQL is stopped under load and started again: once in good order, once as if it had crashed.

The server is one of its own, and its commits are durable against its own death (synchronous_commit; only against the machine's
they are not, since fsync is off in the suite). Two replicas behind a webhook; a crowd reports before, while it is away, and after.
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from models.case import Case
from tests import postgres
from tests.chaos.replicas import office, reports
from tests.chaos.test_replicas import matter, said_twice, what_is_wrong

Mode = Literal["fast", "immediate"]
MODES: tuple[Mode, ...] = ("fast", "immediate")
DURABLE = f"{postgres.FLAGS} -c synchronous_commit=on"
EACH = 6  # so many people before, while and after
AWAY_S = 1.5


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that may be stopped: nobody else's databases are in it."""

    folder: Path

    @property
    def url(self) -> str:
        return postgres.PostgresServer(self.folder).url("postgres")

    def stop(self, mode: Mode) -> None:
        self._order("stop", "-m", mode)

    def start(self) -> None:
        self._order("start", "-o", f"{DURABLE} -k {self.folder / 'socket'}")

    def _order(self, *order: str) -> None:
        nobody = {"user": postgres.NOBODY, "group": postgres.NOBODY, "extra_groups": []}
        step_down: dict[str, Any] = nobody if os.geteuid() == 0 else {}
        binaries = postgres.reachable_binaries(self.folder, step_down)
        command: list[Path | str] = [binaries / "pg_ctl", "-D", self.folder / "data", "-w", *order]
        log = self.folder / "log" / f"{order[0]}-again"
        postgres.carry_out(command, self.folder / "data", log, step_down)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """In a folder of its own: a socket's path is no longer than a hundred letters, and the server is not us."""
    folder = Path(tempfile.mkdtemp(prefix="gridwhistle-server-", dir=postgres.in_memory()))
    folder.chmod(0o755)
    os.mkfifo(folder / "alive")
    (folder / "alive").chmod(0o644)
    alive = os.open(folder / "alive", os.O_RDWR)
    try:
        postgres.start(folder, DURABLE)
        yield OwnServer(folder)
    finally:
        postgres.end(folder, alive)


@dataclass(frozen=True, slots=True)
class Survived:
    """Whose report is missing, and what is wrong besides."""

    missing: int
    found: list[str]


async def stopped(
    server: OwnServer, url: str, folder: Path, mode: Mode, each: int = EACH
) -> Survived:
    """Three crowds: the first is under way when the server goes, the second writes while it is away."""
    async with office(url, folder) as town:
        crowd = [town.sandbox.person(f"neighbour_{number}") for number in range(3 * each)]

        async def come(number: int) -> None:
            await asyncio.sleep(0.1 * (number % each))
            await reports(crowd[number], matter(number))

        async def lose_the_server() -> None:
            await asyncio.sleep(0.5)
            await asyncio.to_thread(server.stop, mode)
            await asyncio.gather(*(town.unwell(port) for port in town.bots))
            away.set()
            await asyncio.sleep(AWAY_S)
            await asyncio.to_thread(server.start)
            await asyncio.gather(*(town.up(port) for port in town.bots))

        async def write_meanwhile(number: int) -> None:
            await away.wait()
            await come(number)

        away = asyncio.Event()
        await asyncio.gather(
            lose_the_server(),
            *(come(number) for number in range(each)),
            *(write_meanwhile(number) for number in range(each, 2 * each)),
        )
        await asyncio.gather(*(come(number) for number in range(2 * each, 3 * each)))
        await town.sandbox.settle(60.0)
        cases = Counter(
            str(one) for one in town.store.read(lambda s: s.scalars(select(Case.matter)).all())
        )
        wanted = Counter(matter(number) for number in range(3 * each))
        twice = [f"case opened twice: {one}" for one in (cases - wanted).elements()]
        return Survived(
            (wanted - cases).total(),
            [
                *town.store.read(what_is_wrong),
                *twice,
                *(f"heard 2 times more, unmarked: {one}" for one in said_twice(town)),
                *(f"violation: {one}" for one in town.sandbox.violations),
            ],
        )
