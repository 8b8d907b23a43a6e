"""A beat of the ticker with nothing due: what it costs with a million clocks pending, and with a thousand.

The beat is the bot's own, asked through the store as it asks, and with it what the sandbox's clock asks: when something is next due.

    python -m benchmarks beat --on postgres --clocks 1000000
"""

import argparse
import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.databases import KINDS, Databases, databases
from benchmarks.lives import NOW
from benchmarks.population import populate
from benchmarks.prefecture import count_on
from benchmarks.report import Row, Spread
from bot.deadman import Pulses
from bot.ticker import Ticker
from cases import sweep
from cases.work import Rules, Work
from models.store import Store

GOAL = 1.5
FEW = 1_000
CASES = 2_000
BEATS = 20  # in one measurement
GRIDS, MEDIATORS = 60, 40


class _At:
    def now(self) -> datetime:
        return NOW


@dataclass
class House:
    """What the ticker needs of the house."""

    store: Store
    pulses: Pulses
    clock: _At = field(default_factory=_At)
    rules: Rules = field(default_factory=Rules.load)

    def work(self, session: Session) -> Work:
        return Work(session, NOW, self.rules)

    def wake(self) -> None:
        """Nobody sends here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)


def run(given: argparse.Namespace) -> list[Row]:
    with ExitStack() as stack:
        made = stack.enter_context(databases(given.on, in_memory=True))
        houses = {number: _house(stack, made, number) for number in (FEW, given.clocks)}
        found: dict[int, list[float]] = {number: [] for number in houses}
        for house in houses.values():
            asyncio.run(_beats(house))
        for _ in range(given.rounds):
            for number, house in houses.items():
                server, ours = made.server_cpu_s(), time.process_time()
                asyncio.run(_beats(house))
                spent = time.process_time() - ours + made.server_cpu_s() - server
                found[number].append(1000 * spent / BEATS)
    many, few = Spread(found[given.clocks], "ms"), Spread(found[FEW], "ms")
    what = f"a beat with nothing due, {given.on}: {given.clocks:,} clocks pending against {FEW:,}"
    return [Row(what, str(many), str(few), many.median / few.median, GOAL)]


async def _beats(house: House) -> None:
    ticker = Ticker(house, sweep, lambda _session: 0)
    for _ in range(BEATS):
        await ticker.beat()
        await house.store.look(lambda session: sweep.next_due(session, NOW))
    if ticker.trouble is not None:
        raise RuntimeError(ticker.trouble)


def _house(stack: ExitStack, made: Databases, clocks: int) -> House:
    database = made.new()
    filled = populate(database, min(CASES, clocks), grids=GRIDS, mediators=MEDIATORS)
    store = Store(database.url)
    stack.callback(store.close)
    store.transact(lambda session: _pending(session, filled.clocks, clocks))
    database.settle_down()
    return House(store, Pulses(store))


def _pending(session: Session, there: int, wanted: int) -> None:
    """So many running clocks: those that are there, and again and again; or as many fewer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("set local statement_timeout = 0"))
    running = "from deadline where state = 'running'"
    if wanted < there:
        first = f"select id {running} order by id limit {there - wanted}"
        session.execute(
            text(f"update deadline set state = 'stopped', next_at = null where id in ({first})")
        )
        return
    names = [column for column in _columns(session) if column != "id"]
    last = session.scalar(text("select max(id) from deadline")) or 0
    ids = list(session.scalars(text(f"select id {running} order by id")))
    session.execute(text("create temporary table again (k integer, id bigint)"))
    copies = [{"k": k, "id": ids[k % len(ids)]} for k in range(1, wanted - there + 1)]
    session.connection().execute(text("insert into again values (:k, :id)"), copies)
    values = ", ".join(f"t.{name}" for name in names)
    session.execute(
        text(
            f"insert into deadline (id, {', '.join(names)}) select {last} + a.k, {values}"
            " from again a join deadline t on t.id = a.id"
        )
    )
    session.execute(text("drop table again"))
    count_on(session)


def _columns(session: Session) -> list[str]:
    return list(session.execute(text("select * from deadline limit 0")).keys())
