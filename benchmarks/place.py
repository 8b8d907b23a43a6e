"""A pin in the crowd: point → grid → route among 30,000 grids, and among 300.

Every grid has a border of its own, and on the roster somebody answers at each step above it. Counted is the CPU time of the
thread that asks (SQLite lives in it): once as a report does it, with the area, the roster, absences and load read from the
database, and once with these in hand.

    python -m benchmarks place --grids 30000
"""

import argparse
import random
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.databases import Databases, databases
from benchmarks.lives import NOW
from benchmarks.prefecture import build
from benchmarks.report import Row, Spread
from cases import areas
from cases.candidates import roster
from cases.finding import the_map
from cases.routing import Facts, find, route
from cases.work import Rules, Work
from models.area import Area
from models.store import Store
from models.vocabulary import AreaLevel, Category, Language

GOAL = 1.5
FEW = 300
P99_MS = 2.0
TODAY = NOW.date()
FACTS = Facts(Category.NEIGHBOURS, Language.KO)
_SIDE = 0.002  # degrees of a grid's border, about 200 m
_WEST, _SOUTH = 127.5, 42.0


@dataclass(slots=True)
class Land:
    """One office's areas, drawn as a square of squares."""

    store: Store
    across: int  # grids in a row
    grids: int

    def pin(self, luck: random.Random) -> tuple[float, float, int]:
        """A point well inside a grid, and the grid's place in the order of codes."""
        number = luck.randrange(self.grids)
        row, column = divmod(number, self.across)
        north = _SOUTH + (row + luck.uniform(0.3, 0.7)) * _SIDE
        return north, _WEST + (column + luck.uniform(0.3, 0.7)) * _SIDE, number

    def area(self, session: Session, number: int) -> Area:
        return session.scalars(select(Area).where(Area.name_zh == f"G{number}")).one()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--grids", type=int, default=30_000)
    parser.add_argument("--pins", type=int, default=500, help="in one round")
    parser.add_argument("--rounds", type=int, default=7)


def run(given: argparse.Namespace) -> list[Row]:
    with ExitStack() as stack:
        made = stack.enter_context(databases("sqlite", in_memory=True))
        lands = {number: _land(stack, made, number) for number in (FEW, given.grids)}
        return [_row(lands, given, asks) for asks in (Asks.AS_A_REPORT, Asks.IN_HAND)]


def _row(lands: dict[int, Land], given: argparse.Namespace, asks: "Asks") -> Row:
    medians: dict[int, list[float]] = {number: [] for number in lands}
    every: list[float] = []
    luck = random.Random(6)  # noqa: S311 - the same pins each time
    for _ in range(given.rounds):
        for number, land in lands.items():
            spent = _ask(land, luck, given.pins, asks)
            medians[number].append(statistics.median(spent))
            every += spent if number == given.grids else []
    many, few = Spread(medians[given.grids], "ms"), Spread(medians[FEW], "ms")
    p99 = statistics.quantiles(every, n=100)[98]
    return Row(
        f"point → grid → route{asks.value}, {given.grids:,} grids against {FEW}",
        f"{many}; p99 {p99:.2f} ms (goal ≤ {P99_MS:g} ms)",
        str(few),
        many.median / few.median,
        GOAL,
    )


class Asks(Enum):
    """What belongs to the question; the value is the end of the row's name."""

    AS_A_REPORT = ""
    IN_HAND = ", area and roster in hand"


def _ask(land: Land, luck: random.Random, pins: int, asks: Asks) -> list[float]:
    """CPU milliseconds of each question."""
    rules = Rules.load()

    def asked(session: Session) -> float:
        north, east, number = land.pin(luck)
        if asks is Asks.AS_A_REPORT:
            before = time.thread_time()
            (area,) = areas.around(Work(session, NOW, rules), north, east)
            found = find(session, area, TODAY, category=FACTS.category, language=FACTS.language)
        else:
            area, drawn = land.area(session, number), the_map(session)
            candidates = roster(session, area, TODAY)
            before = time.thread_time()
            drawn.at(north, east)
            found = route(FACTS, candidates)
        spent = 1000 * (time.thread_time() - before)
        if area.name_zh != f"G{number}" or not (found.judges and found.mediators):
            raise RuntimeError(f"{number}: {area.name_zh}, {found}")
        return spent

    land.store.read(asked)  # the map of the other office was the last that was drawn
    return [land.store.read(asked) for _ in range(pins)]


def _land(stack: ExitStack, made: Databases, grids: int) -> Land:
    store = Store(made.new().url)
    stack.callback(store.close)
    land = Land(store, int(grids**0.5) + 1, grids)
    store.transact(lambda session: _drawn(session, land))
    return land


def _drawn(session: Session, land: Land) -> None:
    build(session, NOW, grids=land.grids, mediators=max(10, land.grids // 2))
    every = session.scalars(select(Area).where(Area.level == AreaLevel.GRID).order_by(Area.code))
    for number, area in enumerate(every):
        row, column = divmod(number, land.across)
        west, south = _WEST + column * _SIDE, _SOUTH + row * _SIDE
        area.name_zh = f"G{number}"
        area.polygon = shapely.to_wkb(shapely.box(west, south, west + _SIDE, south + _SIDE))
