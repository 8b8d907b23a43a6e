"""Whatever goes wrong on demand goes wrong as often as asked, and as it would at Telegram."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest
import pytest_asyncio

from bot.sandbox.sandbox import Sandbox
from tests.bot.sandbox.tiny_bot import Caller, TinyBot


@pytest_asyncio.fixture
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    await sandbox.person("resident_a").says("在", settle=False)
    async with Caller(sandbox).connected() as connected:
        yield connected


async def say(caller: Caller, text: str) -> str:
    chat_id = caller.sandbox.person("resident_a").telegram_id
    answer = await caller.call("sendMessage", chat_id=chat_id, text=text)
    return str(answer.get("description", "ok"))


async def test_429_and_500_strike_as_often_as_asked(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.fail("sendMessage", "429", retry_after=3)
    sandbox.fail("sendMessage", "500", times=2)

    said = [await say(caller, "x") for _ in range(4)]

    assert said == [
        "Too Many Requests: retry after 3",
        "Internal Server Error",
        "Internal Server Error",
        "ok",
    ]
    assert sandbox.violations == []


async def test_a_fault_may_be_for_one_chat_only(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.fail("sendMessage", "500", times=None, chat_id=12345)

    assert await say(caller, "x") == "ok"


async def test_dropped_before_leaves_nothing_and_dropped_after_leaves_the_message(
    sandbox: Sandbox, caller: Caller
) -> None:
    resident = sandbox.person("resident_a")

    sandbox.fail("sendMessage", "dropped_before")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await say(caller, "lost")
    sandbox.fail("sendMessage", "dropped_after")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await say(caller, "kept")

    assert resident.heard == ["kept"]
    assert [call.outcome for call in sandbox.calls] == ["dropped", "dropped"]


async def test_httpx_sees_a_dropped_call_as_a_lost_connection(
    sandbox: Sandbox, caller: Caller
) -> None:
    sandbox.fail("getMe", "dropped_after")

    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"{sandbox.base_url}/bot{sandbox.token}/getMe")


async def test_a_delay_delays(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.fail("sendMessage", "delay", delay_s=0.2)
    began = time.monotonic()

    assert await say(caller, "x") == "ok"

    assert time.monotonic() - began >= 0.2


async def test_in_an_outage_every_call_is_dropped_also_the_one_that_waits(
    sandbox: Sandbox, caller: Caller
) -> None:
    poll = asyncio.create_task(caller.call("getUpdates", offset=2**31, timeout=30))
    await asyncio.sleep(0.05)

    await sandbox.begin_outage()

    with pytest.raises(aiohttp.ClientError):
        await asyncio.wait_for(poll, 2)
    with pytest.raises(aiohttp.ClientError):
        await say(caller, "lost")
    await sandbox.end_outage()
    assert await say(caller, "back") == "ok"


async def test_an_outage_may_refuse_connections_on_the_same_port(
    sandbox: Sandbox, caller: Caller
) -> None:
    await sandbox.begin_outage(refused=True)

    with pytest.raises(aiohttp.ClientConnectorError):
        await say(caller, "lost")

    await sandbox.end_outage()
    assert await say(caller, "back") == "ok"


@pytest.mark.parametrize("refused", [False, True])
async def test_a_bot_survives_an_outage_and_catches_up(sandbox: Sandbox, refused: bool) -> None:
    resident = sandbox.person("resident_a")

    async with TinyBot(sandbox).running():
        await sandbox.settle()
        await sandbox.begin_outage(refused=refused)
        await resident.says("有人吗", settle=False)
        await asyncio.sleep(0.1)
        await sandbox.end_outage()
        await sandbox.settle()

    assert resident.heard == ["有人吗"]
