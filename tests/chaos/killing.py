"""The played day with a bot that is killed with SIGKILL again and again, and started again each time.

This process holds the sandbox Telegram and drives the people; the bot is a process of its own and knows nothing of it.
A kill falls at a random moment of machine time while the bot is at work, or just after Telegram has accepted a call
of its and before it can have written that down.
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.keys import open_keys
from bot.sandbox import town
from bot.sandbox.clock import Answer
from bot.sandbox.day import STORY, Does, Until, people_of
from bot.sandbox.sandbox import Sandbox
from bot.settings import Settings
from models import schema
from models.store import Store
from models.vocabulary import Language
from tests.chaos.afterwards import Afterwards, look_back

ROOT = Path(__file__).parents[2]
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BUSY_S = 0.15  # so long the bot is at work after an act
COMING_UP_S = 1.5  # from the start of a bot to its first answers, and a little longer
BEHIND_A_CALL = (
    0.5  # this part of the kills falls between Telegram's acceptance and our record of it
)
LEASE_S = 2.0
SETTLE_S = 90.0
MESSAGES = frozenset({"sendMessage", "sendVoice", "sendPhoto", "editMessageText"})


@dataclass(frozen=True, slots=True)
class Work:
    """What the bot had to do after one act of somebody, in a day without kills."""

    seconds: float
    calls: int


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: after so many seconds, or as soon as Telegram has accepted so many calls more."""

    after_s: float
    calls: int = 0


@dataclass(slots=True)
class Plan:
    """Which kills fall behind which act. Acts are counted as they come."""

    moments: dict[int, list[Moment]]
    act: int = -1

    @classmethod
    def none(cls) -> "Plan":
        return cls({})

    @classmethod
    def of(cls, kills: int, works: list[Work], seed: int) -> "Plan":
        """Kills at random, more of them where there is more to do; a few fall on a bot at rest."""
        chance = random.Random(seed)
        weights = [1 + 3 * work.calls for work in works]
        plan = cls.none()
        for act in chance.choices(range(len(works)), weights, k=kills):
            falls = plan.moments.setdefault(act, [])
            falls.append(_moment(chance, works[act], first=not falls))
        return plan

    def next(self) -> list[Moment]:
        self.act += 1
        return self.moments.pop(self.act, [])

    def rest(self) -> list[Moment]:
        """What was planned behind acts that never came."""
        left = [moment for moments in self.moments.values() for moment in moments]
        self.moments.clear()
        return left


def _moment(chance: random.Random, work: Work, *, first: bool) -> Moment:
    if first and work.calls and chance.random() < BEHIND_A_CALL:
        return Moment(2 * COMING_UP_S, calls=chance.randint(1, work.calls))
    return Moment(chance.uniform(0, min(BUSY_S, work.seconds) if first else COMING_UP_S))


@dataclass(slots=True)
class Bots:
    """The bot of the moment, and the parent that gives birth to the next."""

    nursery: Process
    pid: int = 0
    kills: int = 0

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: dict[str, str],
        log: Path,
        *,
        within: tuple[str, ...] = (),
        at_once: bool = True,
    ) -> AsyncIterator["Bots"]:
        """A nursery and its first bot. `within`: the command that starts the nursery, where it needs a place of its own."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWHISTLE_")}
        with log.open("ab") as said:
            nursery = await asyncio.create_subprocess_exec(
                *within,
                sys.executable,
                "-m",
                "tests.chaos.nursery",
                stdin=PIPE,
                stdout=PIPE,
                stderr=said,
                cwd=ROOT,
                env={**inherited, **settings},
            )
        bots = cls(nursery)
        try:
            assert nursery.stdout is not None
            await nursery.stdout.readline()  # it has imported everything, and says so
            if at_once:
                await bots.start()
            yield bots
        finally:
            if bots.pid:
                await bots.kill()
                bots.kills -= 1  # this one belongs to no plan
            nursery.kill()
            await nursery.wait()

    async def start(self, fuse: str = "") -> None:
        """The next bot; with a fuse ("LENGTH DIARY") it dies of its own statements."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(f"{fuse}\n".encode())
        self.pid = int(await self.nursery.stdout.readline())

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        while Path(f"/proc/{self.pid}").exists():  # noqa: ASYNC110, ASYNC240 - /proc rings no bell
            await asyncio.sleep(0.001)
        self.kills += 1


