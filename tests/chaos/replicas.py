"""Two bots of one office behind one address, on one PostgreSQL, and a crowd that reports to them at once."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, LiteralString

import aiohttp
import psycopg
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import make_url

from bot.sandbox.people import Person as Phone
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.town import telegram_id
from bot.settings import Settings
from bot.webhook_command import asked, bring_to
from models.store import Store
from tests.chaos.balancer import balanced
from tests.chaos.killing import MORNING, Bots, environment, seeded
from tests.stories.stage import PLACE, free_port

COMES_UP_S = 60.0
STOPS_S = 20.0  # deploy/systemd: TimeoutStopSec
ANSWERS_S = 60.0
STAFF = ("mediator_yi", "judge_bing", "assistant_geng", "supervisor_ren", "court_xin")
SECRET = "a-secret_of_the_suite"


@dataclass
class Office:
    """The sandbox Telegram, the database, and the bots by the port on which each listens."""

    sandbox: Sandbox
    store: Store
    bots: dict[int, Bots]

    async def up(self, port: int) -> None:
        """Wait until this bot says that it is well."""
        async with asyncio.timeout(COMES_UP_S), aiohttp.ClientSession() as session:
            while not await _is_well(session, port):  # noqa: ASYNC110 - another process rings no bell
                await asyncio.sleep(0.05)

    async def unwell(self, port: int) -> None:
        """Wait until this bot says that it is not well."""
        async with asyncio.timeout(COMES_UP_S), aiohttp.ClientSession() as session:
            while await _is_well(session, port):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)

    async def holder(self, post: str) -> int:
        """The port of the bot that holds a post."""
        async with asyncio.timeout(COMES_UP_S), aiohttp.ClientSession() as session:
            while True:
                for port in self.bots:
                    with contextlib.suppress(aiohttp.ClientError):  # one of them may be dead
                        async with session.get(f"http://127.0.0.1:{port}/health") as answer:
                            if (await answer.json())["posts"][post]:
                                return port
                await asyncio.sleep(0.05)

    async def kill(self, port: int) -> None:
        """SIGKILL one bot; the other lives."""
        self.sandbox.clock.bots = 1
        await self.bots[port].kill()

    async def stop(self, port: int) -> None:
        """SIGTERM one bot: it finishes what it holds, and the other lives."""
        self.sandbox.clock.bots = 1
        pid = self.bots[port].pid
        os.kill(pid, signal.SIGTERM)
        async with asyncio.timeout(STOPS_S):
            while Path(f"/proc/{pid}").exists():  # noqa: ASYNC110, ASYNC240 - /proc rings no bell
                await asyncio.sleep(0.02)

    async def start(self, port: int) -> None:
        await self.bots[port].start()
        await self.up(port)
        self.sandbox.clock.bots = len(self.bots)


@asynccontextmanager
async def office(
    url: str, folder: Path, replicas: int = 2, more: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[Office]:
    """Everything up, everybody of the staff joined, the webhook set."""
    ports = [free_port() for _ in range(replicas)]
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox.open(at=MORNING))
        sandbox.telegram.courier.pace = 0.05
        at = await stack.enter_async_context(balanced(ports))
        settings = environment(sandbox, url, folder) | {
            "GRIDWHISTLE_MODE": "webhook",
            "GRIDWHISTLE_WEBHOOK_URL": f"http://127.0.0.1:{at}/telegram",
            "GRIDWHISTLE_WEBHOOK_SECRET": SECRET,
            **more,
        }
        store = seeded(settings)
        stack.callback(store.close)
        bots = {
            port: await stack.enter_async_context(
                Bots.open(
                    settings | {"GRIDWHISTLE_LISTEN": f"127.0.0.1:{port}"},
                    folder / f"bot-{port}.log",
                )
            )
            for port in ports
        }
        opened = Office(sandbox, store, bots)
        for port in ports:
            await opened.up(port)
        sandbox.clock.bots = replicas
        await asked(_settings(settings), lambda bot: bring_to(bot, _settings(settings)))
        for code in STAFF:
            person = sandbox.person(code, telegram_id=telegram_id(code))
            await person.starts(settle=False)
        yield opened


def _settings(environment: dict[str, str]) -> Settings:
    return Settings(
        bot_token=SecretStr(environment["GRIDWHISTLE_BOT_TOKEN"]),
        api_base_url=environment["GRIDWHISTLE_API_BASE_URL"],
        webhook_url=environment["GRIDWHISTLE_WEBHOOK_URL"],
        webhook_secret=SecretStr(SECRET),
    )


async def _is_well(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/health") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError):
        return False


def take_database_away(url: str) -> None:
    """Every connection is cut, and none is accepted."""
    _order(url, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
    name = make_url(url).database
    with _beside(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )


def give_database_back(url: str) -> None:
    _order(url, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS true")


def _order(url: str, statement: LiteralString) -> None:
    with _beside(url) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(make_url(url).database or "")))


def _beside(url: str) -> psycopg.Connection[Any]:
    """A connection to the server, but to another database."""
    host = str(make_url(url).query["host"])
    return psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True)


async def reports(phone: Phone, matter: str) -> None:
    """Poster, words, submit; each as soon as the answer to the one before is on the screen."""
    await phone.starts(f"g_{PLACE}_zh", settle=False)
    await _until(lambda: len(phone.heard) > 0)
    await phone.says(matter, settle=False)
    await _until(lambda: _submit(phone) is not None)
    await phone.taps(_submit(phone) or "", settle=False)


def _submit(phone: Phone) -> str | None:
    labels = [
        b.label
        for message in reversed(phone.messages)
        for row in message.inline
        for b in row
        if (b.data or "").startswith("submit")
    ]
    return labels[0] if labels else None


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(ANSWERS_S):
        while not true():  # noqa: ASYNC110 - what people see on a screen rings no bell
            await asyncio.sleep(0.01)
