"""Disputes of a year, through the real bot and the sandbox Telegram with its clock pushed, by people who follow a script.

Residents report from posters; mediators take, call and settle; judges report in each morning; residents answer or are silent; some
cases nobody takes. Changchun's roster, and as many reports a day as in its year, for as many days as `--disputes` gives, and as can
be lived to their end within `--minutes`; then the clock goes on until every term has run out. Looked at: nothing lost and nothing
twice, every clock fired on its day, every open case has an owner and a clock, nobody is without an answer, and the stages are those
of the script; on PostgreSQL, that both replicas worked.

    python -m benchmarks soak --on sqlite --minutes 30
    python -m benchmarks soak --on postgres --disputes 200
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.databases import KINDS, Databases, databases
from benchmarks.prefecture import CHANGCHUN_DISPUTES, CHANGCHUN_GRIDS, CHANGCHUN_MEDIATORS
from benchmarks.report import Row
from benchmarks.soak_days import Soak
from benchmarks.soak_laws import nothing
from benchmarks.soak_office import opened
from benchmarks.soak_script import expected
from models.case import Case
from models.vocabulary import Stage

WORKING_DAYS = 250  # of a year
A_DAY = -(-CHANGCHUN_DISPUTES // WORKING_DAYS)
AT_LEAST_DAYS = 4
SEED = 20261125
#: The longest term of an ordinary case is thirty days and a week; then it is only looked at again (cases/policy.py).
AFTERWARDS_DAYS = 40
#: Of two replicas that one in turn gets each update, neither has less than this part of them.
LEAST_SHARE = 0.3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument(
        "--disputes", type=int, default=CHANGCHUN_DISPUTES, help="no more than these"
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=30.0,
        help="nobody reports any more when the rest is needed to live all cases to their end",
    )
    parser.add_argument("--a-day", type=int, default=A_DAY, help="reports on a working day")
    parser.add_argument("--grids", type=int, default=CHANGCHUN_GRIDS)
    parser.add_argument("--mediators", type=int, default=CHANGCHUN_MEDIATORS)
    parser.add_argument(
        "--afterwards", type=int, default=AFTERWARDS_DAYS, help="days without anybody's doing"
    )
    parser.add_argument("--seed", type=int, default=SEED)


@dataclass
class Outcome:
    """What became of it. `nothing`: what must be none, by what it is; `taken`: updates, by replica."""

    soak: Soak
    seconds: float
    nothing: dict[str, int]
    stages: Counter[Stage]
    taken: list[int]

    @property
    def is_good(self) -> bool:
        return not any(self.nothing.values()) and self.stages == expected(self.soak.disputes)

    def rows(self, on: str) -> Iterator[Row]:
        disputes = len(self.soak.disputes)
        minutes, share = self.seconds / 60, 100 * disputes / CHANGCHUN_DISPUTES
        held = (
            f"all {len(self.nothing) + 1} laws held" if self.is_good else "**NOT as it should be**"
        )
        yield Row(
            f"{disputes:,} disputes in {self.soak.reporting_days} working days of reports, {on}",
            f"{minutes:.1f} minutes; {held}",
            f"{share:.2g} % of Changchun's year, which at this pace takes {minutes / share * 100 / 60:.1f} h",
        )
        yield from self.soak.costs.rows(disputes)
        for what, number in self.nothing.items():
            yield Row(what, f"{number:,}", "0")
        yield Row("stages", _words(self.stages), _words(expected(self.soak.disputes)))
        pushed = self.soak.pushed
        yield Row(
            "steps of the clock, and the longest that anything due waited in one",
            f"{pushed.steps:,}, {pushed.longest.total_seconds() / 60:.0f} min",
            "≤ 30 min",
        )
        if self.taken:
            words = ", ".join(f"{one:,}" for one in self.taken)
            yield Row("updates that each replica took", words, f"each ≥ {LEAST_SHARE:.0%}")


def run(given: argparse.Namespace) -> list[Row]:
    given.a_day = min(given.a_day, -(-given.disputes // AT_LEAST_DAYS))
    with databases(given.on, in_memory=True) as made:
        found = asyncio.run(play(given, made))
    print("every law held" if found.is_good else "NOT as it should be", flush=True)
    return list(found.rows(given.on))


async def play(given: argparse.Namespace, made: Databases) -> Outcome:
    began = time.monotonic()
    async with opened(made, grids=given.grids, mediators=given.mediators) as office:
        soak = Soak(office, random.Random(given.seed), given.disputes)  # noqa: S311 - chance of a play, hides nothing
        await soak.play(
            given.a_day,
            seconds=given.minutes * 60 - (time.monotonic() - began),
            afterwards=timedelta(days=given.afterwards),
        )
        wrong = office.store.read(lambda session: nothing(session, soak))
        taken = await office.taken()
        if taken:
            wrong["replicas that did not do their part"] = sum(
                one < LEAST_SHARE * sum(taken) for one in taken
            )
        stages = office.store.read(_stages)
    return Outcome(soak, time.monotonic() - began, wrong, stages, taken)


def _stages(session: Session) -> Counter[Stage]:
    counted = session.execute(select(Case.stage, func.count()).group_by(Case.stage)).all()
    return Counter(dict(counted))


def _words(counted: Counter[Stage]) -> str:
    return ", ".join(f"{stage} {number}" for stage, number in sorted(counted.items()))
