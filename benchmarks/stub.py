"""A Bot API that costs next to nothing, and the people who use the bot behind it: a process of its own.

Laws: it answers every method at once and checks nothing, so that only the bot is measured; a person writes again as soon as the
answer to the last thing has come, as people do, only faster; what it sees is written on its output, one line of JSON for each order.

    python -m benchmarks.stub          then, on its input: {"people": "report", "at_once": 16, "rounds": 200, "first": 0}
"""

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from benchmarks.people import PEOPLE, People

BOT_ID = 123456
TOKEN = f"{BOT_ID}:benchmark"
ME = {
    "id": BOT_ID,
    "is_bot": True,
    "first_name": "B",
    "username": "bench_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
LONGEST_POLL_S = 50.0
BATCH = 100
CONNECTIONS = 40  # deliveries at once, as setWebhook's default


class Telegram:
    """Updates that wait, calls that were made, and the people of the moment."""

    def __init__(self) -> None:
        self.updates: deque[dict[str, Any]] = deque()
        self.arrived = asyncio.Event()
        self.calls: Counter[str] = Counter()
        self.people: People | None = None
        self.webhooks: list[str] = []
        self.secret = ""
        self.update_id = 900_000_000
        self.message_id = 1
        self.refused = 0
        self.lines: list[Line] = []
        self.next_line = 0
        self.chats: dict[str, int] = {}  # whose tap a callback query is

    # From the people

    def bring(self, kind: str, body: dict[str, Any], chat_id: int) -> None:
        """An update for the bot, by whichever way it takes them."""
        self.update_id += 1
        if kind == "callback_query":
            self.chats[body["id"]] = chat_id
        update = {"update_id": self.update_id, kind: body}
        if self.webhooks:
            if self.people is not None:
                self.people.handed([update])
            self._line(chat_id).put(json.dumps(update, ensure_ascii=False).encode())
        else:
            self.updates.append(update)
            self.arrived.set()

    def _line(self, chat_id: int) -> "Line":
        """One of the connections; what one chat says keeps its order, as Telegram keeps it."""
        while len(self.lines) < CONNECTIONS:
            url = self.webhooks[len(self.lines) % len(self.webhooks)]
            self.lines.append(Line(url, self.secret))
        return self.lines[chat_id % CONNECTIONS]

    # From the bot

    def answer(self, method: str, given: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
        """What the bot gets for a call; the people hear of it."""
        self.calls[method] += 1
        if method == "getMe":
            return ME
        if method == "getWebhookInfo":  # the first address stands for all of them
            url = self.webhooks[0] if self.webhooks else ""
            return {"url": url, "has_custom_certificate": False, "pending_update_count": 0}
        if method == "answerCallbackQuery":
            chat_id = self.chats.pop(given.get("callback_query_id", ""), 0)
            self._heard(method, chat_id, {})
        if not method.startswith(("send", "edit")):
            return True
        chat_id = int(given["chat_id"])
        self.message_id += 1
        message_id = int(given.get("message_id") or self.message_id)
        self._heard(method, chat_id, given | {"message_id": str(message_id)})
        return {
            "message_id": message_id,
            "from": ME,
            "chat": {"id": chat_id, "first_name": "A", "type": "private"},
            "date": 1795300000,
            "text": given.get("text", ""),
        }

    def _heard(self, method: str, chat_id: int, given: dict[str, str]) -> None:
        if self.people is not None:
            self.people.heard(method, chat_id, given)

    async def poll(self, given: dict[str, str]) -> list[dict[str, Any]]:
        """A long poll; the offset confirms."""
        self.calls["getUpdates"] += 1
        offset = int(given.get("offset") or 0)
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        if not self.updates:
            self.arrived.clear()
            patience = min(LONGEST_POLL_S, float(given.get("timeout") or 0))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self.arrived.wait()
        batch = [update for _, update in zip(range(BATCH), self.updates, strict=False)]
        if batch and self.people is not None:
            self.people.handed(batch)
        return batch


class Line:
    """One connection to the bot's webhook."""

    def __init__(self, url: str, secret: str) -> None:
        self._to = urlsplit(url)
        self._secret = secret
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue()
        self._task = asyncio.create_task(self._deliver())

    def put(self, body: bytes) -> None:
        self._waiting.put_nowait(body)

    async def _deliver(self) -> None:
        streams = None
        while True:
            body = await self._waiting.get()
            while True:
                try:
                    streams = streams or await asyncio.open_connection(
                        self._to.hostname, self._to.port
                    )
                    if await self._given(*streams, body):
                        break
                except (OSError, asyncio.IncompleteReadError, ValueError):
                    streams = None
                await asyncio.sleep(0.1)

    async def _given(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes
    ) -> bool:
        writer.write(
            f"POST {self._to.path} HTTP/1.1\r\nHost: {self._to.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        _, _, rest = head.partition(b"content-length:")
        if length := int(rest.split(b"\r\n", 1)[0] or 0) if rest else 0:
            await reader.readexactly(length)
        return head.startswith(b"http/1.1 200")


class Server(asyncio.Protocol):
    """HTTP, as little of it as two well-known clients speak."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._read = b""
        self._transport: asyncio.Transport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            found = head.lower().find(b"content-length:")
            length = int(head[found + 15 :].split(b"\r\n", 1)[0]) if found >= 0 else 0
            if len(self._read) < end + 4 + length:
                return
            body = self._read[end + 4 : end + 4 + length]
            self._read = self._read[end + 4 + length :]
            method = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].split(b"?", 1)[0].decode()
            self._answer(method, dict(parse_qsl(body.decode())) if b"=" in body else {})

    def _answer(self, method: str, given: dict[str, str]) -> None:
        if method != "getUpdates":
            self._write(self._telegram.answer(method, given))
            return

        async def poll() -> None:
            self._write(await self._telegram.poll(given))

        task = asyncio.create_task(poll())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _write(self, result: Any) -> None:  # noqa: ANN401 - any JSON
        body = json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % len(body)
                + body
            )


async def serve() -> None:
    telegram, loop = Telegram(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(telegram), "127.0.0.1", 0)
    _say({"port": server.sockets[0].getsockname()[1]})
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        _say(await _obey(telegram, json.loads(line)))


async def _obey(telegram: Telegram, order: dict[str, Any]) -> dict[str, Any]:
    """Let people use the bot until each has done what was asked; then, what was seen."""
    if (
        "webhooks" in order
    ):  # in place of setWebhook, which knows one address: the balancer is in here
        telegram.webhooks, telegram.secret = order["webhooks"], order["secret"]
        return {}
    kind: Callable[..., People] = PEOPLE[order.pop("people")]
    telegram.calls.clear()
    telegram.people = people = kind(telegram.bring, **order)
    began = time.perf_counter()
    await people.live()
    seen = {
        "seconds": time.perf_counter() - began,
        "updates": people.updates,
        "calls": dict(telegram.calls),
        "latencies": people.latencies,
    }
    telegram.people = None
    return seen


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
