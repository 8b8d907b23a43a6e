"""Memory of a process with many open cases and conversations under way, beside the echo bot's after as many messages.

What lives in the database is in no process: a bot holds its code, its catalogues and what it is doing just now. Counted is the resident
set, after the conversations have begun and the bot has come to rest.
"""

import argparse

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import programs
from benchmarks.databases import KINDS, Database, databases
from benchmarks.lives import NOW
from benchmarks.population import populate
from benchmarks.report import Row, Spread
from models.area import Area
from models.store import Store
from models.vocabulary import AreaLevel

GOAL = 2.0  # DESIGN, numbers to reach
AT_ONCE = 16
_PLACES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--conversations", type=int, default=1000)


def run(given: argparse.Namespace) -> list[Row]:
    ours, theirs = [], []
    with databases(given.database, in_memory=True) as made:
        database = made.new()
        grids = max(4, min(2982, given.cases // 10))
        populate(database, given.cases, grids=grids, mediators=max(4, grids // 2))
        for number in range(given.rounds):
            empty, busy = office_round(database, given.conversations)
            ours.append(busy)
            theirs.append(echo_round(given.conversations))
            print(
                f"round {number}: ours {empty:.0f} MiB after its start, {busy:.0f} MiB; echo {theirs[-1]:.0f} MiB",
                flush=True,
            )
    mine, peer = Spread(ours, "MiB"), Spread(theirs, "MiB")
    what = f"memory, {given.cases:,} open cases and {given.conversations:,} conversations, {given.database}; echo"
    return [Row(what, str(mine), str(peer), mine.median / peer.median, GOAL)]


def office_round(database: Database, conversations: int) -> tuple[float, float]:
    """MiB after the start, and with the conversations under way."""
    store = Store(database.url)
    places = store.read(_places)
    store.close()
    with programs.stub() as telegram:
        settings = programs.settings_of(telegram, database.folder, database.url)
        settings |= {"GRIDWHISTLE_DATA_DIR": str(database.folder)}
        with programs.bots(settings, 1, "--at", NOW.isoformat()) as pids:
            telegram.play("begin", at_once=1, rounds=1, places=places)
            empty = programs.memory_of(pids[0])
            telegram.play("begin", at_once=AT_ONCE, rounds=conversations, first=1, places=places)
            programs.rest(1.0)
            return empty, programs.memory_of(pids[0])


def echo_round(messages: int) -> float:
    with programs.stub() as telegram, programs.echo(telegram) as office:
        telegram.play("echo", at_once=AT_ONCE, rounds=messages)
        programs.rest(1.0)
        return programs.memory_of(office.pids[0])


def _places(session: Session) -> list[str]:
    grids = select(Area.code).where(Area.level == AreaLevel.GRID).order_by(Area.code)
    return list(session.scalars(grids.limit(_PLACES)))
