"""Disputes of a year, through the real bot and the sandbox Telegram with its clock pushed, by people who follow a script.

Residents report from posters; mediators take, call and settle; judges report in each morning; residents answer or are silent; some
cases nobody takes. Changchun's roster, and as many reports a day as in its year, for as many days as `--disputes` gives or as fit
into `--minutes`; then the clock goes on until every term has run out. Looked at: nothing lost, every clock fired on its day, every
open case has an owner and a clock, and the stages are those of the script.

    python -m benchmarks soak --on sqlite --disputes 1000 --minutes 15
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from benchmarks.databases import KINDS, Databases, databases
from benchmarks.prefecture import CHANGCHUN_DISPUTES, CHANGCHUN_GRIDS, CHANGCHUN_MEDIATORS
from benchmarks.report import Row
from benchmarks.soak_days import Soak
from benchmarks.soak_office import opened
from benchmarks.soak_script import expected
from models.case import Case
from models.deadline import Deadline
from models.notice import Notice
from models.update_in import UpdateIn
from models.vocabulary import ClockState, NoticeState, Stage, UpdateState
from tests.stories.county import clockless, ownerless

WORKING_DAYS = 250  # of a year
A_DAY = -(-CHANGCHUN_DISPUTES // WORKING_DAYS)
AT_LEAST_DAYS = 4
SEED = 20261125
#: The longest term of an ordinary case is thirty days and a week; then it is only looked at again (cases/policy.py).
AFTERWARDS_DAYS = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", choices=KINDS, default="sqlite")
    parser.add_argument("--disputes", type=int, default=1_000)
    parser.add_argument("--minutes", type=float, default=15.0, help="after so long nobody reports")
    parser.add_argument("--a-day", type=int, default=A_DAY, help="reports on a working day")
    parser.add_argument("--grids", type=int, default=CHANGCHUN_GRIDS)
    parser.add_argument("--mediators", type=int, default=CHANGCHUN_MEDIATORS)
    parser.add_argument(
        "--afterwards", type=int, default=AFTERWARDS_DAYS, help="days without anybody's doing"
    )
    parser.add_argument("--seed", type=int, default=SEED)


@dataclass
class Outcome:
    """What became of it. `nothing`: what must be none, by what it is."""

    soak: Soak
    seconds: float
    nothing: dict[str, int]
    stages: Counter[Stage]

    @property
    def is_good(self) -> bool:
        return not any(self.nothing.values()) and self.stages == expected(self.soak.disputes)


def run(given: argparse.Namespace) -> list[Row]:
    with databases(given.on, in_memory=True) as made:
        found = asyncio.run(play(given, made))
    reported = len(found.soak.disputes)
    whole = f"{found.seconds * CHANGCHUN_DISPUTES / reported / 3600:.1f} h"
    print("every law held" if found.is_good else "NOT as it should be", flush=True)
    return [
        Row(f"disputes reported, {given.on}", f"{reported:,} in {len(found.soak.days)} days"),
        Row("seconds, and at this pace a year of Changchun", f"{found.seconds:,.0f}", whole),
        *found.soak.rows(),
        *(Row(what, f"{number:,}", "0") for what, number in found.nothing.items()),
        Row("stages", _words(found.stages), _words(expected(found.soak.disputes))),
    ]


async def play(given: argparse.Namespace, made: Databases) -> Outcome:
    began = time.monotonic()
    async with opened(made, grids=given.grids, mediators=given.mediators) as office:
        soak = Soak(office, random.Random(given.seed), given.disputes)  # noqa: S311 - chance of a play, hides nothing
        await soak.play(
            min(given.a_day, -(-given.disputes // AT_LEAST_DAYS)),
            until=began + given.minutes * 60,
            afterwards=timedelta(days=given.afterwards),
        )
        nothing = office.store.read(lambda session: _nothing(session, soak))
        nothing["mistakes of the bot that Telegram saw"] = len(office.sandbox.violations)
        stages = office.store.read(_stages)
    return Outcome(soak, time.monotonic() - began, nothing, stages)


def _stages(session: Session) -> Counter[Stage]:
    return Counter(session.scalars(select(Case.stage)))


def _words(counted: Counter[Stage]) -> str:
    return ", ".join(f"{stage} {number}" for stage, number in sorted(counted.items()))


def _nothing(session: Session, soak: Soak) -> dict[str, int]:
    """What must be none."""
    now, numbers = soak.office.sandbox.at, {one.case_id for one in soak.disputes}

    def count(*true: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(*true)) or 0

    undelivered = (NoticeState.FAILED, NoticeState.UNREACHABLE, NoticeState.UNKNOWN)
    return {
        "disputes without a case of their own": len(soak.disputes) - len(numbers - {0}),
        "cases that nobody reported": count(Case.id.is_not(None)) - len(soak.disputes),
        "updates not done": count(UpdateIn.state != UpdateState.DONE),
        "messages not delivered": count(Notice.state.in_(undelivered)),
        "messages due and not sent": count(Notice.state == NoticeState.NEW, Notice.due_at <= now),
        "clocks that are due and did not fire": count(
            Deadline.state == ClockState.RUNNING, Deadline.next_at <= now
        ),
        "rungs that did not fire in their half-hour, over all steps": soak.late,
        "open cases without an owner, all days": soak.ownerless + len(ownerless(session)),
        "open cases without a clock, all days": soak.clockless + len(clockless(session)),
        "steps of the script that could not be taken": soak.missed,
    }
