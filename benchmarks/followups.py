"""Follow-ups: schedule, fire, record. Ours as the office does it, against one APScheduler job each in its SQLAlchemyJobStore.

Ours is the whole of it: the clock's row and its place in the journal; later the beat that finds it, who is asked, the notice to him,
the journal, and the clock that runs on. The peer does less: a job is added, fired once, and one row says that it was.

    python -m benchmarks followups --on sqlite --number 10000
"""

import argparse
import asyncio
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from benchmarks.databases import KINDS, Database, Databases, databases
from benchmarks.lives import NOW
from benchmarks.population import populate
from benchmarks.report import Row
from bot.clock import SystemClock
from cases import clocks, sweep
from cases.work import Rules, Work
from models.case import Case
from models.store import Store
from models.vocabulary import Clock, Stage

GOAL = 10.0
GRIDS, MEDIATORS = 2_982, 1_712
LATER = NOW + timedelta(days=40)
PAGE = 200  # as bot/ticker.py asks
ADDED_IN_S = 0.03  # the peer's jobs fall due when all are there; waiting costs no CPU

_PEERS: list[Engine] = []  # a job of the peer is found by its name and has nothing else at hand


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument("--number", type=int, default=10_000)


def run(given: argparse.Namespace) -> list[Row]:
    with ExitStack() as stack:
        made = stack.enter_context(databases(given.on, in_memory=True))
        ours = _ours(made, given.number)
        peer = _peer(made, given.number)
    each = 1000 / given.number
    return [
        Row(
            f"{given.number:,} follow-ups: schedule, fire, record, {given.on}; CPU of each",
            f"{ours * each:.2f} ms",
            f"{peer * each:.2f} ms",
            peer / ours,
            GOAL,
            at_least=True,
        )
    ]


def _spent(made: Databases, before: float = 0.0) -> float:
    return time.process_time() + made.server_cpu_s() - before


def _ours(made: Databases, number: int) -> float:
    database = made.new()
    populate(database, 3 * number, grids=GRIDS, mediators=MEDIATORS)
    store, rules = Store(database.url), Rules.load(hotline="0433-0000000")
    mediating = select(Case.id).where(Case.stage == Stage.MEDIATING).order_by(Case.id)
    ids = store.read(lambda session: session.scalars(mediating.limit(number)).all())
    store.transact(lambda session: session.execute(_STOPPED))
    began = _spent(made)
    for case_id in ids:
        store.transact(partial(_schedule, rules=rules, case_id=case_id))
    while due := store.read(lambda session: sweep.due_cases(session, LATER, PAGE)):
        for case_id in due:
            store.transact(partial(_fire, rules=rules, case_id=case_id))
    spent = _spent(made, began)
    store.close()
    return spent * number / len(ids)


#: Only what is measured runs.
_STOPPED = text("update deadline set state = 'stopped', next_at = null where state <> 'stopped'")


def _schedule(session: Session, *, rules: Rules, case_id: int) -> None:
    case = session.get_one(Case, case_id)
    clocks.start(Work(session, NOW, rules), case, Clock.FOLLOW_UP, at=NOW)


def _fire(session: Session, *, rules: Rules, case_id: int) -> None:
    sweep.sweep_case(Work(session, LATER, rules), case_id)


def _peer(made: Databases, number: int) -> float:
    database = made.new()
    engine = _as_ours(database)
    with engine.begin() as connection:
        connection.execute(text("create table fired (number integer primary key)"))
    _PEERS[:] = [engine]
    began = _spent(made)
    asyncio.run(_jobs(engine, number))
    spent = _spent(made, began)
    engine.dispose()
    return spent


def _as_ours(database: Database) -> Engine:
    """With the same promises to the disk as our own."""
    store = Store(database.url)
    store.close()
    return create_engine(store.url)


async def _jobs(engine: Engine, number: int) -> None:
    scheduler = AsyncIOScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=engine)},
        timezone=UTC,
        job_defaults={"misfire_grace_time": None, "coalesce": True},
    )
    scheduler.start()
    due = _machine_now() + timedelta(seconds=1 + number * ADDED_IN_S)
    for one in range(number):
        scheduler.add_job(fired, "date", run_date=due, args=(one,), id=f"follow-up-{one}")
        await asyncio.sleep(0)  # the scheduler is woken by each, as in a bot
    while await asyncio.to_thread(_fired_so_far, engine) < number:  # noqa: ASYNC110 - rows ring no bell
        await asyncio.sleep(0.2)
    scheduler.shutdown(wait=True)


def _fired_so_far(engine: Engine) -> int:
    with engine.begin() as connection:
        return connection.scalar(text("select count(*) from fired")) or 0


def fired(number: int) -> None:
    """The peer's job: it says that it was."""
    with _PEERS[0].begin() as connection:
        connection.execute(text("insert into fired values (:number)"), {"number": number})


def _machine_now() -> datetime:
    return SystemClock().now()
