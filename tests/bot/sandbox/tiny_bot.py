"""The smallest bot that keeps the sandbox's handshake: an echo with alarms, over plain aiohttp."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import aiohttp

from bot.sandbox.sandbox import Sandbox

MONDAY = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)
"""09:12 in Yanji."""


class Caller:
    """Calls methods, and nothing else."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def call(self, method: str, **given: Any) -> dict[str, Any]:
        url = f"{self.sandbox.base_url}/bot{self.sandbox.token}/{method}"
        async with self.http.post(url, json=given) as response:
            body: dict[str, Any] = await response.json()
            assert body["ok"] is (response.status == 200)
            return body

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Self]:
        async with aiohttp.ClientSession() as self.http:
            yield self


class TinyBot(Caller):
    """Echoes, rings its alarms, and answers every tick."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.answer: Callable[[TinyBot, dict[str, Any]], Awaitable[None]] = echo
        self.alarms: list[tuple[datetime, str, int]] = []
        self.fired: list[tuple[datetime, str]] = []
        self.unsent = 0
        self.offset = 0
        self.seen: list[dict[str, Any]] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        async with self.connected():
            tasks = [asyncio.create_task(job()) for job in (self._poll, self._keep_time)]
            try:
                yield self
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _poll(self) -> None:
        while True:
            with suppress(aiohttp.ClientError):
                got = await self.call("getUpdates", offset=self.offset, timeout=20)
                for update in got.get("result", []):
                    self.seen.append(update)
                    await self.answer(self, update)
                    self.offset = update["update_id"] + 1
                continue
            await asyncio.sleep(0.02)

    async def _keep_time(self) -> None:
        tick = 0
        url = self.sandbox.clock_url
        while True:
            with suppress(aiohttp.ClientError):
                async with self.http.get(url, params={"after": tick, "wait": 20}) as response:
                    said = await response.json()
                tick, now = said["tick"], datetime.fromisoformat(said["at"])
                await self._ring(now)
                due = min((at for at, _, _ in self.alarms), default=None)
                answer = {
                    "tick": tick,
                    "next_due": due and due.isoformat(),
                    "pending": self.unsent,
                }
                async with self.http.post(url, json=answer) as response:
                    assert response.status == 200
                continue
            await asyncio.sleep(0.02)

    async def _ring(self, now: datetime) -> None:
        for alarm in sorted(a for a in self.alarms if a[0] <= now):
            self.alarms.remove(alarm)
            self.fired.append((now, alarm[1]))
            await self.call("sendMessage", chat_id=alarm[2], text=alarm[1])

    def alarm(self, after: timedelta, text: str, chat_id: int) -> None:
        self.alarms.append((self.sandbox.at + after, text, chat_id))


async def echo(bot: TinyBot, update: dict[str, Any]) -> None:
    message = update.get("message")
    if message and "text" in message:
        await bot.call("sendMessage", chat_id=message["chat"]["id"], text=message["text"])
