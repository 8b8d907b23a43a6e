"""How Telegram brings updates to a webhook: each queue one by one, different queues at once, and again until it is taken.

Laws (tdlib/telegram-bot-api 10.0, Client.cpp and WebhookActor.cpp): an update is taken by any 2xx; the next one of its queue waits
for that. Messages of a chat and taps of a person are different queues, so they may arrive together. After a failure it is
brought again at once, then after 2, 4, 8 … s up to a random 60 to 120 s, or after what `Retry-After` asks for, until it is too old.
Not played: 410, which removes a webhook after 23 h, and calls in the body of an answer.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp

from bot.sandbox.refusal import JsonObject
from bot.sandbox.updates import UpdateQueue, Waiting

MOST_AT_ONCE = 40  # max_connections unless it is set
LONGEST_RETRY_AFTER_S = 3600.0
LONGEST_PAUSE_S = (60.0, 120.0)
PATIENCE_S = 60.0  # for one answer
TAPS = 3 << 33
MEMBERSHIPS = 5 << 33


@dataclass(slots=True)
class Line:
    """The updates of one queue: at most one on its way."""

    busy: bool = False
    failures: int = 0
    not_before: float = 0.0


@dataclass
class Courier:
    """Brings what waits, as long as a webhook is set."""

    updates: UpdateQueue
    webhook: Callable[[], JsonObject]
    chance: random.Random
    seconds: Callable[[], int]
    """Telegram's own time."""
    pace: float = 1.0
    """By which pauses are multiplied: tests have no minutes."""
    last_wrong: str = ""
    last_wrong_at: int = 0
    brought: int = 0
    _lines: dict[int, Line] = field(default_factory=dict)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _running: asyncio.Task[None] | None = None
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    async def go(self) -> None:
        """Begin, or go on with another address."""
        await self.rest()
        self._lines.clear()
        self._running = asyncio.create_task(self._run())

    async def rest(self) -> None:
        """Bring nothing more."""
        tasks = [*self._under_way, *([self._running] if self._running else [])]
        self._running = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        # a connection for each: whatever balances between replicas sees every update
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        news = asyncio.create_task(self._hear())
        try:
            async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
                while True:
                    self._stirred.clear()
                    pause_s = self._send_out(session)
                    try:
                        async with asyncio.timeout(pause_s):
                            await self._stirred.wait()
                    except TimeoutError:
                        continue
        finally:
            news.cancel()

    async def _hear(self) -> None:
        seen = 0
        while True:
            seen = await self.updates.something_new(seen)
            self._stirred.set()

    def _send_out(self, session: aiohttp.ClientSession) -> float | None:
        """Let go what may go now; gives the seconds until something else may."""
        now, soonest = time.monotonic(), None
        seen: set[int] = set()
        for update in self.updates.to_bring():
            key = queue_of(update)
            if key in seen:
                continue
            seen.add(key)  # only the first of each queue
            line = self._lines.setdefault(key, Line())
            if line.busy or len(self._under_way) >= self._at_once:
                continue
            if line.not_before > now:
                wait_s = line.not_before - now
                soonest = wait_s if soonest is None else min(soonest, wait_s)
                continue
            line.busy = True
            task = asyncio.create_task(self._bring(session, update, line))
            self._under_way.add(task)
            task.add_done_callback(self._back)
        return soonest

    def _back(self, task: asyncio.Task[None]) -> None:
        # the bell rings when there is room again, not before: else nobody looks once it is there
        self._under_way.discard(task)
        self._stirred.set()

    @property
    def _at_once(self) -> int:
        return int(self.webhook().get("max_connections", MOST_AT_ONCE))

    async def _bring(self, session: aiohttp.ClientSession, update: Waiting, line: Line) -> None:
        hook = self.webhook()
        secret = hook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        asked_s, wrong = 0.0, ""
        self.brought += 1
        try:
            async with session.post(
                hook["url"], json=update.wire, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status // 100 != HTTPStatus.OK // 100:
                    wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    asked_s = _retry_after(answer.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            wrong = f"Connection failed: {type(error).__name__}"
        if wrong:
            self.last_wrong, self.last_wrong_at = wrong, self.seconds()
            line.not_before = time.monotonic() + self.pace * (asked_s or self._pause_s(line))
            line.failures += 1
        else:
            line.failures, line.not_before = 0, 0.0
            await self.updates.taken(update)
        line.busy = False

    def _pause_s(self, line: Line) -> float:
        if line.failures == 0:
            return 0.0
        return min(2.0**line.failures, self.chance.uniform(*LONGEST_PAUSE_S))


def queue_of(update: Waiting) -> int:
    """Which updates wait for each other (telegram-bot-api 10.0, Client.cpp `add_update`)."""
    body: JsonObject = update.wire[update.kind]
    if update.kind == "callback_query":
        return int(body["from"]["id"]) + TAPS
    chat = int(body["chat"]["id"])
    return chat + MEMBERSHIPS if update.kind == "my_chat_member" else chat


def _retry_after(said: str) -> float:
    return min(float(said), LONGEST_RETRY_AFTER_S) if said.isdigit() else 0.0
