"""Twelve workers' wages, by a grid officer: one tap; the silent judge's assistant is called; closed with a second person's approval."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from handlers.buttons import Verb
from models.assignment import Assignment
from models.vocabulary import AssignmentState, Level, Part
from models.vocabulary import Stage as CaseStage
from tests.stories.golden import compare, lines
from tests.stories.stage import Stage

WORDS = {
    "zh_CN": {
        "wages": "丹山社区工地12名工人，8到10月工资没发，共18.6万，包工头电话打不通。",
        "terms": "包工头分两次付清18.6万元，12月4日前付完。",
    },
    "ko_CN": {
        "wages": "단산사회구역 공사장 로동자 12명이 8월부터 10월까지 로임을 못 받았습니다. 모두 18만 6,000원,"
        " 도급자가 전화를 받지 않습니다.",
        "terms": "도급자가 두번에 나누어 12월 4일까지 18만 6,000원을 다 줍니다.",
    },
}


async def to_the_whistle(stage: Stage) -> None:
    officer = stage.phone("officer_ding")
    await stage.until(11, 23, 10, 5)
    await officer.forwards(
        WORDS[stage.language]["wages"], photo=True, caption=WORDS[stage.language]["wages"]
    )
    await stage.taps(officer, Verb.AGREED)


async def to_the_deputy(stage: Stage) -> None:
    """The mediator takes it; the judge opens the card and is silent; at 12:05 the assistant is called."""
    await stage.until(11, 23, 10, 20)
    await stage.taps(stage.phone("mediator_yi"), Verb.TAKE)
    await stage.taps(stage.phone("judge_bing"), Verb.OPEN)
    await stage.until(11, 23, 12, 6)
    await stage.taps(stage.phone("assistant_geng"), Verb.TAKE)


async def to_the_closure(stage: Stage) -> None:
    mediator, officer = stage.phone("mediator_yi"), stage.phone("officer_ding")
    await stage.taps(mediator, Verb.REACHED)
    await stage.until(11, 25, 9, 0)
    await stage.taps(mediator, Verb.AGREE)
    await mediator.says(WORDS[stage.language]["terms"])
    await stage.taps(mediator, Verb.AGREE_OK)
    await stage.until(12, 5, 9, 30)
    await stage.taps(officer, Verb.KEPT, "all")
    await stage.taps(officer, Verb.CLOSE_OK)
    head = stage.phone("supervisor_ren")
    await stage.taps(head, Verb.OPEN)
    await stage.taps(head, Verb.APPROVE)


async def test_twelve_wages_reach_the_deputy_when_the_judge_is_silent(
    stage: Callable[[str], Awaitable[Stage]], *, write_golden: bool
) -> None:
    told = {}
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        begun = len(office.sandbox.transcript)
        await to_the_whistle(office)
        case = office.case()
        assert (case.level, case.people, int(case.amount or 0)) == (Level.ORANGE, 12, 186_000)
        await to_the_deputy(office)
        taken = office.look(
            lambda session: [
                one.person.code
                for one in session.scalars(
                    select(Assignment).where(
                        Assignment.part == Part.JUDGE,
                        Assignment.state == AssignmentState.TAKEN,
                    )
                )
            ]
        )
        assert taken == ["assistant_geng"]
        await to_the_closure(office)
        told[language] = lines(
            office,
            (
                "officer_ding",
                "mediator_yi",
                "judge_bing",
                "assistant_geng",
                "court_xin",
                "supervisor_ren",
            ),
            since=begun,
        )
        closed = office.case()
        assert closed.stage is CaseStage.CLOSED
        office.assert_all_clocks_stopped()

    compare("wages", told["zh_CN"], told["ko_CN"], write=write_golden)


async def test_an_officer_needs_one_tap_and_no_words(
    stage: Callable[[str], Awaitable[Stage]],
) -> None:
    office = await stage("zh_CN")
    officer = office.phone("officer_ding")
    before = (officer.counts.taps, officer.counts.typed_messages)
    await to_the_whistle(office)

    after = (officer.counts.taps, officer.counts.typed_messages)
    assert (after[0] - before[0], after[1] - before[1]) == (1, 0)
