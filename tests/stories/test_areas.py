"""Where it is and who is here, in both languages: a place chosen from the list, a name with a slip, days away, a link with digits."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.sandbox.town import DANSHAN
from cases.actions import joining
from cases.work import Rules, Work
from handlers.answers import Answer
from handlers.buttons import Verb
from models.area import Area
from models.assignment import Assignment
from models.case import Case
from models.duty import Absence
from models.person import Person
from models.vocabulary import AreaLevel, Part
from tests.factories import an_area
from tests.stories.stage import MONDAY_MORNING, Stage

WORDS = {
    "zh_CN": {"leak": "楼上漏水，我家天花板全湿了，说了三天也不修。", "street": "北山街道", "community": "丹山社区", "grid": "第10网格", "slip": "丹删社区", "away": "今天到11月27日", "wrong": "不对", "noted": "记下了", "stands_in": "您代理一位外出的人。"},
    "ko_CN": {"leak": "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다.", "street": "북산가두", "community": "단산사회구역", "grid": "제10격자", "slip": "단선사회구역", "away": "오늘부터 11월 27일", "wrong": "맞지 않습니다", "noted": "적었습니다", "stands_in": "자리를 비운 사람을 대리하게 됩니다."},
}  # fmt: skip


async def begun(office: Stage, code: str):
    resident = office.phone(code, "甲")
    await resident.starts()
    await office.answers(resident, Answer.KOREAN if office.language == "ko_CN" else Answer.CHINESE)
    await resident.says(WORDS[office.language]["leak"])
    return resident


def mediator_of(session: Session, case: Case) -> str | None:
    rows = select(Assignment).where(
        Assignment.case_id == case.id, Assignment.part == Part.MEDIATOR
    )
    return session.scalars(rows.order_by(Assignment.id.desc())).first().person.code  # type: ignore[union-attr] # one is offered


@pytest.fixture
async def office(stage: Callable[..., Awaitable[Stage]], language: str) -> Stage:
    return await stage(language)


async def test_a_place_is_chosen_from_the_list_and_a_slip_is_asked_about(office: Stage):
    words = WORDS[office.language]
    resident = await begun(office, "resident_a")
    await office.answers(resident, Answer.PLACE_LIST)
    assert len(resident.chat.keyboard) <= 8
    await resident.taps(words["street"])
    assert len(resident.chat.keyboard) <= 8
    await resident.taps(words["community"])
    await resident.taps(words["community"])
    await office.answers(resident, Answer.PLACE_YES)
    await office.taps(resident, Verb.SUBMIT)
    assert office.look(lambda session: session.scalars(select(Case)).one().area.code) == DANSHAN

    other = await begun(office, "resident_b")
    await other.says(words["slip"])
    await other.taps(words["community"])
    await office.answers(other, Answer.PLACE_YES)
    await office.taps(other, Verb.SUBMIT)
    codes = office.look(lambda session: [case.area.code for case in session.scalars(select(Case))])
    assert codes == [DANSHAN, DANSHAN]


async def test_the_last_grid_of_a_large_community_is_in_the_list_as_well(office: Stage):
    words = WORDS[office.language]

    def grow(session: Session) -> None:
        danshan = session.scalars(select(Area).where(Area.code == DANSHAN)).one()
        for number in range(4, 11):
            code, name = f"{DANSHAN}{number:03}", (f"第{number}网格", f"제{number}격자")
            an_area(session, code, AreaLevel.GRID, *name, parent=danshan)

    office.house.store.transact(grow)
    resident = await begun(office, "resident_a")
    await office.answers(resident, Answer.PLACE_LIST)
    await resident.taps(words["street"])
    await resident.taps(words["community"])
    assert len(resident.chat.keyboard) <= 8
    await office.answers(resident, Answer.PLACE_MORE)
    await resident.taps(words["grid"])
    await office.answers(resident, Answer.PLACE_YES)
    await office.taps(resident, Verb.SUBMIT)

    code = office.look(lambda session: session.scalars(select(Case)).one().area.code)
    assert code == f"{DANSHAN}010"


async def test_whoever_is_away_says_so_and_new_cases_go_to_the_deputy(office: Stage):
    words = WORDS[office.language]
    mediator = office.phone("mediator_yi")
    await mediator.says("/away")
    await mediator.says(words["leak"])  # no days: asked again
    await mediator.says(words["away"])
    await office.taps(mediator, Verb.AWAY_OK)
    assert words["noted"] in mediator.messages[-1].text
    (absence,) = office.look(lambda session: session.scalars(select(Absence)).all())
    assert (absence.starts.day, absence.ends.day) == (23, 27)
    deputy = office.phone("mediator_ji")
    await office.sandbox.settle()
    assert any(words["stands_in"] in message.text for message in deputy.messages)

    resident = office.phone("resident_a", "甲")
    await resident.starts(office.poster)
    await resident.says(words["leak"])
    await office.taps(resident, Verb.SUBMIT)
    case = office.case()
    assert office.look(lambda session: mediator_of(session, case)) == "mediator_ji"

    await mediator.says("/away")
    await office.taps(mediator, Verb.AWAY_BACK)
    assert office.look(lambda session: session.scalars(select(Absence)).one().ended_at) is not None
    assert office.look(lambda session: mediator_of(session, case)) == "mediator_ji"
    supervisor = office.phone("supervisor_ren")
    await supervisor.says("/coverage")
    assert ":" not in supervisor.messages[-1].text


async def test_a_link_asks_for_the_digits_and_locks_after_five(office: Stage):
    def link(session: Session) -> str:
        session.execute(
            update(Person)
            .where(Person.code == "mediator_mao")
            .values(telegram_id=None, phone="13900001234")
        )
        work = Work(session, MONDAY_MORNING, Rules.load())
        person = session.scalars(select(Person).where(Person.code == "mediator_mao")).one()
        return joining.invite(work, person)

    locked = await asyncio.to_thread(office.house.store.transact, link)
    thief = office.phone("thief", "贼")
    await thief.starts(f"i_{locked}")
    for _ in range(5):
        await thief.says("0000")
    administrator = office.phone("administrator_zi")
    assert any("mediator_mao" in message.text for message in administrator.messages)

    good = await asyncio.to_thread(office.house.store.transact, link)
    newcomer = office.phone("newcomer", "卯")
    await newcomer.starts(f"i_{good}")
    await newcomer.says("4321")
    assert WORDS[office.language]["wrong"] in newcomer.messages[-1].text
    await newcomer.says("1234")
    bound = office.look(
        lambda session: session.scalars(
            select(Person.telegram_id).where(Person.code == "mediator_mao")
        ).one()
    )
    assert bound == newcomer.telegram_id
