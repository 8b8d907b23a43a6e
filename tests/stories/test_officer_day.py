"""A grid officer's day: the kind corrected, the code handed out, a visit that found it worse, and what is read out by telephone."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from bot.sandbox.people import Person as Phone
from handlers.buttons import Verb
from models.case import Case
from models.event import Event
from models.person import Person
from models.task import Task
from models.vocabulary import Category, Language, Level, Side, TaskKind, TaskState
from tests.stories.stage import Stage

WORDS = {
    "zh_CN": {
        "wages": "丹山社区工地12名工人，8到10月工资没发，包工头电话打不通。",
        "more": "还欠我两个月。",
        "seen": "门口聚了二十来个人，说明天去找老板。",
        "terms": "包工头12月4日前付清。",
        "office": "网格员",
        "name": "丁",
    },
    "ko_CN": {
        "wages": "단산사회구역 공사장 로동자 12명이 8월부터 10월까지 로임을 못 받았습니다. 도급자가 전화를 받지 않습니다.",
        "more": "나는 두달치를 못 받았습니다.",
        "seen": "문앞에 스무명쯤 모여 래일 사장을 찾아가겠다고 합니다.",
        "terms": "도급자가 12월 4일까지 다 줍니다.",
        "office": "격자관리원",
        "name": "정",
    },
}


async def whistle(stage: Stage, verb: Verb = Verb.AGREED) -> Phone:
    officer = stage.phone("officer_ding")
    await stage.until(11, 23, 10, 5)
    await officer.forwards(WORDS[stage.language]["wages"])
    await stage.taps(officer, verb)
    return officer


async def scans(stage: Stage, code: str, link: str) -> Phone:
    """Somebody opens the code on an own phone."""
    worker = stage.phone(code, code)
    await worker.starts(link.partition("?start=")[2])
    return worker


def language_of(stage: Stage, phone: Phone) -> Language | None:
    query = select(Person.language).where(Person.telegram_id == phone.telegram_id)
    return stage.look(lambda session: session.scalars(query).one())


def last_text(phone: Phone) -> str:
    return phone.messages[-1].text


async def test_a_code_lets_each_worker_follow_and_add_and_leave(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        officer = await whistle(office)
        await office.taps(officer, Verb.TOGETHER)
        code = officer.messages[-1]
        assert code.kind == "photo"
        link = code.text.splitlines()[-1]

        one, another = await scans(office, "worker_a", link), await scans(office, "worker_b", link)
        for worker in (one, another):
            assert "123-" in last_text(worker)
            seen = "\n".join(message.text for message in worker.messages)
            assert WORDS[language]["wages"][:8] not in seen
            assert "worker_" not in seen
        assert language_of(office, one) is Language(language)

        await office.taps(one, Verb.ADD)
        await one.says(WORDS[language]["more"])
        await office.rest()
        await office.taps(another, Verb.LEAVE)
        mediator = office.phone("mediator_yi")
        await office.taps(mediator, Verb.TAKE)
        await office.taps(mediator, Verb.REACHED)
        before = len(another.messages)
        await office.until(11, 25, 9, 0)
        await office.taps(mediator, Verb.AGREE)
        await mediator.says(WORDS[language]["terms"])
        await office.taps(mediator, Verb.AGREE_OK)
        assert WORDS[language]["terms"] in "\n".join(message.text for message in one.messages)
        assert len(another.messages) == before

        lines = office.look(
            lambda session: session.scalars(
                select(Task).where(Task.kind == TaskKind.READ_ALOUD)
            ).all()
        )
        assert [line.facts["side"] for line in lines] == [Side.CONCERNED]
        await officer.says("/desk")
        await office.taps(officer, Verb.TASK)
        assert WORDS[language]["terms"] in last_text(officer)
        await office.taps(officer, Verb.TASK_DONE)
        assert office.look(
            lambda session: session.scalars(
                select(Task.state).where(Task.kind == TaskKind.READ_ALOUD)
            ).all()
        ) == [TaskState.DONE]


async def test_a_visit_that_found_it_worse_raises_it_after_one_more_tap(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        officer = await whistle(office)
        assert office.case().level is Level.ORANGE
        await officer.says("/desk")
        await office.taps(officer, Verb.OPEN)
        await office.taps(officer, Verb.MORE)
        await office.taps(officer, Verb.VISIT)

        await office.taps(officer, Verb.VISIT_FOUND, "worse")
        assert office.case().level is Level.ORANGE
        await office.taps(officer, Verb.RAISE_WHY, "worse-red")
        assert office.case().level is Level.RED
        red = office.phone("supervisor_ren").messages[-1]
        assert "123-" in red.text

        await officer.says(WORDS[language]["seen"])
        visits = office.look(
            lambda session: session.scalars(
                select(Event).where(Event.kind == "case.visited").order_by(Event.id)
            ).all()
        )
        assert [(event.facts or {}).get("words") for event in visits] == [
            None,
            WORDS[language]["seen"],
        ]


async def test_the_kind_that_was_read_is_corrected_by_two_taps(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        officer = office.phone("officer_ding")
        await office.until(11, 23, 10, 5)
        await officer.forwards(WORDS[language]["wages"])
        await office.taps(officer, Verb.FIX)
        await office.taps(officer, Verb.FIX_LINE, "kind")
        await office.taps(officer, Verb.KIND, "list")
        await office.taps(officer, Verb.KIND, Category.CONTRACT)
        await office.taps(officer, Verb.AGREED)

        case = office.case()
        assert (case.category, case.category_confirmed) == (Category.CONTRACT, True)


async def test_who_was_not_asked_is_asked_on_the_next_morning_and_one_tap_answers(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        officer = await whistle(office, Verb.NOT_ASKED)
        assert not office.case().consented

        await office.until(11, 24, 8, 31)
        await office.taps(officer, Verb.CONSENTED)

        assert office.case().consented


async def test_parties_read_the_name_only_while_the_officer_agrees(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        officer = office.phone("officer_ding")
        words = WORDS[language]
        resident = office.phone("resident_new")
        await resident.starts(f"g_222401002002003_{language[:2]}")
        await resident.says("楼上漏水，说了三天也不修。")
        full = f"{words['office']}{'' if language == 'zh_CN' else ' '}{words['name']}"
        assert full in last_text(resident)

        await officer.says("/desk")
        await office.taps(officer, Verb.NAMED, "no")
        await resident.says("天花板全湿了。")
        await office.rest()

        assert words["office"] in last_text(resident)
        assert full not in last_text(resident)


async def test_the_officer_sees_a_neighbours_case_as_number_kind_and_stage(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("zh_CN")
    resident = office.phone("resident_new")
    await resident.starts("g_222401002002003_zh")
    await resident.says("楼上漏水，天花板全湿了，我叫王秘密。")
    await office.taps(resident, Verb.SUBMIT)
    officer = office.phone("officer_ding")

    await officer.says("/desk")
    await office.taps(officer, Verb.OPEN)

    seen = "\n".join(message.text for message in officer.messages)
    assert "邻里" in last_text(officer)
    assert "王秘密" not in seen
    assert "天花板" not in seen
    await office.taps(officer, Verb.MORE)
    await office.taps(officer, Verb.RAISE)
    await office.taps(officer, Verb.RAISE_WHY, "crowd-orange")
    raised = office.look(lambda session: session.scalars(select(Case)).one())
    assert raised.level is Level.ORANGE
