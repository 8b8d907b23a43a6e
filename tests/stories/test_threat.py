"""A threat at home: danger text after no tap; nothing ever comes back to the phone that somebody else may read (law 13)."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from handlers.answers import Answer
from handlers.buttons import Verb
from models.notice import Notice
from models.task import Task
from models.vocabulary import Level, Outcome, SafeChannel, TaskKind, Urgent
from models.vocabulary import Stage as CaseStage
from tests.stories.golden import compare, lines
from tests.stories.stage import Stage

WORDS = {
    "zh_CN": {
        "threat": "我丈夫说今晚回来就拿刀砍死我，我害怕。",
        "contact": "13900000000 下午2点",
        "police": "派出所12月30日出具告诫书，保护令已经下达。",
    },
    "ko_CN": {
        "threat": "남편이 오늘 저녁에 들어오면 칼로 죽이겠다고 합니다. 무섭습니다.",
        "contact": "13900000000 2시",
        "police": "파출소에서 12월 30일에 훈계서를 냈고 보호령도 나왔습니다.",
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


async def to_the_closure(stage: Stage) -> None:
    """The desk proposes, a second person approves; the phone that somebody else may read hears nothing."""
    desk, head = stage.phone("coordinator_gui"), stage.phone("supervisor_ren")
    await desk.says("123-0")
    await stage.taps(desk, Verb.MORE)
    await stage.taps(desk, Verb.END)
    await stage.taps(desk, Verb.OUTCOME, Outcome.TO_POLICE)
    await desk.says(WORDS[stage.language]["police"])
    await stage.taps(desk, Verb.END_OK)
    assert stage.case().is_open
    await head.says("123-0")
    await stage.taps(head, Verb.APPROVE)


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
        await to_the_closure(office)
        assert len(victim.heard) == heard, "nothing was sent into that chat on our own motion"
        _nobody_of_the_grid_was_told(office, case.id)
        case = office.case()
        assert (case.stage, case.outcome) == (CaseStage.CLOSED, Outcome.TO_POLICE)
        office.assert_all_clocks_stopped()

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
