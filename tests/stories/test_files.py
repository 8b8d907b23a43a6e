"""What people send is kept: the receipt says so as it happens, who handles the case can open it, and nobody else (DESIGN §3, "Files")."""

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.sandbox.chats import Kind
from bot.sandbox.files import LARGEST_DOWNLOAD
from bot.sandbox.people import Person as Phone
from handlers.answers import Answer
from handlers.buttons import Verb
from models.evidence import Evidence
from models.notice import Notice
from models.vocabulary import EvidenceKind, EvidenceState, NoticeState, Refusal
from tests.stories.stage import PLACE, Stage

Opened = Callable[[str], Awaitable[Stage]]

PDF = b"%PDF-1.7\n" + b"a contract " * 30
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LEAK = {
    "zh_CN": "楼上漏水，我家天花板全湿了，说了三天也不修。",
    "ko_CN": "웃집에서 물이 새여 우리 집 천정이 다 젖었습니다. 사흘째 말해도 고쳐주지 않습니다.",
}
SAVED = {
    "zh_CN": "材料：照片12张（已保存）、语音1段（已保存）、文件1个（已保存）",
    "ko_CN": "자료: 사진 12장(보관되였음), 음성 1건(보관되였음), 문서 1건(보관되였음)",
}


def docx() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return held.getvalue()


def files(stage: Stage) -> list[Evidence]:
    return stage.look(lambda s: list(s.scalars(select(Evidence).order_by(Evidence.id))))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is on a screen rings no bell
            await asyncio.sleep(0.05)


def pictures_shown_to(person: Phone) -> set[str]:
    """By Telegram's unique id."""
    return {
        post.carried["photo"][-1]["file_unique_id"]
        for post in person.chat.of_bot()
        if post.kind is Kind.PHOTO
    }


async def to_the_number(stage: Stage, resident: Phone) -> None:
    poster = f"g_{PLACE}_{'ko' if stage.language == 'ko_CN' else 'zh'}"
    await resident.starts(poster)
    await resident.says(LEAK[stage.language])
    await stage.taps(resident, Verb.SUBMIT)


