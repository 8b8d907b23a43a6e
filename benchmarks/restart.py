"""From the kill to serving again: a bot with many open cases against one with none.

The bot is a process of its own, begun as an office begins it, killed with SIGKILL while it is at work, and begun anew. Counted
until it says on /ready that it is there, and until somebody who wrote meanwhile has an answer; in turns, each first in every second
round, the median of the rounds. Before the first both databases have come to rest (vacuum, statistics, checkpoint).

    python -m benchmarks restart --on sqlite --cases 100000
"""

import argparse
import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.databases import KINDS, Database, Databases, databases
from benchmarks.lives import NOW
from benchmarks.population import populate
from benchmarks.prefecture import CHANGCHUN_GRIDS, CHANGCHUN_MEDIATORS
from benchmarks.programs import ROOT, cpu_of
from benchmarks.programs import environment as programs_environment
from benchmarks.report import Row, Spread
from bot.sandbox.sandbox import Sandbox
from tests.chaos.killing import environment
from tests.stories.stage import free_port

GOAL = 1.5
PATIENCE_S = 120.0
LOOKS_S = 0.01


@dataclass
class Measured:
    """What each round took. CPU is what to read on a machine that does other things too."""

    ready_s: list[float] = field(default_factory=list)
    answered_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--grids", type=int, default=CHANGCHUN_GRIDS)
    parser.add_argument("--mediators", type=int, default=CHANGCHUN_MEDIATORS)


def run(given: argparse.Namespace) -> list[Row]:
    with databases(given.on) as made:
        full, empty = asyncio.run(_run(given, made))
    beside = f"{given.on}: {given.cases:,} open cases against none"
    return [
        _row(f"kill to an answer, {beside}", full.answered_s, empty.answered_s),
        _row(f"kill to /ready, {beside}", full.ready_s, empty.ready_s),
        _row(f"CPU from the start to an answer, {beside}", full.cpu_s, empty.cpu_s),
    ]


def _row(what: str, full: list[float], empty: list[float]) -> Row:
    ours, beside = Spread(full, "s"), Spread(empty, "s")
    return Row(what, str(ours), str(beside), ours.median / beside.median, GOAL)


async def _run(given: argparse.Namespace, made: Databases) -> tuple[Measured, Measured]:
    async with AsyncExitStack() as stack:
        offices = []
        for cases in (given.cases, 0):
            database = made.new()
            filled = populate(database, cases, grids=given.grids, mediators=given.mediators)
            print(f"{cases:,} open cases after {filled.seconds:.0f} s", flush=True)
            poster = f"g_{filled.prefecture.wards[-1].codes[0]}_zh"
            offices.append(await stack.enter_async_context(_opened(database, poster)))
        for number in range(given.rounds + 1):
            for one in offices if number % 2 else reversed(offices):
                await one.round(counts=number > 0)
        return offices[0].measured, offices[1].measured


@dataclass
class _Office:
    """One sandbox Telegram, and the bot of the moment."""

    sandbox: Sandbox
    settings: dict[str, str]
    poster: str
    log: Path
    port: int
    bot: subprocess.Popen[bytes] | None = None
    measured: Measured = field(default_factory=Measured)

    async def round(self, *, counts: bool) -> None:
        """Kill it, let somebody write, begin it anew; how long until it is there, and until it has answered."""
        await self.kill()
        resident = self.sandbox.person(f"resident_{len(self.sandbox.people)}")
        await resident.starts(self.poster, settle=False)
        began = time.monotonic()
        bot = self.begin()
        ready = asyncio.create_task(self._ready())
        async with asyncio.timeout(PATIENCE_S):
            while not resident.heard:  # noqa: ASYNC110 - another process rings no bell
                await asyncio.sleep(LOOKS_S)
            answered, cpu = time.monotonic() - began, cpu_of(bot.pid)
            ready_at = await ready
        if counts:
            self.measured.answered_s.append(answered)
            self.measured.ready_s.append(ready_at - began)
            self.measured.cpu_s.append(cpu)

    def begin(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as said:
            self.bot = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=programs_environment(self.settings),
                stdout=said,
                stderr=said,
            )
        return self.bot

    async def kill(self) -> None:
        if self.bot is not None:
            self.bot.send_signal(signal.SIGKILL)
            await asyncio.to_thread(self.bot.wait)
            self.bot = None

    async def _ready(self) -> float:
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    async with session.get(f"http://127.0.0.1:{self.port}/ready") as answer:
                        if answer.status == 200:
                            return time.monotonic()
                await asyncio.sleep(LOOKS_S)


@asynccontextmanager
async def _opened(database: Database, poster: str) -> AsyncIterator[_Office]:
    async with Sandbox.open(at=NOW) as sandbox:
        port = free_port()
        settings = environment(sandbox, database.url, database.folder) | {
            "GRIDWHISTLE_LISTEN": f"127.0.0.1:{port}",
            "GRIDWHISTLE_LEASE_S": "10",
        }
        office = _Office(sandbox, settings, poster, database.folder / "bot.log", port)
        try:
            yield office
        finally:
            await office.kill()
