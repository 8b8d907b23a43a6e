"""A report is interrupted in every way, and nothing that was said is lost: it goes on, waits, or is thrown away by a tap."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select

from handlers.answers import Answer
from handlers.buttons import Verb
from models.case import Case
from models.draft import Unsent
from models.evidence import Evidence
from models.vocabulary import EvidenceState, Refusal
from tests.stories.stage import Stage

Opened = Callable[[str], Awaitable[Stage]]

WORDS = {
    "zh_CN": {
        "leak": "楼上漏水，三天了也不修。",
        "wages": "工资两个月没发。",
        "why": "为什么问",
        "why_said": "再看一眼",
        "cancel": "取消",
        "kept": "到时删除",
        "other": "조선어",
        "offer": "您有一段还没提交的话",
        "gone": "今天已删除",
        "edited": "楼上漏水，五天了也不修。",
    },
    "ko_CN": {
        "leak": "웃집에서 물이 새여 사흘째 고쳐주지 않습니다.",
        "wages": "로임을 두달째 받지 못하였습니다.",
        "why": "왜 묻습니까?",
        "why_said": "한번 더 보시라고",
        "cancel": "취소",
        "kept": "그뒤에 지웁니다",
        "other": "中文",
        "offer": "아직 보내지 않은 말씀이 있습니다",
        "gone": "오늘 지웠습니다",
        "edited": "웃집에서 물이 새여 닷새째 고쳐주지 않습니다.",
    },
}


def matters(stage: Stage) -> list[str | None]:
    return stage.look(
        lambda session: [case.matter for case in session.scalars(select(Case).order_by(Case.id))]
    )


def put_aside(stage: Stage) -> int:
    return stage.look(
        lambda session: session.scalar(select(func.count()).select_from(Unsent)) or 0
    )


async def test_a_report_survives_why_language_and_cancel_and_is_sent(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])
    await resident.says(words["why"])
    assert any(words["why_said"] in text for text in resident.heard[-3:])
    await resident.says(words["other"])
    await resident.says("中文" if language == "zh_CN" else "조선어")
    await resident.says(words["cancel"])
    assert any(words["kept"] in text for text in resident.heard[-2:])

    await office.taps(resident, Verb.TAKE_UP)
    await office.taps(resident, Verb.SUBMIT)

    assert matters(office) == [words["leak"]]
    assert put_aside(office) == 0


async def test_a_second_matter_gets_its_own_number_and_the_first_waits(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])

    await resident.says("/report")
    await office.taps(resident, Verb.NEW_MATTER)
    await resident.says(words["wages"])
    await office.answers(resident, Answer.PLACE_UNKNOWN)
    await office.taps(resident, Verb.SUBMIT)
    assert matters(office) == [words["wages"]]
    await office.taps(resident, Verb.TAKE_UP)
    await office.taps(resident, Verb.SUBMIT)

    assert matters(office) == [words["wages"], words["leak"]]


async def test_a_draft_is_offered_after_a_day_and_deleted_after_seven(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])

    await office.wait(days=1, hours=1)
    assert words["offer"] in resident.heard[-1]
    heard = len(resident.heard)
    await office.wait(days=5)
    assert len(resident.heard) == heard
    await office.wait(days=1, hours=1)

    assert words["gone"] in resident.heard[-1]
    assert matters(office) == []


async def test_an_offered_draft_is_gone_on_with(stage: Opened, language: str) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])
    await office.wait(days=1, hours=1)

    await office.taps(resident, Verb.TAKE_UP)
    await office.taps(resident, Verb.SUBMIT)

    assert matters(office) == [words["leak"]]


async def test_words_and_files_are_corrected_before_they_are_sent(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])
    await resident.edits(words["edited"])
    await resident.photo()
    await office.rest()
    await office.taps(resident, Verb.FIX)
    await office.answers(resident, Answer.FIX_FILES)
    await office.taps(resident, Verb.TAKE_OUT)
    await office.taps(resident, Verb.SUBMIT)

    assert matters(office) == [words["edited"]]
    files = office.look(lambda session: list(session.scalars(select(Evidence))))
    assert [(file.state, file.refusal, file.case_id) for file in files] == [
        (EvidenceState.REFUSED, Refusal.DROPPED, None)
    ]


async def test_the_answer_to_yesterdays_question_is_asked_about(
    stage: Opened, language: str
) -> None:
    office, words = await stage(language), WORDS[language]
    resident = await office.begins(words["leak"])
    await office.taps(resident, Verb.SUBMIT)
    await office.wait(days=1)

    await resident.says("302")
    await office.taps(resident, Verb.BELONGS)

    assert matters(office) == [words["leak"]]
    assert put_aside(office) == 0


async def test_danger_said_by_a_key_is_answered_with_110(stage: Opened, language: str) -> None:
    office = await stage(language)
    resident = office.phone("resident_a", "甲")
    await resident.starts(office.poster)
    await resident.voice(12)

    await office.answers(resident, Answer.DANGER)

    assert "110" in resident.heard[-1]
    assert "120" in resident.heard[-1]
