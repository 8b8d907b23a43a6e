"""The one place that reads civil time: this machine's, or the sandbox's, which can be pushed.

Law: cases, clocks and texts get their `now` from here only; leases and back-off never do.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import aiohttp

from bot.leadership import this_process

log = logging.getLogger(__name__)

_WAIT_S = 20  # how long the sandbox may keep a question open; well under its limit of 60
_BACKOFF_S = (0.1, 0.5, 1.0, 2.0)


class Clock(Protocol):
    """Civil now, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The civil time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left to do at an instant: when something is next due, and how much is pending now."""

    next_due: datetime | None
    pending: int


class SandboxClock:
    """The civil time of a sandbox, learned tick by tick; each tick is answered when it is finished."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._name = this_process()  # a sandbox may have several bots
        self._tick = 0
        self._at: datetime | None = None

    def now(self) -> datetime:
        if self._at is None:
            raise RuntimeError("the sandbox's clock has not been started")
        return self._at

    async def start(self) -> None:
        """Learn the time; waits until the sandbox answers."""
        async with aiohttp.ClientSession() as session:
            failures = 0
            while self._at is None:
                try:
                    await self._ask(session, after=0, wait_s=0)
                except (aiohttp.ClientError, OSError):
                    failures = await _back_off(failures)

    async def watch(self, on_tick: Callable[[], Awaitable[Rest]]) -> None:
        """For each tick: set the time, do what is due, say what is left. For ever."""
        failures, answered = 0, 0
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    if self._tick == answered:
                        await self._ask(session, after=answered, wait_s=_WAIT_S)
                    if self._tick != answered:
                        answered = await self._answer(session, await on_tick())
                    failures = 0
                except (aiohttp.ClientError, OSError):
                    failures = await _back_off(failures)

    async def _ask(self, session: aiohttp.ClientSession, *, after: int, wait_s: float) -> None:
        query = {"after": str(after), "wait": str(wait_s)}
        limit = aiohttp.ClientTimeout(total=wait_s + 10)
        async with session.get(self._url, params=query, timeout=limit) as reply:
            reply.raise_for_status()
            said = await reply.json(content_type=None)
        self._at = datetime.fromisoformat(said["at"]).astimezone(UTC)
        self._tick = int(said["tick"])

    async def _answer(self, session: aiohttp.ClientSession, rest: Rest) -> int:
        tick = self._tick
        body: dict[str, Any] = {
            "tick": tick,
            "next_due": rest.next_due.isoformat() if rest.next_due else None,
            "pending": rest.pending,
            "bot": self._name,
        }
        async with session.post(self._url, json=body) as reply:
            reply.raise_for_status()
        return tick


async def _back_off(failures: int) -> int:
    if failures == 0:
        log.warning("the sandbox's clock does not answer", extra={"action": "clock_away"})
    await asyncio.sleep(_BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)])
    return failures + 1
