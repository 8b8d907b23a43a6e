"""So many notices to as many people under Telegram's limits, nobody else talking, beside the 30 a second that are allowed.

The sandbox's Telegram keeps the limits and says 429 as the real one does. What is sent is what a case's reporter gets when it moves on: the
status card, made from the whole case at the moment of sending. The rate is counted from the first accepted message to the last.
"""

import argparse
import asyncio
import time
from bisect import bisect_left

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import programs
from benchmarks.databases import KINDS, Database, databases
from benchmarks.lives import NOW
from benchmarks.population import TOKEN, populate
from benchmarks.report import Row
from bot.sandbox.rates import PER_SECOND
from bot.sandbox.sandbox import Sandbox
from cases.outbox import STATUS_CARD
from models.case import Case
from models.notice import Notice
from models.person import Person
from models.vocabulary import NoticeState, Urgent

GOAL = 0.95  # DESIGN, numbers to reach
STARTS_S = 60.0
STUCK_S = 30.0
_LOOK_S = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--notices", type=int, default=3000)


def run(given: argparse.Namespace) -> list[Row]:
    with databases(given.database) as made:
        database = made.new()
        populate(database, given.notices, grids=max(4, given.notices // 10), mediators=40)
        return asyncio.run(_send(database, given.notices))


async def _send(database: Database, notices: int) -> list[Row]:
    async with Sandbox.open(at=NOW, token=TOKEN) as sandbox:
        telegram = sandbox.telegram
        telegram.rates.on = True
        settings = {
            "GRIDWHISTLE_BOT_TOKEN": TOKEN,
            "GRIDWHISTLE_API_BASE_URL": sandbox.base_url,
            "GRIDWHISTLE_DATABASE_URL": database.url,
            "GRIDWHISTLE_DATA_DIR": str(database.folder),
            "GRIDWHISTLE_DEMO": "true",
        }
        store = programs.store_of(settings)
        readers = store.transact(lambda session: _write(session, notices))
        for place, account in enumerate(readers):
            sandbox.person(f"reader_{place}", telegram_id=account).chat.started = True
        with programs.bots(settings, 1, "--paced", "--at", NOW.isoformat()) as pids:
            times = await _accepted(sandbox, len(readers))
            spent = programs.cpu_of(pids[0])
        unsent = store.read(_unsent)
        store.close()
    seconds = times[-1] - times[0]
    rate = (len(times) - 1) / seconds
    most = max(bisect_left(times, at + 1) - place for place, at in enumerate(times))
    print(
        f"{len(times)} notices in {seconds:.1f} s, most in a second {most}, refused with 429: {telegram.rates.refused}, "
        f"left unsent: {unsent}, CPU of the bot {spent:.1f} s"
    )
    ratio = rate / PER_SECOND
    ours = f"{rate:.1f}/s, {telegram.rates.refused} × 429, {unsent} unsent"
    what = f"{notices:,} notices, nobody else talking, {database.kind}"
    return [Row(what, ours, f"{PER_SECOND}/s allowed", ratio, GOAL, at_least=True)]


def _write(session: Session, notices: int) -> list[int]:
    """One notice each to so many people with a chat; gives their accounts."""
    reporters = (
        select(func.min(Case.id), Person.id, Person.telegram_id)
        .join(Person, Person.id == Case.reporter_id)
        .where(Person.telegram_id.is_not(None))
        .group_by(Person.id, Person.telegram_id)
        .limit(notices)
    )
    accounts = []
    for case_id, person_id, account in session.execute(reporters).all():
        session.add(
            Notice(
                person_id=person_id,
                case_id=case_id,
                kind=STATUS_CARD,
                urgent=Urgent.BULK,
                facts={},
                state=NoticeState.NEW,
                created_at=NOW,
                due_at=NOW,
            )
        )
        accounts.append(int(account or 0))
    return accounts


def _unsent(session: Session) -> int:
    count = select(func.count()).select_from(Notice)
    return (
        session.scalar(count.where(Notice.state.in_([NoticeState.NEW, NoticeState.SENDING]))) or 0
    )


async def _accepted(sandbox: Sandbox, number: int) -> list[float]:
    """When each was taken, by the sandbox's machine clock."""
    ends = time.monotonic() + STARTS_S
    while True:
        times = sorted(
            call.ended
            for call in sandbox.calls
            if call.method == "sendMessage" and call.outcome == "ok"
        )
        if len(times) >= number or time.monotonic() > ends:
            return times
        if times:
            ends = time.monotonic() + STUCK_S - (sandbox.machine.now() - times[-1])
        await asyncio.sleep(_LOOK_S)
