"""What an update costs in an office with few open cases and in one with many: a report, taking a case, a note, an end.

Each update is done as the office does it (a transaction of its own, and the words that answer it), by the same people of one
community, with Changchun's roster around them and the same number of open cases to each handler's day. CPU of this process and
of the database's server together; the sizes in turns, the median of all rounds.

    python -m benchmarks growth --on postgres --sizes 1000,10000,50000
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.databases import KINDS, Databases, databases
from benchmarks.lives import NOW, town_of
from benchmarks.population import populate
from benchmarks.prefecture import CHANGCHUN_GRIDS, CHANGCHUN_MEDIATORS
from benchmarks.report import Row, Spread
from handlers.buttons import Tap, Verb
from models.case import Case
from models.store import Store
from models.vocabulary import Outcome, Part
from tests.bot.test_statements import Office, reported

GOAL = 1.5
SIZES = "1000,10000,50000"
STEPS = ("report", "take", "note", "close")
WARM_UP = 3


@dataclass
class _Sized:
    """An office of one size."""

    cases: int
    office: Office
    databases: Databases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument("--sizes", default=SIZES, help="open cases, the smallest first")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--grids", type=int, default=CHANGCHUN_GRIDS)
    parser.add_argument("--mediators", type=int, default=CHANGCHUN_MEDIATORS)


def run(given: argparse.Namespace) -> list[Row]:
    sizes = [int(one) for one in given.sizes.split(",")]
    with ExitStack() as stack:
        made = stack.enter_context(databases(given.on, in_memory=True))
        offices = [_sized(stack, made, size, given) for size in sizes]
        found: dict[tuple[int, str], list[float]] = defaultdict(list)
        for number in range(WARM_UP + given.rounds):
            for one in offices:
                for step, seconds in _costs(one):
                    if number >= WARM_UP:
                        found[one.cases, step].append(1000 * seconds)
    return [_row(given.on, step, sizes[0], size, found) for size in sizes[1:] for step in STEPS]


def _row(
    kind: str, step: str, few: int, many: int, found: dict[tuple[int, str], list[float]]
) -> Row:
    ours, beside = Spread(found[many, step], "ms"), Spread(found[few, step], "ms")
    ratio = ours.median / beside.median
    what = f"{step}, {kind}: {many:,} open cases against {few:,}"
    return Row(what, f"{ours.median:.1f} ms", f"{beside.median:.1f} ms", ratio, GOAL)


def _sized(stack: ExitStack, made: Databases, cases: int, given: argparse.Namespace) -> _Sized:
    database = made.new()
    filled = populate(database, cases, grids=given.grids, mediators=given.mediators)
    store = Store(database.url)
    stack.callback(store.close)
    # not the first community: there the cases were lived through that all others are copies of
    ward = filled.prefecture.wards[-1]
    office = Office(store, town_of(ward), now=NOW, bot_id=1)
    print(f"{cases:,} open cases after {filled.seconds:.0f} s", flush=True)
    return _Sized(cases, office, made)


def _costs(one: _Sized) -> Iterator[tuple[str, float]]:
    """One dispute from the poster to its end."""
    office = one.office
    yield "report", _cpu(one, lambda: reported(office))
    case_id = office.store.read(_newest)
    offer_id, mediator = office.offer(case_id, Part.MEDIATOR)

    def take() -> None:
        _tapped(office, mediator, Tap(Verb.TAKE, offer_id, 1))
        _tapped(office, mediator, Tap(Verb.REACHED, case_id, _turn(office, case_id)))

    def note() -> None:
        _tapped(office, mediator, Tap(Verb.WORD, case_id, _turn(office, case_id)))
        office.says(mediator, "楼上说周四上门看。")
        office.tell()

    def close() -> None:
        turn = _turn(office, case_id)
        _tapped(office, mediator, Tap(Verb.OUTCOME, case_id, turn, Outcome.REFUSED))
        office.says(mediator, "双方都不愿意调解。")
        office.tell()
        _tapped(office, mediator, Tap(Verb.END_OK, case_id, turn))

    yield "take", _cpu(one, take)
    yield "note", _cpu(one, note)
    yield "close", _cpu(one, close)
    closed = office.store.read(lambda session: session.get_one(Case, case_id).outcome)
    if closed is not Outcome.REFUSED:
        raise RuntimeError(f"the case was to be closed, and is {closed}")


def _cpu(one: _Sized, act: Callable[[], object]) -> float:
    server, ours = one.databases.server_cpu_s(), time.process_time()
    act()
    ours = time.process_time() - ours
    return ours + one.databases.server_cpu_s() - server


def _tapped(office: Office, person_id: int, tap: Tap) -> None:
    office.taps(person_id, tap)
    office.tell()


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(Case.id))) or 0


def _turn(office: Office, case_id: int) -> int:
    return office.store.read(lambda session: session.get_one(Case, case_id).turn)
