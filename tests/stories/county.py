"""The working days of a whole county at once: residents, officers, mediators, judges and heads who do what is on their phones.

`scripts/county` plays it at full size and prints the table; tests/stories/test_county.py plays a small one by the same rules.
Chance is a seed: each person has a chance of his own, so that nobody's choice depends on who was quicker.
"""

import argparse
import asyncio
import random
import tempfile
import time as machine
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count, islice
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.sandbox.people import Person as Phone
from bot.sandbox.screen import NothingToTapError
from bot.sandbox.town import ROSTER
from cases.journal import EventKind
from cases.quota import QUOTA
from cases.statistics import Figures, Month, month_of
from cases.workdays import CIVIL, YANBIAN, civil
from handlers.buttons import NotAButton, Tap, Verb
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.duty import Duty
from models.event import Event
from models.notice import Notice
from models.person import Person
from models.vocabulary import (
    AreaLevel,
    AssignmentState,
    ClockState,
    Kept,
    Language,
    Level,
    NoticeState,
    Part,
    Role,
    Urgent,
)
from tests.cases.test_statistics import agrees, recount
from tests.factories import work_at
from tests.postgres import in_memory
from tests.stories.stage import MONDAY_MORNING, Stage, raise_stage, seeded

JUDGES_LOOK = time(8, 40)  # after the card of 08:30
HOURS = (time(9, 30), time(15, 0))
#: After the promised day both sides are asked, and some answer: one more working day.
PROMISED, AFTERWARDS = (12, 5), date(2026, 12, 8)
USUALLY = 0.85
SEED = 20261123
#: A hundred people at once, on a machine that does other things too.
PATIENCE_S = 600.0
_ACCOUNTS = 8_800_000_000
THINGS = 3  # that somebody does with a case that is open on the desk
_SEEN = 12  # of the newest messages, as many as one scrolls through

MATTERS = (
    "楼上漏水，我家天花板全湿了，说了三天也不修。",
    "웃집에서 물이 새여 천정이 다 젖었습니다. 고쳐주지 않습니다.",
    "邻居把垃圾堆在楼道里，说了也不听。",
    "아래집에서 밤마다 소음이 심합니다.",
    "借给老同学两万块钱，到期不还。",
    "物业收了费，电梯坏了半个月不修。",
    "옆집에서 우리 밭 경계를 넘어 심었습니다.",
)
WAGES = "工地12名工人，8到10月工资没发，共18.6万，包工头电话打不通。"


@dataclass(frozen=True, slots=True)
class Size:
    officers: int
    mediators: int
    judges: int
    residents: int
    days: int
    #: How many officers blow the whistle in each half of a day.
    whistles: int


WHOLE = Size(officers=40, mediators=25, judges=10, residents=300, days=10, whistles=2)
SMALL = Size(officers=4, mediators=3, judges=2, residents=12, days=2, whistles=1)


@dataclass(slots=True)
class Table:
    """What a run is judged by."""

    reports: int = 0
    taken: int = 0
    reported_in: int = 0  # judges
    agreed: int = 0
    closed: int = 0
    late: int = 0
    beats: int = 0
    ownerless: int = 0  # open cases without a reachable owner, over all beats
    clockless: int = 0  # and without a running clock
    messages: int = 0
    most_a_day: int = 0  # unasked messages to one person on one day, danger and grave offers apart
    figures: str = "not compared"

    def rows(self) -> Iterator[tuple[str, object]]:
        return ((one.name.replace("_", " "), getattr(self, one.name)) for one in fields(self))


