import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.blame import seconds
from bot.sandbox.sandbox import Sandbox
from bot.transport import Refused, Transport, Unsent

Wire = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
TOKEN = "7000000001:SANDBOX"


@asynccontextmanager
async def listening(wire: Wire) -> AsyncIterator[str]:
    """A server of a few bytes; gives its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await wire(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def bot_at(url: str, token: str = TOKEN, **how) -> AsyncIterator[Bot]:
    request = Transport(**how)
    await request.initialize()
    try:
        yield Bot(token, base_url=f"{url}/bot", request=request, get_updates_request=request)
    finally:
        await request.shutdown()


def answering(status: str, body: bytes, kind: str = "application/json") -> Wire:
    async def wire(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return wire


async def hanging_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    await asyncio.sleep(5)


async def test_where_nobody_listens_nothing_was_sent(telegram: Sandbox):
    await telegram.begin_outage(refused=True)
    async with bot_at(telegram.base_url, telegram.token) as bot:
        with pytest.raises(Unsent):
            await bot.send_message(1, "text")


async def test_without_a_free_connection_nothing_was_sent():
    async with listening(silent) as url, bot_at(url, connections=1, read_s=3) as bot:
        first = asyncio.create_task(bot.send_message(1, "first"))
        await asyncio.sleep(0.2)
        with pytest.raises(Unsent):
            await bot.send_message(1, "second", connect_timeout=0.2)
        first.cancel()


async def test_a_connection_lost_after_writing_was_perhaps_sent():
    async with listening(hanging_up) as url, bot_at(url) as bot:
        with pytest.raises(NetworkError) as lost:
            await bot.send_message(1, "text")
    assert not isinstance(lost.value, Unsent | TimedOut)


async def test_no_answer_in_time_was_perhaps_sent():
    async with listening(silent) as url, bot_at(url, read_s=0.2) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(1, "text")


async def test_an_answer_cut_short_was_perhaps_sent():
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"ok":')
        await writer.drain()

    async with listening(cut) as url, bot_at(url) as bot:
        with pytest.raises(NetworkError) as lost:
            await bot.send_message(1, "text")
    assert not isinstance(lost.value, Unsent)


async def test_the_bot_api_saying_that_it_is_out_of_order_did_nothing():
    no = b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'
    async with listening(answering("500 Internal Server Error", no)) as url, bot_at(url) as bot:
        with pytest.raises(Refused):
            await bot.send_message(1, "text")


async def test_a_gateway_that_lost_the_bot_api_says_nothing_about_what_was_done():
    page = answering("502 Bad Gateway", b"<html>", "text/html")
    async with listening(page) as url, bot_at(url) as bot:
        with pytest.raises(NetworkError) as lost:
            await bot.send_message(1, "text")
    assert not isinstance(lost.value, Unsent)


async def test_an_idle_connection_that_the_server_closed_is_not_used_again(telegram: Sandbox):
    resident = telegram.person("resident")
    await resident.says("hello", settle=False)
    async with bot_at(telegram.base_url, telegram.token) as bot:
        await bot.send_message(resident.telegram_id, "first")
        telegram._server.cut()
        await asyncio.sleep(0.05)
        await bot.send_message(resident.telegram_id, "second")
    assert [m.text for m in resident.messages if not m.mine] == ["first", "second"]


async def test_through_a_proxy_that_is_not_there_nothing_was_sent(telegram: Sandbox):
    async with bot_at(telegram.base_url, telegram.token, proxy="http://127.0.0.1:9") as bot:
        with pytest.raises(Unsent):
            await bot.send_message(1, "text")


async def test_a_proxy_gets_the_whole_address():
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        await answering("200 OK", b'{"ok":true,"result":true}')(reader, writer)

    async with listening(proxy) as address, bot_at("http://127.0.0.1:9", proxy=address) as bot:
        await bot.delete_webhook()
    assert asked[0].startswith(b"POST http://127.0.0.1:9/bot")


async def test_what_is_sent_arrives_as_it_was(telegram: Sandbox):
    resident = telegram.person("resident")
    await resident.says("hello", settle=False)
    text = "漏水 & 루수 = 100% + é 𠮷\nnext line"
    async with bot_at(telegram.base_url, telegram.token) as bot:
        await bot.send_message(resident.telegram_id, text)
        await bot.send_photo(
            resident.telegram_id, b"\xff\xd8\xff" + bytes(range(256)), caption=text
        )
    assert [m.text for m in resident.messages if not m.mine] == [text, text]
    assert telegram.violations == []


async def test_refusals_keep_their_meaning(telegram: Sandbox):
    resident = telegram.person("resident")
    await resident.says("hello", settle=False)
    async with bot_at(telegram.base_url, telegram.token) as bot:
        telegram.fail("sendMessage", "429", retry_after=7)
        with pytest.raises(RetryAfter) as flood:
            await bot.send_message(resident.telegram_id, "text")
        assert seconds(flood.value) == 7
        with pytest.raises(BadRequest):
            await bot.send_message(resident.telegram_id, "")
