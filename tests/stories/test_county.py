"""The working days of a whole county at once: residents, officers, mediators, judges and heads who act as they find time.

No case without an owner at any beat, no open case without a clock, nobody told more than the cap of a day, and every
figure of the month is what the journal says.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.sandbox.screen import NothingToTapError
from bot.sandbox.town import ROSTER
from cases.quota import QUOTA
from cases.statistics import Month, month_of
from cases.work import Work
from cases.workdays import CIVIL, YANBIAN, civil
from handlers.buttons import Tap, Verb
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.deadline import Deadline
from models.duty import Duty
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
from models.vocabulary import Stage as CaseStage
from tests.cases.test_statistics import agrees, recount
from tests.factories import work_at
from tests.postgres import new_sqlite_file
from tests.stories.stage import MONDAY_MORNING, Stage, raise_stage, seeded

OFFICERS, MEDIATORS, JUDGES, RESIDENTS, DAYS = 40, 25, 10, 300, 10
HOURS = (time(9, 30), time(15, 0))
_EACH_TIME = RESIDENTS // (DAYS * len(HOURS))
_USUALLY = 0.85
SEED = 20261123
_ACCOUNTS = 8_800_000_000

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


@dataclass
class County:
    """Who is there, and chance, which is the same in every run."""

    stage: Stage
    chance: random.Random
    officers: list[str] = field(default_factory=list)
    mediators: list[str] = field(default_factory=list)
    judges: list[str] = field(default_factory=list)
    residents: list[str] = field(default_factory=list)
    grids: list[str] = field(default_factory=list)

    @property
    def staff(self) -> list[str]:
        """Whoever has a desk, the town's own people among them."""
        own = [person.code for person in ROSTER if not person.code.startswith("officer")]
        return [*own, *self.mediators, *self.judges]

    async def taps(self, code: str, verb: Verb, arg: str = "") -> bool:
        """Tap the newest button of a kind, if there is one; people tap what they see."""
        phone = self.stage.phone(code)
        for message in reversed(phone.messages[-12:]):
            for row in message.inline:
                for button in row:
                    if button.data and _is(button.data, verb, arg):
                        try:
                            await phone.taps(button.label, message, settle=False)
                        except NothingToTapError:
                            return False
                        return True
        return False

    async def rest(self) -> None:
        await self.stage.sandbox.settle()


def _is(data: str, verb: Verb, arg: str) -> bool:
    tap = Tap.read(data)
    return tap.verb is verb and arg in {"", tap.arg}


@pytest.mark.timeout(900)
async def test_ten_working_days_of_a_county(tmp_path: Path) -> None:
    url = new_sqlite_file(tmp_path, seeded)
    async with raise_stage(url, tmp_path, language="zh_CN", at=MONDAY_MORNING) as office:
        county = County(office, random.Random(SEED))
        office.house.store.transact(lambda session: _people(session, county))
        waiting = iter(county.residents)
        for day in _working_days():
            await office.sandbox.push(datetime.combine(day, time(8, 40), CIVIL))
            await _judges(county)
            for hour in HOURS:
                await office.sandbox.push(datetime.combine(day, hour, CIVIL))
                await _some_hours(county, waiting)
                office.look(_nobody_is_forgotten)

        reported = office.look(lambda session: session.scalar(select(func.count(Case.id)))) or 0
        closed = office.look(
            lambda session: session.scalar(
                select(func.count(Case.id)).where(Case.stage == CaseStage.CLOSED)
            )
        )
        print(f"{reported} cases, {closed} closed")
        assert reported >= RESIDENTS
        assert closed
        office.look(_nobody_is_told_too_much)
        office.look(lambda session: _figures_are_the_journals(work_at(session, office.sandbox.at)))


async def _judges(county: County) -> None:
    for code in county.judges:
        if county.chance.random() < _USUALLY:
            await county.taps(code, Verb.TAKE_ALL)
    await county.rest()


async def _some_hours(county: County, waiting: Iterator[str]) -> None:
    """Some report, some blow the whistle, and everybody does some of what is on the own phone."""
    arriving = list(islice(waiting, _EACH_TIME))
    for code in arriving:
        await _reports(county, code)
    for code in county.chance.sample(county.officers, 2):
        await county.stage.phone(code).forwards(WAGES, settle=False)
    await county.stage.rest()
    for code in arriving:
        await county.taps(code, Verb.SUBMIT)
    for code in county.officers:
        await county.taps(code, county.chance.choice((Verb.AGREED, Verb.NOT_ASKED)))
    await county.rest()
    for _ in range(2):
        await _at_the_desk(county)
    for code in county.residents:
        await _answers(county, code)
    await county.rest()


async def _reports(county: County, code: str) -> None:
    """A poster's code, and one sentence."""
    phone = county.stage.phone(code)
    grid = county.chance.choice(county.grids)
    await phone.starts(f"g_{grid}_{county.chance.choice(('zh', 'ko'))}", settle=False)
    await phone.says(county.chance.choice(MATTERS), settle=False)