@dataclass
class County:
    """Who is there, and what has been seen so far."""

    stage: Stage
    size: Size
    seed: int
    officers: list[str] = field(default_factory=list)
    mediators: list[str] = field(default_factory=list)
    judges: list[str] = field(default_factory=list)
    grids: list[str] = field(default_factory=list)
    table: Table = field(default_factory=Table)
    _chances: dict[str, random.Random] = field(default_factory=dict)

    @property
    def residents(self) -> list[str]:
        return [f"resident_{number}" for number in range(self.size.residents)]

    @property
    def staff(self) -> list[str]:
        """Whoever has a desk, the town's own people among them."""
        own = [person.code for person in ROSTER if not person.code.startswith("officer")]
        return [*own, *self.mediators, *self.judges]

    def chance(self, code: str) -> random.Random:
        return self._chances.setdefault(code, random.Random(f"{self.seed}:{code}"))

    def of_those(self, codes: Iterable[str]) -> list[str]:
        """Who has time now."""
        return [code for code in codes if self.chance(code).random() < USUALLY]

    async def taps(self, code: str, verb: Verb, arg: str = "") -> bool:
        """Tap the newest button of a kind, if there is one; people tap what they see."""
        phone = self.stage.phone(code)
        for post in islice(phone.chat.of_bot(), _SEEN):
            for row, keys in enumerate(post.inline):
                for column, key in enumerate(keys):
                    if _means(key.get("callback_data"), verb, arg):
                        try:
                            await phone.touches(post.id, row, column, key["text"], settle=False)
                        except NothingToTapError:
                            return False
                        return True
        return False

    async def rest(self) -> None:
        await self.stage.sandbox.settle()

    async def until(self, day: date, hour: time) -> None:
        """Push the clock, and look at every beat whether somebody is forgotten."""
        sandbox, goal = self.stage.sandbox, datetime.combine(day, hour, CIVIL)
        answer = await sandbox.settle()
        while sandbox.at < goal:
            step = goal if answer.next_due is None else min(answer.next_due, goal)
            await sandbox.clock.ask(step)
            answer = await sandbox.settle()
            self.table.beats += 1
            self.table.ownerless += len(self.stage.look(ownerless))
            self.table.clockless += len(self.stage.look(clockless))


@cache
def _read(data: str) -> Tap | None:
    try:
        return Tap.read(data)
    except NotAButton:
        return None


def _means(data: str | None, verb: Verb, arg: str) -> bool:
    tap = _read(data) if data else None
    return tap is not None and tap.verb is verb and arg in {"", tap.arg}


