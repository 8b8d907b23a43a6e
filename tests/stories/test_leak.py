"""The leak from upstairs: from the first word to the recorded closure, in Chinese and in Korean (conversations.md §1, §4)."""

from collections.abc import Awaitable, Callable

import pytest

from handlers.answers import Answer
from handlers.buttons import Verb
from models.vocabulary import Outcome, Rating
from models.vocabulary import Stage as CaseStage
from tests.stories.golden import compare, lines
from tests.stories.stage import PLACE, Stage

WORDS = {
    "zh_CN": {
        "leak": "楼上漏水，我家天花板全湿了，说了三天也不修。",
        "home": "2单元302",
        "summary": "楼上漏水三天，天花板湿了，要求修好。",
        "terms": "楼上在12月6日前修好水管，赔偿天花板1,200元。",
    },
    "ko_CN": {
        "leak": "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다.",
        "home": "2단원 302호",
        "summary": "웃집에서 사흘째 물이 새여 천정이 젖었다고 합니다. 고쳐달라고 합니다.",
        "terms": "웃집에서 12월 6일까지 수도관을 고치고 천정값 1,200원을 물어줍니다.",
    },
}


async def to_the_number(stage: Stage, *, by_voice: bool) -> None:
    resident = stage.phone("resident_a", "甲")
    poster = f"g_{PLACE}_{'ko' if stage.language == 'ko_CN' else 'zh'}"
    await stage.until(11, 23, 9, 12)
    await resident.starts(poster)
    if by_voice:
        await resident.voice(21)
        await stage.answers(resident, Answer.NO_DANGER)
    else:
        await resident.says(WORDS[stage.language]["leak"])
    await stage.taps(resident, Verb.SUBMIT)


async def to_the_closure(stage: Stage, *, by_voice: bool) -> None:
    resident, mediator = stage.phone("resident_a"), stage.phone("mediator_yi")
    await resident.says(WORDS[stage.language]["home"])
    await stage.until(11, 23, 10, 40)
    await stage.taps(mediator, Verb.TAKE)
    if by_voice:
        await stage.taps(mediator, Verb.TASK_DONE)
        await mediator.says(WORDS[stage.language]["summary"])
    await stage.until(11, 24, 8, 35)
    await stage.taps(stage.phone("judge_bing"), Verb.TAKE_ALL)
    await stage.until(11, 24, 15, 0)
    await stage.taps(mediator, Verb.REACHED)
    await stage.until(12, 1, 10, 0)
    await stage.taps(mediator, Verb.AGREE)
    await mediator.says(WORDS[stage.language]["terms"])
    await stage.taps(mediator, Verb.AGREE_OK)
    await stage.until(12, 7, 9, 30)
    await stage.taps(resident, Verb.KEPT, "all")
    await stage.taps(resident, Verb.CLOSE_OK)
    await stage.taps(resident, Verb.RATE, "satisfied")


@pytest.mark.parametrize("by_voice", [True, False], ids=["by_voice", "typed"])
async def test_a_leak_is_reported_taken_agreed_kept_closed_and_rated(
    stage: Callable[[str], Awaitable[Stage]], *, by_voice: bool, write_golden: bool
) -> None:
    told = {}
    for language in ("zh_CN", "ko_CN"):
        office = await stage(language)
        begun = len(office.sandbox.transcript)
        await to_the_number(office, by_voice=by_voice)
        await to_the_closure(office, by_voice=by_voice)
        told[language] = lines(office, ("resident_a", "mediator_yi", "judge_bing"), since=begun)
        case = office.case()
        assert (case.stage, case.outcome, case.rating) == (
            CaseStage.CLOSED,
            Outcome.PERFORMED,
            Rating.SATISFIED,
        )
        office.assert_all_clocks_stopped()

    name = f"leak_{'by_voice' if by_voice else 'typed'}"
    compare(name, told["zh_CN"], told["ko_CN"], write=write_golden)


async def test_the_budget_of_taps_is_kept(stage: Callable[[str], Awaitable[Stage]]) -> None:
    by_voice = await stage("ko_CN")
    await to_the_number(by_voice, by_voice=True)
    typed = await stage("zh_CN")
    await to_the_number(typed, by_voice=False)

    spoken, written = by_voice.phone("resident_a").counts, typed.phone("resident_a").counts
    assert (spoken.taps, spoken.typed_messages) == (3, 0)
    assert (written.taps, written.typed_messages) == (2, 1)
