"""A threat at home: danger text after no tap; nothing ever comes back to the phone that somebody else may read (law 13)."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from handlers.answers import Answer
from handlers.buttons import Verb
from models.notice import Notice
from models.task import Task
from models.vocabulary import Level, SafeChannel, TaskKind, Urgent
from tests.stories.golden import compare, lines
from tests.stories.stage import Stage

WORDS = {
    "zh_CN": {
        "threat": "我丈夫说今晚回来就拿刀砍死我，我害怕。",
        "contact": "13900000000 下午2点",
    },
    "ko_CN": {
        "threat": "남편이 오늘 저녁에 들어오면 칼로 죽이겠다고 합니다. 무섭습니다.",
        "contact": "13900000000 2시",
    },
}


async def to_the_deleted_chat(stage: Stage) -> None:
    victim = stage.phone("resident_wu", "戊")
    await stage.until(11, 23, 13, 10)
    await victim.says(WORDS[stage.language]["threat"])
    await stage.answers(victim, Answer.AFRAID)
    await stage.answers(victim, Answer.SEEN)
    await stage.answers(victim, Answer.SAFE_PHONE)
    await victim.says(WORDS[stage.language]["contact"])
    await stage.answers(victim, Answer.ERASE)


async def to_the_call(stage: Stage) -> None:
    desk = stage.phone("coordinator_gui")
    await stage.taps(desk, Verb.OPEN)
    await stage.taps(desk, Verb.TAKE)
    await stage.until(11, 23, 14, 5)
    await stage.taps(desk, Verb.TASK_DONE)


async def test_a_threat_reaches_one_person_and_never_comes_back_to_the_phone(
    stage: Callable[[str], Awaitable[Stage]], *, write_golden: bool
) -> None:
    told = {}
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        begun = len(office.sandbox.transcript)
        await to_the_deleted_chat(office)
        victim = office.phone("resident_wu")
        assert len(victim.messages) == 1, "only the neutral greeting is left"
        await to_the_call(office)
        told[language] = lines(office, ("resident_wu", "coordinator_gui"), since=begun)
        heard = len(victim.heard)

        await office.until(12, 30, 12, 0)

        case = office.case()
        assert (case.level, case.safe_channel) == (Level.RED, SafeChannel.PHONE)
        assert len(victim.heard) == heard, "nothing was sent into that chat on our own motion"
        _nobody_of_the_grid_was_told(office, case.id)

    compare("threat", told["zh_CN"], told["ko_CN"], write=write_golden)


async def test_the_danger_text_comes_after_no_tap(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("ko_CN")
    stranger = office.sandbox.person("stranger", language_code="en")
    await stranger.says(WORDS["ko_CN"]["threat"])

    assert stranger.counts.taps == 0
    assert "110" in stranger.heard[0]


async def test_not_meant_is_still_read_by_a_human(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("ko_CN")
    person = office.phone("resident_wu", "戊")
    await person.says(WORDS["ko_CN"]["threat"])
    await office.answers(person, Answer.NOT_MEANT)

    kinds = office.look(lambda session: session.scalars(select(Task.kind)).all())
    assert TaskKind.READ in kinds


async def test_a_number_typed_brings_a_hidden_case_back(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("zh_CN")
    person = office.phone("resident_wu", "戊")
    await person.says(WORDS["zh_CN"]["threat"])
    await office.answers(person, Answer.AFRAID)
    await office.answers(person, Answer.SEEN)
    await office.answers(person, Answer.SAFE_SELF)
    case = office.case()
    assert case.hidden
    await office.answers(person, Answer.KEEP)
    await person.says("/my")
    assert "123-0" not in person.heard[-1]

    await person.says("123-0")

    assert "123-0" in person.heard[-1]


def _nobody_of_the_grid_was_told(office: Stage, case_id: int) -> None:
    readers = office.look(
        lambda session: {
            notice.person.code
            for notice in session.scalars(
                select(Notice).where(Notice.case_id == case_id, Notice.urgent != Urgent.ANSWER)
            )
        }
    )
    assert "officer_ding" not in readers
    assert "judge_bing" not in readers
