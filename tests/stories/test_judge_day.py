"""A judge's day: one silent card, all at once or one by one; the assistant's tap for him; a word to the mediator; a recusal."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from bot.sandbox.people import Person as Phone
from handlers.buttons import Verb
from models.assignment import Assignment
from models.event import Event
from models.vocabulary import AssignmentState, Part
from tests.stories.stage import PLACE, Stage

LEAKS = {
    "zh_CN": ("楼上漏水，天花板湿了。", "楼下太吵，睡不着。", "邻居占了楼道。"),
    "ko_CN": (
        "웃집에서 물이 샙니다.",
        "아래집이 너무 시끄럽습니다.",
        "옆집이 복도를 차지했습니다.",
    ),
}
WORDS = {
    "zh_CN": {"word": "先看一下物业的维修记录。", "reply": "好，明天去看。", "none": "没有要办的"},
    "ko_CN": {
        "word": "먼저 물업회사의 수리기록을 보십시오.",
        "reply": "래일 보겠습니다.",
        "none": "하실 일이 없습니다",
    },
}


async def reports(stage: Stage, which: int) -> None:
    resident = stage.phone(f"resident_{which}")
    await resident.starts(f"g_{PLACE}_{stage.language[:2]}")
    await resident.says(LEAKS[stage.language][which])
    await stage.taps(resident, Verb.SUBMIT)


def judges(stage: Stage) -> list[tuple[str, str]]:
    """Each offer to a judge: to whom, and how it stands; in order."""
    return stage.look(
        lambda session: [
            (one.person.code or "", one.state.value)
            for one in session.scalars(
                select(Assignment).where(Assignment.part == Part.JUDGE).order_by(Assignment.id)
            )
        ]
    )


def texts(phone: Phone) -> str:
    return "\n".join(message.text for message in phone.messages)


async def test_one_card_all_at_once_and_nothing_that_came_later(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        judge = office.phone("judge_bing")
        await reports(office, 0)
        await reports(office, 1)
        await office.until(11, 24, 8, 31)
        card = judge.messages[-1]
        assert card.silent
        assert len(card.inline) == 2
        await reports(office, 2)

        await office.taps(judge, Verb.TAKE_ALL)

        assert [state for _, state in judges(office)] == ["taken", "taken", "offered"]
        assert WORDS[language]["none"] in judge.messages[-1].text


async def test_one_by_one_in_place_with_a_recusal_and_the_end_said_plainly(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        judge = office.phone("judge_bing")
        for which in range(3):
            await reports(office, which)
        await office.until(11, 24, 8, 31)
        messages = len(judge.messages)

        await office.taps(judge, Verb.ONE_BY_ONE)
        await office.taps(judge, Verb.TAKE_NEXT)
        await office.taps(judge, Verb.BACK, "-n")
        await office.taps(judge, Verb.BACK_WHY, "related-n")
        await office.taps(judge, Verb.TIE, "kin-n")
        await office.taps(judge, Verb.TAKE_NEXT)

        assert [one for one in judges(office) if one[0] == "judge_bing"] == [
            ("judge_bing", "taken"),
            ("judge_bing", "returned"),
            ("judge_bing", "taken"),
        ]
        assert WORDS[language]["none"] in judge.messages[-1].text
        assert len(judge.messages) == messages
        told = office.phone("court_xin").messages[-1].text
        assert "124-" in told
        assert LEAKS[language][1] not in texts(office.phone("court_xin"))


async def test_the_assistant_reports_in_for_him_and_he_reads_it_next_morning(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        judge, assistant = office.phone("judge_bing"), office.phone("assistant_geng")
        await reports(office, 0)
        await office.until(11, 24, 9, 0)
        await assistant.says("/desk")
        await office.taps(assistant, Verb.OPEN)

        await office.taps(assistant, Verb.TAKE_FOR)

        assert judges(office) == [("judge_bing", "taken")]
        await office.until(11, 25, 8, 31)
        assert "123-" in judge.messages[-1].text
        assert judge.messages[-1].silent
        name = "庚" if language == "zh_CN" else "경"
        assert name in judge.messages[-1].text


async def test_a_word_goes_to_the_mediator_and_back_and_never_to_a_party(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        words = WORDS[language]
        judge, mediator = office.phone("judge_bing"), office.phone("mediator_yi")
        await reports(office, 0)
        await office.taps(mediator, Verb.TAKE)
        await office.until(11, 24, 8, 31)
        await office.taps(judge, Verb.TAKE_ALL)
        await judge.says("/desk")
        await office.taps(judge, Verb.OPEN)

        await office.taps(judge, Verb.WORD)
        await judge.says(words["word"])
        assert words["word"] not in texts(mediator)
        await office.taps(mediator, Verb.GUIDANCE)
        assert words["word"] in texts(mediator)
        await office.taps(mediator, Verb.GUIDE)
        await mediator.says(words["reply"])
        await office.taps(judge, Verb.GUIDANCE)

        assert words["reply"] in texts(judge)
        assert words["word"] not in texts(office.phone("resident_0"))
        kinds = office.look(
            lambda session: session.scalars(
                select(Event.kind).where(Event.kind.in_(["case.guided", "case.noted"]))
            ).all()
        )
        assert kinds == ["case.guided", "case.guided"]
        assert AssignmentState.TAKEN in {state for _, state in judges(office)}
