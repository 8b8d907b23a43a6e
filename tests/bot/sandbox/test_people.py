"""People can do what a hand can do, and a wrong tap says what is on the screen."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.screen import NothingToTapError
from tests.bot.sandbox.tiny_bot import Caller


class Talking(Caller):
    """Says things to the resident."""

    async def say(self, text: str, *inline: str, keys: tuple[str, ...] = ()) -> int:
        markup: dict[str, Any] = {}
        if inline:
            buttons = [[{"text": t, "callback_data": f"{text}:{t}"}] for t in inline]
            markup = {"reply_markup": {"inline_keyboard": buttons}}
        if keys:
            markup = {"reply_markup": {"keyboard": [[k] for k in keys]}}
        chat_id = self.sandbox.person("resident_a").telegram_id
        sent = await self.call("sendMessage", chat_id=chat_id, text=text, **markup)
        return int(sent["result"]["message_id"])

    async def taps(self) -> list[str]:
        got = (await self.call("getUpdates"))["result"]
        return [u["callback_query"]["data"] for u in got if "callback_query" in u]


@pytest_asyncio.fixture
async def resident(sandbox: Sandbox) -> Person:
    person = sandbox.person("resident_a", first_name="甲", language_code="ko")
    await person.starts("g_1_ko", settle=False)
    return person


@pytest_asyncio.fixture
async def bot(sandbox: Sandbox, resident: Person) -> AsyncIterator[Talking]:
    async with Talking(sandbox).connected() as connected:
        yield connected


async def test_the_newest_button_of_that_name_is_tapped(resident: Person, bot: Talking) -> None:
    await bot.say("old", "提交", "不提交")
    await bot.say("new", "提交")
    await bot.say("nothing to tap")

    await resident.taps("提交", settle=False)
    await resident.taps("不", settle=False)

    assert await bot.taps() == ["new:提交", "old:不提交"]


async def test_a_newer_keyboard_goes_before_an_older_button(
    resident: Person, bot: Talking
) -> None:
    await bot.say("card", "예")
    await bot.say("question", keys=("예", "아니오"))

    await resident.taps("예", settle=False)

    assert await bot.taps() == []
    assert resident.messages[-1].text == "예"
    assert resident.counts.typed_messages == 0
    await bot.say("card again", "예")
    await resident.taps("예", settle=False)
    assert await bot.taps() == ["card again:예"]


async def test_a_tap_on_nothing_lists_the_screen(resident: Person, bot: Talking) -> None:
    await bot.say("card", "报到", "报告")

    with pytest.raises(NothingToTapError, match=r"(?s)called '拒绝'.*card  \[报到\] / \[报告\]"):
        await resident.taps("拒绝", settle=False)
    with pytest.raises(NothingToTapError, match="begins several buttons"):
        await resident.taps("报", settle=False)

    assert resident.counts.taps == 1


async def test_stale_forged_and_deleted_buttons_can_be_tapped(
    resident: Person, bot: Talking
) -> None:
    card = await bot.say("card", "报到")
    seen = resident.last
    await bot.call("deleteMessage", chat_id=resident.telegram_id, message_id=card)

    await resident.taps_again(seen, "报到", settle=False)
    await resident.taps_data(seen.id, "close:1:0", settle=False)

    assert await bot.taps() == ["card:报到", "close:1:0"]
    query = (await bot.call("getUpdates"))["result"][-1]["callback_query"]
    assert query["message"]["date"] == 0
    assert query["chat_instance"]


async def test_replies_and_forwards_say_where_they_belong(resident: Person, bot: Talking) -> None:
    asked = await bot.say("几栋?")
    await resident.says("3栋", reply_to=resident.last, settle=False)
    await resident.forwards("工资没发", from_name="丁", settle=False)

    *_, reply, forward = [u["message"] for u in (await bot.call("getUpdates"))["result"]]

    assert reply["reply_to_message"]["message_id"] == asked
    assert forward["forward_origin"]["sender_user_name"] == "丁"
    assert resident.counts.typed_messages == 1


async def test_the_transcript_reads_like_the_story(
    sandbox: Sandbox, resident: Person, bot: Talking
) -> None:
    await bot.say("무슨 일이 있습니까?", keys=("전화", "中文"))
    await resident.voice(21, settle=False)
    card = await bot.say("이렇게 보냅니다.\n1 내용", "보내기")
    await resident.taps("보내기", settle=False)
    await sandbox.clock.ask(sandbox.at + timedelta(days=1))
    chat = {"chat_id": resident.telegram_id, "message_id": card}
    await bot.call("editMessageText", text="끝", **chat)
    await bot.call("deleteMessage", **chat)
    await resident.blocks(settle=False)

    assert sandbox.transcript.to_markdown("resident_a") == (
        "### 2026-11-23 (Mon)\n\n| | | |\n|---|---|---|\n"
        "| 09:12 | resident_a | *starts* /start g_1_ko |\n"
        "| 09:12 | → resident_a | 무슨 일이 있습니까?<br>**[전화]**<br>**[中文]** |\n"
        "| 09:12 | resident_a | *voice* 21 s |\n"
        "| 09:12 | → resident_a | 이렇게 보냅니다.<br>1 내용<br>**[보내기]** |\n"
        "| 09:12 | resident_a | *taps* 보내기 |\n"
        "\n### 2026-11-24 (Tue)\n\n| | | |\n|---|---|---|\n"
        "| 09:12 | → resident_a | *edits* 끝 |\n"
        "| 09:12 | → resident_a | *deletes* 끝 |\n"
        "| 09:12 | resident_a | *blocks*  |\n"
    )
    assert sandbox.transcript.to_markdown("somebody else") == "\n"
    assert resident.heard == ["무슨 일이 있습니까?", "이렇게 보냅니다.\n1 내용", "끝"]
