"""The bot dies by SIGKILL at each boundary between two statements of a report, a take, a settlement and a closure.

For each boundary: the database and Telegram as they stood just before the decisive tap, a bot of its own process with a fuse of
that length, the tap; where it died, the next bot on the same database, to which Telegram brings what was not confirmed: it is
fetched, or brought to the bot's webhook. Then all is compared with the same tap without a fuse.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.day import Does, Step
from bot.sandbox.sandbox import Sandbox
from models.store import Store
from tests.chaos.afterwards import Afterwards, differences, look_back, missing
from tests.chaos.days import (
    AGREED,
    CLOSED,
    HEARD,
    LEAK,
    TAKEN,
    everybody,
    keyed,
    serving,
    take,
)
from tests.chaos.killing import MORNING, Bots, environment
from tests.chaos.moments import Databases, Moment, again, saved
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place
from tests.stories.stage import free_port, seeded

LEASE_S = "60"  # so that no renewal burns the fuse; who has died is known without it
A_DAY = "1440"  # a moment that was saved longer ago is no silence
LONGEST = 10_000  # a fuse that never burns down
SECRET = "a-secret_of_the_suite"

#: What leads up to the tap, and the tap: each begins where the one before has ended.
STEPS: dict[str, tuple[tuple[Step, ...], Step]] = {
    "report": (LEAK[:3], LEAK[3]),
    "take": ((LEAK[4], TAKEN[0]), TAKEN[1]),
    "settlement": ((*HEARD, *AGREED[:3]), AGREED[3]),
    "closure": (CLOSED[:4], CLOSED[4]),
}


@dataclass(slots=True)
class Deed:
    """One of the four, the undisturbed outcome, and the boundaries in it."""

    name: str
    moment: Moment
    tap: Does
    quiet: Afterwards | None = None
    boundaries: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Death:
    """Where a bot died, if the fuse was short enough, and what was not as without."""

    deed: str
    boundary: int
    where: str
    after: Afterwards
    found: list[str]
    seconds: float

    @property
    def has_died(self) -> bool:
        return bool(self.where)


@dataclass(slots=True)
class Range:
    """Where deeds are done again and again."""

    databases: Databases
    folder: Path
    port: int
    token: str
    bots: Bots
    webhook: str
    """Where updates are brought; empty: they are fetched."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, databases: Databases, folder: Path, *, by_webhook: bool = False
    ) -> AsyncIterator["Range"]:
        keyed(folder)
        port = free_port()
        async with Sandbox.open(at=MORNING, port=port) as there:
            settings = environment(there, databases.url, folder)
        settings |= {"GRIDWHISTLE_LEASE_S": LEASE_S, "GRIDWHISTLE_SILENCE_MINUTES": A_DAY}
        webhook = ""
        if by_webhook:
            listen = f"127.0.0.1:{free_port()}"
            webhook = f"http://{listen}/telegram"
            settings |= {
                "GRIDWHISTLE_MODE": "webhook",
                "GRIDWHISTLE_LISTEN": listen,
                "GRIDWHISTLE_WEBHOOK_URL": webhook,
                "GRIDWHISTLE_WEBHOOK_SECRET": SECRET,
            }
        try:
            async with Bots.open(settings, folder / "bots.log", at_once=False) as bots:
                yield cls(databases, folder, port, there.token, bots, webhook)
        finally:
            databases.forget()

    async def prepare(self, wanted: Iterable[str]) -> list[Deed]:
        """Play the story once, and keep the moment before each tap that is wanted."""
        wanted, deeds = list(wanted), []
        self.databases.begin(seeded)
        async with Sandbox.open(at=MORNING, port=self.port, token=self.token) as sandbox:
            everybody(sandbox)
            for name, (before, tap) in STEPS.items():
                assert isinstance(tap, Does)
                async with serving(sandbox, self.databases.url, self.folder) as office:
                    for step in before:
                        await take(office, step)
                if name in wanted:
                    deeds.append(Deed(name, saved(name, sandbox, self.databases), tap))
                if len(deeds) == len(wanted):
                    break
                async with serving(sandbox, self.databases.url, self.folder) as office:
                    await take(office, tap)
        for deed in deeds:
            death = await self.kill(deed, LONGEST)
            deed.quiet, deed.boundaries = death.after, self._diary()
            assert not death.has_died
            assert death.found == []
        return deeds

    async def kill(self, deed: Deed, boundary: int) -> Death:
        """Do it once, with a bot that dies at this boundary."""
        began = time.monotonic()
        self._diary_file.unlink(missing_ok=True)
        async with again(deed.moment, self.databases, self.port) as sandbox:
            if self.webhook:
                await _bring_to(sandbox, self.webhook)
            await self.bots.start(f"{boundary} {self._diary_file}")
            await sandbox.settle()
            at_rest = asyncio.Event()
            reborn = asyncio.create_task(self._next_bot(at_rest))
            await deed.tap.deed(sandbox.people[deed.tap.who])
            at_rest.set()
            if has_died := await reborn:
                await sandbox.settle()
            await self.bots.kill()
            after, found = self._look(sandbox, deed)
        where = self._diary()[-1] if has_died else ""
        return Death(deed.name, boundary, where, after, found, time.monotonic() - began)

    async def _next_bot(self, at_rest: asyncio.Event) -> bool:
        """Start the next one when this one dies; whether it did before all was at rest."""
        while (Path("/proc") / str(self.bots.pid)).exists():
            if at_rest.is_set():
                return False
            await asyncio.sleep(0.002)
        await self.bots.start()
        return True

    def _look(self, sandbox: Sandbox, deed: Deed) -> tuple[Afterwards, list[str]]:
        store = Store(self.databases.url)
        try:
            after = store.read(lambda session: look_back(session, sandbox))
        finally:
            store.close()
        found = after.left if deed.quiet is None else differences(deed.quiet, after)
        return after, found + sandbox.violations

    @property
    def _diary_file(self) -> Path:
        return self.folder / "diary"

    def _diary(self) -> list[str]:
        return self._diary_file.read_text().splitlines()


async def _bring_to(sandbox: Sandbox, webhook: str) -> None:
    """As `gridwhistle webhook set` had it before the bot came; what a dead bot did not take is brought again soon."""
    telegram = sandbox.telegram
    telegram.profile.webhook = {"url": webhook, "secret_token": SECRET}
    telegram.courier.pace = 0.05
    await telegram.courier.go()


async def every_boundary(place: Place, every: int) -> AsyncIterator[Outcome]:
    """All four deeds, fetched and brought, one death after the other, until the bot outlives its fuse."""
    for by_webhook in (False, True):
        async for row in _every_boundary(place, every, by_webhook=by_webhook):
            yield row


async def _every_boundary(place: Place, every: int, *, by_webhook: bool) -> AsyncIterator[Outcome]:
    own, where = place.folder_of("boundaries"), ", behind a webhook" if by_webhook else ""
    async with Range.open(place.moments(own), own, by_webhook=by_webhook) as there:
        for deed in await there.prepare(STEPS):
            row = Outcome(f"killed between two statements of a {deed.name}{where}", place.database)
            boundary = 1
            while (death := await there.kill(deed, boundary)).has_died:
                assert deed.quiet is not None
                row.looked_at(missing(deed.quiet, death.after), death.found)
                for one in death.found:
                    print(
                        f"{deed.name} {boundary} {death.where}: {one}", file=sys.stderr, flush=True
                    )
                boundary += every
            assert row.times > 0, f"no bot has died in a {deed.name}{where}: the fuse sees nothing"
            yield row
