"""What Telegram refuses, the sandbox refuses, in the same words; and it keeps the bot's mistakes."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.methods import METHODS
from bot.sandbox.rules import bot_api
from bot.sandbox.sandbox import Sandbox
from tests.bot.sandbox.tiny_bot import MONDAY, Caller


class Chatting(Caller):
    """Calls methods in the chat with the resident, and gives the result or the refusal."""

    chat_id = 0

    async def ask(self, method: str, **given: Any) -> Any:
        answer = await self.call(method, chat_id=self.chat_id, **given)
        return answer["result"] if answer["ok"] else answer["description"]


@pytest_asyncio.fixture
async def chat(sandbox: Sandbox) -> AsyncIterator[Chatting]:
    resident = sandbox.person("resident_a")
    await resident.starts(settle=False)
    async with Chatting(sandbox).connected() as connected:
        connected.chat_id = resident.telegram_id
        yield connected


def inline(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def key(data: str = "a", text: str = "报到") -> dict[str, Any]:
    return {"text": text, "callback_data": data}


def test_the_rules_and_the_methods_are_the_same_list() -> None:
    assert set(METHODS) == set(bot_api()._methods)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "字" * 4097}, "message is too long"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "x", "parse_mode": "Markdown2"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": inline([key("")])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": inline([key("字" * 22)])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": inline([key()] * 9)}, "REPLY_MARKUP_TOO_LONG"),
        ({"text": "x", "reply_markup": inline(*[[key()]] * 101)}, "REPLY_MARKUP_TOO_LONG"),
        (
            {"text": "x", "reply_markup": inline([{"text": "报到"}])},
            "Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": inline([{"text": "x", "copy_text": {"text": ""}}])},
            "BUTTON_COPY_TEXT_INVALID",
        ),
        ({"text": "x", "colour": "red"}, "sendMessage has no parameter colour"),
        ({}, "sendMessage needs text"),
        ({"text": 5}, "text must be String, not 5"),
        ({"text": "x", "disable_notification": "maybe"}, "disable_notification must be Boolean"),
        (
            {"text": "x", "reply_markup": inline([{**key(), "colour": "red"}])},
            "InlineKeyboardButton has no field colour",
        ),
        ({"text": "x", "reply_markup": "{"}, "reply_markup is not JSON"),
    ],
)
async def test_a_mistake_is_refused_and_remembered(
    sandbox: Sandbox, chat: Chatting, given: dict[str, Any], refused: str
) -> None:
    answer = await chat.ask("sendMessage", **given)

    assert refused in answer
    assert answer.startswith("Bad Request: ")
    assert len(sandbox.violations) == 1
    assert sandbox.person("resident_a").heard == []


@pytest.mark.parametrize(
    "given",
    [
        {"text": "字" * 4096},
        {"text": "😀" * 4096},
        {"text": "<b>" + "字" * 4096 + "</b>", "parse_mode": "HTML"},
        {"text": "x", "reply_markup": inline([key("字" * 21 + "a")])},
        {"text": "x", "reply_markup": json.dumps(inline(*[[key()] * 5] * 20))},
        {"text": "x", "reply_markup": {"keyboard": [["是"], [{"text": "否"}]]}},
        {"text": "x", "reply_markup": inline([{"text": "x", "url": "https://t.me/x"}])},
    ],
)
async def test_what_just_fits_is_taken(
    sandbox: Sandbox, chat: Chatting, given: dict[str, Any]
) -> None:
    sent = await chat.ask("sendMessage", **given)

    assert sent["date"] == int(MONDAY.timestamp())
    assert sandbox.violations == []


async def test_an_unknown_method_and_a_wrong_token_fail_loudly(
    sandbox: Sandbox, chat: Chatting
) -> None:
    assert await chat.ask("sendPigeon") == "Not Found: method not found"
    assert sandbox.violations == ["sendPigeon: Not Found: method not found"]

    async with chat.http.get(f"{sandbox.base_url}/bot1:NO/getMe") as response:
        assert (response.status, await response.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )


async def test_parameters_come_by_query_form_multipart_and_escaped_path(
    sandbox: Sandbox, chat: Chatting
) -> None:
    url = f"{sandbox.base_url}/bot{sandbox.token.replace(':', '%3A')}/sendmessage"
    plain = {"chat_id": str(chat.chat_id), "text": "中 文&조선", "disable_notification": "true"}
    several = aiohttp.FormData(plain)
    several.add_field("reply_markup", json.dumps(inline([key()])), content_type="text/plain")

    for sent in ({"params": plain}, {"data": plain}, {"data": several}):
        async with chat.http.post(url, **sent) as response:
            assert (await response.json())["result"]["text"] == "中 文&조선"

    resident = sandbox.person("resident_a")
    assert [m.silent for m in resident.messages if not m.mine] == [True] * 3
    assert resident.last.labels == ["报到"]
    assert sandbox.violations == []


async def test_a_file_may_be_attached_and_sent_again_by_its_id(
    sandbox: Sandbox, chat: Chatting
) -> None:
    form = aiohttp.FormData({"chat_id": str(chat.chat_id), "document": "attach://paper"})
    form.add_field("paper", b"123", filename="a.txt")
    url = f"{sandbox.base_url}/bot{sandbox.token}/sendDocument"
    async with chat.http.post(url, data=form) as response:
        file_id = (await response.json())["result"]["document"]["file_id"]

    again = await chat.ask("sendDocument", document=file_id)
    path = (await chat.call("getFile", file_id=file_id))["result"]["file_path"]
    async with chat.http.get(f"{sandbox.base_url}/file/bot{sandbox.token}/{path}") as response:
        data = await response.read()

    assert again["document"]["file_size"] == 3
    assert data == b"123"
    assert "wrong file identifier" in await chat.ask("sendPhoto", photo="no such id")


async def test_a_file_above_20_mb_is_not_given_out(sandbox: Sandbox, chat: Chatting) -> None:
    await sandbox.person("resident_a").document("大.mp4", bytes((20 << 20) + 1), settle=False)
    update = (await chat.call("getUpdates"))["result"][-1]

    answer = await chat.call("getFile", file_id=update["message"]["document"]["file_id"])

    assert answer["description"] == "Bad Request: file is too big"


async def test_edits_are_refused_where_nothing_changes_or_nothing_is_there(
    sandbox: Sandbox, chat: Chatting
) -> None:
    card = await chat.ask("sendMessage", text="卡", reply_markup=inline([key()]))
    keyed = await chat.ask("sendMessage", text="问", reply_markup={"keyboard": [["是"]]})
    mine = sandbox.person("resident_a").messages[0]

    same = await chat.ask(
        "editMessageText", message_id=card["message_id"], text="卡", reply_markup=inline([key()])
    )
    gone = await chat.ask("editMessageText", message_id=999, text="x")
    locked = await chat.ask("editMessageText", message_id=keyed["message_id"], text="x")
    theirs = await chat.ask("editMessageText", message_id=mine.id, text="x")
    bare = await chat.ask("editMessageText", message_id=card["message_id"], text="卡")

    assert same == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
    assert gone == "Bad Request: message to edit not found"
    assert locked == theirs == "Bad Request: message can't be edited"
    assert "reply_markup" not in bare
    assert "reply_markup" not in keyed


async def test_only_what_is_younger_than_48_hours_can_be_deleted(
    sandbox: Sandbox, chat: Chatting
) -> None:
    old = await chat.ask("sendMessage", text="旧")
    await sandbox.clock.ask(MONDAY + timedelta(hours=48))
    new = await chat.ask("sendMessage", text="新")

    refused = await chat.ask("deleteMessage", message_id=old["message_id"])
    await chat.ask("deleteMessages", message_ids=[old["message_id"], new["message_id"]])
    again = await chat.ask("deleteMessage", message_id=new["message_id"])

    assert refused == "Bad Request: message can't be deleted for everyone"
    assert again == "Bad Request: message to delete not found"
    assert sandbox.person("resident_a").last.text == "旧"


async def test_a_tap_is_answered_once_and_soon(sandbox: Sandbox, chat: Chatting) -> None:
    resident = sandbox.person("resident_a")
    await chat.ask("sendMessage", text="卡", reply_markup=inline([key()]))
    await resident.taps("报到", settle=False)
    await resident.taps("报到", settle=False)
    first, second = [
        update["callback_query"]["id"]
        for update in (await chat.call("getUpdates"))["result"]
        if "callback_query" in update
    ]

    answered = await chat.call("answerCallbackQuery", callback_query_id=first, text="好")
    twice = await chat.call("answerCallbackQuery", callback_query_id=first)
    sandbox.machine.skip(sandbox.telegram.tap_answer_life_s + 1)
    late = await chat.call("answerCallbackQuery", callback_query_id=second)
    unknown = await chat.call("answerCallbackQuery", callback_query_id="1")

    assert answered["ok"]
    assert resident.alerts == ["好"]
    assert twice["description"] == late["description"] == unknown["description"]
    assert twice["description"].startswith("Bad Request: query is too old")