async def test_an_album_a_voice_and_a_paper_are_kept_and_shown_to_who_handles_the_case(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    resident, mediator = office.phone("resident_a", "甲"), office.phone("mediator_yi")
    await resident.starts(f"g_{PLACE}_{'ko' if language == 'ko_CN' else 'zh'}")
    await resident.album(12, LEAK[language])
    await resident.voice(9)
    await office.answers(resident, Answer.NO_DANGER)
    await resident.document("合同.pdf", PDF)
    await office.rest()
    await office.taps(resident, Verb.SUBMIT)

    assert resident.sees(SAVED[language])
    assert {row.state for row in files(office)} == {EvidenceState.STORED}
    assert len(files(office)) == 14

    await office.taps(mediator, Verb.TAKE)
    await office.taps(mediator, Verb.STORY)
    kinds = [seen.kind for seen in mediator.messages if not seen.mine]
    assert kinds[-10:] == [Kind.PHOTO] * 8 + [Kind.VOICE, Kind.DOCUMENT]
    await office.taps(mediator, Verb.FILES)
    assert [seen.kind for seen in mediator.messages if not seen.mine][-4:] == [Kind.PHOTO] * 4
    assert mediator.messages[-1].labels == []


@SQLITE
async def test_the_receipt_is_changed_in_place_once_when_the_last_file_is_there(
    stage: Opened,
) -> None:
    office = await stage("zh_CN")
    resident = office.phone("resident_a", "甲")
    await resident.starts(f"g_{PLACE}_zh")
    await resident.says(LEAK["zh_CN"])
    office.sandbox.fail("download", "delay", 3, delay_s=1.5)
    await resident.album(3, settle=False)
    await until(lambda: len(files(office)) == 3 and len(resident.messages) > 5)
    await resident.taps("提交", settle=False)
    await until(lambda: resident.sees("材料：照片3张（正在保存）"))
    receipt = next(seen for seen in resident.messages if "正在保存" in seen.text)
    await office.sandbox.settle()

    changed = next(seen for seen in resident.messages if seen.id == receipt.id)
    assert "材料：照片3张（已保存）" in changed.text
    assert changed.edited
    assert [text for text in resident.heard if "（已保存" in text] == [changed.text]


async def test_files_added_later_get_one_answer_for_a_burst_that_names_them_all(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    resident = office.phone("resident_a", "甲")
    await to_the_number(office, resident)
    before = len(resident.messages)

    await resident.album(30, "地下室也湿了" if language == "zh_CN" else "지하실도 젖었습니다")
    await office.rest()

    assert len(files(office)) == 30
    assert {row.state for row in files(office)} == {EvidenceState.STORED}
    answers = [seen.text for seen in resident.messages[before:] if not seen.mine]
    assert len(answers) == 1
    assert "照片30张（已保存）" in answers[0] or "사진 30장(보관되였음)" in answers[0]
    assert len(resident.keyboard) == 3, "the keys stay in force"


async def test_what_cannot_be_kept_is_refused_with_a_reason_and_the_rest_is_kept(
    stage: Opened, language: str
) -> None:
    office = await stage(language)
    resident, mediator = office.phone("resident_a", "甲"), office.phone("mediator_yi")
    await to_the_number(office, resident)
    await office.answers(resident, Answer.ADD_PHOTO)
    await resident.document("照片.jpg", b"MZ\x90\0 a program")
    await office.rest()
    await resident.document("录像.mp4", PDF.ljust(LARGEST_DOWNLOAD + (5 << 20), b" "))
    await office.rest()
    await resident.document("协议.docx", docx())
    await office.rest()

    assert [row.refusal for row in files(office)] == [
        Refusal.KIND_NOT_TAKEN,
        Refusal.TOO_LARGE,
        None,
    ]
    told = [
        text for text in resident.heard if "文件没有收下" in text or "받지 못하였습니다" in text
    ]
    assert len(told) == 2
    assert "20" in told[1].split("\n")[1]

    await office.taps(mediator, Verb.TAKE)
    before = len(mediator.messages)
    await office.taps(mediator, Verb.STORY)
    seen = mediator.messages[before:]
    assert "照片.jpg" in seen[0].text
    assert "录像.mp4" in seen[0].text
    assert [one.kind for one in seen[1:]] == [Kind.DOCUMENT], "what was refused is not handed on"


@SQLITE
async def test_sounds_and_films_are_shown_in_the_way_in_which_they_came(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident, mediator = office.phone("resident_a", "甲"), office.phone("mediator_yi")
    await to_the_number(office, resident)
    film = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(200)
    await resident.audio("录音.mp3", b"ID3\x04" + bytes(300))
    await resident.video(film)
    await resident.animation(film + b"another")
    await office.rest()

    assert [row.kind for row in files(office)] == [
        EvidenceKind.AUDIO,
        EvidenceKind.VIDEO,
        EvidenceKind.ANIMATION,
    ]
    await office.taps(mediator, Verb.TAKE)
    await office.taps(mediator, Verb.STORY)
    shown = [seen.kind for seen in mediator.messages if not seen.mine][-3:]
    assert shown == [Kind.AUDIO, Kind.VIDEO, Kind.ANIMATION]


@SQLITE
async def test_the_other_side_sees_its_own_files_and_none_of_the_reporters(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident, mediator = office.phone("resident_a", "甲"), office.phone("mediator_yi")
    other = office.phone("resident_c", "丙")
    await resident.starts(f"g_{PLACE}_zh")
    await resident.photo(LEAK["zh_CN"])
    await office.rest()
    await office.taps(resident, Verb.SUBMIT)
    await office.taps(mediator, Verb.TAKE)
    await office.taps(mediator, Verb.REACHED)
    await office.taps(mediator, Verb.INVITE)
    link = (
        next(text for text in reversed(mediator.heard) if "start=" in text)
        .split("start=")[1]
        .split()[0]
    )
    await other.starts(link)
    case = office.case()
    await other.taps_data(other.last.id, f"{Verb.ADD}:{case.id}:1")
    await other.photo()
    await office.rest()
    for verb in (Verb.STORY, Verb.FILES, Verb.OPEN):
        await other.taps_data(other.last.id, f"{verb}:{case.id}:1:99")
        await resident.taps_data(resident.last.id, f"{verb}:{case.id}:1:99")
    await office.rest()

    owners = {row.file_unique_id: row.person_id for row in files(office)}
    assert len(set(owners.values())) == 2
    assert "材料：照片1张（已保存）" in "\n".join(other.heard)
    assert pictures_shown_to(other) == set()
    assert {owners[one] for one in pictures_shown_to(resident)} <= {office.case().reporter_id}
    await office.taps(mediator, Verb.STORY)
    assert pictures_shown_to(mediator) == set(owners)
    office.sandbox.violations.clear()  # forged taps name messages that no bot could edit


@SQLITE
async def test_in_danger_files_are_kept_and_nothing_of_it_is_written_into_the_chat(
    stage: Opened,
) -> None:
    office = await stage("ko_CN")
    victim = office.phone("resident_e", "戊")
    await victim.says("남편이 오늘 저녁에 들어오면 칼로 죽이겠다고 합니다. 무섭습니다.")
    heard = len(victim.heard)
    await victim.document("사진.jpg", b"MZ\x90\0 a program")
    await victim.photo()
    await office.rest()

    assert [row.state for row in files(office)] == [EvidenceState.REFUSED, EvidenceState.STORED]
    assert not [text for text in victim.heard[heard:] if "자료" in text or "문서" in text]
    refused = office.look(
        lambda s: s.scalars(select(Notice.state).where(Notice.kind == "file_refused")).all()
    )
    assert NoticeState.SENT not in refused


@SQLITE
async def test_every_picture_of_an_album_in_a_note_goes_to_its_case(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident, mediator = office.phone("resident_a", "甲"), office.phone("mediator_yi")
    await to_the_number(office, resident)
    await office.taps(mediator, Verb.TAKE)
    case = office.case()
    await mediator.taps_data(mediator.last.id, f"{Verb.WORD}:{case.id}:{case.turn}")
    await mediator.album(4, "现场")
    await office.rest()

    assert [row.case_id for row in files(office)] == [case.id] * 4
    assert mediator.sees("材料：照片4张（已保存）")
