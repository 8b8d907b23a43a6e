"""A night in both languages: the road is blocked at eleven, whoever is on duty is called, it climbs, and a newcomer joins by a code read out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.sandbox.town import COUNTY
from cases.actions.joining import invite
from cases.actions.spoken_code import code_for
from cases.work import Rules, Work
from handlers.buttons import Verb
from models.area import Area
from models.assignment import Assignment
from models.person import Person
from models.rota import Shift
from models.vocabulary import Level, Part, Role
from tests.stories.stage import MONDAY_MORNING, Stage

WORDS = {
    "zh_CN": {"blocked": "我们六十个村民把路堵了，要集体上访。", "duty": "值班至", "now": "现在值班", "nobody": "没有人值班", "kind": "由谁办", "joined": "调解员"},
    "ko_CN": {"blocked": "우리 촌민 60명이 길을 막고 집단상소를 하려고 합니다.", "duty": "당직,", "now": "지금 당직", "nobody": "당직이 없는 시간", "kind": "누가 맡는가", "joined": "조정원"},
}  # fmt: skip
TONIGHT = MONDAY_MORNING + timedelta(hours=11)  # 20:05


@pytest.fixture
async def office(stage: Callable[..., Awaitable[Stage]], language: str) -> Stage:
    return await stage(language)


def only_tonight(session: Session) -> None:
    """卯 of the mediators and 癸 of the duty desk stand ready tonight; nobody afterwards."""
    session.execute(delete(Shift))
    county = session.scalars(select(Area).where(Area.code == COUNTY)).one()
    for code, role in (("mediator_mao", Role.MEDIATOR), ("coordinator_gui", Role.COORDINATOR)):
        person = session.scalars(select(Person).where(Person.code == code)).one()
        ends = TONIGHT + timedelta(hours=12)
        session.add(Shift(person=person, area=county, role=role, starts=TONIGHT, ends=ends))


def asked(session: Session) -> list[str]:
    rows = select(Assignment).where(Assignment.part == Part.MEDIATOR).order_by(Assignment.id)
    return [one.person.code or "" for one in session.scalars(rows)]


async def test_at_night_whoever_is_on_duty_is_called_and_it_climbs(office: Stage):
    words = WORDS[office.language]
    await asyncio.to_thread(office.house.store.transact, only_tonight)
    mediator = office.phone("mediator_mao")
    await office.until(11, 23, 23)

    await office.begins(words["blocked"])
    assert office.case().level is Level.RED
    assert office.look(asked) == ["mediator_mao"]
    await office.sandbox.settle()
    await office.taps(mediator, Verb.OPEN)
    assert words["duty"] in mediator.messages[-1].text

    await office.wait(minutes=31)
    assert office.look(asked)[:3] == ["mediator_mao", "coordinator_gui", "mediator_yi"]

    head = office.phone("supervisor_ren")
    await head.says("/rota")
    assert words["now"] in head.messages[-1].text
    assert words["nobody"] in head.messages[-1].text
    await head.says("/coverage")
    assert "11-24 08:05" in head.messages[-1].text


async def test_a_code_that_was_read_out_joins_with_the_digits(office: Stage):
    words = WORDS[office.language]

    def a_code(session: Session) -> str | None:
        known = update(Person).where(Person.code == "mediator_mao")
        session.execute(known.values(telegram_id=None, phone="13900001234"))
        work = Work(session, MONDAY_MORNING, Rules.load())
        person = session.scalars(select(Person).where(Person.code == "mediator_mao")).one()
        return code_for(work, invite(work, person))

    code = await asyncio.to_thread(office.house.store.transact, a_code)
    newcomer = office.phone("newcomer", "卯")
    await newcomer.starts()
    await newcomer.says(code or "")
    await newcomer.says("1234")

    assert words["joined"] in newcomer.messages[-1].text