async def play(stage: Stage, size: Size, seed: int = SEED, *, aloud: bool = False) -> Table:
    """The days of a county of this size; what is left to see is in the table."""
    county = County(stage, size, seed)
    stage.sandbox.settle_timeout_s = PATIENCE_S
    stage.house.store.transact(lambda session: _join(session, county))
    began = machine.monotonic()
    waiting = iter(county.residents)
    days = list(_working_days(size.days))
    for number, day in enumerate(days):
        await county.until(day, JUDGES_LOOK)
        for code in county.of_those(county.judges):
            await county.taps(code, Verb.TAKE_ALL)
        await county.rest()
        for half, hour in enumerate(HOURS):
            await county.until(day, hour)
            left = (len(days) - number) * len(HOURS) - half
            arriving = list(islice(waiting, -(-_left(county) // left)))
            await _half_a_day(county, arriving)
        if aloud:
            reports = stage.look(lambda session: session.scalar(select(func.count(Case.id))))
            print(f"{day}: {reports} reports, {machine.monotonic() - began:.0f} s", flush=True)
    for hour in HOURS:  # the promised days are over
        await county.until(AFTERWARDS, hour)
        await _half_a_day(county, [])
    stage.look(lambda session: _fill(session, county))
    return county.table


def _left(county: County) -> int:
    """How many residents have not reported yet."""
    return county.size.residents - county.table.reports


async def _half_a_day(county: County, arriving: list[str]) -> None:
    """Some report, some blow the whistle, and everybody does some of what is on the own phone."""
    for code in arriving:
        await _reports(county, code)
    county.table.reports += len(arriving)
    whistling = county.chance("whistles").sample(county.officers, county.size.whistles)
    for code in whistling:
        await county.stage.phone(code).forwards(WAGES, settle=False)
    await county.stage.rest()
    for code in arriving:  # one after the other, so that a seed gives the same numbers
        await county.taps(code, Verb.SUBMIT)
        await county.rest()
    for code in whistling:
        await county.taps(code, county.chance(code).choice((Verb.AGREED, Verb.NOT_ASKED)))
        await county.rest()
    for _ in range(2):
        await _at_the_desk(county)
    for code in county.of_those(county.residents[: county.table.reports]):
        await _answers(county, code)
    await county.rest()


async def _reports(county: County, code: str) -> None:
    """A poster's code, and one sentence."""
    phone, chance = county.stage.phone(code), county.chance(code)
    grid, language = chance.choice(county.grids), chance.choice(("zh", "ko"))
    await phone.starts(f"g_{grid}_{language}", settle=False)
    await phone.says(chance.choice(MATTERS), settle=False)


async def _at_the_desk(county: County) -> None:
    """Everybody of the offices opens the desk, a case on it, and does what is to be done."""
    busy = county.of_those(county.staff)
    for code in busy:
        await county.stage.phone(code).says("/desk", settle=False)
    await county.rest()
    for code in busy:
        if not await county.taps(code, county.chance(code).choice((Verb.OPEN, Verb.TASK))):
            await county.taps(code, Verb.OPEN)
    await county.rest()
    for _ in range(THINGS):
        done = {code: await _one_thing(county, code) for code in busy}
        busy = [code for code, verb in done.items() if verb is not None]
        await county.rest()
        for code in busy:
            await _in_words(county, county.stage.phone(code), done[code])
        await county.rest()
        for code in busy:
            if done[code] is Verb.AGREE:
                await county.taps(code, Verb.AGREE_OK)
        await county.rest()


async def _one_thing(county: County, code: str) -> Verb | None:
    for verb in (Verb.APPROVE, Verb.TAKE, Verb.HEARD, Verb.REACHED, Verb.AGREE, Verb.TASK_DONE):
        if await county.taps(code, verb):
            return verb
    return None


async def _in_words(county: County, phone: Phone, verb: Verb | None) -> None:
    """What some buttons ask for."""
    if verb is Verb.AGREE:
        await phone.says("对方{}月{}日前办好。".format(*PROMISED), settle=False)
    elif verb is Verb.TASK_DONE:
        await phone.says("听过了，照记录办。", settle=False)


async def _answers(county: County, code: str) -> None:
    """What residents are asked, and most answer."""
    kept = county.chance(code).choice((Kept.ALL, Kept.ALL, Kept.NOT))
    for verb, arg in (
        (Verb.CONTACTED, ""),
        (Verb.KEPT, kept),
        (Verb.CLOSE_OK, ""),
        (Verb.RATE, ""),
        (Verb.WELL, ""),
    ):
        await county.taps(code, verb, arg)


# --- what is looked at -------------------------------------------------------------------------------------------


def ownerless(session: Session) -> list[int]:
    """Law 2: open cases that nobody holds who can be reached."""
    held = (
        select(Assignment.case_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.state.in_(
                [AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN]
            ),
            Assignment.part == Part.MEDIATOR,
            Person.telegram_id.is_not(None),
            Person.blocked_at.is_(None),
        )
    )
    return _open_but_not_in(session, held.distinct())


def clockless(session: Session) -> list[int]:
    """Law 4: open cases without a running clock."""
    timed = select(Deadline.case_id).where(Deadline.state == ClockState.RUNNING)
    return _open_but_not_in(session, timed.distinct())


def _open_but_not_in(session: Session, held: object) -> list[int]:
    rows = select(Case.id).where(Case.closed_at.is_(None), Case.id.not_in(held))  # type: ignore[arg-type] # a select
    return list(session.scalars(rows))


def told_unasked(session: Session) -> Counter[tuple[int, date]]:
    """Law 12: what came unasked, by person and civil day; danger, what a grave case asks, and changes in place apart."""
    told: Counter[tuple[int, date]] = Counter()
    rows = session.execute(
        select(Notice.person_id, Notice.sent_at, Case.level)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(
            Notice.state == NoticeState.SENT,
            Notice.urgent.in_([Urgent.NOTICE, Urgent.BULK]),
            Notice.edit_message_id.is_(None),
            Notice.is_screen.is_(False),
            Notice.list_id.is_(None),  # opened from a list
        )
    )
    for person_id, sent_at, level in rows:
        if sent_at is not None and level in {None, Level.YELLOW, Level.GREEN}:
            told[person_id, civil(sent_at).date()] += 1
    return told


def _fill(session: Session, county: County) -> None:
    table, now = county.table, county.stage.sandbox.at
    table.reports = session.scalar(select(func.count(Case.id))) or 0
    table.taken = len(_taken(session, Part.MEDIATOR))
    table.reported_in = len(_taken(session, Part.JUDGE))
    agreed = select(func.count(Event.id)).where(Event.kind == EventKind.AGREED.value)
    table.agreed = session.scalar(agreed) or 0
    table.messages = (
        session.scalar(select(func.count(Notice.id)).where(Notice.state == NoticeState.SENT)) or 0
    )
    table.most_a_day = max(told_unasked(session).values(), default=0)
    work = work_at(session, now)
    found: list[Figures] = []
    for month in (Month(2026, 11), Month(2026, 12)):
        found.append(month_of(session, month, now))
        agrees(found[-1], recount(work, month))
    table.figures = "equal"
    table.closed = sum(len(one.closed_in_all) for one in found)
    table.late = len(found[-1].late_in_all)


def _taken(session: Session, part: Part) -> set[int]:
    """Cases in which somebody took this part."""
    rows = session.scalars(select(Event).where(Event.kind == EventKind.TAKEN.value))
    return {row.case_id for row in rows if (row.facts or {}).get("part") == part}


def laws_kept(table: Table) -> None:
    """What must hold of every county.

    Raises:
        AssertionError: a law was broken.
    """
    assert (table.ownerless, table.clockless) == (0, 0)
    assert 0 < table.most_a_day <= QUOTA.per_day
    assert table.figures == "equal"


# --- who is there ------------------------------------------------------------------------------------------------


def _working_days(number: int) -> Iterator[date]:
    first = civil(MONDAY_MORNING).date()
    return islice(
        (day for n in count() if YANBIAN.is_working(day := first + timedelta(days=n))), number
    )


def _join(session: Session, county: County) -> None:
    """The town's grids, and people of the county's size for them; all invented."""

    def areas(level: AreaLevel) -> list[Area]:
        rows = select(Area).where(Area.level == level).order_by(Area.code)
        return list(session.scalars(rows))

    grids, size, accounts = areas(AreaLevel.GRID), county.size, count(_ACCOUNTS)
    county.grids = [grid.code for grid in grids[: size.officers]]

    def join(role: Role, number: int, places: list[Area]) -> str:
        code = f"{role}_{number}"
        person = Person(
            code=code,
            name=code,
            name_ko=code,
            language=Language.ZH if number % 2 else Language.KO,
            telegram_id=next(accounts),
            named=True,
            created_at=MONDAY_MORNING,
        )
        session.add(person)
        session.flush()
        duty = Duty(
            person_id=person.id,
            area_id=places[number % len(places)].id,
            role=role,
            categories=[],
            languages=[Language.ZH, Language.KO],
            rank=2,
            starts=date(2026, 1, 1),
        )
        session.add(duty)
        phone = county.stage.sandbox.person(code, telegram_id=person.telegram_id)
        phone.chat.started = True
        return code

    busy = grids[: size.officers]
    communities = [
        one for one in areas(AreaLevel.COMMUNITY) if one.id in {g.parent_id for g in busy}
    ]
    streets = [
        one for one in areas(AreaLevel.STREET) if one.id in {c.parent_id for c in communities}
    ]
    county.officers = [join(Role.GRID_OFFICER, n, busy) for n in range(size.officers)]
    county.mediators = [join(Role.MEDIATOR, n, communities) for n in range(size.mediators)]
    county.judges = [join(Role.JUDGE, n, streets) for n in range(size.judges)]


# --- scripts/county ----------------------------------------------------------------------------------------------


async def _whole(size: Size, seed: int) -> Table:
    with tempfile.TemporaryDirectory(dir=in_memory()) as folder:
        url = f"sqlite:///{folder}/county.sqlite3"
        seeded(url)
        async with raise_stage(url, Path(folder), language="zh_CN", at=MONDAY_MORNING) as office:
            return await play(office, size, seed, aloud=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--small", action="store_true", help="the county of the suite")
    given = asked.parse_args()
    began, size = machine.monotonic(), SMALL if given.small else WHOLE
    table = asyncio.run(_whole(size, given.seed))
    people = ", ".join(f"{getattr(size, one.name)} {one.name}" for one in fields(size))
    print(f"{people}; seed {given.seed}; {machine.monotonic() - began:.0f} s")
    for name, value in table.rows():
        print(f"{name:12} {value}")
    laws_kept(table)


if __name__ == "__main__":
    main()
