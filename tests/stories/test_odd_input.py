"""Whatever is sent, somebody answers, nothing breaks, and nothing changes that should not (laws 6, 7)."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from handlers import TAPS
from handlers.answers import Answer
from handlers.buttons import Verb
from models.assignment import Assignment
from models.update_in import UpdateIn
from models.vocabulary import AssignmentState, UpdateState
from tests.stories.stage import PLACE, Stage

Opened = Callable[[str], Awaitable[Stage]]

ODD = [
    "\u200b\u200d",
    "😀😀😀",
    "\u202e倒着写的字",
    "<b>漏水</b> & <script>alert(1)</script>",
    "漏\x00水",
    "x" * 4096,
    "누수" * 1000,
    "Вода течёт с потолка",
    "1",
    "예",
    "123-4",
    "/nonsense",
    "/start g_999999999999_zh",
    "/start i_unknown",
    "/start p_unknown",
    "/cancel",
    "/my",
    "/language",
    "/help",
    "/desk",
]


def broken(stage: Stage) -> list[UpdateIn]:
    return stage.look(
        lambda session: list(
            session.scalars(select(UpdateIn).where(UpdateIn.state != UpdateState.DONE))
        )
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["stranger", "officer_ding", "mediator_yi"])
async def test_every_text_is_answered_and_none_breaks_us(stage: Opened, who: str) -> None:
    office = await stage("zh_CN")
    person = office.phone(who)
    for text in ODD:
        before = len(person.heard)
        await person.says(text)
        if len(person.heard) == before:
            await office.rest()
        assert len(person.heard) > before, f"{text[:20]!r} was not answered"

    assert broken(office) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_everything_that_is_not_text_is_answered(stage: Opened) -> None:
    office = await stage("ko_CN")
    person = office.phone("resident_a", "甲")
    await person.starts(f"g_{PLACE}_ko")
    for send in (
        lambda: person.contact("+8613900000001", own=False),
        lambda: person.location(0.0, 0.0),
        lambda: person.document("합의서.pdf", b"%PDF-1.4"),
        person.photo,
        lambda: person.forwards("퍼온 글입니다", from_name="누군가"),
        lambda: person.edits("고친 글입니다"),
        lambda: person.voice(3),
    ):
        before = len(person.heard)
        await send()
        await office.rest()
        assert len(person.heard) > before
    await office.answers(person, Answer.NO_DANGER)

    assert broken(office) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_forged_or_foreign_button_changes_nothing(stage: Opened) -> None:
    office = await stage("zh_CN")
    resident, stranger = office.phone("resident_a", "甲"), office.phone("stranger", "x")
    await resident.starts(f"g_{PLACE}_zh")
    await resident.says("楼上漏水，三天了也不修。")
    await office.taps(resident, Verb.SUBMIT)
    await stranger.starts()
    case = office.case()
    last = stranger.last
    assert last is not None

    forged = [f"{verb}:{case.id}:{case.turn}" for verb in Verb]
    forged += [f"{Verb.KEPT}:{case.id}:{case.turn}:all", f"{Verb.RATE}:{case.id}:1:satisfied"]
    for data in (
        *forged,
        "take",
        "take:1",
        "drop:1:1",
        "kept:1:1:zzz",
        "day_is:1:1:999",
        "x" * 64,
    ):
        await stranger.taps_data(last.id, data)

    after = office.case()
    assert (after.stage, after.turn, after.rating, after.safe_channel) == (
        case.stage,
        case.turn,
        case.rating,
        case.safe_channel,
    )
    states = office.look(lambda session: set(session.scalars(select(Assignment.state))))
    assert states == {AssignmentState.OFFERED}
    assert broken(office) == []
    assert "漏水" not in "".join(stranger.heard)
    # a forged tap names a message that no bot could edit: Telegram says so, and the answer comes as a new message
    office.sandbox.violations.clear()


def test_every_verb_of_a_button_has_its_answer() -> None:
    assert set(TAPS) == set(Verb)
