"""After the number: only what the words did not say is asked, once, one at a time; an answer may raise the level."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from handlers.buttons import Verb
from models.assignment import Assignment
from models.case import Case
from models.party import Party
from models.vocabulary import Level, Side
from tests.stories.stage import PLACE, Stage

Opened = Callable[[str], Awaitable[Stage]]

WAGES = {
    "zh_CN": {
        "code": "zh",
        "words": "加班费一直不给，这个月也没给。",
        "home": "2单元302",
        "skip": "跳过",
        "who": "小王饭店",
        "many": "12",
        "asked": ("几号楼几单元", "对方是谁", "有几个人"),
        "thanks": "已补充",
    },
    "ko_CN": {
        "code": "ko",
        "words": "잔업한 돈을 주지 않습니다. 이달에도 주지 않았습니다.",
        "home": "2단원 302호",
        "skip": "건너뛰기",
        "who": "왕씨네 식당",
        "many": "열두명",
        "asked": ("몇동 몇호", "상대방이 누구", "몇명입니까"),
        "thanks": "보탰습니다",
    },
}


async def reported(office: Stage, language: str) -> None:
    resident = office.phone("resident_a", "甲")
    await resident.starts(f"g_{PLACE}_{WAGES[language]['code']}")
    await resident.says(str(WAGES[language]["words"]))
    await office.taps(resident, Verb.SUBMIT)


async def test_each_question_comes_once_and_twelve_people_raise_the_level(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WAGES[language]
    resident = office.phone("resident_a", "甲")
    await reported(office, language)
    assert office.case().level is Level.YELLOW
    home, who, many = words["asked"]
    assert home in resident.heard[-1]
    await resident.says(str(words["home"]))
    assert who in resident.heard[-1]
    await resident.says(str(words["who"]))
    assert many in resident.heard[-1]
    await resident.says(str(words["many"]))
    assert str(words["thanks"]) in resident.heard[-1]

    case = office.case()
    assert (case.other_side, case.people, case.level) == (words["who"], 12, Level.ORANGE)
    parties = office.look(lambda session: list(session.scalars(select(Party))))
    assert {party.side: party.name or party.home for party in parties} == {
        Side.REPORTER: words["home"],
        Side.OTHER: words["who"],
    }
    assert office.look(lambda session: len(list(session.scalars(select(Assignment))))) == 2


async def test_every_question_may_be_skipped(stage: Opened, language: str) -> None:
    office, words = await stage(language), WAGES[language]
    resident = office.phone("resident_a", "甲")
    await reported(office, language)

    for _ in words["asked"]:
        await resident.says(str(words["skip"]))

    case = office.case()
    assert (case.other_side, case.people, case.amount) == (None, None, None)
    assert office.look(lambda session: len(list(session.scalars(select(Case))))) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_what_the_words_said_is_not_asked(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident = office.phone("resident_a", "甲")
    await resident.starts(f"g_{PLACE}_zh")
    await resident.says("我住3号楼302室，楼上漏水三天了。")
    await office.taps(resident, Verb.SUBMIT)

    assert "已收到" in resident.heard[-1]
