"""A head's day in both languages: what is late, another mediator, an order and its answer, the court asked, the month."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from bot.sandbox.people import Person as Phone
from bot.sandbox.screen import Message
from cases.numbers import CaseNumber
from handlers.buttons import Tap, Verb
from models.assignment import Assignment
from models.case import Case
from models.task import Task
from models.vocabulary import AssignmentState, Level, Part, TaskKind, TaskState
from tests.stories.stage import PLACE, Stage

WORDS = {
    "zh_CN": {
        "leak": "楼上漏水，我家天花板全湿了，说了三天也不修。",
        "reason": "调解员出差一周",
        "order": "今天联系双方，把情况写清楚",
        "answer": "双方都联系上了，周四上午见面",
        "request": "法官两天没有报到，请过问",
        "late": "逾期：",
        "none": "没有逾期的。",
    },
    "ko_CN": {
        "leak": "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다.",
        "reason": "조정원이 일주일간 출장갔습니다",
        "order": "오늘 량측에 련락하고 정황을 쓰십시오",
        "answer": "량측과 련락되였습니다. 목요일 오전에 만납니다",
        "request": "법관이 이틀째 도착보고를 하지 않습니다. 알아보아주십시오",
        "late": "기한 지남: ",
        "none": "기한이 지난것이 없습니다.",
    },
}


async def reported(stage: Stage) -> Case:
    """An ordinary leak on Monday morning."""
    resident = stage.phone("resident_a", "甲")
    await resident.starts(f"g_{PLACE}_{'ko' if stage.language == 'ko_CN' else 'zh'}")
    await resident.says(WORDS[stage.language]["leak"])
    await stage.taps(resident, Verb.SUBMIT)
    return stage.case()


async def menu(stage: Stage, phone: Phone) -> None:
    """The case of the story, and the second page of its buttons."""
    await phone.says(number_of(stage))
    await stage.taps(phone, Verb.MORE)


def number_of(stage: Stage) -> str:
    case = stage.case()
    return CaseNumber(case.year, case.area6, case.sequence).short


def task(stage: Stage, kind: TaskKind) -> Task:
    return stage.look(lambda session: session.scalars(select(Task).where(Task.kind == kind)).one())


def holders(stage: Stage, part: Part) -> list[str | None]:
    live = (AssignmentState.OFFERED, AssignmentState.SEEN, AssignmentState.TAKEN)
    return stage.look(
        lambda session: [
            one.person.code
            for one in session.scalars(
                select(Assignment).where(Assignment.part == part, Assignment.state.in_(live))
            )
        ]
    )


async def test_a_head_sees_what_is_late_and_gives_it_to_somebody_else(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    words, head = WORDS[language], office.phone("supervisor_ren")
    await head.says("/desk")
    assert head.messages[-1].text == words["none"]
    await reported(office)

    await office.until(11, 24, 10, 30)  # nobody took it within a day
    await head.says("/desk")

    page = head.messages[-1]
    assert page.text.startswith(words["late"])
    assert "丹山社区" in page.text or "단산사회구역" in page.text
    await office.taps(head, Verb.OPEN)
    await office.taps(head, Verb.MORE)
    await office.taps(head, Verb.REASSIGN, Part.MEDIATOR)
    await office.taps(head, Verb.REASSIGN_TO)
    await head.says(words["reason"])

    (now,) = holders(office, Part.MEDIATOR)
    assert now not in {"mediator_yi", "mediator_ji"}
    phone = office.phone(str(now))
    assert any(Verb.TAKE in _verbs(message) for message in phone.messages)
    resident = office.phone("resident_a")
    assert any(str(office.case().sequence) in one.text for one in resident.messages[-2:])


async def test_an_order_is_answered_and_the_head_reads_the_answer(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    words, head = WORDS[language], office.phone("supervisor_ren")
    mediator = office.phone("mediator_yi")
    await reported(office)
    await office.taps(mediator, Verb.TAKE)

    await menu(office, head)
    await office.taps(head, Verb.ORDER, Part.MEDIATOR)
    await head.says(words["order"])
    await office.taps(head, Verb.ORDER_DUE)
    await office.taps(mediator, Verb.TASK_DONE)
    await mediator.says(words["answer"])

    assert task(office, TaskKind.ORDER).state is TaskState.DONE
    await office.taps(head, Verb.STORY)
    assert words["answer"] in "".join(message.text for message in head.messages[-2:])
    resident = office.phone("resident_a")
    assert not any(words["order"] in message.text for message in resident.messages)
    assert words["order"] in "".join(message.text for message in head.messages[-2:])


async def test_the_centre_asks_the_court_and_the_court_orders_its_judge(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    words, head, court = (
        WORDS[language],
        office.phone("supervisor_ren"),
        office.phone("court_xin"),
    )
    await reported(office)
    await office.until(11, 24, 8, 40)

    await menu(office, head)
    offered = _verbs(head.messages[-1])
    assert Verb.REQUEST in offered
    assert not {Verb.FREEZE, (Verb.ORDER, Part.JUDGE)} & set(offered)
    await office.taps(head, Verb.REQUEST)
    await head.says(words["request"])
    await menu(office, court)
    await office.taps(court, Verb.ORDER, Part.JUDGE)
    await court.says(words["order"])
    await office.taps(court, Verb.ORDER_DUE)

    assert task(office, TaskKind.REQUEST).state is TaskState.DONE
    given = task(office, TaskKind.ORDER)
    assert (given.state, given.facts["part"]) == (TaskState.OPEN, Part.JUDGE)
    await office.taps(head, Verb.STORY)
    assert words["order"] in "".join(message.text for message in head.messages[-2:])


async def test_every_number_of_the_month_opens_its_list(
    stage: Callable[[str], Awaitable[Stage]], language: str
) -> None:
    office = await stage(language)
    head = office.phone("supervisor_ren")
    case = await reported(office)
    await head.says("/desk")

    await office.taps(head, Verb.MONTH)
    await office.taps(head, Verb.MONTH_LIST, "head-registered")

    assert str(case.sequence) in head.messages[-1].text
    await office.taps(head, Verb.MONTH)
    await office.taps(head, Verb.MONTH_LIST, "head-contradicted")
    await office.taps(head, Verb.MONTH)
    await office.taps(head, Verb.PAGE, "head")
    assert head.messages[-1].text == WORDS[language]["none"]


async def test_the_words_of_a_head_about_a_danger_make_the_case_one_of_danger(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("zh_CN")
    head = office.phone("supervisor_ren")
    await reported(office)
    await menu(office, head)
    await office.taps(head, Verb.REASSIGN, Part.MEDIATOR)
    await office.taps(head, Verb.REASSIGN_TO)

    await head.says("对方拿刀要砍死他")

    assert office.case().level is Level.RED


def _verbs(message: Message) -> list[object]:
    """What the buttons of a message mean, also with the part where there is one."""
    data = [button.data for row in message.inline for button in row if button.data]
    taps = [Tap.read(one) for one in data]
    return [tap.verb for tap in taps] + [(tap.verb, tap.arg) for tap in taps]
