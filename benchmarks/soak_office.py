"""The office of the soak: the sandbox Telegram in this process, the real bots in processes of their own, one database.

On SQLite one bot fetches; on PostgreSQL two replicas stand behind one address, and updates are brought to them.
"""

import time as machine
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr

from benchmarks.databases import Database, Databases
from benchmarks.lives import NOW
from benchmarks.population import populate, settings_of
from benchmarks.prefecture import Prefecture
from benchmarks.programs import cpu_of
from bot.sandbox import town
from bot.sandbox.people import Person as Phone
from bot.sandbox.sandbox import Sandbox
from bot.settings import Mode
from bot.webhook_command import asked, bring_to
from models.store import Store
from tests.chaos.balancer import balanced
from tests.chaos.killing import Bots, environment
from tests.stories.stage import free_port

REPLICAS = 2
SECRET = "a-secret_of_the_soak"
TAKEN = "gridwhistle_updates_taken_total"
#: A crowd writes at once on a machine that does other things too.
SETTLES_S = 900.0


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of CPU of each bot, of the database's server, and of the people with their Telegram."""

    bots_s: tuple[float, ...]
    server_s: float
    own_s: float

    @property
    def office_s(self) -> float:
        """Of what an office has: bots and server."""
        return sum(self.bots_s) + self.server_s

    def since(self, before: "Cpu") -> "Cpu":
        bots = tuple(now - then for now, then in zip(self.bots_s, before.bots_s, strict=True))
        return Cpu(bots, self.server_s - before.server_s, self.own_s - before.own_s)

    def words(self, parts: int) -> str:
        """By process, for each of so many parts."""
        bots = " + ".join(f"{one / max(1, parts):.3f}" for one in self.bots_s)
        rest = f"server {self.server_s / max(1, parts):.3f}"
        return f"bots {bots}, {rest}, people and Telegram {self.own_s / max(1, parts):.3f}"


@dataclass
class Office:
    """Everything that is up."""

    sandbox: Sandbox
    store: Store
    made: Prefecture
    bots: list[Bots]
    databases: Databases
    ports: list[int]

    def phone(self, code: str) -> Phone:
        return self.sandbox.people[code]

    def cpu(self) -> Cpu:
        """So far."""
        bots = tuple(cpu_of(one.pid) for one in self.bots)
        return Cpu(bots, self.databases.server_cpu_s(), machine.process_time())

    @property
    def handled(self) -> int:
        """Updates that the bots have taken."""
        updates = self.sandbox.telegram.updates
        return updates.delivered

    @property
    def calls(self) -> int:
        return len(self.sandbox.calls)

    async def taken(self) -> list[int]:
        """Updates that each replica says it took (/metrics); none where one bot fetches."""
        async with aiohttp.ClientSession() as session:
            return [await _taken(session, port) for port in self.ports]


@asynccontextmanager
async def opened(databases: Databases, *, grids: int, mediators: int) -> AsyncIterator[Office]:
    """An empty prefecture, everybody of its roster joined, and its bots."""
    database = databases.new()
    made = populate(database, 0, grids=grids, mediators=mediators).prefecture
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox.open(at=NOW))
        sandbox.settle_timeout_s = SETTLES_S
        for one in made.members.values():
            phone = sandbox.person(one.code, telegram_id=one.telegram_id)
            phone.chat.started = True
        bots, ports = await _bots(stack, sandbox, database)
        store = Store(database.url)
        stack.callback(store.close)
        await sandbox.settle()
        yield Office(sandbox, store, made, bots, databases, ports)


async def _taken(session: aiohttp.ClientSession, port: int) -> int:
    async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        said = await answer.text()
    lines = (line.split() for line in said.splitlines())
    return next(int(line[1]) for line in lines if line[0] == TAKEN)


async def _bots(
    stack: AsyncExitStack, sandbox: Sandbox, database: Database
) -> tuple[list[Bots], list[int]]:
    """The bots, and at which ports those behind a webhook listen."""
    settings = environment(sandbox, database.url, database.folder) | {
        "GRIDWHISTLE_HOTLINE": town.HOTLINE,
        "GRIDWHISTLE_LEASE_S": "10",
    }
    if database.kind == "sqlite":
        log = database.folder / "bot.log"
        return [await stack.enter_async_context(Bots.open(settings, log))], []
    ports = [free_port() for _ in range(REPLICAS)]
    url = f"http://127.0.0.1:{await stack.enter_async_context(balanced(ports))}/telegram"
    settings |= {
        "GRIDWHISTLE_MODE": "webhook",
        "GRIDWHISTLE_WEBHOOK_URL": url,
        "GRIDWHISTLE_WEBHOOK_SECRET": SECRET,
    }
    sandbox.telegram.courier.pace = 0.05
    bots = []
    for port in ports:
        own = settings | {"GRIDWHISTLE_LISTEN": f"127.0.0.1:{port}"}
        log = database.folder / f"bot-{port}.log"
        bots.append(await stack.enter_async_context(Bots.open(own, log)))
    sandbox.clock.bots = REPLICAS
    how = settings_of(
        database,
        bot_token=SecretStr(sandbox.token),
        api_base_url=sandbox.base_url,
        mode=Mode.WEBHOOK,
        webhook_url=url,
        webhook_secret=SecretStr(SECRET),
    )
    await asked(how, lambda bot: bring_to(bot, how))
    return bots, ports