async def _at_the_desk(county: County) -> None:
    """Everybody of the offices opens the desk, the first case on it, and does the one thing to do."""
    busy = [code for code in county.staff if county.chance.random() < _USUALLY]
    for code in busy:
        await county.stage.phone(code).says("/desk", settle=False)
    await county.rest()
    for code in busy:
        await county.taps(code, county.chance.choice((Verb.OPEN, Verb.TASK)))
    await county.rest()
    for code in busy:
        await _one_thing(county, code)
    await county.rest()


async def _one_thing(county: County, code: str) -> None:
    phone = county.stage.phone(code)
    for verb in (Verb.APPROVE, Verb.TAKE, Verb.HEARD, Verb.REACHED, Verb.AGREE, Verb.TASK_DONE):
        if await county.taps(code, verb):
            break
    else:
        return
    await county.rest()
    if verb is Verb.AGREE:
        await phone.says(f"对方{county.stage.sandbox.at:%-m}月28日前办好。")
        await county.taps(code, Verb.AGREE_OK)
    elif verb is Verb.TASK_DONE:
        await phone.says("听过了，照记录办。", settle=False)


async def _answers(county: County, code: str) -> None:
    """Most answer what they are asked; some do not."""
    if county.chance.random() > _USUALLY:
        return
    for verb, arg in (
        (Verb.CONTACTED, ""),
        (Verb.KEPT, county.chance.choice((Kept.ALL, Kept.ALL, Kept.NOT))),
        (Verb.CLOSE_OK, ""),
        (Verb.RATE, ""),
        (Verb.WELL, ""),
    ):
        await county.taps(code, verb, arg)


# --- what must hold ----------------------------------------------------------------------------------------------


def _nobody_is_forgotten(session: Session) -> None:
    """Laws 2 and 4: an open case is with somebody who can be reached, and has a clock."""
    owned = (
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
    timed = select(Deadline.case_id).where(Deadline.state == ClockState.RUNNING)
    for held in (owned, timed):
        left = session.scalars(
            select(Case.id).where(Case.closed_at.is_(None), Case.id.not_in(held))
        ).all()
        assert left == []


def _nobody_is_told_too_much(session: Session) -> None:
    """Law 12: what comes unasked, by person and civil day; danger, grave offers and changes in place aside."""
    told: Counter[tuple[int, date]] = Counter()
    rows = session.scalars(
        select(Notice).where(
            Notice.state == NoticeState.SENT,
            Notice.urgent.in_([Urgent.NOTICE, Urgent.BULK]),
            Notice.edit_message_id.is_(None),
            Notice.is_screen.is_(False),
        )
    )
    for notice in rows:
        if counts(session, notice) and notice.sent_at is not None:
            told[notice.person_id, civil(notice.sent_at).date()] += 1
    assert told
    assert max(told.values()) <= QUOTA.per_day


def counts(session: Session, notice: Notice) -> bool:
    """A grave case's offers and warnings come singly, and are not counted."""
    case = session.get(Case, notice.case_id) if notice.case_id else None
    return case is None or case.level is Level.YELLOW


def _figures_are_the_journals(work: Work) -> None:
    for month in (Month(2026, 11), Month(2026, 12)):
        agrees(month_of(work.session, month, work.now), recount(work, month))


# --- who is there ------------------------------------------------------------------------------------------------


def _working_days() -> list[date]:
    first = civil(MONDAY_MORNING).date()
    days = (first + timedelta(days=n) for n in range(DAYS * 2))
    return list(islice((day for day in days if YANBIAN.is_working(day)), DAYS))


def _people(session: Session, county: County) -> None:
    """The town's grids, and people of the county's size for them; all invented."""
    grids = session.scalars(
        select(Area).where(Area.level == AreaLevel.GRID).order_by(Area.code)
    ).all()
    communities = list(dict.fromkeys(grid.parent_id for grid in grids))
    streets = session.scalars(
        select(Area.id).where(Area.level == AreaLevel.STREET).order_by(Area.code)
    ).all()
    county.grids = [grid.code for grid in grids[:OFFICERS]]
    accounts = count(_ACCOUNTS)
    since = date(2026, 1, 1)

    def join(code: str, role: Role, area_id: int | None, rank: int) -> str:
        language = Language.KO if rank % 2 == 0 else Language.ZH
        person = Person(
            code=code,
            name=code,
            name_ko=code,
            language=language,
            telegram_id=next(accounts),
            named=True,
            created_at=MONDAY_MORNING,
        )
        session.add(person)
        session.flush()
        session.add(
            Duty(
                person_id=person.id,
                area_id=area_id,
                role=role,
                categories=[],
                languages=[Language.ZH, Language.KO],
                rank=rank,
                starts=since,
            )
        )
        county.stage.sandbox.person(code, telegram_id=person.telegram_id)
        return code

    for number in range(OFFICERS):
        area = grids[number % len(grids)].id
        county.officers.append(join(f"officer_{number}", Role.GRID_OFFICER, area, 2 + number))
    for number in range(MEDIATORS):
        area_id = communities[number % len(communities)]
        county.mediators.append(join(f"mediator_{number}", Role.MEDIATOR, area_id, 2 + number))
    for number in range(JUDGES):
        area_id = streets[number % len(streets)]
        county.judges.append(join(f"judge_{number}", Role.JUDGE, area_id, 2 + number))
    county.residents = [f"resident_{number}" for number in range(RESIDENTS)]