class KillingSandbox(Sandbox):
    """A sandbox in which, behind an act of a person, the bot may die before it has come to rest."""

    bots: Bots
    plan: Plan
    works: list[Work]
    behind_a_call: int = 0

    async def settle(
        self, timeout_s: float | None = None, *, allow_pending: bool = False
    ) -> Answer:
        for moment in self.plan.next():
            await self.strike(moment)
        began, calls = time.monotonic(), self.said
        answer = await super().settle(timeout_s or SETTLE_S, allow_pending=allow_pending)
        self.works.append(Work(time.monotonic() - began, self.said - calls))
        return answer

    @property
    def said(self) -> int:
        """How many messages Telegram has accepted, edits included."""
        return sum(call.method in MESSAGES for call in self.calls)

    async def strike(self, moment: Moment) -> None:
        """Kill at this moment, and start the next bot."""
        ends = time.monotonic() + moment.after_s
        if moment.calls:
            wanted = self.said + moment.calls
            while self.said < wanted and time.monotonic() < ends:  # noqa: ASYNC110 - as soon as can be
                await asyncio.sleep(0.001)
            self.behind_a_call += self.said >= wanted
        else:
            await asyncio.sleep(moment.after_s)
        await self.bots.kill()
        await self.bots.start()


@dataclass(frozen=True, slots=True)
class Played:
    """One day, with or without kills."""

    works: list[Work]
    kills: int
    behind_a_call: int
    seconds: float
    after: Afterwards
    violations: list[str] = field(default_factory=list)


async def play(folder: Path, url: str, plan: Plan | None = None) -> Played:
    """Play the day once on an empty database, killing as planned."""
    plan = plan or Plan.none()
    async with KillingSandbox.open(at=MORNING) as sandbox:
        assert isinstance(sandbox, KillingSandbox)
        settings = environment(sandbox, url, folder)
        store = seeded(settings)
        sandbox.plan, sandbox.works = Plan.none(), []
        async with Bots.open(settings, folder / "bots.log") as bots:
            sandbox.bots = bots
            began = time.monotonic()
            await _everybody_starts(sandbox)
            sandbox.plan, sandbox.works = plan, []
            await _tell(sandbox)
            for moment in plan.rest():
                await sandbox.strike(moment)
            await sandbox.settle()
            seconds = time.monotonic() - began
            try:
                after = store.read(lambda session: look_back(session, sandbox))
            finally:
                store.close()
            return Played(
                sandbox.works,
                bots.kills,
                sandbox.behind_a_call,
                seconds,
                after,
                sandbox.violations,
            )


def environment(sandbox: Sandbox, url: str, folder: Path) -> dict[str, str]:
    return {
        "GRIDWHISTLE_BOT_TOKEN": sandbox.token,
        "GRIDWHISTLE_API_BASE_URL": sandbox.base_url,
        "GRIDWHISTLE_CLOCK_URL": sandbox.clock_url,
        "GRIDWHISTLE_DATABASE_URL": url,
        "GRIDWHISTLE_DATA_DIR": str(folder),
        "GRIDWHISTLE_HOTLINE": town.HOTLINE,
        "GRIDWHISTLE_LEASE_S": str(LEASE_S),
    }


def seeded(environment: dict[str, str]) -> Store:
    prefix = "GRIDWHISTLE_"
    settings = Settings(**{k.removeprefix(prefix).lower(): v for k, v in environment.items()})  # type: ignore[arg-type]  # read as from the environment
    open_keys(settings)
    store = Store(settings.database, pooled=settings.database_pooled)
    schema.upgrade(store.engine)
    store.transact(lambda session: town.seed_yanji(session, MORNING, joined=True))
    return store


async def _everybody_starts(sandbox: Sandbox) -> None:
    staff = {one.code for one in town.ROSTER}
    for one in town.EVERYBODY:
        person = sandbox.person(
            one.code,
            telegram_id=town.telegram_id(one.code) if one.code in staff else None,
            language_code="ko" if one.language is Language.KO else "zh-hans",
        )
        if one.code in staff:
            await person.starts(settle=False)
    await sandbox.settle()


async def _tell(sandbox: Sandbox) -> None:
    assert set(people_of(STORY)) <= set(sandbox.people)
    for step in STORY:
        match step:
            case Until(moment):
                await sandbox.push(moment)
            case Does(who, deed):
                await deed(sandbox.people[who])
