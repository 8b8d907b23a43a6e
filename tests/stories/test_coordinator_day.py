"""The duty desk and the roster in both languages: a place is found, a call is made, somebody leaves and is told politely."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.sandbox.people import Person as Phone
from bot.sandbox.town import COUNTY, DANSHAN, STREET
from handlers.answers import Answer
from handlers.buttons import Tap, Verb
from models.area import Area
from models.assignment import Assignment
from models.notice import Notice
from models.person import Person
from models.update_in import UpdateIn
from models.vocabulary import AreaLevel, AssignmentState, NoticeState, Part, UpdateState
from tests.stories.stage import PLACE, Stage

_PAGES = 2  # the town's roster

WORDS = {
    "zh_CN": {
        "leak": "楼上漏水，我家天花板全湿了，说了三天也不修。",
        "nothing": "值班台：现在没有要办的。",
        "gone": "您已不再担任这项工作。",
    },
    "ko_CN": {
        "leak": "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다.",
        "nothing": "당직: 지금 하실 일이 없습니다.",
        "gone": "이제는 이 직책을 맡고있지 않습니다.",
    },
}


def mediators(session: Session) -> list[str | None]:
    live = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)
    rows = session.scalars(
        select(Assignment).where(Assignment.part == Part.MEDIATOR, Assignment.state.in_(live))
    )
    return [one.person.code for one in rows]


def area_id(session: Session, code: str) -> str:
    return str(session.scalars(select(Area.id).where(Area.code == code)).one())


async def reported_somewhere(stage: Stage) -> None:
    """Somebody who does not know where."""
    resident = stage.phone("resident_b", "乙")
    await resident.starts()
    if stage.language == "ko_CN":
        await stage.answers(resident, Answer.KOREAN)
    else:
        await stage.answers(resident, Answer.CHINESE)
    await resident.says(WORDS[stage.language]["leak"])
    await stage.answers(resident, Answer.PLACE_UNKNOWN)
    await stage.taps(resident, Verb.SUBMIT)


async def reported_here(stage: Stage) -> None:
    resident = stage.phone("resident_b", "乙")
    await resident.starts(f"g_{PLACE}_{'ko' if stage.language == 'ko_CN' else 'zh'}")
    await resident.says(WORDS[stage.language]["leak"])
    await stage.taps(resident, Verb.SUBMIT)


async def test_the_desk_finds_the_place_and_the_case_goes_to_those_who_answer_there(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    desk = office.phone("coordinator_gui")
    await desk.says("/desk")
    assert desk.messages[-1].text == WORDS[language]["nothing"]
    await reported_somewhere(office)
    assert office.look(mediators) == ["coordinator_gui"]

    await desk.says("/desk")
    await office.taps(desk, Verb.CASES, "duty-unplaced")
    await office.taps(desk, Verb.OPEN)
    await office.taps(desk, Verb.MORE)
    await office.taps(desk, Verb.PLACE)
    street, community = office.look(lambda s: (area_id(s, STREET), area_id(s, DANSHAN)))
    await office.taps(desk, Verb.PLACE, street)
    await office.taps(desk, Verb.PLACE, community)
    await office.taps(desk, Verb.PLACE_AT, office.look(lambda s: area_id(s, PLACE)))

    assert office.look(mediators) == ["mediator_yi"]
    placed = office.look(lambda s: s.get_one(Area, office.case().area_id).level)
    assert placed is AreaLevel.GRID


async def test_what_broke_and_what_failed_is_mended_from_the_desk(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    desk = office.phone("coordinator_gui")
    await reported_here(office)

    def breaks(session: Session) -> None:
        session.add(
            UpdateIn(
                bot_id=office.house.bot_id,
                update_id=1,
                chat_id=desk.telegram_id,
                state=UpdateState.DEAD,
                attempts=5,
                raw="{}",
                received_at=office.house.clock.now(),
            )
        )
        first = session.scalars(select(Notice.id).order_by(Notice.id)).first()
        session.execute(update(Notice).where(Notice.id == first).values(state=NoticeState.FAILED))

    office.house.store.transact(breaks)
    await desk.says("/desk")
    await office.taps(desk, Verb.DUTY, "dead")
    await office.taps(desk, Verb.SETTLE)
    await office.taps(desk, Verb.PAGE, "duty")
    await office.taps(desk, Verb.DUTY, "failed")
    await office.taps(desk, Verb.RESEND)

    settled = office.look(lambda s: s.get_one(UpdateIn, (office.house.bot_id, 1)).state)
    assert settled is UpdateState.DONE
    failed = office.look(
        lambda s: s.scalars(select(Notice.id).where(Notice.state == NoticeState.FAILED)).all()
    )
    assert failed == []


async def test_a_mediator_leaves_and_his_old_button_answers_politely(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    admin, mediator = office.phone("administrator_zi"), office.phone("mediator_yi")
    await reported_here(office)
    await office.taps(mediator, Verb.TAKE)
    old = mediator.messages[-1]

    await admin.says("/desk")
    await office.taps(admin, Verb.PEOPLE, "retire")
    leaving = office.look(
        lambda s: s.scalars(select(Person.id).where(Person.code == "mediator_yi")).one()
    )
    await choose(office, admin, Verb.RETIRE, leaving)
    assert str(office.case().sequence) in admin.messages[-1].text
    assert "漏水" not in admin.messages[-1].text
    await office.taps(admin, Verb.RETIRE_OK)

    assert office.look(mediators) == ["mediator_ji"]
    await mediator.taps(old.inline[0][0].label, old)
    assert mediator.messages[-1].text.startswith(WORDS[language]["gone"])


async def test_somebody_gets_a_duty_and_a_link_of_his_own(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    admin = office.phone("administrator_zi")

    def not_joined(session: Session) -> int:
        newcomer = Person(
            code="a_new", name="新", name_ko="신", created_at=office.house.clock.now()
        )
        session.add(newcomer)
        session.flush()
        return newcomer.id

    newcomer = office.house.store.transact(not_joined)
    await admin.says("/desk")
    await office.taps(admin, Verb.PEOPLE, "duties")
    await choose(office, admin, Verb.DUTIES, newcomer)
    await office.taps(admin, Verb.GIVE_ROLE)
    await office.taps(admin, Verb.GIVE_WHERE, "2")  # the mediator, third of the roles
    county = office.look(lambda s: area_id(s, COUNTY))
    await office.taps(admin, Verb.GIVE_WHERE, f"2-{county}")
    await office.taps(admin, Verb.GIVE)  # for all of it
    await office.taps(admin, Verb.PAGE, "admin")
    await office.taps(admin, Verb.PEOPLE, "invite")
    await choose(office, admin, Verb.LINK, newcomer)

    link = admin.messages[-1].text
    assert "?start=i_" in link
    phone = office.sandbox.person("a_new", first_name="新", language_code="zh-hans")
    await phone.starts(link.rsplit("?start=", 1)[1].strip())
    joined = office.look(lambda s: s.get_one(Person, newcomer).telegram_id)
    assert joined == phone.telegram_id


async def choose(stage: Stage, phone: Phone, verb: Verb, wanted: int) -> None:
    """Tap the button of one person, on whichever page of the list it is."""
    for _page in range(_PAGES):
        message = phone.messages[-1]
        for button in (button for row in message.inline for button in row):
            tap = Tap.read(button.data) if button.data else None
            if tap is not None and (tap.verb, tap.id) == (verb, wanted):
                await phone.taps(button.label, message)
                return
        await stage.taps(phone, Verb.PEOPLE)  # the next page
    raise AssertionError(f"no button for {wanted}")
